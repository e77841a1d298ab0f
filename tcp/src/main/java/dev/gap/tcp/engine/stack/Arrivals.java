package dev.gap.tcp.engine.stack;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.Habit;
import dev.gap.tcp.engine.connection.Flow;
import dev.gap.tcp.engine.connection.HalfOpen;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpState;
import dev.gap.tcp.engine.connection.TimeWait;
import dev.gap.tcp.engine.wire.Flags;
import dev.gap.tcp.engine.wire.Fragment;
import dev.gap.tcp.engine.wire.Icmp;
import dev.gap.tcp.engine.wire.IcmpError;
import dev.gap.tcp.engine.wire.IpPacket;
import dev.gap.tcp.engine.wire.Md5Key;
import dev.gap.tcp.engine.wire.Options;
import dev.gap.tcp.engine.wire.Segment;

/** Whom a packet that comes in is for: a connection, a handshake, a connection's memory, a listener, or nobody. */
final class Arrivals {
  private static final int V4_HEADERS = 40;

  private final HostState host;
  private final IpPacket ip = new IpPacket();
  private final Fragment fragment = new Fragment();
  private final Segment segment = new Segment();
  private final Options options = new Options();

  Arrivals(HostState host) {
    this.host = host;
  }

  /**
   * Takes in an IP packet.
   *
   * @param sums whether its checksums are to be right: offload says when they are not complete yet
   */
  void receive(byte[] bytes, int offset, int length, boolean sums, long now) {
    host.stats.received++;
    if (fragment.parse(bytes, offset, length, sums)) {
      byte[] whole = reassemble(now);
      if (whole != null) take(whole, 0, whole.length, sums, now);
    } else {
      take(bytes, offset, length, sums, now);
    }
  }

  private byte @Nullable [] reassemble(long now) {
    boolean ours = host.locals.isEmpty() || host.locals.contains(fragment.destination());
    boolean heeded = fragment.isV6() || fragment.protocol() == IpPacket.TCP || fragment.protocol() == IpPacket.ICMP;
    if (!ours || !heeded) {
      host.stats.notForUs++;
      return null;
    }
    host.stats.fragments++;
    if (fragment.hasMore() && !fragment.hasHeaders()) {
      host.stats.headersCut++;
      if (fragment.mayBeAnswered()) tell(IcmpError.headersAreCut(fragment.quote(), hopLimit()), now);
      return null;
    }
    byte[] whole = host.reassembler.add(fragment, now);
    if (whole != null) host.stats.reassembled++;
    return whole;
  }

  /** What was not whole in time is forgotten. */
  void onTimeout(long now) {
    host.reassembler.onTimeout(now, first -> {
      host.stats.reassemblyTimeouts++;
      tell(IcmpError.reassemblyTimedOut(first, hopLimit()), now);
    });
  }

  private void tell(byte[] error, long now) {
    if (!host.errors.take(now)) return;
    host.stats.errorsSent++;
    host.strays.add(error);
  }

  private int hopLimit() {
    return host.config.habits().hopLimit();
  }

  private void take(byte[] bytes, int offset, int length, boolean sums, long now) {
    if (!ip.parse(bytes, offset, length, sums)) {
      host.stats.malformed++;
      return;
    }
    if (!host.locals.isEmpty() && !host.locals.contains(ip.destination())) {
      host.stats.notForUs++;
      return;
    }
    if (ip.protocol() == IpPacket.TCP) {
      if (segment.parse(ip, sums)) onSegment(now);
      else host.stats.malformed++;
    } else if (ip.protocol() == (ip.isV6() ? IpPacket.ICMP6 : IpPacket.ICMP)) {
      onIcmp(now);
    } else {
      host.stats.notForUs++;
    }
  }

  private void onIcmp(long now) {
    Icmp.Report error = Icmp.report(ip);
    if (error == null) {
      byte[] reply = host.config.abuse().answersEcho() ? Icmp.echoReply(ip, host.config.habits().hopLimit()) : null;
      // what has come in fragments is too long for one packet, and nothing leaves here in more
      if (reply != null && reply.length <= host.config.sizes().mtu()) host.strays.add(reply);
      return;
    }
    Flow flow = host.agenda.get(error.source(), error.sourcePort(), error.destination(), error.destinationPort());
    if (flow instanceof HalfOpen half) onIcmp(half, error);
    if (!(flow instanceof TcpConnection connection)) return;
    int mtu = host.config.sizes().mtu();
    if (error.kind() == Icmp.Kind.TOO_BIG && !matters(error, connection, now)) return;
    if (error.kind() == Icmp.Kind.TOO_BIG && host.config.sizes().discovery() && connection.settings().discovery) {
      mtu = host.mtus.learn(error.destination(), error.mtu(), mtu, host.config.sizes(), now);
    }
    connection.onIcmp(error, mtu, now);
    host.settle(connection, now);
  }

  private boolean matters(Icmp.Report tooBig, TcpConnection connection, long now) {
    return ip.isV6() || !host.config.has(Habit.PATHS_AGAINST_MSS)
        || tooBig.mtu() < connection.info(now).receiveMss() + V4_HEADERS;
  }

  /** A handshake under way ends when the peer is said to be out of reach. */
  private void onIcmp(HalfOpen half, Icmp.Report error) {
    boolean ends = switch (error.kind()) {
      case NET_UNREACHABLE, HOST_UNREACHABLE, PROTOCOL_UNREACHABLE, PORT_UNREACHABLE, PARAMETER_PROBLEM -> true;
      case PROHIBITED, TIME_EXCEEDED, TOO_BIG -> false;
    };
    TcpListener listener = host.ports.listener(half.local(), half.localPort());
    if (!ends || error.sequence() != half.iss() || host.config.has(Habit.HANDSHAKES_OUTLIVE_ICMP)) return;
    host.removeHalf(half, listener);
  }

  private void onSegment(long now) {
    // no stack sends both, but scanners do; whoever asks for it hears of them nowhere: in no state, and on no closed port
    if (segment.has(Flags.SYN) && segment.has(Flags.FIN) && host.config.abuse().dropSynFin()) return;
    Flow flow = host.agenda.get(ip.destination(), segment.destinationPort(), ip.source(), segment.sourcePort());
    if (flow != null && !isAuthentic(flow.frame().key())) return;
    switch (flow) {
      case TcpConnection connection -> toConnection(connection, now);
      case HalfOpen half -> toHalfOpen(half, now);
      case TimeWait memory -> toTimeWait(memory, now);
      case null, default -> toListener(null, now);
    }
  }

  /** RFC 2385 section 2: what is not signed as it has to be is dropped, and never answered. */
  private boolean isAuthentic(@Nullable Md5Key key) {
    if (key == null || key.matches(segment)) return true;
    host.stats.badSignatures++;
    return false;
  }

  private void toConnection(TcpConnection connection, long now) {
    boolean opening = connection.state() == TcpState.SYN_SENT;
    TcpConnection.Answer answer = connection.onSegment(segment, now);
    if (answer == TcpConnection.Answer.RESET) reset();
    boolean opens = opening && connection.state() != TcpState.SYN_SENT && connection.state() != TcpState.CLOSED;
    if (opens) {
      host.cookies.learn(connection.remote(), connection.fastOpen(), connection.info(now).receiveMss());
      if (!host.config.features().fastOpenSendsBare())
        host.cookies.heed(connection.remote(), connection.fastOpen(), host.config.opening().fastOpenRest(), now);
    }
    host.settle(connection, now);
  }

  private void reset() {
    if (!host.config.abuse().resetsToClosedPorts()) return;
    Md5Key key = segment.isSigned() ? host.keys.get(ip.source()) : null;
    if (!isAuthentic(key)) return;
    host.stats.resetsSent++;
    host.strays.reset(segment, host.writer, host.config.habits().hopLimit(), key);
  }

  private void toTimeWait(TimeWait memory, long now) {
    switch (memory.onSegment(segment, now)) {
      case NOTHING -> host.agenda.settle(memory, now);
      case GONE -> host.agenda.remove(memory);
      case REOPENED -> {
        TcpListener listener = host.ports.listener(ip.destination(), segment.destinationPort());
        if (listener == null) {
          reset();
          return;
        }
        host.agenda.remove(memory);
        toListener(memory.nextIss(), now);
      }
    }
  }

  private int stampOffset() {
    return host.stampOffset(ip.destination(), segment.destinationPort(), ip.source(), segment.sourcePort());
  }

  /** RFC 9293 section 3.10.7.2. */
  private void toListener(@Nullable Integer iss, long now) {
    TcpListener listener = host.ports.listener(ip.destination(), segment.destinationPort());
    if (segment.has(Flags.RST)) return;
    if (listener == null || listener.closed) {
      reset();
      return;
    }
    Md5Key key = listener.settings.signed ? host.keys.get(ip.source()) : null;
    if (listener.settings.signed && key == null) host.stats.badSignatures++;
    if ((listener.settings.signed && key == null) || !isAuthentic(key)) return;
    if (segment.has(Flags.ACK)) {
      onCookie(listener, null, now);
      return;
    }
    if (!segment.has(Flags.SYN)) return;
    if (segment.has(Flags.FIN) && !host.config.has(Habit.TAKES_SYN_FIN)) return;
    if (!ip.source().isUnicast() || !ip.destination().isUnicast()) return;
    int number = iss == null
        ? host.initialSequence(ip.destination(), segment.destinationPort(), ip.source(),
            segment.sourcePort(), now)
        : iss;
    Flow made = host.passive.onSyn(host.config, host.writer, listener, segment, key, number,
        stampOffset(), host.mtuTo(ip.source(), now), now);
    if (made instanceof TcpConnection connection) {
      connection.use(host.chunks, host.challenges);
      host.agenda.put(connection);
      listener.accepted.addLast(connection);
      host.settle(connection, now);
    } else if (made != null) {
      host.agenda.put(made);
      listener.halfOpen++;
      host.agenda.settle(made, now);
    }
  }

  private void toHalfOpen(HalfOpen half, long now) {
    TcpListener listener = host.ports.listener(half.local(), half.localPort());
    if (listener == null) {
      host.agenda.remove(half);
      reset();
      return;
    }
    switch (host.passive.onThirdSegment(host.config, listener, half, segment, now)) {
      case NOTHING -> host.agenda.settle(half, now);
      case DROP -> host.removeHalf(half, listener);
      // the SYN may have come before, too, and have been answered with a cookie
      case RESET -> onCookie(listener, half, now);
      case RESET_AND_DROP -> {
        host.removeHalf(half, listener);
        reset();
      }
      case CHALLENGE -> host.strays.segment(half.frame(), host.writer, half.iss() + 1, (int) half.irs() + 1, Flags.ACK,
          half.scaledOffer(), half.stamp(options, now));
      case ESTABLISH -> {
        host.removeHalf(half, listener);
        add(half.establish(host.mtuTo(half.remote(), now), now), listener, now);
      }
    }
  }

  /** What acknowledges a cookie makes a connection, in place of the handshake there may be; else it is reset. */
  private void onCookie(TcpListener listener, @Nullable HalfOpen half, long now) {
    Md5Key key = listener.settings.signed ? host.keys.get(ip.source()) : null;
    TcpConnection connection = host.passive.fromCookie(host.config, listener, segment, key,
        host.mtuTo(ip.source(), now), stampOffset(), now);
    if (connection == null) {
      if (!host.passive.droppedSilently()) reset();
      return;
    }
    if (half != null) host.removeHalf(half, listener);
    add(connection, listener, now);
  }

  private void add(TcpConnection connection, TcpListener listener, long now) {
    connection.use(host.chunks, host.challenges);
    host.agenda.put(connection);
    listener.accepted.addLast(connection);
    toConnection(connection, now);
    if (connection.state() == TcpState.CLOSED && connection.error() == null) listener.accepted.remove(connection);
  }
}
