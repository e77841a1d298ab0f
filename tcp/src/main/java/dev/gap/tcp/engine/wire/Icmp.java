package dev.gap.tcp.engine.wire;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/** ICMP (RFC 792) and ICMPv6 (RFC 4443), as far as TCP and a polite host need them. */
public final class Icmp {
  private static final int HEADER = 8;
  private static final int ECHO = 8;
  private static final int ECHO6 = 128;
  private static final int ECHO_REPLY6 = 129;
  private static final int QUENCH = 4;
  private static final int FRAGMENTATION_NEEDED = 4;

  private Icmp() {}

  /** What an error says. */
  public enum Kind {
    /** The path does not lead there, for now perhaps: RFC 5927 section 6 takes none of these for the end. */
    NET_UNREACHABLE, HOST_UNREACHABLE, TIME_EXCEEDED, PARAMETER_PROBLEM, PROHIBITED,
    /** Nobody there speaks TCP or listens. */
    PROTOCOL_UNREACHABLE, PORT_UNREACHABLE,
    /** The packet was too big, RFC 1191 and 8201. */
    TOO_BIG
  }

  /**
   * An error about a segment that this host has sent.
   *
   * @param mtu of the hop that was too small, 0 if the router does not tell (RFC 1191 section 5)
   * @param source of the segment, which is this host
   */
  public record Report(Kind kind, int mtu, Address source, Address destination, int sourcePort, int destinationPort,
      int sequence) {}

  /** {@return the report of an error about a TCP segment in a packet of ICMP, null if it is something else or not legal} */
  public static @Nullable Report report(IpPacket packet) {
    byte[] bytes = packet.bytes();
    int at = packet.payload();
    int length = packet.end() - at;
    if (length < HEADER || !sumIsRight(packet)) return null;
    Kind kind = packet.isV6() ? kind6(bytes[at] & 0xff, bytes[at + 1]) : kind4(bytes[at], bytes[at + 1]);
    if (kind == null) return null;
    int mtu = kind != Kind.TOO_BIG ? 0 : packet.isV6() ? Bits.i32(bytes, at + 4) : Bits.u16(bytes, at + 6);
    return inner(bytes, at + HEADER, packet.end(), packet.isV6(), kind, mtu);
  }

  private static boolean sumIsRight(IpPacket packet) {
    int length = packet.end() - packet.payload();
    long sum = Checksum.sum(packet.bytes(), packet.payload(), length);
    if (packet.isV6()) sum += Checksum.pseudoHeader(packet.source(), packet.destination(), IpPacket.ICMP6, length);
    return Checksum.finish(sum) == 0;
  }

  private static @Nullable Kind kind4(int type, int code) {
    return switch (type) {
      case 3 -> switch (code) {
        case 0, 5, 6, 8, 11 -> Kind.NET_UNREACHABLE;
        case 1, 7, 12 -> Kind.HOST_UNREACHABLE;
        case 2 -> Kind.PROTOCOL_UNREACHABLE;
        case 3 -> Kind.PORT_UNREACHABLE;
        case FRAGMENTATION_NEEDED -> Kind.TOO_BIG;
        case 9, 10, 13 -> Kind.PROHIBITED;
        default -> null;
      };
      // RFC 6633: quenches are ignored
      case QUENCH -> null;
      case 11 -> Kind.TIME_EXCEEDED;
      case 12 -> Kind.PARAMETER_PROBLEM;
      default -> null;
    };
  }

  private static @Nullable Kind kind6(int type, int code) {
    return switch (type) {
      case 1 -> switch (code) {
        case 0 -> Kind.NET_UNREACHABLE;
        case 1 -> Kind.PROHIBITED;
        case 2, 3 -> Kind.HOST_UNREACHABLE;
        case 4 -> Kind.PORT_UNREACHABLE;
        default -> null;
      };
      case 2 -> Kind.TOO_BIG;
      case 3 -> Kind.TIME_EXCEEDED;
      // code 1: an unrecognized next header, which here is TCP
      case 4 -> code == 1 ? Kind.PROTOCOL_UNREACHABLE : Kind.PARAMETER_PROBLEM;
      default -> null;
    };
  }

  /** The packet an error quotes is cut off somewhere behind the ports and the sequence number. */
  private static @Nullable Report inner(byte[] bytes, int at, int end, boolean v6, Kind kind, int mtu) {
    int header;
    Address source;
    Address destination;
    int protocol;
    if (v6) {
      header = SegmentWriter.V6_HEADER;
      if (end - at < header + 8 || Bits.u8(bytes, at) >>> 4 != 6) return null;
      protocol = Bits.u8(bytes, at + 6);
      source = new Address(Bits.i64(bytes, at + 8), Bits.i64(bytes, at + 16));
      destination = new Address(Bits.i64(bytes, at + 24), Bits.i64(bytes, at + 32));
    } else {
      header = end > at ? (bytes[at] & 15) * 4 : 0;
      if (header < SegmentWriter.V4_HEADER || end - at < header + 8 || Bits.u8(bytes, at) >>> 4 != 4) return null;
      protocol = Bits.u8(bytes, at + 9);
      source = Address.v4(Bits.i32(bytes, at + 12));
      destination = Address.v4(Bits.i32(bytes, at + 16));
    }
    if (protocol != IpPacket.TCP) return null;
    int tcp = at + header;
    return new Report(kind, mtu, source, destination, Bits.u16(bytes, tcp), Bits.u16(bytes, tcp + 2),
        Bits.i32(bytes, tcp + 4));
  }

  /** {@return the answer to a packet that is an echo request, null for any other} */
  public static byte @Nullable [] echoReply(IpPacket packet, int hopLimit) {
    byte[] bytes = packet.bytes();
    int at = packet.payload();
    int length = packet.end() - at;
    boolean v6 = packet.isV6();
    if (length < HEADER || Bits.u8(bytes, at) != (v6 ? ECHO6 : ECHO) || !sumIsRight(packet)) return null;
    int header = v6 ? SegmentWriter.V6_HEADER : SegmentWriter.V4_HEADER;
    byte[] reply = Arrays.copyOfRange(bytes, at - header, packet.end());
    if (v6) {
      Bits.put32(reply, 0, 6 << 28);
      Bits.put16(reply, 4, length);
      reply[6] = IpPacket.ICMP6;
      reply[7] = (byte) hopLimit;
      packet.destination().write(reply, 8);
      packet.source().write(reply, 24);
    } else {
      Bits.put32(reply, 0, 0x4500 << 16 | reply.length);
      Bits.put32(reply, 4, 0);
      Bits.put32(reply, 8, hopLimit << 24 | IpPacket.ICMP << 16);
      packet.destination().write(reply, 12);
      packet.source().write(reply, 16);
      Bits.put16(reply, 10, Checksum.finish(Checksum.sum(reply, 0, header)));
    }
    reply[header] = (byte) (v6 ? ECHO_REPLY6 : 0);
    Bits.put16(reply, header + 2, 0);
    long sum = Checksum.sum(reply, header, length);
    // a sum does not care which of the two is the source
    if (v6) sum += Checksum.pseudoHeader(packet.source(), packet.destination(), IpPacket.ICMP6, length);
    Bits.put16(reply, header + 2, Checksum.finish(sum));
    return reply;
  }
}
