package dev.gap.transport;

import java.util.PriorityQueue;
import java.util.Random;

/**
 * A sender in a closed loop with a bottleneck, in virtual time and datagram by datagram: a queue in front of a link of
 * fixed rate, random loss behind it, and a way back that takes no capacity. The sender always has something to send unless
 * told otherwise. Meter and rate are driven as a path of mTCP drives them.
 */
final class FluidPath {
  static final int DATAGRAM = 1400;
  static final int INITIAL_FLIGHT = 64;
  private static final long STEP = 100_000;

  /** What becomes of a datagram, known to the sender at {@code nanos}. */
  private record Fate(long nanos, long sentNanos, boolean arrives) {}

  private final RateController rate;
  private final Random random;
  private final DeliveryMeter meter = new DeliveryMeter();
  private final AckClock clock = new AckClock();
  private final Pacer pacer = new Pacer();
  private final PriorityQueue<Fate> fates = new PriorityQueue<>((a, b) -> Long.compare(a.nanos(), b.nanos()));
  private double capacity;
  private long baseRtt;
  private double loss;
  private long jitter;
  private long queueLimitNanos = 500_000_000;
  private boolean paused;
  private long heldEvery = 1;
  private long heldLength;

  private long now = 1_000_000_000;
  private long busyUntil;
  private long inflight;
  private long sentBytes;
  private long deliveredBytes;
  private double queueNanosTotal;
  private long steps;

  FluidPath(RateController rate, double capacity, long baseRttMillis, long seed) {
    this.rate = rate;
    this.capacity = capacity;
    baseRtt = baseRttMillis * 1_000_000;
    random = new Random(seed);
  }

  /** Sets the share of datagrams lost at random. */
  FluidPath withLoss(double share) {
    loss = share;
    return this;
  }

  /** Sets how long a datagram may wait at the bottleneck; more are dropped. */
  FluidPath withQueue(long millis) {
    queueLimitNanos = millis * 1_000_000;
    return this;
  }

  /** Sets how much later than at best a datagram may be for no reason; each is late by a time of its own. */
  FluidPath withJitter(long millis) {
    jitter = millis * 1_000_000;
    return this;
  }

  /** Lets the sender hear nothing for {@code lengthMillis} in every {@code everyMillis}: it hears of all then. */
  FluidPath withReportsHeldUp(long everyMillis, long lengthMillis) {
    heldEvery = everyMillis * 1_000_000;
    heldLength = lengthMillis * 1_000_000;
    return this;
  }

  /** What waits at the bottleneck now leaves it at the new rate. */
  void setCapacity(double bytesPerSecond) {
    long backlog = Math.max(0, busyUntil - now);
    busyUntil = now + (long) (backlog * capacity / bytesPerSecond);
    capacity = bytesPerSecond;
  }

  void setBaseRtt(long millis) { baseRtt = millis * 1_000_000; }

  void setPaused(boolean paused) { this.paused = paused; }

  /** Lets {@code count} round trips of the path without a queue pass. {@return what was seen in them} */
  Seen runRounds(int count) {
    return runNanos(count * baseRtt);
  }

  /** Lets time pass. {@return what was seen in it} */
  Seen runMillis(long millis) {
    return runNanos(millis * 1_000_000);
  }

  private Seen runNanos(long nanos) {
    long start = now;
    sentBytes = 0;
    deliveredBytes = 0;
    queueNanosTotal = 0;
    steps = 0;
    while (now < start + nanos)
      step();
    double seconds = (now - start) / 1e9;
    return new Seen(sentBytes / seconds, deliveredBytes / seconds, queueNanosTotal / steps / 1e6, queueNanos() / 1e6);
  }

  private long queueNanos() {
    return Math.max(0, busyUntil - now);
  }

  private void step() {
    now += STEP;
    for (Fate fate = fates.peek(); !isHeldUp() && fate != null && fate.nanos() <= now; fate = fates.peek()) {
      fates.poll();
      resolve(fate);
      endRound();
    }
    while (!paused && maySend()) {
      send();
      endRound();
    }
    if (paused && maySend()) meter.onIdle(now);
    queueNanosTotal += queueNanos();
    steps++;
  }

  private boolean isHeldUp() { return now % heldEvery < heldLength; }

  private boolean maySend() {
    if (inflight < rate.inflightLimit()) return pacer.nextSendNanos(now) <= now;
    pacer.onHeld();
    return false;
  }

  private void endRound() {
    PathRound round = meter.pollRound(rate.tickNanos(), now);
    if (round != null) rate.onRound(round);
  }

  private void resolve(Fate fate) {
    inflight -= DATAGRAM;
    if (!fate.arrives()) {
      meter.onLost(DATAGRAM);
      rate.onLost(DATAGRAM, fate.sentNanos(), now);
      return;
    }
    deliveredBytes += DATAGRAM;
    meter.onDelivered(DATAGRAM, fate.sentNanos() + rate.earliestNanos(), now);
    clock.take((int) (now / 1_000_000), 0, now);
    rate.onDelivered(DATAGRAM, fate.sentNanos(), false, clock);
    meter.onAcknowledgment(now - fate.sentNanos());
    rate.onRtt(now - fate.sentNanos(), now);
  }

  private void send() {
    pacer.onSent(DATAGRAM, rate.pacingRate(), rate.catchUpNanos(), now);
    meter.onSent(DATAGRAM, now);
    inflight += DATAGRAM;
    sentBytes += DATAGRAM;
    long wait = queueNanos();
    boolean overflow = wait > queueLimitNanos;
    if (!overflow) busyUntil = now + wait + (long) (DATAGRAM * 1e9 / capacity);
    boolean arrives = !overflow && random.nextDouble() >= loss;
    long leaves = overflow ? now + wait : busyUntil;
    // a loss is noticed an eighth of a round trip later than an arrival, and no sooner than the latest arrival
    long late = arrives ? (long) (random.nextDouble() * jitter) : Math.max(jitter, baseRtt / 8);
    fates.add(new Fate(leaves + baseRtt + late, now, arrives));
  }

  /**
   * What a stretch of time showed.
   *
   * @param sent bytes a second sent
   * @param delivered bytes a second that arrived
   * @param queueMillis the mean wait at the bottleneck
   * @param lastQueueMillis the wait at the bottleneck when it ended
   */
  record Seen(double sent, double delivered, double queueMillis, double lastQueueMillis) {}
}
