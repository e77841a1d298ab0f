package dev.gap.mtcp.engine.secure;

/** Which of the last 8192 packet numbers have come (RFC 6479's bitmap). A number is marked only once it is authenticated. */
final class ReplayWindow {
  static final int SIZE = 8192;
  private static final int WORDS = SIZE / 64 + 1;

  /** Made at the first number: a handshake that comes to nothing needs none. */
  private long[] bits = new long[0];
  private long highest = -1;

  /** {@return whether {@code number} is neither too old nor seen before} */
  boolean isFresh(long number) {
    if (number > highest) return true;
    return highest - number < SIZE && (bits[word(number)] & 1L << number) == 0;
  }

  /** Marks a fresh number. {@return whether it is higher than every one before it} */
  boolean mark(long number) {
    if (bits.length == 0) bits = new long[WORDS];
    boolean newest = number > highest;
    if (newest) {
      long words = Math.min(WORDS, (number >>> 6) - (highest < 0 ? -1 : highest >>> 6));
      for (long i = 0; i < words; i++)
        bits[word(number - 64 * i)] = 0;
      highest = number;
    }
    bits[word(number)] |= 1L << number;
    return newest;
  }

  private static int word(long number) {
    return (int) ((number >>> 6) % WORDS);
  }
}
