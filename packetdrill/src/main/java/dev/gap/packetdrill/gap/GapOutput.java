package dev.gap.packetdrill.gap;

import java.util.ArrayDeque;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.connection.PacketSlot;
import dev.gap.tcp.engine.stack.TcpEngine;

/** What the engine sends, in order; also what it sends in the middle of a call. */
final class GapOutput {
  private final TcpEngine engine;
  private final PacketSlot slot = new PacketSlot(65_535 + 200, 0, false);
  private final ArrayDeque<byte[]> early = new ArrayDeque<>();

  GapOutput(TcpEngine engine) {
    this.engine = engine;
  }

  byte @Nullable [] poll(long now) {
    byte[] first = early.pollFirst();
    return first != null ? first : next(now);
  }

  /** Has all sent now that may go out. */
  void drain(long now) {
    for (byte[] packet = next(now); packet != null; packet = next(now))
      early.addLast(packet);
  }

  private byte @Nullable [] next(long now) {
    if (!engine.poll(slot, now)) return null;
    return Arrays.copyOfRange(slot.bytes(), slot.offset(), slot.offset() + slot.length());
  }
}
