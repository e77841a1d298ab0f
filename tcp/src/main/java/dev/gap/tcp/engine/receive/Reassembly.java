package dev.gap.tcp.engine.receive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.gap.tcp.engine.ByteQueue;
import dev.gap.tcp.engine.wire.Options;
import dev.gap.tcp.engine.wire.Segment;
import dev.gap.transport.RangeSet;

/**
 * Data that came before its time, and the SACK blocks that tell of it, the newest first (RFC 2018 section 4), a D-SACK
 * before them (RFC 2883 section 4).
 */
final class Reassembly {
  private record Held(long start, byte[] data) {
    long end() {
      return start + data.length;
    }
  }

  private static final int RECENT = Segment.MAX_SACKS;

  private final List<Held> held = new ArrayList<>(0);
  private final RangeSet ranges = new RangeSet();
  private final long[] recent = new long[RECENT];
  private int recentCount;
  private int bytes;
  private long duplicateStart = -1;
  private long duplicateEnd;

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
      insert(new Held(at, Arrays.copyOfRange(from, offset + skip, offset + skip + (int) (until - at))));
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

  private void insert(Held piece) {
    int i = held.size();
    while (i > 0 && held.get(i - 1).start > piece.start)
      i--;
    held.add(i, piece);
    bytes += piece.data.length;
  }

  private void touch(long sequence) {
    int i = ranges.indexOf(sequence);
    if (i == ranges.size()) return;
    long start = ranges.start(i);
    long end = ranges.end(i);
    int kept = 0;
    long[] others = new long[RECENT];
    for (int k = 0; k < recentCount && kept < RECENT - 1; k++) {
      if (recent[k] < start || recent[k] >= end) others[kept++] = recent[k];
    }
    recent[0] = sequence;
    System.arraycopy(others, 0, recent, 1, kept);
    recentCount = kept + 1;
  }

  /** Gives what follows {@code next} without a gap to {@code to}. {@return the sequence number after it} */
  long take(long next, ByteQueue to, boolean tellsDuplicates) {
    long at = next;
    int used = 0;
    while (used < held.size() && held.get(used).start <= at) {
      Held piece = held.get(used++);
      if (tellsDuplicates && piece.start < next) extendDuplicate(piece.start, Math.min(piece.end(), next));
      bytes -= piece.data.length;
      int skip = (int) Math.max(0, at - piece.start);
      if (skip >= piece.data.length) continue;
      to.add(piece.data, skip, piece.data.length - skip);
      at = piece.end();
    }
    if (used > 0) held.subList(0, used).clear();
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
