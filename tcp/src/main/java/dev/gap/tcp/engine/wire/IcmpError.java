package dev.gap.tcp.engine.wire;

/**
 * Errors that this host tells the senders of fragments of, in ICMP (RFC 792, RFC 1122 section 3.2.2) and ICMPv6 (RFC 4443). Who may
 * be told, {@link Fragment#mayBeAnswered} says.
 */
public final class IcmpError {
  private static final int HEADER = 8;
  /** RFC 1812 section 4.3.2.3: as much of the packet as fits into what every host takes. */
  private static final int LONGEST_V4 = 576;
  /** RFC 4443 section 2.4 (c). */
  private static final int LONGEST_V6 = 1280;
  private static final int TIME_EXCEEDED = 11;
  private static final int TIME_EXCEEDED6 = 3;
  private static final int REASSEMBLY = 1;
  private static final int PARAMETER_PROBLEM6 = 4;
  private static final int HEADERS_CUT = 3;

  private IcmpError() {}

  /** {@return how much of a fragment is worth keeping for one of these} */
  static int quoted(boolean v6) {
    return v6 ? LONGEST_V6 - SegmentWriter.V6_HEADER - HEADER : LONGEST_V4 - SegmentWriter.V4_HEADER - HEADER;
  }

  /**
   * {@return the word that a packet did not become whole in time: RFC 1122 section 3.3.2, RFC 8200 section 4.5}
   *
   * @param first its first fragment, as it came, or the beginning of it
   */
  public static byte[] reassemblyTimedOut(byte[] first, int hopLimit) {
    return isV6(first)
        ? error(first, TIME_EXCEEDED6, REASSEMBLY, hopLimit)
        : error(first, TIME_EXCEEDED, REASSEMBLY, hopLimit);
  }

  /**
   * {@return the word that a first fragment of IPv6 does not hold all headers: RFC 8200 section 4.5, RFC 7112 section 5}
   *
   * @param first as it came, or the beginning of it
   */
  public static byte[] headersAreCut(byte[] first, int hopLimit) {
    return error(first, PARAMETER_PROBLEM6, HEADERS_CUT, hopLimit);
  }

  private static boolean isV6(byte[] packet) {
    return Bits.u8(packet, 0) >>> 4 == 6;
  }

  private static byte[] error(byte[] about, int type, int code, int hopLimit) {
    boolean v6 = isV6(about);
    int at = v6 ? SegmentWriter.V6_HEADER : SegmentWriter.V4_HEADER;
    int length = HEADER + Math.min(about.length, quoted(v6));
    byte[] packet = new byte[at + length];
    packet[at] = (byte) type;
    packet[at + 1] = (byte) code;
    System.arraycopy(about, 0, packet, at + HEADER, length - HEADER);
    long sum = Checksum.sum(packet, at, length);
    if (v6) {
      Bits.put32(packet, 0, 6 << 28);
      Bits.put16(packet, 4, length);
      packet[6] = IpPacket.ICMP6;
      packet[7] = (byte) hopLimit;
      swapEnds(about, packet, 8, 16);
      Address from = new Address(Bits.i64(packet, 8), Bits.i64(packet, 16));
      Address to = new Address(Bits.i64(packet, 24), Bits.i64(packet, 32));
      sum += Checksum.pseudoHeader(from, to, IpPacket.ICMP6, length);
    } else {
      Bits.put32(packet, 0, 0x4500 << 16 | packet.length);
      Bits.put32(packet, 8, hopLimit << 24 | IpPacket.ICMP << 16);
      swapEnds(about, packet, 12, 4);
      Bits.put16(packet, 10, Checksum.finish(Checksum.sum(packet, 0, at)));
    }
    Bits.put16(packet, at + 2, Checksum.finish(sum));
    return packet;
  }

  /** Back to where it came from. */
  private static void swapEnds(byte[] about, byte[] packet, int at, int bytes) {
    System.arraycopy(about, at + bytes, packet, at, bytes);
    System.arraycopy(about, at, packet, at + bytes, bytes);
  }

  /** {@return whether a message is an error itself, which none may answer: RFC 1122 section 3.2.2, RFC 4443 section 2.4 (e)} */
  static boolean isError(boolean v6, int type) {
    if (v6) return type < 128 || type == 137;
    return switch (type) {
      case 3, 4, 5, 11, 12 -> true;
      default -> false;
    };
  }
}
