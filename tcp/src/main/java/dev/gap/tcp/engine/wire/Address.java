package dev.gap.tcp.engine.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IPv4 or IPv6 address as two numbers. IPv4 addresses are those mapped into IPv6 (RFC 4291 section 2.5.5.2), which
 * never are on the wire as such.
 */
public record Address(long high, long low) {
  private static final long MAPPED = 0xffffL << 32;

  /** {@return the IPv4 address of 32 bits} */
  public static Address v4(int bits) {
    return new Address(0, MAPPED | (bits & 0xffff_ffffL));
  }

  /** {@return the address} */
  public static Address of(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4 ? v4(Bits.i32(bytes, 0)) : new Address(Bits.i64(bytes, 0), Bits.i64(bytes, 8));
  }

  /** {@return whether it is an IPv4 address} */
  public boolean isV4() { return high == 0 && low >>> 32 == 0xffff; }

  /** {@return whether nobody has it: 0.0.0.0 or ::} */
  public boolean isUnspecified() {
    return high == 0 && (low == 0 || low == MAPPED);
  }

  /** {@return whether it may be that of one peer: not multicast, broadcast or unspecified, RFC 9293 section 3.9.2.3} */
  public boolean isUnicast() {
    if (isUnspecified()) return false;
    if (!isV4()) return high >>> 56 != 0xff;
    int bits = (int) low;
    return bits >>> 28 != 0xe && bits != -1;
  }

  /** {@return whether it is of this host: 127.0.0.0/8 or ::1} */
  public boolean isLoopback() {
    return isV4() ? (int) low >>> 24 == 127 : high == 0 && low == 1;
  }

  /** {@return its sum under a checksum} */
  long sum() {
    long lowSum = (low >>> 32) + (low & 0xffff_ffffL);
    return isV4() ? low & 0xffff_ffffL : (high >>> 32) + (high & 0xffff_ffffL) + lowSum;
  }

  void write(byte[] to, int at) {
    if (isV4()) {
      Bits.put32(to, at, (int) low);
      return;
    }
    Bits.put64(to, at, high);
    Bits.put64(to, at + 8, low);
  }

  /** {@return the same address as the library knows it} */
  public InetAddress toInetAddress() {
    byte[] bytes = new byte[isV4() ? 4 : 16];
    write(bytes, 0);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 and 16 bytes are legal lengths", e);
    }
  }

  @Override
  public String toString() {
    return toInetAddress().getHostAddress();
  }
}
