package dev.gap.tcp.engine.wire;

import java.util.Arrays;

/**
 * A checked look at a fragment of an IP packet: RFC 791 section 3.2, RFC 8200 section 4.5. Made once and pointed at one after
 * another. After {@link #parse} has returned true, header and data lie within the bytes, and the whole that it may be a part
 * of is no longer than an IP packet can be.
 */
public final class Fragment {
  private static final int V4_HEADER = 20;
  private static final int V6_HEADER = 40;
  private static final int FRAGMENT_HEADER = 8;
  private static final int FRAGMENT = 44;
  private static final int MORE_V4 = 0x2000;
  private static final int LONGEST = 65_535;
  private static final int TCP_HEADER = 20;
  private static final int ICMP_HEADER = 8;

  private byte[] bytes = new byte[0];
  private int start;
  private int headerLength;
  private int protocol;
  private int upperProtocol;
  private int data;
  private int length;
  private int offset;
  private boolean more;
  private int id;
  private boolean v6;

  /**
   * Looks at {@code size} bytes.
   *
   * @param verify whether the checksum of an IPv4 header is to be right
   * @return whether they are a fragment that makes sense
   */
  public boolean parse(byte[] from, int at, int size, boolean verify) {
    if (size < V4_HEADER) return false;
    bytes = from;
    start = at;
    int version = Bits.u8(from, at) >>> 4;
    if (version == 4) return v4(at, size, verify) && fits();
    return version == 6 && size > V6_HEADER && v6(at, size) && fits();
  }

  private boolean v4(int at, int size, boolean verify) {
    int field = Bits.u16(bytes, at + 6);
    if ((field & 0x3fff) == 0) return false;
    headerLength = (bytes[at] & 15) * 4;
    int total = Bits.u16(bytes, at + 2);
    if (headerLength < V4_HEADER || total < headerLength || total > size) return false;
    if (verify && Checksum.finish(Checksum.sum(bytes, at, headerLength)) != 0) return false;
    v6 = false;
    protocol = Bits.u8(bytes, at + 9);
    id = Bits.u16(bytes, at + 4);
    more = (field & MORE_V4) != 0;
    offset = (field & 0x1fff) * 8;
    data = at + headerLength;
    length = total - headerLength;
    return true;
  }

  private boolean v6(int at, int size) {
    int end = at + V6_HEADER + Bits.u16(bytes, at + 4);
    if (end > at + size) return false;
    int next = at + 6;
    int header = at + V6_HEADER;
    while (bytes[next] == IpPacket.HOP_BY_HOP || bytes[next] == IpPacket.ROUTING
        || bytes[next] == IpPacket.DESTINATION_OPTIONS) {
      if (end - header < 8) return false;
      next = header;
      header += (Bits.u8(bytes, header + 1) + 1) * 8;
    }
    if (bytes[next] != FRAGMENT || end - header < FRAGMENT_HEADER) return false;
    v6 = true;
    headerLength = header - at;
    protocol = Bits.u8(bytes, header);
    int field = Bits.u16(bytes, header + 2);
    offset = field & 0xfff8;
    more = (field & 1) != 0;
    id = Bits.i32(bytes, header + 4);
    data = header + FRAGMENT_HEADER;
    length = end - data;
    return true;
  }

  /** All but the last are multiples of eight bytes. */
  private boolean fits() {
    if (length == 0 || (more && length % 8 != 0)) return false;
    return wholeLength(headerLength, offset + length) <= LONGEST;
  }

  private int wholeLength(int header, int body) {
    return v6 ? header - V6_HEADER + body : header + body;
  }

  public boolean isV6() { return v6; }

  /** {@return what a whole packet holds; in IPv6 the first fragment decides} */
  public int protocol() {
    return protocol;
  }

  public Address source() {
    return v6
        ? new Address(Bits.i64(bytes, start + 8), Bits.i64(bytes, start + 16))
        : Address.v4(Bits.i32(bytes, start + 12));
  }

  public Address destination() {
    return v6
        ? new Address(Bits.i64(bytes, start + 24), Bits.i64(bytes, start + 32))
        : Address.v4(Bits.i32(bytes, start + 16));
  }

  public int id() {
    return id;
  }

  /** {@return where in the whole's data this begins} */
  public int offset() {
    return offset;
  }

  /** {@return bytes of data} */
  public int length() {
    return length;
  }

  /** {@return whether there is something behind it} */
  public boolean hasMore() {
    return more;
  }

  /** {@return the two bits of ECN} */
  public int ecn() {
    return v6 ? Bits.u8(bytes, start + 1) >>> 4 & 3 : bytes[start + 1] & 3;
  }

  /** {@return a copy of the data} */
  public byte[] data() {
    return Arrays.copyOfRange(bytes, data, data + length);
  }

  /** {@return a copy of what stands before the data, the fragment header of IPv6 included} */
  public byte[] front() {
    return Arrays.copyOfRange(bytes, start, data);
  }

  /** {@return a copy of it all, or of as much of it as an error quotes} */
  public byte[] quote() {
    int end = Math.min(data + length, start + IcmpError.quoted(v6));
    return Arrays.copyOfRange(bytes, start, end);
  }

  /**
   * {@return whether a first fragment of IPv6 holds all headers, that of TCP or ICMP included: RFC 8200 section 4.5, RFC 7112
   * section 5} What is cut elsewhere is to fool who filters by what stands in it. Others need not.
   */
  public boolean hasHeaders() {
    if (!v6 || offset > 0) return true;
    int at = upper();
    if (at < 0) return false;
    int left = data + length - at;
    return switch (upperProtocol) {
      case IpPacket.TCP -> left >= TCP_HEADER && left >= (Bits.u8(bytes, at + 12) >>> 4) * 4;
      case IpPacket.ICMP6 -> left >= ICMP_HEADER;
      default -> left > 0;
    };
  }

  /** {@return where what is no extension header begins, -1 if one does not end in here} Sets what it is. */
  private int upper() {
    int at = data;
    int end = data + length;
    upperProtocol = protocol;
    while (v6 && (upperProtocol == IpPacket.HOP_BY_HOP || upperProtocol == IpPacket.ROUTING
        || upperProtocol == IpPacket.DESTINATION_OPTIONS)) {
      if (end - at < 8) return -1;
      int size = (Bits.u8(bytes, at + 1) + 1) * 8;
      if (end - at < size) return -1;
      upperProtocol = Bits.u8(bytes, at);
      at += size;
    }
    return at;
  }

  /**
   * {@return whether the sender of a first fragment may be told of an error} Who sent it must be one host, as must be whom it is
   * for, and it must not tell of an error itself: RFC 1122 section 3.2.2, RFC 4443 section 2.4 (e).
   */
  public boolean mayBeAnswered() {
    Address source = source();
    // mapped addresses do not belong on the wire
    if (offset > 0 || !source.isUnicast() || !destination().isUnicast() || source.isV4() == v6) return false;
    int at = upper();
    boolean tells = upperProtocol == (v6 ? IpPacket.ICMP6 : IpPacket.ICMP);
    return !tells || (at >= 0 && at < data + length && !IcmpError.isError(v6, Bits.u8(bytes, at)));
  }

  /**
   * {@return a packet of what {@link #front} gave of its first fragment, and of data; an empty one if it would be too long}
   *
   * @param ecn its two bits of ECN
   */
  public static byte[] whole(byte[] front, int ecn, Iterable<byte[]> pieces, int length) {
    boolean v6 = Bits.u8(front, 0) >>> 4 == 6;
    int header = v6 ? front.length - FRAGMENT_HEADER : front.length;
    if ((v6 ? header - V6_HEADER : header) + length > LONGEST) return new byte[0];
    byte[] whole = Arrays.copyOf(front, header + length);
    int at = header;
    for (byte[] piece : pieces) {
      System.arraycopy(piece, 0, whole, at, piece.length);
      at += piece.length;
    }
    if (v6) {
      whole[nextHeaderAt(front)] = front[header];
      whole[1] = (byte) ((whole[1] & 0xcf) | (ecn << 4));
      Bits.put16(whole, 4, header - V6_HEADER + length);
    } else {
      whole[1] = (byte) ((whole[1] & 0xfc) | ecn);
      Bits.put16(whole, 2, whole.length);
      Bits.put16(whole, 6, 0);
      Bits.put16(whole, 10, 0);
      Bits.put16(whole, 10, Checksum.finish(Checksum.sum(whole, 0, header)));
    }
    return whole;
  }

  /** {@return where it says that a fragment header comes next} */
  private static int nextHeaderAt(byte[] front) {
    int next = 6;
    int at = V6_HEADER;
    while (front[next] != FRAGMENT) {
      next = at;
      at += (Bits.u8(front, at + 1) + 1) * 8;
    }
    return next;
  }
}
