package dev.gap.transport;

/**
 * What a path did in a stretch of time, part of a round trip.
 *
 * @param endNanos when it ended
 * @param durationNanos how long it lasted, more than 0
 * @param sentBytes bytes sent in it, first transmissions and others
 * @param deliveredBytes bytes reported as arrived in it
 * @param lostBytes bytes taken for lost in it, less those that turned out to have arrived
 * @param rttNanos the median round-trip time of the acknowledgments in it, or {@link Long#MAX_VALUE} if none was measured
 * @param acknowledgments how many in it reported what was not known to have arrived
 * @param rttErrorNanos the standard error of that median, 0 if it is not known
 * @param appLimited whether the sender ran out of things to send, so that the path may carry more than it delivered
 */
public record PathRound(long endNanos, long durationNanos, long sentBytes, long deliveredBytes, long lostBytes,
    long rttNanos, int acknowledgments, long rttErrorNanos, boolean appLimited) {

  /** {@return what arrived, in bytes a second} */
  public double deliveryRate() {
    return deliveredBytes * 1e9 / durationNanos;
  }

  /** {@return what was sent, in bytes a second} */
  public double sendRate() {
    return sentBytes * 1e9 / durationNanos;
  }
}
