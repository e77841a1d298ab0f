package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.Habit;
import dev.gap.tcp.engine.wire.Icmp;
import dev.gap.transport.Seq32;

/** What ICMP errors do to a connection: RFC 5927, RFC 1122 section 4.2.3.9. */
final class IcmpArrival {
  private final TcpConnection c;

  IcmpArrival(TcpConnection connection) {
    c = connection;
  }

  /** Takes in an ICMP error about a segment of this connection, RFC 5927 section 4. */
  void onIcmp(Icmp.Report icmp, int pathMtu, long now) {
    long sequence = Seq32.unwrap(icmp.sequence(), c.sender.una());
    boolean opening = c.state == TcpState.SYN_SENT || c.state == TcpState.SYN_RECEIVED;
    boolean known = opening ? sequence == c.iss : sequence >= c.sender.una() && sequence <= c.sender.next();
    if (!known || c.state == TcpState.CLOSED) return;
    switch (icmp.kind()) {
      case TOO_BIG -> {
        if (c.settings.discovery && pathMtu < c.size.pathMtu() && c.size.onTooBig(pathMtu, now)) onSmallerPath();
      }
      case PORT_UNREACHABLE -> hardError(TcpError.REFUSED);
      case PROTOCOL_UNREACHABLE -> hardError(
          c.config.has(Habit.PROHIBITED_IS_REFUSED) ? TcpError.REFUSED : TcpError.PROTOCOL_UNAVAILABLE);
      case HOST_UNREACHABLE, PARAMETER_PROBLEM -> unreachable(TcpError.HOST_UNREACHABLE, true);
      case TIME_EXCEEDED -> unreachable(TcpError.HOST_UNREACHABLE, false);
      case PROHIBITED ->
        unreachable(c.config.has(Habit.PROHIBITED_IS_REFUSED) ? TcpError.REFUSED : TcpError.HOST_UNREACHABLE, false);
      case NET_UNREACHABLE -> unreachable(TcpError.NET_UNREACHABLE, true);
    }
  }

  /** A SYN with data goes out again without; of what is in flight what was too big does. */
  private void onSmallerPath() {
    if (c.state == TcpState.SYN_SENT && c.fastOpen.sent() > 0) c.handshake.setDue();
    else c.resize(true);
  }

  /** Only a connection that is not open yet ends for ICMP: RFC 5927 section 5.2. */
  private void hardError(TcpError why) {
    boolean opening = c.state == TcpState.SYN_SENT || (c.state == TcpState.SYN_RECEIVED && !c.wasAccepted);
    if (opening && c.config.abuse().icmpEndsOpening()) c.fail(why);
    else c.softError = why;
  }

  /** What may pass ends an attempt to connect on Linux, and counts when all else has failed on FreeBSD. */
  private void unreachable(TcpError why, boolean passes) {
    if (c.config.has(Habit.SOFT_ERRORS_WAIT) && passes) c.softError = why;
    else hardError(why);
  }
}
