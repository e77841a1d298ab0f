package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.SegmentWriter.Frame;
import dev.gap.transport.DeadlineQueue;

/** What a pair of addresses and ports leads to: a connection, a handshake under way, or a memory of one that was. */
public abstract class Flow extends DeadlineQueue.Entry {
  protected Frame frame;

  protected Flow(Frame frame) {
    this.frame = frame;
  }

  public final Frame frame() {
    return frame;
  }

  public final Address local() {
    return frame.local();
  }

  public final Address remote() {
    return frame.remote();
  }

  public final int localPort() {
    return frame.localPort();
  }

  public final int remotePort() {
    return frame.remotePort();
  }

  /** {@return when it wants to be woken} */
  public abstract long deadline(long now);
}
