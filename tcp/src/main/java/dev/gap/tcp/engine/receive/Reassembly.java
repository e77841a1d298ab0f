package dev.gap.tcp.engine.receive;

import dev.gap.tcp.engine.ByteQueue;
import dev.gap.tcp.engine.ChunkPool;
import dev.gap.tcp.engine.wire.Options;
import dev.gap.tcp.engine.wire.Segment;
import dev.gap.transport.RangeSet;

/**
 * Data that came before its time, and the SACK blocks that tell of it, the newest first (RFC 2018 section 4), a D-SACK
 * before them (RFC 2883 section 4).
 */
final class Reassembly {
  private static final int RECENT = Segment.MAX_SACKS;

  private final HeldPieces held = new HeldPieces();
  private final RangeSet ranges = new RangeSet();
  private final long[] recent = new long[RECENT];
  private int recentCount;
  private int bytes;
  private long duplicateStart = -1;
  private long duplicateEnd;

  /** Takes memory from {@code chunks}. */
  void use(ChunkPool chunks) {
    held.use(chunks);
  }

  boolean isEmpty() { return ranges.isEmpty(); }

  /** {@return in how many pieces it is held} */
  int pieces() {
    return held.size();
  }

  /** {@return how many bytes are held} */
  int bytes() {
    return bytes;
  }

  /** Remembers to tell that these bytes came twice. */
  void duplicate(long start, long end) {
    duplicateStart = start;
    duplicateEnd = end;
  }

  boolean hasDuplicate() {
    return duplicateStart >= 0;
  }

  /** Holds what is new of {@code length} bytes from {@code start} on. {@return whether some of it had come before} */
  boolean add(long start, byte[] from, int offset, int length) {
    long end = start + length;
    boolean overlaps = false;
    long at = start;
    while (at < end) {
      long free = ranges.nextAbsent(at);
      if (free > at) {
        noteDuplicate(at, Math.min(free, end), overlaps);
        overlaps = true;
        at = free;
        continue;
      }
      long until = Math.min(end, ranges.nextPresent(at));
      int skip = (int) (at - start);
      held.add(at, from, offset + skip, (int) (until - at));
      bytes += (int) (until - at);
      ranges.add(at, until);
      at = until;
    }
    touch(start);
    return overlaps;
  }

  /** A FIN that comes early takes its sequence number, too. */
  void addFin(long at) {
    ranges.add(at, at + 1);
    touch(at);
  }

  private void noteDuplicate(long from, long to, boolean extend) {
    if (extend) duplicateEnd = to;
    else duplicate(from, to);
  }

  private void extendDuplicate(long from, long to) {
    if (duplicateStart < 0) duplicate(from, to);
    else if (from <= duplicateEnd && duplicateStart <= to) {
      duplicateStart = Math.min(duplicateStart, from);
      duplicateEnd = Math.max(duplicateEnd, to);
    }
  }

  private void touch(long sequence) {
    int i = ranges.indexOf(sequence);
    if (i == ranges.size()) return;
    long start = ranges.start(i);
    long end = ranges.end(i);
    int kept = 0;
    for (int k = 0; k < recentCount && kept < RECENT - 1; k++) {
      if (recent[k] < start || recent[k] >= end) recent[kept++] = recent[k];
    }
    System.arraycopy(recent, 0, recent, 1, kept);
    recent[0] = sequence;
    recentCount = kept + 1;
  }

  /** Gives what follows {@code next} without a gap to {@code to}. {@return the sequence number after it} */
  long take(long next, ByteQueue to, boolean tellsDuplicates) {
    long at = next;
    int used = 0;
    while (used < held.size() && held.start(used) <= at) {
      long start = held.start(used);
      int length = held.length(used);
      if (tellsDuplicates && start < next) extendDuplicate(start, Math.min(start + length, next));
      bytes -= length;
      int skip = (int) Math.max(0, at - start);
      if (skip < length) {
        to.add(held.data(used), skip, length - skip);
        at = start + length;
      }
      used++;
    }
    held.removeFirst(used);
    ranges.remove(0, at);
    return at;
  }

  /** Writes the blocks into {@code options}. The D-SACK is told once. */
  void tell(Options options, boolean withDuplicate) {
    if (duplicateStart >= 0 && withDuplicate) {
      options.sack((int) duplicateStart, (int) duplicateEnd);
      int within = ranges.indexOf(duplicateStart);
      // a duplicate above a gap is followed by the block that holds it
      if (within < ranges.size() && ranges.start(within) <= duplicateStart) touch(duplicateStart);
    }
    duplicateStart = -1;
    for (int i = 0; i < recentCount; i++) {
      int at = ranges.indexOf(recent[i]);
      if (at < ranges.size() && ranges.start(at) <= recent[i]) {
        options.sack((int) ranges.start(at), (int) ranges.end(at));
      }
    }
    if (ranges.isEmpty()) recentCount = 0;
  }

  /** {@return how many blocks there are to tell of, the duplicate included} */
  int blocks() {
    return (duplicateStart >= 0 ? 1 : 0) + recentCount;
  }

  boolean hasBlocks() {
    return !ranges.isEmpty() || duplicateStart >= 0;
  }

  void clear() {
    held.clear();
    ranges.clear();
    bytes = 0;
    recentCount = 0;
    duplicateStart = -1;
  }
}
