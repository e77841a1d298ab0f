package dev.gap.mtcp.engine.secure;

import dev.gap.mtcp.engine.wire.SegmentHeader;

/** Padding of segments: flag RSV says that there is some, the last two bytes how much, themselves included. */
final class Padding {
  private static final int FLAGS_AT = 26;
  private static final int RSV_BIT = SegmentHeader.RSV << 3;
  private static final int LEAST_SEGMENT = SegmentHeader.BYTES - Session.HASH_BYTES;

  private Padding() {}

  /** Clears the flag. {@return the length of the plaintext at {@code offset} without its padding, or -1 if it is malformed} */
  static int without(byte[] bytes, int offset, int length) {
    if (length < LEAST_SEGMENT) return -1;
    if ((bytes[offset + FLAGS_AT] & RSV_BIT) == 0) return length;
    bytes[offset + FLAGS_AT] &= (byte) ~RSV_BIT;
    int at = offset + length - 2;
    int padding = (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
    return padding < 2 || padding > length - LEAST_SEGMENT ? -1 : length - padding;
  }
}
