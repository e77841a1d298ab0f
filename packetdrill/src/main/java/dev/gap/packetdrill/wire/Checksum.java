package dev.gap.packetdrill.wire;

/** The Internet checksum, RFC 1071. */
final class Checksum {
  private Checksum() {}

  /** {@return the sum of the 16-bit words of a range, added to {@code sum}} */
  static long add(long sum, byte[] bytes, int from, int to) {
    long total = sum;
    for (int i = from; i < to; i += 2) {
      int low = i + 1 < to ? bytes[i + 1] & 0xff : 0;
      total += (bytes[i] & 0xff) << 8 | low;
    }
    return total;
  }

  /** {@return the checksum of a sum} */
  static int fold(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0)
      folded = (folded & 0xffff) + (folded >>> 16);
    return (int) ~folded & 0xffff;
  }

  /** {@return the sum of the pseudo header, RFC 9293 section 3.1 and RFC 8200 section 8.1} */
  static long pseudoHeader(byte[] source, byte[] destination, int protocol, int length) {
    long sum = add(0, source, 0, source.length);
    sum = add(sum, destination, 0, destination.length);
    return sum + protocol + (length >>> 16) + (length & 0xffff);
  }
}
