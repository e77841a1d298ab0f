package dev.gap.tcp.engine.stack;

/** How many ICMP errors a host sends: a bucket of ten tokens, ten a second come in, RFC 4443 section 2.4 (f). */
final class IcmpLimit {
  static final int MOST = 10;
  private static final long EACH_NANOS = 100_000_000;

  /** When the bucket is full again. */
  private long full = Long.MIN_VALUE;

  /** {@return whether one may go out now} */
  boolean take(long now) {
    long from = Math.max(full, now);
    if (from - now > (MOST - 1) * EACH_NANOS) return false;
    full = from + EACH_NANOS;
    return true;
  }
}
