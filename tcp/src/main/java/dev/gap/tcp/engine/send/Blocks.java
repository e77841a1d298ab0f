package dev.gap.tcp.engine.send;

import java.util.ArrayDeque;

/**
 * Where a long write was cut into blocks, as Linux cuts it into buffers: none holds more than half of the largest window
 * that the peer has offered, so that what is acknowledged makes room for the next in time. What goes out together does
 * not reach over the end of one, and with half a window written since the last push it ends with PSH.
 */
final class Blocks {
  private final SendState s;
  /** The ends of those that were not sent yet, negative if it is not pushed. */
  private final ArrayDeque<Long> ends = new ArrayDeque<>();

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
    ends.addLast(pushed ? end : -end);
  }

  /** {@return whether a block ends there that is to be pushed} */
  boolean isPushed(long sequence) {
    // what was cut into segments otherwise in the meantime has no segment that ends there
    while (!ends.isEmpty() && Math.abs(ends.getFirst()) < sequence)
      ends.removeFirst();
    return !ends.isEmpty() && ends.getFirst() == sequence;
  }

  /** {@return at most {@code length}, less if a block ends before that, whole segments after what is sent next} */
  long within(long length) {
    while (!ends.isEmpty() && Math.abs(ends.getFirst()) <= s.next)
      ends.removeFirst();
    if (ends.isEmpty()) return length;
    long left = Math.abs(ends.getFirst()) - s.next;
    return left % s.mss == 0 ? Math.min(left, length) : length;
  }

  void clear() {
    ends.clear();
  }
}
