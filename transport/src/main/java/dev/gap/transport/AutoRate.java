package dev.gap.transport;

import java.util.concurrent.TimeUnit;

/**
 * {@code rate: auto}: finds what the path carries from what it delivers and from what its round trip says about a standing
 * queue. Loss alone never lowers the rate.
 *
 * <p>
 * {@code capacity} is what the bottleneck takes, lost datagrams included. While a queue stands at the bottleneck, what
 * arrives, divided by the share that random loss lets through, is the capacity itself; while none does, it is a lower
 * bound. The rate aims at a small queue: an empty one says that there is room, and the rate grows as long as delivery grows
 * with it; a long one is drained. Random loss is measured only in rounds without a long queue, and not after growth that
 * brought loss but no delivery: a bottleneck that hardly queues.
 */
public final class AutoRate implements RateController {
  private enum Phase {
    STARTUP, STEADY
  }

  private static final long MIN_RTT_WINDOW = TimeUnit.SECONDS.toNanos(30);
  private static final long MIN_QUEUE_TARGET = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long MAX_QUEUE_TARGET = TimeUnit.MILLISECONDS.toNanos(8);
  private static final long EMPTYING_INTERVAL = TimeUnit.SECONDS.toNanos(4);
  private static final double STARTUP_GAIN = 2.885;
  private static final double GROWTH_GAIN = 1.25;
  private static final double CRUISE_GAIN = 1.03;
  private static final double EMPTYING_GAIN = 0.85;
  private static final double MIN_GAIN = 0.75;
  private static final double MAX_LOSS = 0.7;
  private static final int HOLD_ROUNDS = 8;
  private static final int STUCK_ROUNDS = 4;
  private static final long INITIAL_RATE = 125_000_000;
  private static final long MIN_RATE = 8_000;

  private final int initialWindow;
  private final int datagramBytes;
  private final WindowedMin minRtt = new WindowedMin(MIN_RTT_WINDOW);

  private Phase phase = Phase.STARTUP;
  private double capacity;
  private double gain = STARTUP_GAIN;
  private double loss;
  private long lastQueue;

  private double startupBest;
  private int startupFlatRounds;

  private boolean growing;
  private double growthBaseDelivery;
  private double growthBaseSend;
  private double growthBaseLoss;
  private int hold;
  private int stuck;
  private long emptiedAt;

  /**
   * @param initialWindow what may be sent before anything is known, in bytes
   * @param datagramBytes the size of a full datagram
   */
  public AutoRate(int initialWindow, int datagramBytes) {
    this.initialWindow = initialWindow;
    this.datagramBytes = datagramBytes;
  }

  @Override
  public long pacingRate() {
    return capacity == 0 ? INITIAL_RATE : (long) Math.max(MIN_RATE, capacity * gain);
  }

  @Override
  public long inflightLimit() {
    if (capacity == 0) return initialWindow;
    double product = capacity * minRtt.get() / 1e9;
    double factor = phase == Phase.STARTUP ? STARTUP_GAIN : 2;
    return Math.max(initialWindow, (long) (factor * product) + 16L * datagramBytes);
  }

  /** {@return the estimate of what the bottleneck takes, in bytes a second, or 0 before any} */
  public long capacity() {
    return (long) capacity;
  }

  /** {@return the estimate of random loss, 0 to 1} */
  public double loss() {
    return loss;
  }

  @Override
  public void onRtt(long rttNanos, long nowNanos) {
    minRtt.update(rttNanos, nowNanos);
    if (capacity == 0) {
      capacity = initialWindow * 1e9 / rttNanos;
      emptiedAt = nowNanos;
    }
  }

  @Override
  public void onRound(PathRound round) {
    if (capacity == 0 || round.minRttNanos() == Long.MAX_VALUE) return;
    long queue = round.minRttNanos() - minRtt.get();
    updateLoss(round, queue);
    switch (phase) {
      case STARTUP -> startup(round, queue);
      case STEADY -> steady(round, queue);
    }
    lastQueue = queue;
  }

  private long queueTarget() {
    return Math.clamp(minRtt.get() / 16, MIN_QUEUE_TARGET, MAX_QUEUE_TARGET);
  }

  private boolean isLong(long queue) {
    return queue > 3 * queueTarget();
  }

  private void updateLoss(PathRound round, long queue) {
    long resolved = round.deliveredBytes() + round.lostBytes();
    if (isLong(queue) || isLong(lastQueue) || hold > HOLD_ROUNDS - 2 || resolved == 0) return;
    double now = Math.min(MAX_LOSS, (double) round.lostBytes() / resolved);
    // a round of few datagrams says little
    double weight = 0.25 * Math.min(1, resolved / (64.0 * datagramBytes));
    loss += weight * (now - loss);
  }

  private void startup(PathRound round, long queue) {
    double wire = round.deliveryRate() / (1 - loss);
    capacity = Math.max(capacity, wire);
    if (round.appLimited()) return;
    startupFlatRounds = wire < startupBest * GROWTH_GAIN ? startupFlatRounds + 1 : 0;
    startupBest = Math.max(startupBest, wire);
    if (isLong(queue) || startupFlatRounds >= 3) {
      phase = Phase.STEADY;
      capacity = wire;
      gain = isLong(queue) ? MIN_GAIN : 1;
    }
  }

  private void steady(PathRound round, long queue) {
    double wire = round.deliveryRate() / (1 - loss);
    if (growing && judgeGrowth(round)) return;
    if (isLong(queue)) {
      // the bottleneck is busy: what it delivers is what it has
      if (!round.appLimited() || wire > capacity) capacity += (wire < 0.8 * capacity ? 1 : 0.5) * (wire - capacity);
    } else if (wire > capacity) {
      capacity = Math.min(wire, capacity * 1.5);
    }
    if (hold > 0) hold--;
    chooseGain(round, queue);
  }

  /** Two rounds after growth: did delivery follow? {@return whether it did not, and the growth was taken back} */
  private boolean judgeGrowth(PathRound round) {
    growing = false;
    double sent = round.sendRate() / growthBaseSend - 1;
    double arrived = round.deliveryRate() / growthBaseDelivery - 1;
    if (round.appLimited() || sent < 0.05 || arrived > 0.3 * sent) return false;
    loss = growthBaseLoss;
    capacity = round.deliveryRate() / (1 - loss);
    hold = HOLD_ROUNDS;
    gain = 1;
    return true;
  }

  private void chooseGain(PathRound round, long queue) {
    long target = queueTarget();
    if (round.endNanos() - emptiedAt > EMPTYING_INTERVAL) {
      // so that the least round trip is seen again, without a queue of our own in it
      emptiedAt = round.endNanos();
      gain = EMPTYING_GAIN;
      return;
    }
    if (queue < target / 2 && hold == 0 && !round.appLimited() && gain >= 1) {
      growing = true;
      growthBaseDelivery = round.deliveryRate();
      growthBaseSend = round.sendRate();
      growthBaseLoss = loss;
      gain = GROWTH_GAIN;
      return;
    }
    watchForLongerPath(round, queue);
    double trim = 0.1 * (target - queue) / target;
    gain = Math.clamp(1 + trim, MIN_GAIN, CRUISE_GAIN);
  }

  /** A queue that does not shrink while less is sent than the path takes is no queue: the path has become longer. */
  private void watchForLongerPath(PathRound round, long queue) {
    boolean draining = gain <= 0.95 && queue > 2 * queueTarget();
    stuck = draining && queue > lastQueue - queueTarget() / 4 ? stuck + 1 : 0;
    if (stuck >= STUCK_ROUNDS) {
      minRtt.reset(round.minRttNanos(), round.endNanos());
      stuck = 0;
    }
  }
}
