package dev.gap.tcp.engine;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Bytes that wait, first in, first out, in chunks: little when there is little, nothing when there is nothing.
 */
public final class ByteQueue {
  private final ArrayDeque<byte[]> chunks = new ArrayDeque<>(2);
  private ChunkPool pool = ChunkPool.NONE;
  private int headOffset;
  private int tailEnd;
  private int size;

  /** Takes chunks from {@code shared}, and gives them back. */
  public void use(ChunkPool shared) {
    pool = shared;
  }

  /** {@return how many bytes there are} */
  public int size() {
    return size;
  }

  public boolean isEmpty() { return size == 0; }

  /** Adds bytes at the end. */
  public void add(byte[] from, int offset, int length) {
    int at = offset;
    int left = length;
    while (left > 0) {
      byte[] tail = chunks.peekLast();
      if (tail == null || tailEnd == tail.length) {
        tail = size + left > ChunkPool.SMALL ? pool.takeLarge() : pool.takeSmall();
        chunks.addLast(tail);
        tailEnd = 0;
      }
      int part = Math.min(left, tail.length - tailEnd);
      System.arraycopy(from, at, tail, tailEnd, part);
      tailEnd += part;
      at += part;
      left -= part;
    }
    size += length;
  }

  /** Copies {@code length} bytes, {@code skip} bytes behind the first, which must be there. */
  public void copy(int skip, byte[] to, int offset, int length) {
    int before = headOffset + skip;
    int at = offset;
    int left = length;
    for (Iterator<byte[]> i = chunks.iterator(); left > 0;) {
      byte[] chunk = i.next();
      if (before >= chunk.length) {
        before -= chunk.length;
        continue;
      }
      int part = Math.min(left, chunk.length - before);
      System.arraycopy(chunk, before, to, at, part);
      before = 0;
      at += part;
      left -= part;
    }
  }

  /** Drops bytes from the beginning. */
  public void drop(int length) {
    size -= length;
    headOffset += length;
    while (true) {
      byte[] head = chunks.peekFirst();
      if (head == null) return;
      boolean last = chunks.size() == 1;
      if (last && size == 0) {
        clear();
        return;
      }
      if (headOffset < head.length) return;
      headOffset -= head.length;
      pool.give(chunks.removeFirst());
    }
  }

  /** Takes bytes from the beginning. {@return how many, at most {@code length}} */
  public int take(byte[] to, int offset, int length) {
    int part = Math.min(length, size);
    copy(0, to, offset, part);
    drop(part);
    return part;
  }

  /** Drops all. */
  public void clear() {
    for (byte[] chunk = chunks.pollFirst(); chunk != null; chunk = chunks.pollFirst())
      pool.give(chunk);
    headOffset = 0;
    tailEnd = 0;
    size = 0;
  }
}
