package dev.gap.mtcp.engine;

import java.util.random.RandomGenerator;

/**
 * Connection IDs, and the mark by which gap knows gap (docs/protocol.md, "Gap's extension"): the low 24 bits of a marked ID
 * follow from the others and the key. The original draws all 64 at random and sees nothing in it; it draws a marked one
 * once in 16 million.
 */
final class ConnectionIds {
  private static final int MARK_BITS = 24;
  private static final long MARK_MASK = (1L << MARK_BITS) - 1;

  private final long salt;

  ConnectionIds(long salt) {
    this.salt = salt;
  }

  long draw(RandomGenerator random) {
    long upper = random.nextLong() & ~MARK_MASK;
    return upper | mark(upper);
  }

  boolean isMarked(long id) {
    return (id & MARK_MASK) == mark(id & ~MARK_MASK);
  }

  /** The finalizer of MurmurHash3: a mark is a sign of recognition, and protects nothing. */
  private long mark(long upper) {
    long h = upper ^ salt;
    h = (h ^ (h >>> 33)) * 0xFF51AFD7ED558CCDL;
    h = (h ^ (h >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return (h ^ (h >>> 33)) & MARK_MASK;
  }
}
