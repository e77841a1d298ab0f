package dev.gap.transport;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * {@code rate: auto}: finds what the path carries from what it delivers and from what its round trip says about a standing
 * queue. Loss alone never lowers the rate.
 *
 * <p>
 * While a queue stands at the bottleneck, what arrives is what the bottleneck lets arrive; while none does, it is a lower
 * bound. Divided by the share that random loss lets through, it is what the bottleneck takes. The rate holds a small queue by
 * proportional control: a bottleneck that always has a little to do is used to the full, and its queue going empty says at
 * once that there is more room. Then the rate grows, in steps that become larger as long as delivery grows with them. Where it
 * does not, the bottleneck hardly queues, and the rate stays for a while.
 */
public final class AutoRate implements RateController {
  private enum Phase {
    STARTUP, STEADY
  }

  private static final long BASE_RTT_WINDOW = TimeUnit.SECONDS.toNanos(30);
  private static final long LEAST_TICK = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LEAST_TARGET = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long MOST_TARGET = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long EMPTYING_INTERVAL = TimeUnit.SECONDS.toNanos(4);
  private static final int TICKS_PER_ROUND = 4;
  /** A measurement of fewer says little. */
  private static final int TICK_DATAGRAMS = 16;
  private static final int LEAST_SAMPLES = 8;
  private static final double STARTUP_GAIN = 2.885;
  private static final double STARTUP_GROWTH = 1.2;
  private static final int STARTUP_PATIENCE = 3 * TICKS_PER_ROUND;
  /** Queue control with a delay of one round trip is stable below pi/2 and does not ring below about a half. */
  private static final double CONTROL = 0.5;
  private static final double LEAST_GAIN = 0.5;
  private static final double FIRST_EMPTYING = 0.7;
  private static final double EMPTYING = 0.9;
  private static final double EMPTY_QUEUE_GAIN = 1.04;
  /** A step too far makes a queue for a round trip: this long at most. */
  private static final double STEP_QUEUE_NANOS = 60e6;
  private static final double[] STEPS = {1.05, 1.15, 1.25, 1.35, 1.5};
  private static final int STEP_TICKS = TICKS_PER_ROUND + 1;
  private static final int HOLD_TICKS = 16 * TICKS_PER_ROUND;
  /** So many times in a row a queue must not have drained before it is none. */
  private static final int STUCK = 2;
  private static final long INITIAL_RATE = 125_000_000;
  private static final int LEAST_DATAGRAMS_PER_ROUND = 2;

  private final int initialWindow;
  private final int datagramBytes;
  /** What a measurement's mean is without a queue. */
  private final WindowedMin baseRtt = new WindowedMin(BASE_RTT_WINDOW);
  private final RandomLoss loss;
  private final double[] recentRates = new double[TICKS_PER_ROUND];
  private final double[] recentSends = new double[2 * TICKS_PER_ROUND];
  private final long[] recentQueues = new long[TICKS_PER_ROUND];
  private final long[] recentMeans = new long[5];
  private int means;
  private int ticks;
  private long firstRtt;

  private Phase phase = Phase.STARTUP;
  /** What arrives, in bytes a second, when the bottleneck is full. */
  private double delivery;
  private double gain = STARTUP_GAIN;
  private double startupBest;
  private int startupFlat;
  private int step;
  private int untilStep;
  private double rateBeforeStep;
  private int hold;
  private long belowSince;
  private double deliveryBefore;
  private long drainFrom;
  private long drainQueue;
  private double expectedDrain;
  private int stuck;
  private long emptyingUntil;
  private int afterEmptying;
  private long emptiedAt;

  /**
   * @param initialWindow what may be sent before anything is known, in bytes
   * @param datagramBytes the size of a full datagram
   */
  public AutoRate(int initialWindow, int datagramBytes) {
    this.initialWindow = initialWindow;
    this.datagramBytes = datagramBytes;
    loss = new RandomLoss(datagramBytes);
  }

  @Override
  public long pacingRate() {
    if (delivery == 0) return INITIAL_RATE;
    double least = LEAST_DATAGRAMS_PER_ROUND * datagramBytes * 1e9 / roundNanos();
    return (long) Math.max(least, gain * delivery / (1 - loss.share()));
  }

  @Override
  public long inflightLimit() {
    if (delivery == 0) return initialWindow;
    double product = delivery / (1 - loss.share()) * pathRtt() / 1e9;
    double factor = phase == Phase.STARTUP ? STARTUP_GAIN : 2;
    return Math.max(initialWindow, (long) (factor * product) + 16L * datagramBytes);
  }

  @Override
  public long tickNanos() {
    long part = roundNanos() / TICKS_PER_ROUND;
    if (delivery == 0) return part;
    return Math.clamp((long) (TICK_DATAGRAMS * datagramBytes * 1e9 / delivery), part, roundNanos());
  }

  /** {@return the estimate of what the bottleneck takes, in bytes a second, or 0 before any} */
  public long capacity() {
    return (long) (delivery / (1 - loss.share()));
  }

  /** {@return the estimate of random loss, 0 to 1} */
  public double loss() {
    return loss.share();
  }

  @Override
  public void onRtt(long rttNanos, long nowNanos) {
    if (delivery != 0) return;
    firstRtt = rttNanos;
    delivery = initialWindow * 1e9 / rttNanos;
  }

  @Override
  public void onResolved(int bytes, boolean lost, long sentNanos) {
    loss.onResolved(bytes, lost, sentNanos);
  }

  @Override
  public void onRound(PathRound tick) {
    if (delivery == 0 || tick.meanRttNanos() == Long.MAX_VALUE) return;
    if (tick.rttSamples() >= LEAST_SAMPLES) baseRtt.update(medianRtt(tick.meanRttNanos()), tick.endNanos());
    if (baseRtt.get() == Long.MAX_VALUE) return;
    long queue = Math.max(0, tick.meanRttNanos() - baseRtt.get());
    recentSends[ticks % recentSends.length] = tick.sendRate();
    recentRates[ticks % TICKS_PER_ROUND] = tick.deliveryRate();
    recentQueues[ticks % TICKS_PER_ROUND] = queue;
    ticks++;
    switch (phase) {
      case STARTUP -> startup(tick, queue);
      case STEADY -> steady(tick, queue);
    }
  }

  /** The median of the last few means: on some paths single acknowledgments come much too soon. */
  private long medianRtt(long meanRtt) {
    recentMeans[means++ % recentMeans.length] = meanRtt;
    int n = Math.min(means, recentMeans.length);
    long[] sorted = Arrays.copyOf(recentMeans, n);
    Arrays.sort(sorted);
    return sorted[n / 2];
  }

  /** The round trip that control works with: no shorter than what can be measured. */
  private long roundNanos() {
    return Math.max(pathRtt(), TICKS_PER_ROUND * LEAST_TICK);
  }

  /** The round trip without a queue. */
  private long pathRtt() {
    long base = baseRtt.get();
    return base == Long.MAX_VALUE ? firstRtt : base;
  }

  private long queueTarget() {
    return Math.clamp(pathRtt() / 16, LEAST_TARGET, MOST_TARGET);
  }

  /** What arrived over the last round trip, or over its second half, whose end is less smooth but later. */
  private double recentRate(int howMany) {
    double sum = 0;
    int n = Math.min(howMany, ticks);
    for (int i = 1; i <= n; i++)
      sum += recentRates[(ticks - i) % TICKS_PER_ROUND];
    return sum / n;
  }

  /** The most that can have arrived of late if nothing waited in a queue: what was sent in the last two round trips. */
  private double mostExpectedRate() {
    double most = 0;
    for (double sent : recentSends)
      most = Math.max(most, sent);
    return most * (1 - loss.recent());
  }

  private long leastRecentQueue() {
    long least = Long.MAX_VALUE;
    for (int i = 1; i <= Math.min(ticks, TICKS_PER_ROUND); i++) {
      least = Math.min(least, recentQueues[(ticks - i) % TICKS_PER_ROUND]);
    }
    return least;
  }

  private long mostRecentQueue() {
    long most = 0;
    for (int i = 1; i <= Math.min(ticks, TICKS_PER_ROUND); i++) {
      most = Math.max(most, recentQueues[(ticks - i) % TICKS_PER_ROUND]);
    }
    return most;
  }

  private void startup(PathRound tick, long queue) {
    double rate = tick.deliveryRate();
    boolean queued = queue > Math.max(queueTarget(), roundNanos() / 8);
    if (!queued) delivery = Math.max(delivery, rate);
    // what waits for a slow application, or came before much was sent, is no queue of the path's
    if (tick.appLimited()) return;
    startupFlat = rate < startupBest * STARTUP_GROWTH ? startupFlat + 1 : 0;
    startupBest = Math.max(startupBest, rate);
    if (!queued && startupFlat < STARTUP_PATIENCE) return;
    phase = Phase.STEADY;
    delivery = recentRate(2);
    beginEmptying(tick.endNanos(), roundNanos(), FIRST_EMPTYING);
  }

  private void steady(PathRound tick, long queue) {
    if (hold > 0) hold--;
    if (afterEmptying > 0) afterEmptying--;
    measure(tick);
    watchForLongerPath(tick, queue);
    if (emptying(tick)) return;
    if (untilStep > 0 && --untilStep == 0) judgeStep(tick);
    if (untilStep == 0 && step < STEPS.length && mayGrow(tick)) grow();
    gain = control(queue);
  }

  private double control(long queue) {
    double target = queueTarget();
    if (queue < target) return 1 + (EMPTY_QUEUE_GAIN - 1) * (1 - queue / target);
    return Math.max(LEAST_GAIN, 1 + CONTROL * (target - queue) / roundNanos());
  }

  /** A queue through the whole last round trip means that what arrived is what the bottleneck lets arrive. */
  private void measure(PathRound tick) {
    double half = recentRate(2);
    double whole = recentRate(TICKS_PER_ROUND);
    long queue = leastRecentQueue();
    if (queue > queueTarget() / 2) {
      if (tick.appLimited()) return;
      // what arrives after an emptying was sent in it
      if (afterEmptying > 0 && queue < 3 * queueTarget()) return;
      // what was sent below the estimate arrives below it, and says nothing, unless more arrives: a queue that drains
      double expected = mostExpectedRate();
      if (whole < delivery && expected < 0.995 * delivery && whole < 1.05 * expected && whole > 0.95 * expected) return;
      if (half < 0.85 * delivery) delivery = half;
      else delivery += (whole - delivery) / TICKS_PER_ROUND;
      step = 0;
      untilStep = 0;
    } else if (whole > delivery) {
      delivery = whole;
    }
  }

  private boolean mayGrow(PathRound tick) {
    return hold == 0 && !tick.appLimited() && mostRecentQueue() < queueTarget() / 2;
  }

  private void grow() {
    rateBeforeStep = recentRate(TICKS_PER_ROUND);
    delivery *= stepSize();
    untilStep = STEP_TICKS;
  }

  private double stepSize() {
    return Math.min(STEPS[step], 1 + STEP_QUEUE_NANOS / roundNanos());
  }

  /** Did delivery follow the step? */
  private void judgeStep(PathRound tick) {
    double grown = recentRate(TICKS_PER_ROUND) / rateBeforeStep - 1;
    if (tick.appLimited() || grown > 0.3 * (stepSize() - 1)) {
      step = Math.min(step + 1, STEPS.length - 1);
      return;
    }
    delivery = recentRate(TICKS_PER_ROUND);
    step = 0;
    hold = HOLD_TICKS;
  }

  /**
   * Now and then the queue is let run empty, so that the least round trip is seen again without a queue of our own in it,
   * and random loss without any other.
   */
  private boolean emptying(PathRound tick) {
    long now = tick.endNanos();
    if (emptyingUntil != 0) {
      if (now - emptyingUntil < 0) return true;
      emptyingUntil = 0;
      emptiedAt = now;
      loss.endUnloaded(now);
      return false;
    }
    boolean due = now - emptiedAt > EMPTYING_INTERVAL
        || (loss.isExceeded() && now - emptiedAt > EMPTYING_INTERVAL / 4);
    if (!due || tick.appLimited() || untilStep > 0) return false;
    beginEmptying(now, roundNanos() / 2, EMPTYING);
    return true;
  }

  /** Sends less than arrives when the bottleneck is full: no estimate of loss is part of that, so it is less for sure. */
  private void beginEmptying(long nowNanos, long durationNanos, double share) {
    afterEmptying = (int) (durationNanos / tickNanos()) + TICKS_PER_ROUND + 1;
    emptyingUntil = nowNanos + durationNanos;
    gain = share * (1 - loss.share());
    loss.beginUnloaded(nowNanos);
  }

  /**
   * A queue that does not shrink while less is sent than the path takes is no queue: the path has become longer, or only
   * seems to vary. Then what was learnt under that error is taken back.
   */
  private void watchForLongerPath(PathRound tick, long queue) {
    long now = tick.endNanos();
    if (gain >= 1 || emptyingUntil != 0) {
      belowSince = 0;
    } else if (belowSince == 0) {
      belowSince = now;
      deliveryBefore = delivery;
      drainFrom = 0;
      stuck = 0;
    } else if (drainFrom == 0) {
      // it takes a round trip until less sent can mean less queued
      if (now - belowSince < tick.meanRttNanos() + tick.meanRttNanos() / 4) return;
      drainFrom = now;
      drainQueue = queue;
      expectedDrain = 0;
    } else {
      expectedDrain += (1 - gain) * tick.durationNanos();
      if (now - drainFrom < 3 * roundNanos() / 2 || expectedDrain < queueTarget()) return;
      boolean drains = queue <= 2 * queueTarget() || drainQueue - queue >= 0.3 * expectedDrain;
      stuck = drains ? 0 : stuck + 1;
      drainFrom = now;
      drainQueue = queue;
      expectedDrain = 0;
      if (stuck < STUCK) return;
      baseRtt.reset(tick.meanRttNanos(), now);
      delivery = Math.max(delivery, deliveryBefore);
      belowSince = 0;
    }
  }
}
