package dev.gap.mtcp.engine;

import java.util.concurrent.TimeUnit;

import dev.gap.transport.PacketEngine;

/**
 * When to acknowledge. The first segment after a pause is acknowledged at once; while segments stream in, one
 * acknowledgment answers all that came in a small part of a round trip.
 */
final class AckSchedule {
  private static final int PART_OF_ROUND = 32;
  private static final long LEAST_INTERVAL = TimeUnit.MICROSECONDS.toNanos(500);
  private static final long MOST_INTERVAL = TimeUnit.MILLISECONDS.toNanos(4);

  private long due = PacketEngine.NEVER;
  private long lastSent;
  private boolean everSent;

  /** Notes a segment that deserves an acknowledgment, soon. */
  void request(long smoothedRttNanos, long nowNanos) {
    long interval = Math.clamp(smoothedRttNanos / PART_OF_ROUND, LEAST_INTERVAL, MOST_INTERVAL);
    due = Math.min(due, everSent ? Math.max(nowNanos, lastSent + interval) : nowNanos);
  }

  /** Notes a segment that deserves an acknowledgment at once. */
  void requestNow(long nowNanos) {
    due = Math.min(due, nowNanos);
  }

  /** {@return when an acknowledgment is due, or {@link PacketEngine#NEVER}} */
  long due() {
    return due;
  }

  /** Notes that one was sent; {@code complete} tells whether it said everything. */
  void onSent(boolean complete, long nowNanos) {
    if (!complete) return;
    due = PacketEngine.NEVER;
    lastSent = nowNanos;
    everSent = true;
  }
}
