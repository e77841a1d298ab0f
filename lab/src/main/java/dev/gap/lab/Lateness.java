package dev.gap.lab;

/** By how much things happened later than they were to, in steps that double. */
public final class Lateness {
  private static final int STEPS = 40;
  private final long[] counts = new long[STEPS];
  private long total;
  private long maxNanos;

  /**
   * What has been recorded.
   *
   * @param count how many
   * @param p99Nanos what 99 of 100 did not exceed, rounded up by at most the double
   * @param maxNanos the latest of all
   */
  public record Summary(long count, long p99Nanos, long maxNanos) {}

  void record(long nanos) {
    int step = Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, nanos));
    counts[Math.min(step, STEPS - 1)]++;
    total++;
    maxNanos = Math.max(maxNanos, nanos);
  }

  Summary summary() {
    long wanted = total - total / 100;
    long seen = 0;
    for (int step = 0; step < STEPS; step++) {
      seen += counts[step];
      if (seen >= wanted) return new Summary(total, Math.min(maxNanos, (1L << step) - 1), maxNanos);
    }
    return new Summary(total, maxNanos, maxNanos);
  }
}
