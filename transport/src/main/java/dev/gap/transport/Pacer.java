package dev.gap.transport;

import java.util.concurrent.TimeUnit;

/**
 * Spreads datagrams over time at a given rate. Time not used is kept as credit up to a small burst, so that a loop that
 * wakes a little late still reaches the rate. Where there was something to send all the time, and only the host stalled,
 * more of it is kept: the bottleneck has worked off its queue in the meantime.
 */
public final class Pacer {
  private static final long BURST_NANOS = TimeUnit.MICROSECONDS.toNanos(2500);
  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private long nextNanos;
  private boolean started;
  private boolean held = true;

  /** {@return when the next datagram may be sent; not after {@code nowNanos} means now} */
  public long nextSendNanos(long nowNanos) {
    return started ? nextNanos : nowNanos;
  }

  /** Notes that not the rate keeps from sending, but that there is nothing to send, or too much in flight. */
  public void onHeld() {
    held = true;
  }

  /**
   * Accounts for a datagram.
   *
   * @param rate in bytes a second, or {@link RateController#UNLIMITED}
   * @param catchUpNanos how much of the time that the host stalled, with something to send, is made up for
   */
  public void onSent(int bytes, long rate, long catchUpNanos, long nowNanos) {
    long credit = nowNanos - (held ? BURST_NANOS : Math.max(BURST_NANOS, catchUpNanos));
    long from = started && nextNanos - credit > 0 ? nextNanos : credit;
    started = true;
    held = false;
    nextNanos = rate == RateController.UNLIMITED ? from : from + bytes * NANOS_PER_SECOND / Math.max(1, rate);
  }
}
