package dev.gap.mtcp.engine;

import java.util.concurrent.TimeUnit;

import dev.gap.transport.PacketEngine;

/**
 * When to acknowledge. The first segment after a pause is acknowledged at once, and those after it soon, so that the peer
 * can tell from the spacing what the path carries; while segments stream in, one acknowledgment answers all that came in a
 * small part of a round trip.
 */
final class AckSchedule {
  private static final int PART_OF_ROUND = 32;
  private static final long LEAST_INTERVAL = TimeUnit.MICROSECONDS.toNanos(500);
  private static final long MOST_INTERVAL = TimeUnit.MILLISECONDS.toNanos(16);
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(40);
  private static final int SOON_AFTER_PAUSE = 20;

  private long due = PacketEngine.NEVER;
  private long lastSent;
  private boolean everSent;
  private long lastRequested;
  private boolean everRequested;
  private int soon;

  /** Notes a segment that deserves an acknowledgment, soon. */
  void request(long smoothedRttNanos, long nowNanos) {
    if (!everRequested || nowNanos - lastRequested > PAUSE) soon = SOON_AFTER_PAUSE;
    everRequested = true;
    lastRequested = nowNanos;
    long interval = soon > 0
        ? LEAST_INTERVAL
        : Math.clamp(smoothedRttNanos / PART_OF_ROUND, LEAST_INTERVAL, MOST_INTERVAL);
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
    if (soon > 0) soon--;
  }
}
