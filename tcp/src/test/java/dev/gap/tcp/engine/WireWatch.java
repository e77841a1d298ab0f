package dev.gap.tcp.engine;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.Flags;
import dev.gap.tcp.engine.wire.IpPacket;
import dev.gap.tcp.engine.wire.Segment;
import dev.gap.transport.Seq32;

/** Looks at each packet as it is sent, and knows what no TCP may ever send. */
final class WireWatch {
  private record Flow(Address from, int fromPort, Address to, int toPort) {
    Flow back() {
      return new Flow(to, toPort, from, fromPort);
    }
  }

  /** What one side has said. */
  private static final class Side {
    int iss;
    boolean known;
    int scale = -1;
    int mss = 536;
    boolean stamps;
    /** The highest sequence number sent, and the right edge of the window told, from {@code iss} on. */
    long sent;
    long acked = -1;
    long edge = -1;
    int stamp;
    boolean stamped;
    /** What was said before with another number: a SYN that comes twice is answered with a cookie, and without. */
    @Nullable
    Side before;

    /** {@return whether the peer has chosen the other answer to its SYN} */
    boolean isOutdone(int ack) {
      return before != null && ack == before.iss + 1 && ack != iss + 1;
    }

    /** With a cookie, the next connection may have the same numbers. */
    void forget() {
      acked = -1;
      edge = -1;
      stamped = false;
    }
  }

  private final Map<Flow, Side> sides = new HashMap<>();
  private final IpPacket ip = new IpPacket();
  private final Segment segment = new Segment();
  /** The first thing that was wrong. */
  @Nullable
  String wrong;

  void onPacket(byte[] packet, int mtu, String who) {
    if (wrong != null) return;
    String what = check(packet, mtu);
    if (what != null) wrong = "%s sends what it must not: %s (%s)".formatted(who, what, describe(packet));
  }

  String describe(byte[] packet) {
    if (!ip.parse(packet, 0, packet.length, true) || !segment.parse(ip, false)) return packet.length + " bytes";
    StringBuilder flags = new StringBuilder();
    for (int i = 0; i < 9; i++) {
      if ((segment.flags() & 1 << i) != 0) flags.append("FSRPAUECN".charAt(i));
    }
    Side near = sides.get(flow());
    Side far = sides.get(flow().back());
    StringBuilder sacks = new StringBuilder();
    for (int i = 0; i < segment.sackCount() && far != null; i++)
      sacks.append(" sack ").append(segment.sackStart(i) - far.iss).append('-').append(segment.sackEnd(i) - far.iss);
    return "%d>%d %s %d(%d) ack %d win %d%s%s".formatted(segment.sourcePort(), segment.destinationPort(), flags,
        segment.sequence() - (near == null ? 0 : near.iss), segment.payloadLength(),
        segment.ack() - (far == null ? 0 : far.iss), segment.window(), sacks,
        segment.hasTimestamps() ? " ts " + segment.timestamp() + " " + segment.timestampEcho() : "");
  }

  private Flow flow() {
    return new Flow(ip.source(), segment.sourcePort(), ip.destination(), segment.destinationPort());
  }

  private @Nullable String check(byte[] packet, int mtu) {
    if (!ip.parse(packet, 0, packet.length, true)) return "no packet, or a wrong sum";
    if (ip.end() != packet.length) return "a length that is not its length";
    if (packet.length > mtu) return packet.length + " bytes over an MTU of " + mtu;
    if (ip.protocol() != IpPacket.TCP) return null;
    if (!segment.parse(ip, true)) return "no segment, or a wrong sum";
    Flow flow = flow();
    if (segment.has(Flags.RST)) {
      Side gone = sides.get(flow);
      if (gone != null) gone.forget();
      return null;
    }
    if (segment.has(Flags.SYN)) {
      onSyn(flow);
      return null;
    }
    Side near = sides.get(flow);
    Side far = sides.get(flow.back());
    if (near != null && far != null && near.acked < 0 && far.isOutdone(segment.ack())) {
      far = far.before;
      sides.put(flow.back(), far);
    }
    if (near == null || far == null || !near.known || !far.known) return null;
    if (!segment.has(Flags.ACK)) return "no acknowledgment";
    String what = checkAck(near, far);
    return what != null ? what : checkData(near, far);
  }

  private void onSyn(Flow flow) {
    Side side = sides.get(flow);
    boolean fresh = side == null || side.iss != segment.sequence();
    if (side == null || fresh) {
      Side before = side;
      side = new Side();
      if (segment.has(Flags.ACK)) side.before = before;
      sides.put(flow, side);
    }
    side.known = true;
    side.iss = segment.sequence();
    side.scale = segment.windowScale();
    int told = segment.mss() == 0 ? 536 : segment.mss();
    // of two SYN-ACKs with a cookie the first counts that arrives, and the path may have become smaller between them
    side.mss = fresh ? told : Math.max(side.mss, told);
    side.stamps = segment.hasTimestamps();
    side.sent = Math.max(side.sent, segment.length());
    if (segment.has(Flags.ACK)) {
      Side far = sides.get(flow.back());
      // an answer to a SYN that was given up belongs to nothing
      long ack = far == null ? -1 : Seq32.unwrap(segment.ack() - far.iss, far.sent);
      if (far == null || ack < 1 || ack > far.sent) side.edge = -1;
      else side.edge = Math.max(side.edge, ack + segment.window());
    }
  }

  private @Nullable String checkAck(Side near, Side far) {
    boolean scales = near.scale >= 0 && far.scale >= 0;
    long ack = Seq32.unwrap(segment.ack() - far.iss, far.sent);
    long edge = ack + ((long) segment.window() << (scales ? near.scale : 0));
    if (ack > far.sent) return "acknowledges %d of %d sent".formatted(ack, far.sent);
    if (ack < near.acked) return "acknowledges %d after %d".formatted(ack, near.acked);
    // what scaling rounds off may be missing, RFC 7323 section 2.4
    long unit = scales ? 1L << near.scale : 1;
    if (edge + unit <= near.edge) return "moves its window from %d back to %d".formatted(near.edge, edge);
    near.acked = ack;
    near.edge = Math.max(near.edge, edge);
    if (near.stamps && far.stamps && !segment.hasTimestamps()) return "no timestamps";
    if ((!near.stamps || !far.stamps) && segment.hasTimestamps()) return "timestamps that were not agreed upon";
    if (segment.hasTimestamps()) {
      if (near.stamped && Seq32.before(segment.timestamp(), near.stamp)) return "a timestamp before the last";
      near.stamped = true;
      near.stamp = segment.timestamp();
    }
    for (int i = 0; i < segment.sackCount(); i++) {
      long start = Seq32.unwrap(segment.sackStart(i) - far.iss, far.sent);
      long end = Seq32.unwrap(segment.sackEnd(i) - far.iss, far.sent);
      if (start >= end || end > far.sent)
        return "a SACK block from %d to %d of %d sent".formatted(start, end, far.sent);
    }
    return null;
  }

  private @Nullable String checkData(Side near, Side far) {
    long start = Seq32.unwrap(segment.sequence() - near.iss, near.sent);
    long end = start + segment.length();
    if (segment.length() > 0 && start > near.sent) return "a hole from %d to %d".formatted(near.sent, start);
    // RFC 9293 section 3.8.6: what was sent before, if only in a SYN, may go out again beyond the window
    if (segment.length() > 0 && far.edge >= 0 && end > Math.max(far.edge, near.sent)) {
      return "data up to %d over the edge of the window %d".formatted(end, far.edge);
    }
    int options = segment.payload() - (ip.payload() + Segment.HEADER);
    if (segment.payloadLength() + options > Math.max(far.mss, 48) && segment.payloadLength() > 1) {
      return "%d bytes and %d of options for an MSS of %d".formatted(segment.payloadLength(), options, far.mss);
    }
    near.sent = Math.max(near.sent, end);
    return null;
  }
}
