package dev.gap.mtcp.engine;

import java.util.Arrays;

/** How old the segments were whose arrival one acknowledgment reports, in nanoseconds. */
final class Ages {
  private static final int KEPT = 64;

  private final long[] kept = new long[KEPT];
  private int keptCount;
  private int stride = 1;
  private long sum;
  private int count;
  private long least;
  private long most;

  void clear() {
    sum = 0;
    count = 0;
    keptCount = 0;
    stride = 1;
    least = Long.MAX_VALUE;
    most = 0;
  }

  void add(long ageNanos) {
    sum += ageNanos;
    if (count++ % stride == 0) keep(ageNanos);
    least = Math.min(least, ageNanos);
    most = Math.max(most, ageNanos);
  }

  private void keep(long ageNanos) {
    if (keptCount == KEPT) {
      for (int i = 0; i < KEPT / 2; i++)
        kept[i] = kept[2 * i];
      keptCount = KEPT / 2;
      stride *= 2;
      if ((count - 1) % stride != 0) return;
    }
    kept[keptCount++] = ageNanos;
  }

  /**
   * {@return the lower quartile} One that is not spoilt by the few that come much sooner than the others on some paths, nor by how
   * many there are and how long they waited to be reported.
   */
  long lowerQuartile() {
    Arrays.sort(kept, 0, keptCount);
    return kept[keptCount / 4];
  }

  boolean any() {
    return count > 0;
  }

  /** {@return the mean: on some paths single segments come much sooner than the others} */
  long mean() {
    return sum / count;
  }

  long least() {
    return least;
  }

  long most() {
    return most;
  }
}
