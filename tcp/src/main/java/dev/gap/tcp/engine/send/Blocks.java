package dev.gap.tcp.engine.send;

import java.util.ArrayDeque;

/**
 * Where a long write was cut into blocks, as Linux cuts it into buffers: none holds more than half of the largest window
 * that the peer has offered, so that what is acknowledged makes room for the next in time. What goes out together does
 * not reach over the end of one, and with half a window written since the last push it ends with PSH.
 */
final class Blocks {
  private record Block(long end, boolean pushed) {}

  private final SendState s;
  /** Those that were not sent yet. */
  private final ArrayDeque<Block> blocks = new ArrayDeque<>(1);

  Blocks(SendState state) {
    s = state;
  }

  /** {@return the bytes of a block, a whole number of segments} */
  static int bytes(int mss, long largestWindow, int most) {
    long half = largestWindow / 2;
    long limit = half > 0 ? Math.min(half, most) : most;
    return (int) Math.max(mss, limit / mss * mss);
  }

  /** A block ends at {@code end}. */
  void add(long end, boolean pushed) {
    blocks.addLast(new Block(end, pushed));
  }

  /** {@return whether a block ends there that is to be pushed} */
  boolean isPushed(long sequence) {
    // what was cut into segments otherwise in the meantime has no segment that ends there
    dropBefore(sequence);
    return !blocks.isEmpty() && blocks.getFirst().pushed && blocks.getFirst().end == sequence;
  }

  /** {@return at most {@code length}, less if a block ends before that, whole segments after what is sent next} */
  long within(long length) {
    dropBefore(s.next + 1);
    if (blocks.isEmpty()) return length;
    long left = blocks.getFirst().end - s.next;
    return left % s.mss == 0 ? Math.min(left, length) : length;
  }

  private void dropBefore(long sequence) {
    while (!blocks.isEmpty() && blocks.getFirst().end < sequence)
      blocks.removeFirst();
  }

  void clear() {
    blocks.clear();
  }
}
