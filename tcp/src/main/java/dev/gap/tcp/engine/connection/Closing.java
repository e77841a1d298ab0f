package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.Habit;

/** How a connection is ended from this side: RFC 9293 sections 3.6, 3.10.4, 3.10.5. */
final class Closing {
  private final TcpConnection c;

  Closing(TcpConnection connection) {
    c = connection;
  }

  /** Ends the stream after what was written, RFC 9293 section 3.10.4. */
  void shutdownOutput() {
    switch (c.state) {
      case SYN_RECEIVED -> c.sender.finish();
      case ESTABLISHED -> {
        c.state = TcpState.FIN_WAIT_1;
        c.sender.finish();
      }
      case CLOSE_WAIT -> {
        c.state = TcpState.LAST_ACK;
        c.sender.finish();
      }
      case SYN_SENT -> c.fail(TcpError.ABORTED);
      case CLOSED, LISTEN, FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT -> {
      }
    }
  }

  /** Closes: nobody will read or write any more. Data that nobody read makes it a reset (RFC 2525 section 2.17). */
  void close(long now) {
    if (c.orphan) return;
    c.orphan = true;
    if (c.state == TcpState.SYN_SENT) {
      c.gone();
      return;
    }
    boolean unread = c.receiver.readable() > 0 && !c.config.has(Habit.CLOSES_UNREAD);
    boolean aborts = c.settings.linger && c.settings.lingerSeconds == 0;
    if ((unread || aborts) && c.state != TcpState.CLOSED && c.state != TcpState.TIME_WAIT) {
      abort();
      return;
    }
    c.receiver.clear();
    c.inputShut = true;
    shutdownOutput();
    if (c.state == TcpState.FIN_WAIT_2) startFinWait(now);
  }

  /** Resets the connection. */
  void abort() {
    boolean tells = c.state.isSynchronized() || c.state == TcpState.SYN_RECEIVED;
    if (tells && c.state != TcpState.TIME_WAIT) {
      c.resetDue = true;
      c.resetSequence = Math.min(c.sender.next(), Math.max(c.sender.una(), c.sender.una() + c.sender.window()));
    }
    if (c.error == null) c.error = TcpError.ABORTED;
    c.gone();
  }

  void startFinWait(long now) {
    if (c.settings.finWait2Nanos < 0) {
      c.gone();
      return;
    }
    long wait = c.settings.finWait2Nanos > 0 ? c.settings.finWait2Nanos : c.config.timing().finWait2().toNanos();
    if (c.orphan) c.finWaitDeadline = now + wait;
  }
}
