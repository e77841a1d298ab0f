package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;

import dev.gap.lab.VirtualNetwork;
import dev.gap.transport.PacketBatch;
import dev.gap.transport.PacketEngine;

/** A host whose engine can be replaced, whose clock can jump, and which lets out only what a filter passes. */
final class Port implements PacketEngine {
  /** Says which datagrams get out. */
  interface Filter {
    boolean passes(byte[] bytes, int length, InetSocketAddress to);
  }

  /** Sees what arrives. */
  interface Ear {
    void hears(byte[] bytes, int length, InetSocketAddress from);
  }

  private final PacketBatch sent = new PacketBatch(32, VirtualNetwork.MAX_DATAGRAM_BYTES);
  PacketEngine engine;
  Filter filter = (bytes, length, to) -> true;
  Ear ear = (bytes, length, from) -> {};
  long shiftNanos;

  Port(PacketEngine engine) {
    this.engine = engine;
  }

  @Override
  public void receive(PacketBatch packets, long nowNanos) {
    for (int i = 0; i < packets.size(); i++)
      ear.hears(packets.bytes(i), packets.length(i), packets.peer(i));
    engine.receive(packets, nowNanos + shiftNanos);
  }

  @Override
  public void pollTransmit(PacketBatch out, long nowNanos) {
    int before = out.size();
    do {
      sent.clear(out.capacity() - out.size());
      engine.pollTransmit(sent, nowNanos + shiftNanos);
      for (int i = 0; i < sent.size(); i++) {
        if (!filter.passes(sent.bytes(i), sent.length(i), sent.peer(i))) continue;
        System.arraycopy(sent.bytes(i), 0, out.next(), 0, sent.length(i));
        out.commit(sent.length(i), sent.peer(i));
      }
    } while (sent.size() > 0 && out.size() == before);
  }

  @Override
  public long nextTimeoutNanos() {
    long at = engine.nextTimeoutNanos();
    return at == NEVER ? NEVER : at - shiftNanos;
  }

  @Override
  public void onTimeout(long nowNanos) {
    engine.onTimeout(nowNanos + shiftNanos);
  }
}
