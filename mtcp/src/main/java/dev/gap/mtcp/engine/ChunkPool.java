package dev.gap.mtcp.engine;

import java.util.ArrayDeque;

import dev.gap.mtcp.engine.wire.SegmentHeader;

/**
 * Buffers of one segment's payload, used again and again, for all connections of an endpoint. What lies idle here is bounded,
 * and where much is in use, connections are to be modest.
 */
final class ChunkPool {
  private static final int MAX_IDLE = 4096;
  /** An eighth of a gigabyte. */
  private static final int PLENTY = (128 << 20) / SegmentHeader.MAX_PAYLOAD;

  private final ArrayDeque<byte[]> idle = new ArrayDeque<>();

  private int inUse;

  byte[] take() {
    inUse++;
    byte[] chunk = idle.pollLast();
    return chunk != null ? chunk : new byte[SegmentHeader.MAX_PAYLOAD];
  }

  void give(byte[] chunk) {
    inUse--;
    if (idle.size() < MAX_IDLE) idle.addLast(chunk);
  }

  /** {@return whether so little is in use that a connection may ask for more than it needs at least} */
  boolean isPlentiful() {
    return inUse < PLENTY;
  }
}
