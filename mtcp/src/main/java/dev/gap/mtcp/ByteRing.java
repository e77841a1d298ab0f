package dev.gap.mtcp;

/** A queue of bytes that grows from nothing to a bound, and gives its memory back when it is empty. Not thread-safe. */
final class ByteRing {
  private static final int LEAST = 4 << 10;

  private final int bound;
  private byte[] bytes = new byte[0];
  private int head;
  private int size;

  /** @param bound the most bytes it holds, a power of two of at least 4096 */
  ByteRing(int bound) {
    this.bound = bound;
  }

  int size() {
    return size;
  }

  int room() {
    return bound - size;
  }

  /** Takes bytes in. {@return how many, fewer than offered if it is full} */
  int put(byte[] from, int offset, int length) {
    int n = Math.min(length, room());
    if (n == 0) return 0;
    if (size + n > bytes.length) grow(size + n);
    int tail = (head + size) & (bytes.length - 1);
    int first = Math.min(n, bytes.length - tail);
    System.arraycopy(from, offset, bytes, tail, first);
    System.arraycopy(from, offset + first, bytes, 0, n - first);
    size += n;
    return n;
  }

  /** Gives bytes out. {@return how many} */
  int get(byte[] to, int offset, int length) {
    int n = Math.min(length, size);
    if (n == 0) return 0;
    int first = Math.min(n, bytes.length - head);
    System.arraycopy(bytes, head, to, offset, first);
    System.arraycopy(bytes, 0, to, offset + first, n - first);
    skip(n);
    return n;
  }

  /** {@return the array that {@link #headOffset} and {@link #headLength} speak of} */
  byte[] array() {
    return bytes;
  }

  /** {@return where the first bytes lie} */
  int headOffset() {
    return head;
  }

  /** {@return how many of the first bytes lie together} */
  int headLength() {
    return Math.min(size, bytes.length - head);
  }

  /** Forgets the first {@code n} bytes. */
  void skip(int n) {
    size -= n;
    head = (head + n) & (bytes.length - 1);
    if (size == 0) {
      head = 0;
      // a busy stream empties it all the time: only much memory is worth giving back
      if (bytes.length > 4 * LEAST) bytes = new byte[0];
    }
  }

  /** Forgets everything. */
  void clear() {
    head = 0;
    size = 0;
    bytes = new byte[0];
  }

  private void grow(int needed) {
    int capacity = Math.max(LEAST, bytes.length);
    while (capacity < needed)
      capacity *= 2;
    byte[] larger = new byte[capacity];
    int first = headLength();
    System.arraycopy(bytes, head, larger, 0, first);
    System.arraycopy(bytes, 0, larger, first, size - first);
    bytes = larger;
    head = 0;
  }
}
