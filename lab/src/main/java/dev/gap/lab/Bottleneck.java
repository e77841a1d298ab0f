package dev.gap.lab;

/**
 * A drop-tail queue drained at a fixed rate. It holds no datagrams: when one goes in, all that matters is known, which
 * is when it will have been sent.
 */
final class Bottleneck {
  /** What {@link #admit} answers for a datagram that finds the queue full. */
  static final long OVERFLOW = Long.MIN_VALUE;

  private long rate;
  private long queueNanos;
  private int overheadBytes;
  private long busyUntilNanos = Long.MIN_VALUE;

  private long admitted;
  private long totalDelayNanos;
  private long maxDelayNanos;

  Bottleneck(LinkSpec spec) {
    configure(spec);
  }

  /**
   * Goes on with other figures. What is queued now drains at the new rate.
   *
   * @return how many times as long everything queued takes from now on
   */
  double change(LinkSpec spec, long nowNanos) {
    double factor = rate == 0 ? 1 : spec.rate() == 0 ? 0 : (double) rate / spec.rate();
    busyUntilNanos = rescaled(busyUntilNanos, factor, nowNanos);
    configure(spec);
    return factor;
  }

  private void configure(LinkSpec spec) {
    rate = spec.rate();
    queueNanos = spec.queue().toNanos();
    overheadBytes = spec.overheadBytes();
  }

  /** {@return when the last bit of a datagram of {@code length} bytes will have left, or {@link #OVERFLOW}} */
  long admit(int length, long nowNanos) {
    long waitNanos = Math.max(busyUntilNanos, nowNanos) - nowNanos;
    if (queueNanos > 0 && waitNanos > queueNanos) return OVERFLOW;
    admitted++;
    totalDelayNanos += waitNanos;
    maxDelayNanos = Math.max(maxDelayNanos, waitNanos);
    long sendNanos = rate == 0 ? 0 : (length + overheadBytes) * 8_000_000_000L / rate;
    busyUntilNanos = nowNanos + waitNanos + sendNanos;
    return busyUntilNanos;
  }

  /** {@return when what was to leave at {@code sentNanos} will leave if its remaining wait takes {@code factor} as long} */
  static long rescaled(long sentNanos, double factor, long nowNanos) {
    return sentNanos <= nowNanos ? sentNanos : nowNanos + (long) ((sentNanos - nowNanos) * factor);
  }

  /** {@return the longest wait so far, transmission not counted} */
  long maxDelayNanos() {
    return maxDelayNanos;
  }

  /** {@return the average wait so far, transmission not counted} */
  long meanDelayNanos() {
    return admitted == 0 ? 0 : totalDelayNanos / admitted;
  }
}
