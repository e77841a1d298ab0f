package dev.gap.mtcp.engine;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import dev.gap.transport.PacketEngine;

/**
 * When copies of segments are due. What is lost at the end of a flight is noticed only by the retransmission timeout, and small
 * messages are nothing but ends of flights; where the path loses, {@link Redundancy} says how many copies they have. What was lost
 * again and again has a copy, too ({@link Tries}): all that came after it waits for it. The copies are no transmissions of
 * their own: whichever arrives first counts, and the loss timers go on from the first. From one copy to the next the time doubles after
 * the second: a burst of losses that outlasts the first ones need not outlast them all.
 */
final class TailGuard {
  private static final int FIRST_SEGMENTS = 4;
  private static final int MOST_SEGMENTS = 32;
  private static final int PART_OF_ROUND = 64;
  private static final int EVENLY_SPACED = 2;
  private static final long LEAST_SPACING = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long MOST_SPACING = TimeUnit.MILLISECONDS.toNanos(10);

  private long[] seqs = new long[FIRST_SEGMENTS];
  private long[] due = new long[FIRST_SEGMENTS];
  private byte[] made = new byte[FIRST_SEGMENTS];
  private byte[] left = new byte[FIRST_SEGMENTS];
  private int count;
  private int earliest;

  /** Notes that segment {@code seq} was sent, which {@code copies}, 1 to 100, are to follow. */
  void onSent(long seq, int copies, long smoothedRttNanos, long nowNanos) {
    int i = indexOf(seq);
    if (i == count) {
      if (count == MOST_SEGMENTS) return;
      if (count == seqs.length) grow();
      count++;
    }
    seqs[i] = seq;
    made[i] = 0;
    left[i] = (byte) copies;
    due[i] = nowNanos + spacing(0, smoothedRttNanos);
    findEarliest();
  }

  /** {@return when the next copy is due, or {@link PacketEngine#NEVER}} */
  long dueNanos() {
    return count == 0 ? PacketEngine.NEVER : due[earliest];
  }

  /** {@return the segment to copy next} There must be one. */
  long seq() {
    return seqs[earliest];
  }

  /** Notes that a copy of {@link #seq} was sent. */
  void onCopied(long smoothedRttNanos, long nowNanos) {
    int i = earliest;
    due[i] = nowNanos + spacing(++made[i], smoothedRttNanos);
    if (--left[i] == 0) forget(i);
    findEarliest();
  }

  /** Forgets segment {@code seq}, which needs no copy any more. */
  void forget(long seq) {
    int i = indexOf(seq);
    if (i == count) return;
    forget(i);
    findEarliest();
  }

  private void forget(int i) {
    count--;
    seqs[i] = seqs[count];
    due[i] = due[count];
    made[i] = made[count];
    left[i] = left[count];
  }

  private int indexOf(long seq) {
    int i = 0;
    while (i < count && seqs[i] != seq)
      i++;
    return i;
  }

  private void findEarliest() {
    earliest = 0;
    for (int i = 1; i < count; i++) {
      if (due[i] - due[earliest] < 0) earliest = i;
    }
  }

  private void grow() {
    int size = 2 * seqs.length;
    seqs = Arrays.copyOf(seqs, size);
    due = Arrays.copyOf(due, size);
    made = Arrays.copyOf(made, size);
    left = Arrays.copyOf(left, size);
  }

  private static long spacing(int copiesMade, long smoothedRttNanos) {
    long first = Math.clamp(smoothedRttNanos / PART_OF_ROUND, LEAST_SPACING, MOST_SPACING);
    return first << Math.max(0, copiesMade + 1 - EVENLY_SPACED);
  }
}
