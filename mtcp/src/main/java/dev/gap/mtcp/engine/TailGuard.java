package dev.gap.mtcp.engine;

import java.util.concurrent.TimeUnit;

import dev.gap.transport.PacketEngine;

/**
 * Copies of the last segments of a flight. What is lost there is noticed only by the retransmission timeout, and small
 * messages are nothing but last segments; where the path loses, each is sent twice more, a little later. What was lost
 * again and again has a copy, too ({@link Tries}): all that came after it waits for it. The copies are no transmissions of
 * their own: whichever arrives first counts, and the loss timers go on from the first.
 */
final class TailGuard {
  private static final int MOST_SEGMENTS = 8;
  private static final int PART_OF_ROUND = 64;
  private static final long LEAST_SPACING = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long MOST_SPACING = TimeUnit.MILLISECONDS.toNanos(10);

  private final long[] seqs = new long[MOST_SEGMENTS];
  private final long[] due = new long[MOST_SEGMENTS];
  private final int[] left = new int[MOST_SEGMENTS];
  private int count;

  /** Notes that segment {@code seq} was sent, which {@code copies} are to follow. */
  void onSent(long seq, int copies, long smoothedRttNanos, long nowNanos) {
    int i = indexOf(seq);
    if (i == count) {
      if (count == MOST_SEGMENTS) return;
      count++;
    }
    seqs[i] = seq;
    left[i] = copies;
    due[i] = nowNanos + spacing(smoothedRttNanos);
  }

  /** {@return when the next copy is due, or {@link PacketEngine#NEVER}} */
  long dueNanos() {
    return count == 0 ? PacketEngine.NEVER : due[earliest()];
  }

  /** {@return the segment to copy next} There must be one. */
  long seq() {
    return seqs[earliest()];
  }

  /** Notes that a copy of {@link #seq} was sent. */
  void onCopied(long smoothedRttNanos, long nowNanos) {
    int i = earliest();
    due[i] = nowNanos + spacing(smoothedRttNanos);
    if (--left[i] == 0) forget(i);
  }

  /** Forgets the segment {@link #seq}, which needs no copy any more. */
  void drop() {
    forget(earliest());
  }

  private void forget(int i) {
    count--;
    seqs[i] = seqs[count];
    due[i] = due[count];
    left[i] = left[count];
  }

  private int indexOf(long seq) {
    int i = 0;
    while (i < count && seqs[i] != seq)
      i++;
    return i;
  }

  private int earliest() {
    int earliest = 0;
    for (int i = 1; i < count; i++) {
      if (due[i] - due[earliest] < 0) earliest = i;
    }
    return earliest;
  }

  private static long spacing(long smoothedRttNanos) {
    return Math.clamp(smoothedRttNanos / PART_OF_ROUND, LEAST_SPACING, MOST_SPACING);
  }
}
