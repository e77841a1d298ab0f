package dev.gap.transport;

/** Compares what arrives with what was sent a round trip before. */
final class Arrivals {
  /** So many standard deviations are no noise. With 2, and the loss taken for known, 9 of 48 doubled rates at 20 % loss took more than five round trips. */
  private static final double SURE = 2.5;
  private static final double LEAST_LOSS = 0.0005;

  private final TickHistory history;
  private final RandomLoss loss;
  private final int ticksPerRound;
  private final int datagramBytes;

  Arrivals(TickHistory history, RandomLoss loss, int ticksPerRound, int datagramBytes) {
    this.history = history;
    this.loss = loss;
    this.ticksPerRound = ticksPerRound;
    this.datagramBytes = datagramBytes;
  }

  /**
   * {@return whether in the last round trip, for all that can be known, as much arrived as was sent in the one before and not
   * lost at random}
   *
   * @param share of that which is enough
   */
  boolean follow(PathRound tick, double share) {
    // a tick too late or too early is a twentieth where the rate grows, which is what is asked here
    long ago = Math.min(tick.rttNanos(), 3L * ticksPerRound * tick.durationNanos());
    double expected = history.sendRateBefore(ago, history.durationNanos(ticksPerRound)) * (1 - loss.share());
    double datagrams = expected * ticksPerRound * tick.durationNanos() / (1e9 * datagramBytes);
    // both what is lost now and what is known of the loss are a count of so many datagrams
    double counts = 1 / Math.max(1, datagrams) + 1 / Math.max(1, loss.datagrams());
    double noise = SURE * Math.sqrt((loss.share() + LEAST_LOSS) * counts);
    return history.deliveryRate(ticksPerRound) > expected * (share - noise);
  }

  /** {@return how many measurements ago what arrives now was sent, two round trips at most} */
  int lag(PathRound tick) {
    return (int) Math.min(2L * ticksPerRound, Math.ceilDiv(tick.rttNanos(), tick.durationNanos()));
  }
}
