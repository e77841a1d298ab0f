package dev.gap.transport;

import java.util.concurrent.TimeUnit;

/**
 * Loss detection by time, tolerant of reordering (the idea of RACK, RFC 8985 section 6): a segment is lost when another
 * that was sent later has arrived, and a round trip and a reordering window have passed since it was sent. Because the
 * time is that of the latest transmission, a lost retransmission is found in the same way. The reordering window follows
 * the lateness that the path shows.
 */
public final class LossDetector {
  private static final long MIN_WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int MIN_WINDOW_SHARE = 32;
  private static final int FORGETTING = 64;

  private long lateness;
  private long latestOfAcknowledgment;
  private boolean anyDelivered;
  private long latestSentNanos;
  private long latestRttNanos;
  private boolean anyReported;
  private long reportedSentNanos;
  private long reportedRttNanos;

  /**
   * Begins the arrivals of one acknowledgment. Arrivals reported together say nothing about their order, so lateness is
   * judged by what earlier acknowledgments reported.
   */
  public void beginAcknowledgment() {
    learn();
    anyReported = anyDelivered;
    reportedSentNanos = latestSentNanos;
    reportedRttNanos = latestRttNanos;
  }

  /**
   * Follows the lateness so that about one acknowledgment in twenty reports a later one: a single report that was held up,
   * because acknowledgments are lost too, does not make every loss wait for as long.
   */
  private void learn() {
    lateness += latestOfAcknowledgment > lateness
        ? (latestOfAcknowledgment - lateness) / 4
        : -(lateness - latestOfAcknowledgment) / FORGETTING;
    latestOfAcknowledgment = 0;
  }

  /**
   * Records that a segment arrived: late, if an earlier acknowledgment had passed it over.
   *
   * @param sentNanos when the transmission that arrived was sent
   */
  public void onArrival(long sentNanos, long nowNanos) {
    if (anyReported && sentNanos - reportedSentNanos < 0) {
      latestOfAcknowledgment = Math.max(latestOfAcknowledgment, nowNanos - sentNanos - reportedRttNanos);
    }
    if (anyDelivered && sentNanos - latestSentNanos < 0) return;
    anyDelivered = true;
    latestSentNanos = sentNanos;
    latestRttNanos = nowNanos - sentNanos;
  }

  /** {@return whether a segment sent at {@code sentNanos} has been passed over by one sent later} */
  public boolean isPassedOver(long sentNanos) {
    return anyDelivered && sentNanos - latestSentNanos < 0;
  }

  /**
   * {@return when a segment that was sent at {@code sentNanos}, passed over, and not heard of until then is lost}
   *
   * @param smoothedRttNanos the path's usual round trip: a segment that came sooner says nothing about the others
   */
  public long lostAtNanos(long sentNanos, long smoothedRttNanos) {
    return sentNanos + Math.max(latestRttNanos, smoothedRttNanos) + reorderingWindowNanos(smoothedRttNanos);
  }

  /** {@return how long a segment may be late, in nanoseconds: a 32nd of the round trip, or what has been seen} */
  public long reorderingWindowNanos(long rttNanos) {
    // a path later than a whole round trip is left to spurious retransmissions: they cost less than the wait
    return Math.max(MIN_WINDOW_NANOS,
        Math.clamp(lateness + lateness / 8, rttNanos / MIN_WINDOW_SHARE, Math.max(1, rttNanos)));
  }

  /** {@return how late segments have been of late, in nanoseconds} */
  public long latenessNanos() {
    return lateness;
  }
}
