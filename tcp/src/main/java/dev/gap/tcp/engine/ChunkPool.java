package dev.gap.tcp.engine;

import java.util.ArrayDeque;

/** Chunks of bytes, used again and again by all connections of an engine. So many of each size lie idle at most. */
public final class ChunkPool {
  public static final int SMALL = 2048;
  /** Keeps nothing. */
  public static final ChunkPool NONE = new ChunkPool(0);
  static final int LARGE = 65536;

  private final ArrayDeque<byte[]> small = new ArrayDeque<>();
  private final ArrayDeque<byte[]> large = new ArrayDeque<>();
  private final int most;

  /** @param most how many chunks of 64 KiB, and of 2 KiB, may lie idle */
  public ChunkPool(int most) {
    this.most = most;
  }

  /** {@return a chunk of 2 KiB} */
  public byte[] takeSmall() {
    byte[] chunk = small.pollLast();
    return chunk == null ? new byte[SMALL] : chunk;
  }

  byte[] takeLarge() {
    byte[] chunk = large.pollLast();
    return chunk == null ? new byte[LARGE] : chunk;
  }

  /** Takes back what was given, and lets go of anything else. */
  public void give(byte[] chunk) {
    if (chunk.length == LARGE && large.size() < most) large.addLast(chunk);
    else if (chunk.length == SMALL && small.size() < most) small.addLast(chunk);
  }
}
