package dev.gap.tcp.engine.receive;

import java.util.Arrays;

import dev.gap.tcp.engine.ChunkPool;

/** Pieces of data, in order of where they begin. A full segment takes a chunk of the pool, less as much as it needs. */
final class HeldPieces {
  private static final byte[] NOTHING = {};
  private static final byte[][] NONE = {};
  private static final int LEAST = 8;
  /** So much room stays when all is taken out. */
  private static final int KEPT = 256;

  private long[] starts = new long[0];
  private int[] lengths = new int[0];
  private byte[][] data = NONE;
  private int size;
  private ChunkPool pool = ChunkPool.NONE;

  void use(ChunkPool chunks) {
    pool = chunks;
  }

  int size() {
    return size;
  }

  long start(int i) {
    return starts[i];
  }

  int length(int i) {
    return lengths[i];
  }

  /** {@return the bytes of a piece, from the first on} */
  byte[] data(int i) {
    return data[i];
  }

  void add(long start, byte[] from, int offset, int length) {
    if (size == starts.length) resize(Math.max(LEAST, size * 2));
    int at = size;
    while (at > 0 && starts[at - 1] > start)
      at--;
    System.arraycopy(starts, at, starts, at + 1, size - at);
    System.arraycopy(lengths, at, lengths, at + 1, size - at);
    System.arraycopy(data, at, data, at + 1, size - at);
    // of a chunk at least half is used, so that memory stays within twice what is told of
    byte[] own = length <= ChunkPool.SMALL && length > ChunkPool.SMALL / 2 ? pool.takeSmall() : new byte[length];
    System.arraycopy(from, offset, own, 0, length);
    starts[at] = start;
    lengths[at] = length;
    data[at] = own;
    size++;
  }

  /** Takes the first {@code count} out. */
  void removeFirst(int count) {
    for (int i = 0; i < count; i++)
      pool.give(data[i]);
    int left = size - count;
    System.arraycopy(starts, count, starts, 0, left);
    System.arraycopy(lengths, count, lengths, 0, left);
    System.arraycopy(data, count, data, 0, left);
    Arrays.fill(data, left, size, NOTHING);
    size = left;
    if (size == 0 && starts.length > KEPT) resize(0);
  }

  void clear() {
    removeFirst(size);
    resize(0);
  }

  private void resize(int room) {
    starts = Arrays.copyOf(starts, room);
    lengths = Arrays.copyOf(lengths, room);
    data = room == 0 ? NONE : Arrays.copyOf(data, room);
    Arrays.fill(data, size, room, NOTHING);
  }
}
