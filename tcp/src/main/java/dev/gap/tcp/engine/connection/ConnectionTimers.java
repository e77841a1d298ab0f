package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.TcpConfig.ProbingWhen;
import dev.gap.transport.PacketEngine;

/** When a connection wants to be looked at again, and what it does then: RFC 9293 section 3.10.8. */
final class ConnectionTimers {
  private final TcpConnection c;

  ConnectionTimers(TcpConnection connection) {
    c = connection;
  }

  long deadline(long now) {
    if (c.state == TcpState.CLOSED || c.state == TcpState.TIME_WAIT) return PacketEngine.NEVER;
    long first = Math.min(c.handshake.deadline(), c.finWaitDeadline);
    if (c.state != TcpState.SYN_SENT) {
      first = Math.min(first, Math.min(c.sender.deadline(), c.receiver.deadline()));
      first = Math.min(first, Math.min(c.keepalive.deadline(), c.sender.pacedUntil(now)));
    }
    return first;
  }

  /** Does what is due. */
  void onTimeout(long now) {
    if (c.handshake.onTimeout(now)) {
      c.fail(c.softError != null ? c.softError : TcpError.TIMED_OUT);
      return;
    }
    if (c.finWaitDeadline <= now) {
      c.gone();
      return;
    }
    c.receiver.onTimeout(now);
    switch (c.sender.onTimeout(now)) {
      case NOTHING -> {
      }
      case RETRANSMISSION -> onRetransmissionTimeout(now);
      case WINDOW_PROBE -> onWindowProbe(now);
    }
    if (c.state == TcpState.CLOSED) return;
    boolean busy = c.sender.hasInFlight() || c.sender.hasUnsent();
    switch (c.keepalive.onTimeout(c.lastHeard, busy, c.userTimeout.nanos(), now)) {
      case NOTHING -> {
      }
      case PROBE -> c.keepaliveDue = true;
      case GIVE_UP -> {
        c.abort();
        c.error = c.softError != null ? c.softError : TcpError.TIMED_OUT;
      }
    }
  }

  private void onRetransmissionTimeout(long now) {
    if (GiveUp.afterRetransmissions(c, now)) {
      c.fail(c.softError != null ? c.softError : TcpError.TIMED_OUT);
      return;
    }
    if (c.config.sizes().probing().when() != ProbingWhen.NEVER && GiveUp.looksLikeBlackHole(c, now)) {
      c.size.onBlackHole(c.sender.una());
      c.resize(false);
    }
    long limit = Long.MAX_VALUE;
    if (c.userTimeout.nanos() > 0) {
      long since = c.sender.retransmittingSince() == Long.MIN_VALUE ? now : c.sender.retransmittingSince();
      limit = Math.max(now + 1, since + c.userTimeout.nanos());
    }
    c.sender.retransmit(limit, now);
  }

  private void onWindowProbe(long now) {
    if (c.probingSince == Long.MIN_VALUE) c.probingSince = now;
    if (GiveUp.afterWindowProbes(c, c.probingSince, now)) {
      c.fail(c.softError != null ? c.softError : TcpError.TIMED_OUT);
      return;
    }
    long limit = Long.MAX_VALUE;
    if (c.userTimeout.nanos() > 0) limit = Math.max(now + 1, c.probingSince + c.userTimeout.nanos());
    c.sender.probeWindow(limit, now);
  }
}
