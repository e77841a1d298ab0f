package dev.gap.transport;

import java.util.Arrays;

/**
 * How old the first datagrams were that a path reported as arrived. The very first may have overtaken the others, and later ones have
 * waited in the queue that they make themselves: the middle of a few is near the path's round trip.
 */
final class FirstAges {
  private static final int MOST = 8;

  private final long[] sorted = new long[MOST];
  private int count;

  /** Takes in how long before it was reported a datagram was sent, if it is one of the first. */
  void add(long nanos) {
    if (count == MOST) return;
    sorted[count++] = nanos;
    Arrays.sort(sorted, 0, count);
  }

  /** Forgets all: those had overtaken the others. */
  void clear() {
    count = 0;
  }

  boolean isEmpty() { return count == 0; }

  /** {@return the middle one, in nanoseconds} There must be one. */
  long median() {
    return sorted[count / 2];
  }
}
