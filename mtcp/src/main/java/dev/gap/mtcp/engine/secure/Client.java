package dev.gap.mtcp.engine.secure;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

/** What a client does to have keys of one server: it asks when its session needs some, again and again. */
final class Client {
  private static final long RETRY_WHEN_NEEDED = TimeUnit.SECONDS.toNanos(1);
  private static final long RETRY_WHEN_IDLE = TimeUnit.SECONDS.toNanos(10);

  private final SessionConfig config;
  private final RootKeys root;
  private final Channels channels;
  private final LongSupplier unixMillis;
  private final SecureStats stats;
  private final RandomGenerator random;
  private @Nullable Dialing dialing;
  private long notBefore;
  private long unixMillisAtFirst;
  private long firstNanos;
  private boolean everAnswered;
  private boolean kept;

  Client(SessionConfig config, RootKeys root, Channels channels, LongSupplier unixMillis, SecureStats stats,
      RandomGenerator random, long nowNanos) {
    this.config = config;
    this.root = root;
    this.channels = channels;
    this.unixMillis = unixMillis;
    this.stats = stats;
    this.random = random;
    notBefore = nowNanos;
  }

  /** Has keys at hand even while nothing needs them. */
  void keep() {
    kept = true;
  }

  boolean isKept() { return kept; }

  /** Something waits for keys now. */
  void hurry(Session session, long nowNanos) {
    if (!session.needsKeys(nowNanos)) return;
    if (dialing != null) dialing.hurry(nowNanos);
    else notBefore = nowNanos;
  }

  /** {@return an INIT to send now, or null} */
  byte @Nullable [] poll(Session session, long nowNanos) {
    if (dialing == null) {
      if (!wantsKeys(session, nowNanos) || notBefore - nowNanos > 0) return null;
      dialing = new Dialing(nowNanos);
    }
    if (dialing.isOver(nowNanos)) {
      dialing = null;
      boolean needed = session.connections().connectionCount() > 0;
      notBefore = nowNanos + (needed ? RETRY_WHEN_NEEDED : RETRY_WHEN_IDLE);
      stats.handshakesGivenUp++;
      return null;
    }
    byte[] init = dialing.poll(attempt -> handshake(session, attempt, nowNanos), random, nowNanos);
    if (init != null) stats.initsSent++;
    return init;
  }

  /** {@return what an answer gives, or null if it is none} */
  ClientHandshake.@Nullable Result receive(byte[] datagram, int length, long nowNanos) {
    if (dialing == null) return null;
    ClientHandshake.Result result = dialing.receive(datagram, length, nowNanos);
    if (result == null) return null;
    dialing = null;
    everAnswered = true;
    return result;
  }

  /** {@return when {@link #poll} may have an INIT, or the session has something to do by itself} */
  long deadline(Session session, long nowNanos) {
    long at = session.deadline(nowNanos);
    if (dialing != null) return Math.min(at, dialing.deadline());
    return wantsKeys(session, nowNanos) ? Math.min(at, Math.max(nowNanos, notBefore)) : at;
  }

  private boolean wantsKeys(Session session, long nowNanos) {
    return session.needsKeys(nowNanos) && (kept || session.isInUse());
  }

  /**
   * After the first answer the time is the one that was believed, and what has passed since: a jump of the wall's clock does not
   * count. A clock that stood still in a sleep does, so every other attempt goes by the wall's.
   */
  private ClientHandshake handshake(Session session, int attempt, long nowNanos) {
    long millis = unixMillis.getAsLong();
    if (!everAnswered) {
      unixMillisAtFirst = millis;
      firstNanos = nowNanos;
    } else if (attempt % 2 == 0) {
      millis = unixMillisAtFirst + TimeUnit.NANOSECONDS.toMillis(nowNanos - firstNanos);
    }
    return new ClientHandshake(config, root, channels.drawId(), session.keys().lastProof(), millis, random);
  }
}
