package dev.gap.tcp.engine.connection;

/**
 * Urgent data that comes, RFC 6093: the pointer points behind the urgent byte, as everybody has it, or onto it where RFC
 * 1122 is followed to the letter. Out of band, the byte is kept apart from the stream; in line it stays, and the reader
 * stops before it.
 */
final class Urgent {
  private enum Stage {
    NONE, ANNOUNCED, VALID, READ
  }

  private final boolean literal;
  private Stage stage = Stage.NONE;
  private long position = -1;
  private byte value;

  Urgent(boolean literal) {
    this.literal = literal;
  }

  /** A segment points to {@code pointer} behind {@code sequence}. {@return whether that is news} */
  boolean announce(long sequence, int pointer, long read, long next) {
    if (pointer == 0 && !literal) return false;
    long at = sequence + pointer - (literal ? 0 : 1);
    if (at < read || at < next || (position >= 0 && at <= position)) return false;
    position = at;
    stage = Stage.ANNOUNCED;
    return true;
  }

  /** Data from {@code sequence} on is taken in. */
  void onData(long sequence, byte[] bytes, int offset, int length) {
    if (stage != Stage.ANNOUNCED || position < sequence || position >= sequence + length) return;
    value = bytes[offset + (int) (position - sequence)];
    stage = Stage.VALID;
  }

  /** {@return whether a byte waits to be read out of band} */
  boolean isReadable() { return stage == Stage.VALID; }

  boolean isAnnounced() { return stage == Stage.ANNOUNCED; }

  boolean exists() {
    return stage != Stage.NONE;
  }

  byte value() {
    return value;
  }

  void onRead() {
    stage = Stage.READ;
  }

  /** {@return where it is, -1 if nowhere} */
  long position() {
    return stage == Stage.NONE ? -1 : position;
  }

  /** The reader has passed it. */
  void passed(long read) {
    if (stage != Stage.ANNOUNCED && stage != Stage.NONE && read > position) stage = Stage.NONE;
  }
}
