package dev.gap.mtcp.engine.secure;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import dev.gap.transport.PacketEngine;

/** When the peer of a session was heard last, when it is to be pinged, and since when it owes an answer. */
final class Liveness {
  private static final double JITTER = 0.2;
  private static final long PING_AFTER_DATA = TimeUnit.SECONDS.toNanos(1);
  private static final long LEAST_SILENCE = TimeUnit.SECONDS.toNanos(3);

  private final long pingNanos;
  private final RandomGenerator random;
  private long heardNanos;
  private long pingedNanos = PacketEngine.NEVER;
  private long waitNanos;
  private long nextPing;

  /** @param pingNanos how long a session is quiet before it is pinged */
  Liveness(long pingNanos, RandomGenerator random, long nowNanos) {
    this.pingNanos = pingNanos;
    this.random = random;
    heardNanos = nowNanos;
    plan(nowNanos);
  }

  void onHeard(long nowNanos) {
    heardNanos = nowNanos;
    pingedNanos = PacketEngine.NEVER;
    // no new jitter for each datagram: drawing it takes half as long as opening one
    nextPing = nowNanos + waitNanos;
  }

  /** Who is being sent something notices soon when that ends without a word. */
  void onData(long nowNanos) {
    nextPing = Math.min(nextPing, nowNanos + PING_AFTER_DATA);
  }

  /** What the peer has not answered by now, it need not have. */
  void excuse(long nowNanos) {
    heardNanos = nowNanos;
  }

  /** A PING goes out that is to be answered. */
  void onPinged(long nowNanos) {
    pingedNanos = Math.min(pingedNanos, nowNanos);
  }

  boolean isPingDue(long nowNanos) {
    return nextPing - nowNanos <= 0;
  }

  /** Draws how long a quiet session waits, and sets the time of the next PING. */
  void plan(long nowNanos) {
    double jitter = 1 + JITTER * (2 * random.nextDouble() - 1);
    waitNanos = (long) (pingNanos * jitter);
    nextPing = nowNanos + waitNanos;
  }

  long nextPing() {
    return nextPing;
  }

  long heardNanos() {
    return heardNanos;
  }

  /**
   * {@return since when something waits for an answer and nothing at all is heard, or never}
   *
   * @param awaitingSince since when connections wait, or never
   */
  long silentSince(long awaitingSince) {
    long since = Math.min(awaitingSince, pingedNanos);
    return since == PacketEngine.NEVER ? since : Math.max(since, heardNanos);
  }

  /** {@return when that silence has lasted too long to wait for more, or never} */
  long silentAt(long awaitingSince, long rtoNanos) {
    long since = silentSince(awaitingSince);
    return since == PacketEngine.NEVER ? since : since + Math.max(LEAST_SILENCE, 4 * rtoNanos);
  }
}
