package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import dev.gap.mtcp.engine.wire.SegmentView;
import dev.gap.transport.PacketEngine;

/**
 * Segments that overtook the one that opens their connection. They make no connection; a few are kept for some seconds, in
 * the order of arrival, and the oldest give way to newer ones.
 */
final class EarlySegments {
  private static final int MOST = 128;
  /** Long enough for the opening segment to be lost several times on a long path. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

  /** One of them: its plain bytes and what an answer to it needs. */
  record Early(long id, InetSocketAddress from, byte[] bytes, long until) {}

  private final ArrayDeque<Early> waiting = new ArrayDeque<>();

  void add(SegmentView segment, InetSocketAddress from, long nowNanos) {
    if (waiting.size() == MOST) waiting.removeFirst();
    byte[] copy = Arrays.copyOf(segment.bytes(), segment.length());
    waiting.addLast(new Early(segment.connectionId(), from, copy, nowNanos + PATIENCE));
  }

  /** {@return the earliest that waits for connection {@code id}, taken out, or null} */
  @Nullable
  Early pollFor(long id) {
    for (Early early : waiting) {
      if (early.id == id) {
        waiting.remove(early);
        return early;
      }
    }
    return null;
  }

  /** {@return one whose connection was never opened, taken out, or null} */
  @Nullable
  Early pollExpired(long nowNanos) {
    Early first = waiting.peekFirst();
    return first == null || first.until - nowNanos > 0 ? null : waiting.pollFirst();
  }

  long deadline() {
    Early first = waiting.peekFirst();
    return first == null ? PacketEngine.NEVER : first.until;
  }

  int size() {
    return waiting.size();
  }
}
