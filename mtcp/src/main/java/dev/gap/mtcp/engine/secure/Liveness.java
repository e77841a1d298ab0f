package dev.gap.mtcp.engine.secure;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import dev.gap.transport.PacketEngine;

/**
 * When the peer of a session was heard last, when it is to be pinged, and since when it owes an answer. Two things make that
 * urgent: new keys, to which a server goes over with the first datagram under them; and doubt, whether a client still lives.
 */
final class Liveness {
  private static final double JITTER = 0.2;
  private static final long PING_AFTER_DATA = TimeUnit.SECONDS.toNanos(1);
  private static final long LEAST_SILENCE = TimeUnit.SECONDS.toNanos(3);
  private static final long URGENT_PING = TimeUnit.MILLISECONDS.toNanos(300);

  private final long pingNanos;
  private final RandomGenerator random;
  private long heardNanos;
  private long pingedNanos = PacketEngine.NEVER;
  private long waitNanos;
  private long doubtedNanos = PacketEngine.NEVER;
  private long nextPing;
  private long urgentUntil;

  /** @param pingNanos how long a session is quiet before it is pinged */
  Liveness(long pingNanos, RandomGenerator random, long nowNanos) {
    this.pingNanos = pingNanos;
    this.random = random;
    heardNanos = nowNanos;
    urgentUntil = nowNanos;
    plan(nowNanos);
  }

  /** @param urgent whether what is urgent stays so: it came under old keys */
  void onHeard(boolean urgent, long nowNanos) {
    heardNanos = nowNanos;
    pingedNanos = PacketEngine.NEVER;
    doubtedNanos = PacketEngine.NEVER;
    if (!urgent) urgentUntil = nowNanos;
    // no new jitter for each datagram: drawing it takes half as long as opening one
    nextPing = nowNanos + (urgentUntil - nowNanos > 0 ? URGENT_PING : waitNanos);
  }

  /** Until something is heard, PINGs follow each other closely, for as long as silence is borne. */
  void onUrgent(long nowNanos) {
    urgentUntil = nowNanos + LEAST_SILENCE;
    plan(nowNanos);
  }

  /** The client may have been killed and started again: it is to answer. */
  void doubt(long nowNanos) {
    if (doubtedNanos != PacketEngine.NEVER) return;
    doubtedNanos = nowNanos;
    onUrgent(nowNanos);
    nextPing = nowNanos;
  }

  /** {@return whether a doubted client has not answered for so long that it is dead} */
  boolean isRefuted(long rtoNanos, long nowNanos) {
    return isDoubted() && nowNanos - refutedAt(rtoNanos) >= 0;
  }

  boolean isDoubted() { return doubtedNanos != PacketEngine.NEVER; }

  /** {@return when that is, or never} */
  long refutedAt(long rtoNanos) {
    return isDoubted() ? doubtedNanos + Math.max(LEAST_SILENCE, 4 * rtoNanos) : PacketEngine.NEVER;
  }

  /** Who is being sent something notices soon when that ends without a word. */
  void onData(long nowNanos) {
    nextPing = Math.min(nextPing, nowNanos + PING_AFTER_DATA);
  }

  /** What the peer has not answered by now, it need not have. */
  void excuse(long nowNanos) {
    heardNanos = nowNanos;
    doubtedNanos = PacketEngine.NEVER;
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
    if (urgentUntil - nowNanos > 0) {
      nextPing = nowNanos + URGENT_PING;
      return;
    }
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
