package dev.gap.mtcp.engine;

import java.util.concurrent.TimeUnit;

import dev.gap.transport.PacketEngine;

/**
 * While nothing answers the first long flight over a path, a copy of the segment that the peer waits for goes out now and then: whether the
 * flight was lost or only all that acknowledged it, the answer tells, and it comes soon after the path is back. The whole flight has a longer
 * timeout, for a slow path, and in an outage little is sent each timeout: with 600 ms there and back and an outage of 1.2 s it took another
 * 1.2 s until the start went on.
 */
final class FlightProbe {
  private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(300);

  private long at = PacketEngine.NEVER;
  private boolean probed;

  /** Notes that a segment was sent. */
  void onSent(boolean unanswered, long nowNanos) {
    if (!unanswered) at = PacketEngine.NEVER;
    else if (at == PacketEngine.NEVER) at = nowNanos + INTERVAL;
  }

  /** {@return when the next copy is due, or {@link PacketEngine#NEVER}} */
  long dueNanos() {
    return at;
  }

  /** Notes that a copy was sent. */
  void onProbed(long nowNanos) {
    probed = true;
    at = nowNanos + INTERVAL;
  }

  /** {@return whether a copy was sent since the last answer} */
  boolean isProbed() { return probed; }

  /** Notes that there was an answer. */
  void onAnswered() {
    probed = false;
    at = PacketEngine.NEVER;
  }
}
