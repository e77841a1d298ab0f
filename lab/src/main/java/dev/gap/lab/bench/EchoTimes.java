package dev.gap.lab.bench;

import java.util.Arrays;

/** Times of echoes as they come back: so few that all are kept, and percentiles are exact. Safe for use by threads. */
final class EchoTimes {
  private final long[] micros;
  private int count;

  EchoTimes(int sent) {
    micros = new long[sent];
  }

  synchronized void add(long newMicros) {
    micros[count++] = newMicros;
  }

  synchronized Echo summary() {
    Arrays.sort(micros, 0, count);
    return new Echo(count, micros.length, percentile(50), percentile(90), percentile(99), percentile(100));
  }

  /** {@return the least time that so many of a hundred did not exceed; 0 of none} */
  private long percentile(int percent) {
    if (count == 0) return 0;
    return micros[Math.max(0, Math.ceilDiv(count * percent, 100) - 1)];
  }
}
