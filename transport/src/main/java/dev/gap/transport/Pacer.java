package dev.gap.transport;

import java.util.concurrent.TimeUnit;

/**
 * Spreads datagrams over time at a given rate. Time not used is kept as credit up to a small burst, so that a loop that
 * wakes a little late still reaches the rate.
 */
public final class Pacer {
  private static final long BURST_NANOS = TimeUnit.MICROSECONDS.toNanos(2500);
  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private long nextNanos;
  private boolean started;

  /** {@return when the next datagram may be sent; not after {@code nowNanos} means now} */
  public long nextSendNanos(long nowNanos) {
    return started ? nextNanos : nowNanos;
  }

  /**
   * Accounts for a datagram.
   *
   * @param rate in bytes a second, or {@link RateController#UNLIMITED}
   */
  public void onSent(int bytes, long rate, long nowNanos) {
    long credit = nowNanos - BURST_NANOS;
    long from = started && nextNanos - credit > 0 ? nextNanos : credit;
    started = true;
    nextNanos = rate == RateController.UNLIMITED ? from : from + bytes * NANOS_PER_SECOND / Math.max(1, rate);
  }
}
