package dev.gap.mtcp.engine.protection;

import dev.gap.transport.PacketBatch;

/** Nothing: the segments travel inside a session of profile 2, which protects them. */
public final class InSession implements PacketProtection {
  @Override
  public boolean open(byte[] datagram, int length) {
    return true;
  }

  @Override
  public void seal(PacketBatch batch, int from) {}

  @Override
  public long markSalt() {
    return 0;
  }
}
