package dev.gap.tcp.engine.wire;

/**
 * A checked look at a TCP segment, RFC 9293 section 3.1, its options parsed. Made once and pointed at segment after
 * segment. After {@link #parse} has returned true, header, options and payload lie within the packet. A malformed option
 * ends the list; what is known before it counts (RFC 9293 section 3.2, MUST-7).
 */
public final class Segment {
  public static final int HEADER = 20;
  public static final int MAX_SACKS = 4;

  private final int[] sacks = new int[MAX_SACKS * 2];
  private IpPacket ip = new IpPacket();
  private int at;
  private int header;
  private int flags;
  private int mss;
  private int windowScale;
  private boolean sackPermitted;
  private int sackCount;
  private boolean timestamps;
  private int timestamp;
  private int echo;
  private int userTimeout;
  private int signatureAt;
  private int fastOpenAt;
  private int fastOpenLength;
  private boolean fastOpenExperimental;
  private int accurateFields;
  private int accurateEct0;
  private int accurateEct1;
  private int accurateCe;

  /**
   * Looks at the payload of an IP packet.
   *
   * @param verify whether the checksum is to be right; offload says when it is not complete yet
   */
  public boolean parse(IpPacket packet, boolean verify) {
    ip = packet;
    at = packet.payload();
    int length = packet.end() - at;
    if (length < HEADER) return false;
    byte[] bytes = packet.bytes();
    header = (Bits.u8(bytes, at + 12) >>> 4) * 4;
    if (header < HEADER || header > length) return false;
    if (verify) {
      long sum = Checksum.pseudoHeader(packet.source(), packet.destination(), IpPacket.TCP, length)
          + Checksum.sum(bytes, at, length);
      if (Checksum.finish(sum) != 0) return false;
    }
    flags = Bits.u16(bytes, at + 12) & 0x1ff;
    options(bytes, at + HEADER, at + header);
    return true;
  }

  private void options(byte[] bytes, int from, int end) {
    mss = 0;
    windowScale = -1;
    sackPermitted = false;
    sackCount = 0;
    timestamps = false;
    userTimeout = 0;
    signatureAt = -1;
    fastOpenAt = from;
    fastOpenLength = -1;
    fastOpenExperimental = false;
    accurateFields = -1;
    accurateEct0 = -1;
    accurateEct1 = -1;
    accurateCe = -1;
    int i = from;
    while (i < end) {
      int kind = Bits.u8(bytes, i);
      if (kind == Options.END) return;
      if (kind == Options.NOP) {
        i++;
        continue;
      }
      if (i + 1 >= end) return;
      int length = Bits.u8(bytes, i + 1);
      if (length < 2 || i + length > end) return;
      option(bytes, i, kind, length);
      i += length;
    }
  }

  private void option(byte[] bytes, int i, int kind, int length) {
    boolean syn = has(Flags.SYN);
    switch (kind) {
      case Options.MSS -> {
        if (length == 4 && syn) mss = Bits.u16(bytes, i + 2);
      }
      case Options.WINDOW_SCALE -> {
        if (length == 3 && syn) windowScale = Bits.u8(bytes, i + 2);
      }
      case Options.SACK_PERMITTED -> sackPermitted |= length == 2 && syn;
      case Options.SACK -> {
        if (length >= 10 && (length - 2) % 8 == 0) sacks(bytes, i + 2, (length - 2) / 8);
      }
      case Options.TIMESTAMPS -> {
        if (length != 10) break;
        timestamps = true;
        timestamp = Bits.i32(bytes, i + 2);
        echo = Bits.i32(bytes, i + 6);
      }
      case Options.USER_TIMEOUT -> {
        if (length == 4) userTimeout = Bits.u16(bytes, i + 2);
      }
      case Options.MD5_SIGNATURE -> {
        if (length == Md5Key.OPTION_BYTES) signatureAt = i + 2;
      }
      case Options.ACCURATE_ECN_0, Options.ACCURATE_ECN_1 -> {
        if (length % 3 == 2 && length <= 11) counters(bytes, i + 2, (length - 2) / 3, kind == Options.ACCURATE_ECN_0);
      }
      case Options.FAST_OPEN -> fastOpen(i + 2, length - 2, false);
      case Options.EXPERIMENTAL -> {
        if (length >= 4 && Bits.u16(bytes, i + 2) == Options.FAST_OPEN_MAGIC) fastOpen(i + 4, length - 4, true);
      }
      default -> {
      }
    }
  }

  private void sacks(byte[] bytes, int from, int count) {
    sackCount = Math.min(count, MAX_SACKS);
    for (int i = 0; i < sackCount * 2; i++)
      sacks[i] = Bits.i32(bytes, from + 4 * i);
  }

  /** RFC 9768 section 3.2.3: the counter of one of the two kinds of ECT, that of CE, that of the other. */
  private void counters(byte[] bytes, int from, int count, boolean ect0First) {
    accurateFields = count;
    int first = count > 0 ? u24(bytes, from) : -1;
    int last = count > 2 ? u24(bytes, from + 6) : -1;
    accurateEct0 = ect0First ? first : last;
    accurateEct1 = ect0First ? last : first;
    accurateCe = count > 1 ? u24(bytes, from + 3) : -1;
  }

  private static int u24(byte[] bytes, int at) {
    return Bits.u8(bytes, at) << 16 | Bits.u16(bytes, at + 1);
  }

  /** A cookie has 4 to 16 bytes and is even, or is asked for with none: RFC 7413 section 4.1.1. */
  private void fastOpen(int from, int length, boolean experimental) {
    boolean legal = length == 0 || (length >= 4 && length <= 16 && length % 2 == 0);
    if (!has(Flags.SYN) || !legal) return;
    fastOpenAt = from;
    fastOpenLength = length;
    fastOpenExperimental = experimental;
  }

  public IpPacket ip() {
    return ip;
  }

  public int sourcePort() {
    return Bits.u16(ip.bytes(), at);
  }

  public int destinationPort() {
    return Bits.u16(ip.bytes(), at + 2);
  }

  public int sequence() {
    return Bits.i32(ip.bytes(), at + 4);
  }

  public int ack() {
    return Bits.i32(ip.bytes(), at + 8);
  }

  public int flags() {
    return flags;
  }

  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** {@return the window as it stands there, not scaled} */
  public int window() {
    return Bits.u16(ip.bytes(), at + 14);
  }

  public int urgentPointer() {
    return Bits.u16(ip.bytes(), at + 18);
  }

  /** {@return where the payload begins in the packet's bytes} */
  public int payload() {
    return at + header;
  }

  public int payloadLength() {
    return ip.end() - at - header;
  }

  /** {@return how many sequence numbers it takes: SEG.LEN} */
  public int length() {
    return payloadLength() + (has(Flags.SYN) ? 1 : 0) + (has(Flags.FIN) ? 1 : 0);
  }

  /** {@return the MSS of the peer, 0 if it tells none} */
  public int mss() {
    return mss;
  }

  /** {@return how far windows are to be shifted, -1 if the peer does not scale; values above 14 are the caller's to cut} */
  public int windowScale() {
    return windowScale;
  }

  public boolean sackPermitted() {
    return sackPermitted;
  }

  public int sackCount() {
    return sackCount;
  }

  public int sackStart(int i) {
    return sacks[2 * i];
  }

  public int sackEnd(int i) {
    return sacks[2 * i + 1];
  }

  public boolean hasTimestamps() {
    return timestamps;
  }

  public int timestamp() {
    return timestamp;
  }

  public int timestampEcho() {
    return echo;
  }

  /** {@return the user timeout option as it stands there (RFC 5482 section 2), 0 if there is none} */
  public int userTimeout() {
    return userTimeout;
  }

  /** {@return where the digest of RFC 2385 stands in the packet's bytes, -1 if there is none} */
  int signatureAt() {
    return signatureAt;
  }

  /** {@return whether it claims to be signed as RFC 2385 has it} */
  public boolean isSigned() {
    return signatureAt >= 0;
  }

  /** {@return how many counters the option of Accurate ECN has, -1 without that option} */
  public int accurateFields() {
    return accurateFields;
  }

  /** {@return bytes that came in with ECT(0), modulo 2^24, -1 if that is not told} */
  public int accurateEct0() {
    return accurateEct0;
  }

  /** {@return bytes that came in with ECT(1), modulo 2^24, -1 if that is not told} */
  public int accurateEct1() {
    return accurateEct1;
  }

  /** {@return bytes that came in with CE, modulo 2^24, -1 if that is not told} */
  public int accurateCe() {
    return accurateCe;
  }

  public boolean hasFastOpen() {
    return fastOpenLength >= 0;
  }

  public boolean fastOpenExperimental() {
    return fastOpenExperimental;
  }

  /** {@return the Fast Open cookie, empty if one is asked for} */
  public byte[] fastOpenCookie() {
    byte[] cookie = new byte[Math.max(0, fastOpenLength)];
    System.arraycopy(ip.bytes(), fastOpenAt, cookie, 0, cookie.length);
    return cookie;
  }
}
