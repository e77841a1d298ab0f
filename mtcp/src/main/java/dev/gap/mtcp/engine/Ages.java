package dev.gap.mtcp.engine;

/** How old the segments were whose arrival one acknowledgment reports, in nanoseconds. */
final class Ages {
  private long sum;
  private int count;
  private long least;
  private long most;

  void clear() {
    sum = 0;
    count = 0;
    least = Long.MAX_VALUE;
    most = 0;
  }

  void add(long ageNanos) {
    sum += ageNanos;
    count++;
    least = Math.min(least, ageNanos);
    most = Math.max(most, ageNanos);
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
