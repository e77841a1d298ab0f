package dev.gap.tcp.engine;

import java.util.ArrayDeque;

/** Large chunks of bytes, used again and again by all connections of an engine. So many lie idle at most. */
public final class ChunkPool {
  static final int BYTES = 65536;

  private final ArrayDeque<byte[]> idle = new ArrayDeque<>();
  private final int most;

  /** @param most how many chunks of 64 KiB may lie idle */
  public ChunkPool(int most) {
    this.most = most;
  }

  byte[] take() {
    byte[] chunk = idle.pollLast();
    return chunk == null ? new byte[BYTES] : chunk;
  }

  void give(byte[] chunk) {
    if (chunk.length == BYTES && idle.size() < most) idle.addLast(chunk);
  }
}
