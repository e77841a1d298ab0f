package dev.gap.mtcp.engine;

import org.jspecify.annotations.Nullable;

import dev.gap.transport.PacketEngine;

/**
 * How a connection ends, and what it has left to say then: one acknowledgment if both directions have ended, since the peer
 * cannot know before that they have; resets if this side gives it up; nothing else.
 */
final class Farewell {
  private static final int RESETS = 3;

  private @Nullable CloseReason reason;
  private boolean lastAckDue;
  private int resetsLeft;
  private long nextReset = PacketEngine.NEVER;

  /** {@return why the connection is over, or null while it is not} */
  @Nullable
  CloseReason reason() {
    return reason;
  }

  boolean isOver() { return reason != null; }

  /** The connection is over. */
  void end(CloseReason why) {
    reason = why;
    lastAckDue = why == CloseReason.FINISHED;
  }

  /**
   * The connection is over because this side gives it up.
   *
   * @param known whether the peer is known to take a reset of what it does not know: the original makes a connection of it,
   * and so gets one only
   * @param nowNanos when the first may go; {@link #pollReset} plans the others
   */
  void reset(boolean known, long nowNanos) {
    end(CloseReason.RESET);
    resetsLeft = known ? RESETS : 1;
    nextReset = nowNanos;
  }

  /** {@return whether it is over and nothing is left to be said} */
  boolean isSaid() {
    return reason != null && resetsLeft == 0 && !lastAckDue;
  }

  /** {@return whether the last acknowledgment is to be sent, once} */
  boolean pollLastAck() {
    boolean due = lastAckDue;
    lastAckDue = false;
    return due;
  }

  /** {@return whether a reset is to be sent} The next is due a retransmission timeout later. */
  boolean pollReset(long rtoNanos, long nowNanos) {
    if (resetsLeft == 0) return false;
    resetsLeft--;
    nextReset = nowNanos + rtoNanos;
    return true;
  }

  /** {@return whether there is something to say now} */
  boolean isDue(long nowNanos) {
    return lastAckDue || (resetsLeft > 0 && nextReset <= nowNanos);
  }

  /** {@return when the next reset is due, or {@link PacketEngine#NEVER}} */
  long deadline() {
    return resetsLeft > 0 ? nextReset : PacketEngine.NEVER;
  }
}
