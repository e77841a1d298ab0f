package dev.gap.mtcp.engine;

import java.util.concurrent.TimeUnit;

import dev.gap.transport.PacketEngine;

/**
 * When to probe a peer whose window is closed: the update that opens it may be lost, and nobody would speak again (RFC 9293
 * section 3.8.6.1). First after a retransmission timeout, then after twice as long each time, up to two seconds.
 */
final class Persist {
  private static final long MOST = TimeUnit.SECONDS.toNanos(2);

  private long at = PacketEngine.NEVER;
  private long interval;

  /**
   * {@return when a probe is due, or {@link PacketEngine#NEVER}}
   *
   * @param blocked whether nothing but the peer's window is in the way of what is to be sent
   */
  long deadline(boolean blocked, long rtoNanos, long nowNanos) {
    if (!blocked) {
      at = PacketEngine.NEVER;
    } else if (at == PacketEngine.NEVER) {
      interval = rtoNanos;
      at = nowNanos + interval;
    }
    return at;
  }

  /** {@return whether a probe is to be sent now} */
  boolean pollDue(long nowNanos) {
    if (at > nowNanos) return false;
    interval = Math.min(MOST, 2 * interval);
    at = nowNanos + interval;
    return true;
  }
}
