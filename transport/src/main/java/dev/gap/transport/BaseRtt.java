package dev.gap.transport;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * What a measurement's round trip is without a queue: the least of the last half minute. Each is taken for the median of the last few, since
 * on some paths single acknowledgments come much too soon; the first few tell by that median alone, since the least of them would be
 * the least of their errors.
 */
final class BaseRtt {
  private static final long WINDOW = TimeUnit.SECONDS.toNanos(30);
  private static final int MEDIAN_OF = 5;
  private static final int FIRST_MEASUREMENTS = 3;

  private final WindowedMin least = new WindowedMin(WINDOW);
  private final long[] recent = new long[MEDIAN_OF];
  private final long[] sorted = new long[MEDIAN_OF];
  private int measurements;

  /** {@return it in nanoseconds, {@link Long#MAX_VALUE} before any measurement} */
  long nanos() {
    return least.get();
  }

  /** {@return whether there was any measurement} */
  boolean isKnown() { return least.get() != Long.MAX_VALUE; }

  /** {@return whether there were measurements enough to rely on} */
  boolean isSettled() {
    return measurements >= FIRST_MEASUREMENTS;
  }

  /**
   * Takes in a measurement.
   *
   * @param starting whether it is sooner to be relied on, since a start cannot wait
   */
  void measure(long rttNanos, boolean starting, long nowNanos) {
    recent[measurements++ % MEDIAN_OF] = rttNanos;
    long median = medianOfRecent();
    if (measurements <= (starting ? FIRST_MEASUREMENTS : MEDIAN_OF)) least.reset(median, nowNanos);
    else least.update(median, nowNanos);
  }

  /** The path has become longer: what was measured before counts no more, but for the median of the last few. */
  void lengthen(long rttNanos, long nowNanos) {
    least.reset(rttNanos, nowNanos);
  }

  /** All that was measured before was wrong: nothing of it is left in the median either. */
  void begin(long rttNanos, long nowNanos) {
    least.reset(rttNanos, nowNanos);
    Arrays.fill(recent, rttNanos);
    measurements = MEDIAN_OF + 1;
  }

  private long medianOfRecent() {
    int n = Math.min(measurements, MEDIAN_OF);
    System.arraycopy(recent, 0, sorted, 0, n);
    Arrays.sort(sorted, 0, n);
    return sorted[n / 2];
  }
}
