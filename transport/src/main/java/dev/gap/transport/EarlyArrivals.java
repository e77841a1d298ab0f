package dev.gap.transport;

/**
 * Arrivals that were reported sooner than the path's round trip allows, because a datagram or an acknowledgment overtook
 * others. One such acknowledgment tells at once what was to be told over a good part of a round trip, and the next ones tell
 * nothing; counted when they were due, arrivals stay as even as they are.
 */
final class EarlyArrivals {
  private static final int MOST = 256;
  private static final long GRAIN_NANOS = 500_000;

  private final long[] dueNanos = new long[MOST];
  private final long[] bytes = new long[MOST];
  private int first;
  private int count;

  /** Keeps an arrival until {@code due}. {@return whether there was room} Those due sooner than earlier ones wait with them. */
  boolean add(int datagramBytes, long due) {
    int last = (first + count - 1 + MOST) % MOST;
    if (count > 0 && due - dueNanos[last] < GRAIN_NANOS) {
      bytes[last] += datagramBytes;
      return true;
    }
    if (count == MOST) return false;
    int at = (first + count++) % MOST;
    dueNanos[at] = due;
    bytes[at] = datagramBytes;
    return true;
  }

  /** {@return the bytes of what was due until {@code nowNanos}; they are forgotten} */
  long take(long nowNanos) {
    long taken = 0;
    while (count > 0 && dueNanos[first] - nowNanos <= 0) {
      taken += bytes[first];
      first = (first + 1) % MOST;
      count--;
    }
    return taken;
  }

  /** Forgets all. */
  void clear() {
    count = 0;
  }
}
