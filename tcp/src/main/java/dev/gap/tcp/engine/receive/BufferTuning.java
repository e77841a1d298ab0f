package dev.gap.tcp.engine.receive;

import dev.gap.tcp.engine.TcpConfig;

/** Lets a receive buffer grow to twice what the application takes in a round trip, before the window holds it up. */
final class BufferTuning {
  private final int most;
  private boolean on;
  private int space;
  private long since;
  private long read;
  private long measured;

  BufferTuning(TcpConfig.Buffers buffers) {
    on = buffers.tuning();
    most = buffers.receiveMax();
  }

  void begin(int bytes) {
    space = bytes;
  }

  void stop() {
    on = false;
  }

  /** {@return what the application took in the best round trip so far} */
  int space() {
    return space;
  }

  void onReceived(long now) {
    if (since == 0) since = now;
  }

  /** {@return how large the buffer is to be at least, 0 for no change} */
  int onRead(int length, long rtt, int mss, long now) {
    read += length;
    if (rtt == 0 || now - since < rtt) return 0;
    long taken = read - measured;
    measured = read;
    since = now;
    if (taken <= space) return 0;
    int before = space;
    space = (int) Math.min(taken, Integer.MAX_VALUE / 8);
    if (!on) return 0;
    long window = 2L * space + 16L * mss;
    window += window * (space - before) / Math.max(1, before) * 2;
    return (int) Math.min(most, 2 * window);
  }
}
