package dev.gap.packetdrill.run;

/**
 * The bytes of streams: each tells its place in the stream, so that bytes sent or read from the wrong place are
 * noticed. Scripts themselves only give lengths.
 */
final class Payload {
  private Payload() {}

  static byte at(long position) {
    return (byte) (position * 31 + (position >>> 8) * 7 + (position >>> 16));
  }

  /** {@return {@code length} bytes from a place in the stream} */
  static byte[] bytes(long position, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++)
      bytes[i] = at(position + i);
    return bytes;
  }

  /** {@return the index of the first byte that does not belong there, -1 if all do} */
  static int firstWrong(byte[] bytes, long position) {
    for (int i = 0; i < bytes.length; i++)
      if (bytes[i] != at(position + i)) return i;
    return -1;
  }
}
