package dev.gap.transport;

/**
 * What was sent beyond what a path takes before that was known: it will queue, and counts as a queue until it is seen as one.
 * Without, a queue is answered a round trip late, while as much again is on its way.
 */
final class Overshoot {
  private long nanos;
  private long span;
  private long began;

  /**
   * It has just turned out.
   *
   * @param surplus what was sent over what the path takes, less 1
   * @param spanNanos for how long it was sent: the answer to what was sent before has come
   */
  void begin(double surplus, long spanNanos, long nowNanos) {
    nanos = Math.max(0, (long) (surplus * spanNanos));
    span = spanNanos;
    began = nowNanos;
  }

  /** {@return what of it is yet to be seen, as the time that the path takes for it} */
  long queueNanos(long nowNanos) {
    long left = span - (nowNanos - began);
    return left <= 0 ? 0 : (long) (nanos * (double) left / span);
  }
}
