package dev.gap.tcp.engine.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The Internet checksum, RFC 1071: the ones' complement of the ones' complement sum of 16-bit words. Sums are kept
 * unfolded in a {@code long} and may be added in any order (section 2).
 */
public final class Checksum {
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Checksum() {}

  /** {@return the sum of {@code length} bytes, an odd last one being the high half of a word} */
  public static long sum(byte[] bytes, int offset, int length) {
    long sum = 0;
    int at = offset;
    int blocks = offset + (length & -Long.BYTES);
    // C2 makes vectors of this loop, and does not with two accumulators: ChecksumBenchmark
    for (; at < blocks; at += Long.BYTES) {
      long eight = (long) LONG.get(bytes, at);
      sum += (eight & 0xffff_ffffL) + (eight >>> 32);
    }
    int end = offset + length;
    for (; at + 1 < end; at += 2)
      sum += Bits.u16(bytes, at);
    if (at < end) sum += (long) Bits.u8(bytes, at) << 8;
    return sum;
  }

  /** {@return a sum folded to 16 bits, not complemented} */
  public static int fold(long sum) {
    long s = (sum >>> 32) + (sum & 0xffff_ffffL);
    s = (s >>> 16) + (s & 0xffff);
    s = (s >>> 16) + (s & 0xffff);
    return (int) ((s >>> 16) + (s & 0xffff));
  }

  /** {@return the checksum that belongs into the header: the complement of {@code sum}} */
  public static int finish(long sum) {
    return ~fold(sum) & 0xffff;
  }

  /** {@return the sum of the pseudo-header of RFC 9293 section 3.1, of IPv6 in RFC 8200 section 8.1} */
  public static long pseudoHeader(Address source, Address destination, int protocol, int length) {
    return source.sum() + destination.sum() + protocol + length;
  }

  /**
   * {@return a checksum after one 16-bit word under it has changed, RFC 1624 equation 3: HC' = ~(~HC + ~m + m')}
   *
   * @param checksum as it stands in the header
   */
  public static int update(int checksum, int oldWord, int newWord) {
    return finish((~checksum & 0xffffL) + (~oldWord & 0xffffL) + (newWord & 0xffffL));
  }
}
