package dev.gap.mtcp.engine;

import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Decides when a silent peer is probed and when it is given up.
 *
 * <p>
 * A quiet connection is probed after the configured idle time and given up after the configured number of probes. A
 * connection that was in the middle of receiving much is not quiet: its silence is an outage, or this side's address has
 * changed and the peer sends to the old one. It is probed every retransmission timeout, so that the peer learns of a new
 * address and the first segment that gets through starts it again, and it is given up by the timeout alone.
 */
final class Keepalive {
  private static final long BUCKET = TimeUnit.MILLISECONDS.toNanos(500);
  /** This many segments in the last second or so before silence fell are a transfer under way. */
  private static final int TRANSFER_SEGMENTS = 16;
  private static final long LEAST_STALL = TimeUnit.MILLISECONDS.toNanos(250);

  private final long idleNanos;
  private final long intervalNanos;
  private final int count;
  private final long timeoutNanos;
  private long lastHeard;
  private long flightBegan;
  private int unanswered;
  private long lastProbe;
  private long bucketStart;
  private int bucket;
  private int earlierBucket;

  Keepalive(ConnectionConfig config, long nowNanos) {
    idleNanos = config.keepaliveIdle().toNanos();
    intervalNanos = config.keepaliveInterval().toNanos();
    count = config.keepaliveCount();
    timeoutNanos = config.timeout().toNanos();
    lastHeard = nowNanos;
    flightBegan = nowNanos;
    bucketStart = nowNanos;
  }

  /** Notes a valid segment from the peer. */
  void onHeard(boolean data, long nowNanos) {
    lastHeard = nowNanos;
    unanswered = 0;
    long age = nowNanos - bucketStart;
    if (age >= BUCKET) {
      earlierBucket = age >= 2 * BUCKET ? 0 : bucket;
      bucket = 0;
      bucketStart = nowNanos;
    }
    if (data) bucket++;
  }

  /** Notes that from now on, after none did, segments wait for their acknowledgment. */
  void onFlightBegins(long nowNanos) {
    flightBegan = nowNanos;
  }

  /** A flight has the whole timeout for itself, however long the silence was before it. */
  private long timeoutAt(boolean outstanding) {
    return (outstanding && flightBegan - lastHeard > 0 ? flightBegan : lastHeard) + timeoutNanos;
  }

  /** Notes that a probe was sent. */
  void onProbe(long nowNanos) {
    unanswered++;
    lastProbe = nowNanos;
  }

  private boolean isTransferring() { return bucket + earlierBucket >= TRANSFER_SEGMENTS; }

  /** {@return when to send the next probe, or to give up if {@link #verdict} says so then} */
  long deadline(long rtoNanos, boolean outstanding) {
    long end = timeoutAt(outstanding);
    // what is outstanding is sent again and again: that is probe enough
    if (outstanding) return end;
    if (isTransferring()) {
      long wait = Math.max(LEAST_STALL, 2 * rtoNanos);
      return Math.min(end, unanswered == 0 ? lastHeard + wait : lastProbe + wait);
    }
    return unanswered == 0 ? lastHeard + idleNanos : lastProbe + intervalNanos;
  }

  /** {@return why the connection is over at its deadline, or null if a probe is to be sent} */
  @Nullable
  CloseReason verdict(boolean outstanding, long nowNanos) {
    if (outstanding || isTransferring()) return nowNanos - timeoutAt(outstanding) >= 0 ? CloseReason.TIMED_OUT : null;
    return unanswered >= count ? CloseReason.PEER_DEAD : null;
  }
}
