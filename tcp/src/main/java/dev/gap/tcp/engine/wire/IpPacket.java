package dev.gap.tcp.engine.wire;

/**
 * A checked look at an IP packet: IPv4 (RFC 791) or IPv6 (RFC 8200). Made once and pointed at packet after packet. After
 * {@link #parse} has returned true, header and payload lie within the bytes.
 */
public final class IpPacket {
  public static final int ICMP = 1;
  public static final int TCP = 6;
  public static final int ICMP6 = 58;

  private static final int V4_HEADER = 20;
  private static final int V6_HEADER = 40;
  static final int HOP_BY_HOP = 0;
  static final int ROUTING = 43;
  static final int DESTINATION_OPTIONS = 60;

  private byte[] bytes = new byte[0];
  private int start;
  private Address source = Address.v4(0);
  private Address destination = Address.v4(0);
  private boolean v6;
  private int protocol;
  private int trafficClass;
  private int hopLimit;
  private int payload;
  private int end;

  /**
   * Looks at {@code length} bytes.
   *
   * @param verify whether the checksum of an IPv4 header is to be right
   * @return whether they are a whole packet of one piece: fragments are not taken, RFC 9293 sends none (DF is set)
   */
  public boolean parse(byte[] from, int offset, int length, boolean verify) {
    if (length < V4_HEADER) return false;
    bytes = from;
    start = offset;
    int version = Bits.u8(from, offset) >>> 4;
    if (version == 4) return v4(offset, length, verify);
    return version == 6 && length >= V6_HEADER && v6(offset, length);
  }

  private boolean v4(int at, int length, boolean verify) {
    int header = (bytes[at] & 15) * 4;
    int total = Bits.u16(bytes, at + 2);
    boolean fragment = (Bits.u16(bytes, at + 6) & 0x3fff) != 0;
    if (header < V4_HEADER || total < header || total > length || fragment) return false;
    if (verify && Checksum.finish(Checksum.sum(bytes, at, header)) != 0) return false;
    v6 = false;
    trafficClass = Bits.u8(bytes, at + 1);
    hopLimit = Bits.u8(bytes, at + 8);
    protocol = Bits.u8(bytes, at + 9);
    source = known(source, 0, Address.v4(Bits.i32(bytes, at + 12)).low());
    destination = known(destination, 0, Address.v4(Bits.i32(bytes, at + 16)).low());
    payload = at + header;
    end = at + total;
    return true;
  }

  private boolean v6(int at, int length) {
    int total = V6_HEADER + Bits.u16(bytes, at + 4);
    if (total > length) return false;
    v6 = true;
    trafficClass = Bits.u16(bytes, at) >>> 4 & 0xff;
    protocol = Bits.u8(bytes, at + 6);
    hopLimit = Bits.u8(bytes, at + 7);
    source = known(source, Bits.i64(bytes, at + 8), Bits.i64(bytes, at + 16));
    destination = known(destination, Bits.i64(bytes, at + 24), Bits.i64(bytes, at + 32));
    payload = at + V6_HEADER;
    end = at + total;
    return skipExtensions() && !mapped();
  }

  /** Mapped addresses on the wire would pass for IPv4 ones (RFC 4942 section 2.2). */
  private boolean mapped() {
    return source.isV4() || destination.isV4();
  }

  private boolean skipExtensions() {
    while (protocol == HOP_BY_HOP || protocol == ROUTING || protocol == DESTINATION_OPTIONS) {
      if (end - payload < 8) return false;
      int length = (Bits.u8(bytes, payload + 1) + 1) * 8;
      if (end - payload < length) return false;
      protocol = Bits.u8(bytes, payload);
      payload += length;
    }
    return true;
  }

  /** Packets of one peer come in runs: the same address is not made anew for each. */
  private static Address known(Address last, long high, long low) {
    return last.high() == high && last.low() == low ? last : new Address(high, low);
  }

  public byte[] bytes() {
    return bytes;
  }

  /** {@return where the IP header begins} */
  public int start() {
    return start;
  }

  /** {@return where what the packet carries begins} */
  public int payload() {
    return payload;
  }

  /** {@return where the packet ends} */
  public int end() {
    return end;
  }

  public Address source() {
    return source;
  }

  public Address destination() {
    return destination;
  }

  public boolean isV6() { return v6; }

  public int protocol() {
    return protocol;
  }

  /** {@return DSCP and ECN} */
  public int trafficClass() {
    return trafficClass;
  }

  /** {@return whether a router has marked congestion: CE, RFC 3168 section 5} */
  public boolean congestionExperienced() {
    return (trafficClass & 3) == 3;
  }

  public int hopLimit() {
    return hopLimit;
  }
}
