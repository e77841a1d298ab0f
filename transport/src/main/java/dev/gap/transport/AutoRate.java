package dev.gap.transport;

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
    FIRST_FLIGHT, STARTUP, STEADY
  }

  private static final long LEAST_TICK = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LEAST_TARGET = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long MOST_TARGET = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long MOST_CATCH_UP = TimeUnit.MILLISECONDS.toNanos(25);
  private static final long EMPTYING_INTERVAL = TimeUnit.SECONDS.toNanos(4);
  private static final int TICKS_PER_ROUND = 4;
  /** Acknowledgments are that much of a round trip apart, and a datagram may have come just before one. */
  private static final int EARLY_SHARE = 16;
  /** A measurement of fewer says little. */
  private static final int TICK_DATAGRAMS = 16;
  /** Where some acknowledgments overtake the others, those few may be all that a measurement has. */
  private static final int LEAST_ACKNOWLEDGMENTS = 3;
  private static final double STARTUP_GAIN = 2.885;
  /**
   * A rate that is measured over a quarter of a round trip and answered that much later grows 2.26 times in a round trip with this gain, and then
   * 1.97 times what has come in a round trip is in flight. More only overflows the queue of a path that is found to be full.
   */
  private static final double STARTUP_FLIGHT = 2;
  private static final long STARTUP_QUEUE = TimeUnit.MILLISECONDS.toNanos(25);
  /** Where less arrives of what is sent, a bottleneck drops it, or it makes little difference how much is sent. */
  private static final double STARTUP_ARRIVES = 0.5;
  /** Queue control with a delay of one round trip is stable below pi/2 and does not ring below about a half. */
  private static final double CONTROL = 0.5;
  private static final double LEAST_GAIN = 0.5;
  private static final double FIRST_EMPTYING = 0.7;
  private static final double EMPTYING = 0.9;
  private static final double EMPTY_QUEUE_GAIN = 1.04;
  private static final int HOLD_TICKS = 8 * TICKS_PER_ROUND;
  private static final int DRAIN_TICKS = 3;
  /** A queue of so many measurements ends growth: more would only make it longer. */
  private static final int GROWN_TICKS = 2;
  private static final double NOISE = 2;
  /** Sent at the estimate, as much arrives, but for noise. */
  private static final double FULL = 0.92;
  /** So much more is lost than the path loses at random where a bottleneck drops for want of a queue. */
  private static final double OVERLOAD = 0.15;
  /** With so much taken for random loss, what is sent to make up for it can fill a queue for good. */
  private static final double DOUBTFUL_LOSS = 0.15;
  /** The share that random loss lets through is known to this part of the loss. */
  private static final double LOSS_ERROR = 0.5;
  private static final double FIRST_SHARE = 0.85;
  /** Growth begins after two round trips, and is answered in the fourth. */
  private static final int PROOF_ROUNDS = 3;
  private static final double SHORT_LEAP = 8;
  private static final long INITIAL_RATE = 125_000_000;
  private static final int LEAST_DATAGRAMS_PER_ROUND = 2;

  private final int initialWindow;
  private final int datagramBytes;
  private final BaseRtt baseRtt = new BaseRtt();
  private final RandomLoss loss;
  private final TickHistory history = new TickHistory();
  private final Arrivals arrivals;
  private final FirstFlight firstFlight;
  /** How far a measurement's round trip is from the truth, as a standard deviation. */
  private double rttNoise;

  private Phase phase = Phase.FIRST_FLIGHT;
  /** What arrives, in bytes a second, when the bottleneck is full. */
  private double delivery;
  private double gain = STARTUP_GAIN;
  private final Startup startup = new Startup();
  private final Growth growth = new Growth(HOLD_TICKS);
  private final Overshoot overshoot = new Overshoot();
  private double deliveryBefore;
  private final TrainProof trainProof = new TrainProof();
  private final DrainWatch drainWatch = new DrainWatch();
  /** A queue that did not drain has been met by doubt in the random loss. */
  private boolean lossDoubted;
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
    arrivals = new Arrivals(history, loss, TICKS_PER_ROUND, datagramBytes);
    firstFlight = new FirstFlight(initialWindow, datagramBytes);
  }

  @Override
  public long pacingRate() {
    if (phase == Phase.FIRST_FLIGHT) return INITIAL_RATE;
    double least = LEAST_DATAGRAMS_PER_ROUND * datagramBytes * 1e9 / roundNanos();
    double rate = gain * delivery / (1 - loss.share());
    return (long) Math.max(least, phase == Phase.STARTUP ? Math.min(rate, startup.promised()) : rate);
  }

  @Override
  public long inflightLimit() {
    if (phase == Phase.FIRST_FLIGHT) return firstFlight.bytes();
    // no more than the path holds until the first flight has drained
    if (!baseRtt.isKnown() && phase == Phase.STEADY) {
      return Math.max((long) LEAST_DATAGRAMS_PER_ROUND * datagramBytes,
          (long) (delivery * firstFlight.rttNanos() / 1e9));
    }
    double product = delivery / (1 - loss.share()) * pathRtt() / 1e9;
    // a measurement may be wrong by any factor, what has come through is not
    double limit = phase == Phase.STARTUP ? STARTUP_FLIGHT * Math.min(product, startup.cameThrough()) : 2 * product;
    return Math.max(initialWindow, (long) limit + 16L * datagramBytes);
  }

  /** As much as the queue is meant to hold: a stall as long has emptied it. */
  @Override
  public long catchUpNanos() {
    return phase == Phase.FIRST_FLIGHT ? 0 : Math.min(queueTarget(), MOST_CATCH_UP);
  }

  @Override
  public long earliestNanos() {
    return baseRtt.isKnown() ? baseRtt.nanos() - baseRtt.nanos() / EARLY_SHARE : 0;
  }

  @Override
  public long tickNanos() {
    long part = roundNanos() / TICKS_PER_ROUND;
    if (delivery == 0) return part;
    return Math.clamp((long) (TICK_DATAGRAMS * datagramBytes * 1e9 / delivery), part, roundNanos());
  }

  /** The estimate of what the bottleneck takes; of a first flight all that is known is that it came through. */
  @Override
  public long capacity() {
    return (long) (delivery / (1 - loss.share()));
  }

  /** {@return the estimate of random loss, 0 to 1} */
  public double loss() {
    return loss.share();
  }

  @Override
  public void onRtt(long rttNanos, long nowNanos) {
    if (phase == Phase.STARTUP && firstFlight.isArriving(nowNanos) && firstFlight.isSpread()) followTrain(nowNanos);
    if (phase != Phase.FIRST_FLIGHT) return;
    boolean over = firstFlight.onRtt(rttNanos, STARTUP_GAIN, nowNanos);
    delivery = firstFlight.shown();
    if (over) leaveFirstFlight(nowNanos);
  }

  @Override
  public void onDelivered(int bytes, long sentNanos, boolean overtaken, AckClock clock) {
    loss.onResolved(bytes, false, sentNanos);
    if (phase == Phase.STARTUP) startup.onDelivered(bytes);
    if (phase == Phase.STEADY || (phase == Phase.STARTUP && !firstFlight.isArriving(clock.nowNanos()))) return;
    firstFlight.onDelivered(bytes, sentNanos, overtaken, roundNanos(), clock);
  }

  @Override
  public void onLost(int bytes, long sentNanos, long nowNanos) {
    loss.onResolved(bytes, true, sentNanos);
    if (phase != Phase.FIRST_FLIGHT || !firstFlight.onLost(bytes, sentNanos)) return;
    delivery = firstFlight.shown();
    leaveFirstFlight(nowNanos);
  }

  @Override
  public void onSpuriousLoss(int bytes, long sentNanos) {
    loss.onSpurious(bytes, sentNanos);
  }

  private void leaveFirstFlight(long nowNanos) {
    if (firstFlight.isSpread()) {
      followTrain(nowNanos);
      return;
    }
    ArrivalTrain train = firstFlight.train();
    // of a train too short to be spread an acknowledgment that overtook others may have reported the most
    double most = (train.isSpread() ? FirstFlight.MOST_LEAP : SHORT_LEAP) * delivery;
    delivery = Math.min(Math.max(delivery, train.rate()), most);
    phase = Phase.STARTUP;
    startup.begin(delivery * firstFlight.rttNanos() / 1e9, train.isSpread() ? train.rate() : Double.MAX_VALUE);
  }

  /** The first flight has told what the path carries. */
  private void followTrain(long nowNanos) {
    delivery = firstFlight.train().rate();
    phase = Phase.STEADY;
    trainProof.begin(nowNanos + PROOF_ROUNDS * roundNanos());
    beginEmptying(nowNanos, Math.max(roundNanos(), (long) (initialWindow * 1e9 / delivery)), FIRST_SHARE);
  }

  /** Takes back a rate that the first flight only seemed to tell, and with it what a full queue would pass for. */
  private void doubtTrain(PathRound tick) {
    if (tick.acknowledgments() < LEAST_ACKNOWLEDGMENTS || !trainProof.isRefuted(tick, 2 * standingQueue())) return;
    baseRtt.begin(trainProof.leastRttNanos(), tick.endNanos());
    delivery = Math.min(delivery, trainProof.rate());
    beginEmptying(tick.endNanos(), roundNanos(), FIRST_EMPTYING);
  }

  @Override
  public void onRound(PathRound tick) {
    if (phase == Phase.FIRST_FLIGHT || tick.rttNanos() == Long.MAX_VALUE) return;
    doubtTrain(tick);
    // the first flight makes a queue of its own: until it has drained there is no telling what the path's round trip is
    boolean drained = baseRtt.isKnown() || tick.endNanos() - tick.durationNanos() - emptyingUntil >= 0;
    if (drained && tick.acknowledgments() >= LEAST_ACKNOWLEDGMENTS)
      baseRtt.measure(tick.rttNanos(), phase == Phase.STARTUP, tick.endNanos());
    if (!baseRtt.isKnown()) return;
    rttNoise += (tick.rttErrorNanos() - rttNoise) / (2 * TICKS_PER_ROUND);
    long queue = Math.max(0, tick.rttNanos() - baseRtt.nanos());
    history.add(tick, queue);
    switch (phase) {
      case FIRST_FLIGHT -> throw new IllegalStateException();
      case STARTUP -> startup(tick);
      case STEADY -> steady(tick, queue);
    }
  }

  /** The round trip that control works with: no shorter than what can be measured. */
  private long roundNanos() {
    return Math.max(pathRtt(), TICKS_PER_ROUND * LEAST_TICK);
  }

  /** The round trip without a queue. */
  private long pathRtt() {
    return baseRtt.isKnown() ? baseRtt.nanos() : firstFlight.rttNanos();
  }

  private long queueTarget() {
    return Math.clamp(pathRtt() / 16, LEAST_TARGET, MOST_TARGET) + (long) (NOISE * rttNoise);
  }

  /** What a start takes for a queue if it is seen twice. */
  private long standingQueue() {
    return Math.max(queueTarget(), Math.min(STARTUP_QUEUE, roundNanos() / 8));
  }

  /** What can have arrived at most: what was sent, and not lost at random. */
  private double mostExpectedRate() {
    return history.mostSendRate(TICKS_PER_ROUND) * (1 - loss.share());
  }

  private void startup(PathRound tick) {
    double rate = Math.min(tick.deliveryRate(), mostExpectedRate());
    startup.onTick(tick);
    // one measurement with a queue may be a stall of the host
    boolean queued = history.leastQueue(2) > standingQueue();
    if (!queued) delivery = Math.max(delivery, rate);
    // what waits for a slow application, or came before much was sent, is no queue of the path's, unless it stands
    if (tick.appLimited()) {
      if (history.leastQueue(TICKS_PER_ROUND) > standingQueue()) {
        startup.onQueuedRound(history.deliveryRate(TICKS_PER_ROUND));
        delivery = Math.min(delivery, startup.queuedRate());
      }
      return;
    }
    if (!queued && !startup.isOver(tick, rate, roundNanos(), arrivals.follow(tick, STARTUP_ARRIVES))) {
      delivery = Math.min(delivery, startup.most(roundNanos()));
      return;
    }
    phase = Phase.STEADY;
    delivery = Math.max(history.deliveryRate(2), Math.min(delivery, startup.queuedRate()));
    beginEmptying(tick.endNanos(), roundNanos(), queued ? FIRST_EMPTYING : FIRST_SHARE);
  }

  private void steady(PathRound tick, long queue) {
    growth.onTick();
    if (afterEmptying > 0) afterEmptying--;
    measure(tick);
    watchForLongerPath(tick, queue);
    if (emptying(tick)) return;
    if (mayGrow(tick)) grow(tick);
    gain = control(queue + overshoot.queueNanos(tick.endNanos()));
  }

  private double control(long queue) {
    double target = queueTarget();
    if (queue < target) return 1 + (EMPTY_QUEUE_GAIN - 1) * (1 - queue / target);
    return Math.max(LEAST_GAIN, 1 + CONTROL * (target - queue) / roundNanos());
  }

  /** A queue through the whole last round trip means that what arrived is what the bottleneck lets arrive. */
  private void measure(PathRound tick) {
    double whole = history.deliveryRate(TICKS_PER_ROUND);
    double expected = mostExpectedRate();
    if (growth.isUnderWay() && !tick.appLimited() && history.leastQueue(GROWN_TICKS) > queueTarget() / 2) {
      endGrowth(tick);
      return;
    }
    long queue = history.leastQueue(TICKS_PER_ROUND);
    if (queue > queueTarget() / 2) {
      if (!tick.appLimited()) measureQueued(tick, whole, expected);
    } else
      if (!tick.appLimited() && !growth.isUnderWay() && afterEmptying == 0
          && history.lossShare(TICKS_PER_ROUND) > loss.share() + OVERLOAD && !arrivals.follow(tick, 0.9)) {
            // a bottleneck that drops without a queue to be seen
            delivery = Math.min(delivery, whole);
          } else {
            // reports that come in lumps can make it seem that more arrived than was sent
            delivery = Math.max(delivery, Math.min(whole, expected));
          }
  }

  private void endGrowth(PathRound tick) {
    delivery = growth.end(history.deliveryRate(GROWN_TICKS), delivery);
    int ticks = arrivals.lag(tick);
    double surplus = history.sendRate(0, ticks) * (1 - loss.share()) / delivery - 1;
    overshoot.begin(surplus, ticks * tick.durationNanos(), tick.endNanos());
    if (afterEmptying == 0) growth.onQueue(delivery);
  }

  private void measureQueued(PathRound tick, double whole, double expected) {
    double half = history.deliveryRate(2);
    if (whole > delivery) delivery += (Math.min(whole, expected) - delivery) / TICKS_PER_ROUND;
    else if (!arrivals.follow(tick, 0.95)) {
      // less that arrives without more that queues is a report lost or late: no bottleneck has become slower
      double missingNanos = (1 - half / delivery) * 2 * tick.durationNanos();
      boolean slower = half < 0.85 * delivery && history.queueRise(2) > missingNanos / 3;
      delivery = slower ? half : delivery + (whole - delivery) / TICKS_PER_ROUND;
    }
    if (afterEmptying == 0) growth.onQueue(delivery);
  }

  private boolean mayGrow(PathRound tick) {
    boolean started = growth.isUnderWay() || history.deliveryRate(TICKS_PER_ROUND) > FULL * delivery;
    return growth.isAllowed() && afterEmptying == 0 && started && !tick.appLimited()
        && history.mostQueue(TICKS_PER_ROUND / 2) < queueTarget() / 2;
  }

  private void grow(PathRound tick) {
    delivery = growth.ticks() > arrivals.lag(tick) + 1 && !arrivals.follow(tick, 0.95)
        ? growth.giveUp(history.deliveryRate(TICKS_PER_ROUND))
        : growth.next(delivery, isDrained(tick), tick.durationNanos(), roundNanos());
  }

  /** {@return whether a queue has gone of late that could not by what was sent, had the bottleneck stayed as it was} */
  private boolean isDrained(PathRound tick) {
    long rise = history.queueRise(DRAIN_TICKS);
    // from what was answered before the queue fell to what is answered now, by when it was sent
    long span = history.durationNanos(DRAIN_TICKS) - rise;
    double deficit = 1 - history.sendRateBefore(tick.rttNanos(), span) / capacity();
    double explained = Math.max(0, deficit) * span;
    double datagramNanos = datagramBytes * 1e9 / capacity();
    return -rise - explained > Math.max(queueTarget() / 2.0, 2 * datagramNanos);
  }

  /**
   * Now and then the queue is let run empty, so that the least round trip is seen again without a queue of our own in it,
   * and random loss without any other.
   */
  private boolean emptying(PathRound tick) {
    long now = tick.endNanos();
    if (emptyingUntil != 0) {
      // with a full flight nothing is sent, and nothing learnt
      if (tick.sentBytes() == 0) emptyingUntil += tick.durationNanos();
      if (now - emptyingUntil < 0 || !baseRtt.isSettled()) return true;
      emptyingUntil = 0;
      emptiedAt = now;
      loss.endUnloaded(now);
      return false;
    }
    boolean due = now - emptiedAt > EMPTYING_INTERVAL
        || (loss.isExceeded() && now - emptiedAt > 8 * roundNanos());
    if (!due || tick.appLimited() || growth.isUnderWay()) return false;
    beginEmptying(now, loss.isExceeded() ? roundNanos() : roundNanos() / 2, EMPTYING);
    return true;
  }

  /** Sends less than arrives when the bottleneck is full: no estimate of loss is part of that, so it is less for sure. */
  private void beginEmptying(long nowNanos, long durationNanos, double share) {
    afterEmptying = (int) (durationNanos / tickNanos()) + TICKS_PER_ROUND + 1;
    emptyingUntil = nowNanos + durationNanos;
    gain = share * (1 - loss.share());
    loss.beginUnloaded(nowNanos);
  }

  /** Where a queue turns out to be none, the path is longer, and what was learnt under that error is taken back. */
  private void watchForLongerPath(PathRound tick, long queue) {
    // of few reports, most speak of what the queue was before
    if (tick.acknowledgments() < LEAST_ACKNOWLEDGMENTS) return;
    if (history.meanQueue(TICKS_PER_ROUND) < queueTarget()) {
      lossDoubted = false;
      drainWatch.reset();
      return;
    }
    if (!drainWatch.isWatching()) deliveryBefore = delivery;
    if (!drainWatch.isNoQueue(tick, queue, Math.min(1, gain * (1 + LOSS_ERROR * loss.share())), 3 * roundNanos() / 2,
        queueTarget()))
      return;
    drainWatch.reset();
    if (!lossDoubted && loss.share() >= DOUBTFUL_LOSS) {
      doubtLoss(tick.endNanos());
      return;
    }
    lossDoubted = false;
    baseRtt.lengthen(tick.rttNanos(), tick.endNanos());
    delivery = Math.max(delivery, deliveryBefore);
  }

  /** What a full queue drops may have passed for random loss, and made up for all that was to be sent less. */
  private void doubtLoss(long nowNanos) {
    lossDoubted = true;
    loss.forget();
    delivery = Math.min(delivery, history.deliveryRate(2 * TICKS_PER_ROUND));
    beginEmptying(nowNanos, roundNanos(), FIRST_EMPTYING);
  }
}
