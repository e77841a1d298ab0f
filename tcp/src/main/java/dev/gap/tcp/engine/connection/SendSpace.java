package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.Habit;

/** How much the application may write: the send buffer, which grows with the window as on Linux. */
final class SendSpace {
  private static final int SEGMENT_COST = 640;
  private static final int SEGMENT_HEAD = 256;

  private final TcpConnection c;
  private int bytes;

  SendSpace(TcpConnection connection) {
    c = connection;
    bytes = c.settings.sendBuffer > 0 ? c.settings.sendBuffer : c.config.buffers().send();
  }

  /** {@return the size of the buffer} */
  int bytes() {
    return bytes;
  }

  void set(int size) {
    bytes = size;
  }

  /** {@return how many bytes can be written now} */
  int writable() {
    if (!c.state.maySend() && c.state != TcpState.SYN_SENT && c.state != TcpState.SYN_RECEIVED) return 0;
    if (c.sender.isFinishing()) return 0;
    int unsent = c.sender.unsent();
    if (c.config.has(Habit.PLAIN_SEND_BUFFERS)) {
      return unsent >= notSentLowWater() ? 0 : Math.max(0, bytes - c.sender.buffered());
    }
    // a block that was begun is filled in any case
    int block = c.sender.blockBytes();
    int begun = unsent % block;
    boolean full = begun == 0 && (unsent >= notSentLowWater() || c.sender.buffered() >= bytes);
    return full ? 0 : block - begun;
  }

  /**
   * {@return whether a writer that had found no room is to come back: when a third is free, and of what may wait unsent
   *     no more than half does}
   */
  boolean isWritable() {
    return writable() > 0 && bytes - c.sender.buffered() >= c.sender.buffered() / 2
        && 2L * c.sender.unsent() < notSentLowWater();
  }

  private long notSentLowWater() {
    return c.settings.notSentLowWater > 0 ? c.settings.notSentLowWater : c.config.buffers().notSentLowWater();
  }

  /** Queues as much as there is room for. {@return how many bytes} */
  int write(byte[] from, int offset, int length, boolean more, long now) {
    int part = Math.min(length, writable());
    if (part > 0) {
      // a SYN-ACK that waited for data has it now
      if (c.state == TcpState.SYN_RECEIVED && c.handshake.sent() == 0) c.handshake.setDue();
      c.sender.write(from, offset, part, more && part == length, part < length, now);
    }
    boolean waits = part < length && writable() == 0;
    // who waits for room may as well have what there is delivered
    if (waits && part > 0) c.sender.push();
    if (waits) c.sender.setStarved(true, now);
    return part;
  }

  /** A writer waits: only then the buffer grows, since one that is not filled is large enough. */
  void makeRoom(long now) {
    tune();
    if (isWritable()) c.sender.setStarved(false, now);
  }

  /** Gives the window what it lets go out. */
  void tune() {
    if (c.settings.sendBuffer > 0 || c.state != TcpState.ESTABLISHED) return;
    // what a segment costs, and twice a window of them
    long cost = 2L * Integer.highestOneBit(c.size.peerMss() + SEGMENT_COST - 1) + SEGMENT_HEAD;
    long wanted = 2L * Math.max(c.config.congestion().initialWindow(), c.sender.congestionWindow()) * cost;
    bytes = (int) Math.max(bytes, Math.min(wanted, c.config.buffers().sendMax()));
  }
}
