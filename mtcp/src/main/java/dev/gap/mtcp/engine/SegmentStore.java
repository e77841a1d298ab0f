package dev.gap.mtcp.engine;

import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The payloads of consecutive segments, by unwrapped number: a ring of references to pooled chunks that grows to the
 * window and no further. A number without a chunk is a segment without data, or one that is missing.
 */
final class SegmentStore {
  private final ChunkPool pool;
  private byte[] @Nullable [] chunks = new byte[8][];
  private short[] lengths = new short[8];

  SegmentStore(ChunkPool pool) {
    this.pool = pool;
  }

  /** Makes room for numbers less than {@code span} apart; those in use are {@code first} to {@code end}, exclusive. */
  void reserve(long span, long first, long end) {
    if (span <= chunks.length) return;
    int size = Integer.highestOneBit((int) span - 1) << 1;
    byte[] @Nullable [] oldChunks = chunks;
    short[] oldLengths = lengths;
    chunks = new byte[size][];
    lengths = new short[size];
    for (long seq = first; seq < end; seq++) {
      int from = (int) seq & (oldChunks.length - 1);
      chunks[slot(seq)] = oldChunks[from];
      lengths[slot(seq)] = oldLengths[from];
    }
  }

  /** Keeps a copy of the given bytes, at least one, under {@code seq}. */
  void put(long seq, byte[] from, int offset, int length) {
    byte[] chunk = pool.take();
    System.arraycopy(from, offset, chunk, 0, length);
    chunks[slot(seq)] = chunk;
    lengths[slot(seq)] = (short) length;
  }

  /** Adds bytes to those under {@code seq}. */
  void append(long seq, byte[] from, int offset, int length) {
    int i = slot(seq);
    System.arraycopy(from, offset, Objects.requireNonNull(chunks[i]), lengths[i], length);
    lengths[i] += (short) length;
  }

  /** {@return the length in bytes of what is under {@code seq}, 0 if there is nothing} */
  int length(long seq) {
    return lengths[slot(seq)];
  }

  /** Copies {@code length} bytes of what is under {@code seq}, from {@code offset} on. */
  void copy(long seq, int offset, byte[] to, int toOffset, int length) {
    if (length > 0) System.arraycopy(Objects.requireNonNull(chunks[slot(seq)]), offset, to, toOffset, length);
  }

  /** Forgets what is under {@code seq}. */
  void release(long seq) {
    int i = slot(seq);
    byte[] chunk = chunks[i];
    if (chunk == null) return;
    pool.give(chunk);
    chunks[i] = null;
    lengths[i] = 0;
  }

  /** Forgets everything. */
  void releaseAll() {
    for (byte[] chunk : chunks) {
      if (chunk != null) pool.give(chunk);
    }
    Arrays.fill(chunks, null);
    Arrays.fill(lengths, (short) 0);
  }

  private int slot(long seq) {
    return (int) seq & (chunks.length - 1);
  }
}
