package dev.gap.mtcp.engine;

import java.util.Arrays;

import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.transport.RangeSet;

/**
 * Chooses what a SACK list tells when there is more to tell than room: first the ranges that arrivals touched lately, so
 * that each arrival is reported in several acknowledgments and survives the loss of some, then the lowest ones.
 */
final class SackChooser {
  private static final int RECENT = 128;
  private static final int MAX_BLOCKS = SegmentHeader.MAX_PAYLOAD / SegmentHeader.SACK_BLOCK;

  private final RangeSet ranges;
  private final long[] recent = new long[RECENT];
  private final int[] chosen = new int[MAX_BLOCKS];
  private int newest;
  private int count;

  SackChooser(RangeSet outOfOrder) {
    ranges = outOfOrder;
  }

  /** Notes an arrival out of order. A run of arrivals in one range counts once. */
  void onOutOfOrder(long seq) {
    if (count > 0 && recent[newest] == seq - 1) {
      recent[newest] = seq;
      return;
    }
    newest = (newest + 1) % RECENT;
    recent[newest] = seq;
    count = Math.min(count + 1, RECENT);
  }

  /** Writes at most {@code room} blocks, ascending. {@return how many} */
  int write(byte[] out, int room, long next) {
    int limit = Math.min(room, MAX_BLOCKS);
    if (ranges.size() <= limit) {
      for (int i = 0; i < ranges.size(); i++)
        writeBlock(out, i, i);
      return ranges.size();
    }
    int n = chooseRecent(limit - limit / 4, next);
    for (int i = 0; i < ranges.size() && n < limit; i++) {
      if (Arrays.binarySearch(chosen, 0, n, i) < 0) n = insert(i, n);
    }
    for (int i = 0; i < n; i++)
      writeBlock(out, i, chosen[i]);
    return n;
  }

  private int chooseRecent(int limit, long next) {
    int n = 0;
    for (int k = 0; k < count && n < limit; k++) {
      long seq = recent[(newest - k + RECENT) % RECENT];
      if (seq < next) continue;
      int range = ranges.indexOf(seq);
      if (range < ranges.size() && Arrays.binarySearch(chosen, 0, n, range) < 0) n = insert(range, n);
    }
    return n;
  }

  private int insert(int range, int n) {
    int at = -Arrays.binarySearch(chosen, 0, n, range) - 1;
    System.arraycopy(chosen, at, chosen, at + 1, n - at);
    chosen[at] = range;
    return n + 1;
  }

  private void writeBlock(byte[] out, int block, int range) {
    SegmentHeader.writeSack(out, block, (int) ranges.start(range), (int) (ranges.end(range) - 1));
  }
}
