package dev.gap.transport;

/**
 * The start of a path of which the first flight has not told enough: what has come through, and when what arrives no longer
 * grows with what is sent.
 */
final class Startup {
  private static final double GROWTH = 1.2;
  private static final int PATIENCE_ROUNDS = 3;
  private static final double PROMISE_KEPT = 0.8;

  private double promised = Double.MAX_VALUE;
  private double cameThrough;
  private double best;
  /** The most that arrived in a whole round trip with a queue, though there was little to send. */
  private double queuedRate;
  private boolean begun;
  private long since;
  /** How long what arrives has not grown by much, and how long it has been measured. */
  private long flatNanos;
  private long nanos;

  /**
   * The first flight is over.
   *
   * @param shown how many bytes it is thought to have shown that the path takes
   * @param rate what it said that the path carries, in bytes a second, {@link Double#MAX_VALUE} if that is not known
   */
  void begin(double shown, double rate) {
    cameThrough = shown;
    promised = rate;
  }

  void onDelivered(int bytes) {
    cameThrough += bytes;
  }

  /** Notes a measurement, of whatever kind. */
  void onTick(PathRound tick) {
    if (!begun) since = tick.endNanos() - tick.durationNanos();
    begun = true;
  }

  /** Notes what arrived in a whole round trip, in bytes a second, through which a queue stood though there was little to send. */
  void onQueuedRound(double rate) {
    queuedRate = Math.max(queuedRate, rate);
  }

  /** {@return the most that {@link #onQueuedRound} was told of, 0 if nothing} The path carries that, and hardly more. */
  double queuedRate() {
    return queuedRate;
  }

  /** {@return what the first flight said that the path carries, in bytes a second} */
  double promised() {
    return promised;
  }

  /** {@return bytes that arrived, and as many as the first flight is thought to have shown} */
  double cameThrough() {
    return cameThrough;
  }

  /** {@return the most that arrived in any measurement, in bytes a second, if they have been long enough to tell} */
  double most(long roundNanos) {
    return nanos < roundNanos / 2 ? Double.MAX_VALUE : best;
  }

  /**
   * Judges by a measurement without a queue, which {@link #onTick} was told of.
   *
   * @param rate what arrived in it, in bytes a second
   * @param arrives whether a good part of what was sent arrives
   * @return whether what arrives does not grow with what is sent, or as much arrives as was promised
   */
  boolean isOver(PathRound tick, double rate, long roundNanos, boolean arrives) {
    // what was sent since the first is answered after a round trip
    if (tick.endNanos() - tick.durationNanos() - since < roundNanos) return false;
    flatNanos = rate < best * GROWTH ? flatNanos + tick.durationNanos() : 0;
    best = Math.max(best, rate);
    nanos += tick.durationNanos();
    if (nanos < roundNanos / 2) return false;
    boolean drops = flatNanos > roundNanos / 2 && !arrives;
    return drops || best > PROMISE_KEPT * promised || flatNanos > PATIENCE_ROUNDS * roundNanos;
  }
}
