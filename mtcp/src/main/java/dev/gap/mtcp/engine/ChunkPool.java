package dev.gap.mtcp.engine;

import java.util.ArrayDeque;

import dev.gap.mtcp.engine.wire.SegmentHeader;

/** Buffers of one segment's payload, used again and again. What lies idle here is bounded. */
final class ChunkPool {
  private static final int MAX_IDLE = 4096;

  private final ArrayDeque<byte[]> idle = new ArrayDeque<>();

  byte[] take() {
    byte[] chunk = idle.pollLast();
    return chunk != null ? chunk : new byte[SegmentHeader.MAX_PAYLOAD];
  }

  void give(byte[] chunk) {
    if (idle.size() < MAX_IDLE) idle.addLast(chunk);
  }
}
