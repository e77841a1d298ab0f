package dev.gap.transport;

/**
 * Arithmetic on 32-bit sequence numbers and timestamps that wrap (RFC 1982, RFC 9293 section 3.4). Two numbers compare
 * correctly as long as they are less than 2^31 apart.
 */
public final class Seq32 {
  private Seq32() {}

  /** {@return whether {@code a} comes before {@code b}} */
  public static boolean before(int a, int b) {
    return a - b < 0;
  }

  /** {@return whether {@code a} comes before {@code b} or is {@code b}} */
  public static boolean atOrBefore(int a, int b) {
    return a - b <= 0;
  }

  /** {@return the later of the two} */
  public static int later(int a, int b) {
    return before(a, b) ? b : a;
  }

  /** {@return whether {@code seq} lies in the half-open window of {@code size} (unsigned) numbers from {@code start}} */
  public static boolean inWindow(int seq, int start, int size) {
    return Integer.compareUnsigned(seq - start, size) < 0;
  }

  /**
   * {@return the unwrapped number whose low 32 bits are {@code seq} and which is nearest to {@code reference}} Engines
   * count in {@code long} inside and meet wrapping only at the wire.
   *
   * @param seq 32 bits from the wire
   * @param reference an unwrapped number less than 2^31 away from the one meant
   */
  public static long unwrap(int seq, long reference) {
    return reference + (seq - (int) reference);
  }
}
