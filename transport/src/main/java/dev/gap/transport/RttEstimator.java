package dev.gap.transport;

/**
 * Smoothed round-trip time and retransmission timeout (RFC 6298 section 2), in nanoseconds. The timeout it gives never
 * backs off: mTCP repeats it unchanged, and a protocol that backs off multiplies it itself.
 */
public final class RttEstimator {
  /** The G of RFC 6298: acknowledgments come in steps, so no timeout is closer to SRTT than this. */
  private static final long GRANULARITY_NANOS = 10_000_000;

  private final long minRtoNanos;
  private final long initialRtoNanos;
  private long smoothed;
  private long variation;

  /**
   * @param initialRtoNanos the timeout before the first sample
   * @param minRtoNanos the least timeout after it
   */
  public RttEstimator(long initialRtoNanos, long minRtoNanos) {
    this.initialRtoNanos = initialRtoNanos;
    this.minRtoNanos = minRtoNanos;
  }

  /** Takes in a sample of the round-trip time; one that is not positive counts as a nanosecond. */
  public void sample(long rttNanos) {
    long rtt = Math.max(1, rttNanos);
    if (smoothed == 0) {
      smoothed = rtt;
      variation = rtt / 2;
      return;
    }
    // alpha = 1/8, beta = 1/4
    variation += (Math.abs(smoothed - rtt) - variation) / 4;
    smoothed += (rtt - smoothed) / 8;
    smoothed = Math.max(1, smoothed);
  }

  /** {@return whether there has been a sample} */
  public boolean hasSample() {
    return smoothed != 0;
  }

  /** {@return SRTT, or 0 before the first sample} */
  public long smoothedNanos() {
    return smoothed;
  }

  /** {@return RTTVAR, or 0 before the first sample} */
  public long variationNanos() {
    return variation;
  }

  /** {@return SRTT + max(G, 4 RTTVAR), at least the minimum, or the initial timeout before the first sample} */
  public long rtoNanos() {
    return smoothed == 0
        ? initialRtoNanos
        : Math.max(minRtoNanos, smoothed + Math.max(GRANULARITY_NANOS, 4 * variation));
  }
}
