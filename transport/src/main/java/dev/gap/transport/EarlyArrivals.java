package dev.gap.transport;

import java.util.Arrays;

/**
 * Arrivals that were reported sooner than the path's round trip allows, because a datagram or an acknowledgment overtook
 * others. One such acknowledgment tells at once what was to be told over a good part of a round trip, and the next ones tell
 * nothing; counted when they were due, arrivals stay as even as they are. A ring of buckets, each for a millisecond.
 */
final class EarlyArrivals {
  private static final int BUCKETS = 1024;
  private static final long GRAIN_NANOS = 1_000_000;

  private final long[] bytes = new long[BUCKETS];
  private long next;
  private long waiting;

  /** Keeps an arrival until {@code dueNanos}. {@return whether that is within a second from {@code nowNanos}} */
  boolean add(int datagramBytes, long dueNanos, long nowNanos) {
    long bucket = Math.floorDiv(dueNanos, GRAIN_NANOS);
    if (waiting == 0) next = Math.floorDiv(nowNanos, GRAIN_NANOS);
    if (bucket - next >= BUCKETS || bucket < next) return false;
    bytes[(int) (bucket & (BUCKETS - 1))] += datagramBytes;
    waiting += datagramBytes;
    return true;
  }

  /** {@return the bytes of what was due until {@code nowNanos}; they are forgotten} */
  long take(long nowNanos) {
    long now = Math.floorDiv(nowNanos, GRAIN_NANOS);
    long taken = 0;
    while (waiting > 0 && next < now) {
      int slot = (int) (next++ & (BUCKETS - 1));
      taken += bytes[slot];
      waiting -= bytes[slot];
      bytes[slot] = 0;
    }
    return taken;
  }

  /** Forgets all. */
  void clear() {
    Arrays.fill(bytes, 0);
    waiting = 0;
  }
}
