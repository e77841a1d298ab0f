package dev.gap.mtcp.engine.secure;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.gap.transport.PacketEngine;

/**
 * A server's handshakes: which INITs are worth an answer, and those answered until their clients show that they have it. It goes
 * in the order of the specification: what costs little first.
 */
final class Reception {
  private static final long HALF_OPEN_LASTS = TimeUnit.SECONDS.toNanos(10);

  private final SessionConfig config;
  private final List<RootKeys> roots;
  private final LongSupplier unixMillis;
  private final SecureStats stats;
  private final RandomGenerator random;
  private final InitFilter filter;
  private final ArrayDeque<HalfOpen> halfOpens = new ArrayDeque<>();

  Reception(SessionConfig config, List<RootKeys> roots, LongSupplier unixMillis, SecureStats stats,
      RandomGenerator random, long nowNanos) {
    this.config = config;
    this.roots = roots;
    this.unixMillis = unixMillis;
    this.stats = stats;
    this.random = random;
    filter = new InitFilter(config.limits().skew().toNanos(), unixMillis.getAsLong(), nowNanos);
  }

  /** {@return how many handshakes have been answered and not yet proved} */
  int halfOpenCount() {
    return halfOpens.size();
  }

  /** {@return a well-formed INIT under one of the keys, or null} */
  ServerHandshake.@Nullable Init read(byte[] datagram, int length) {
    for (RootKeys root : roots) {
      ServerHandshake.Init init = ServerHandshake.read(root, datagram, length);
      if (init != null) return init;
    }
    return null;
  }

  /** {@return the handshake whose answer is to be sent once more, since its INIT has come again, or null} */
  @Nullable
  HalfOpen repeated(ServerHandshake.Init init, InetSocketAddress from) {
    byte[] e = init.ephemeral();
    for (HalfOpen half : halfOpens) {
      if (half.mayRepeat(e, from)) {
        stats.respsRepeated++;
        return half;
      }
    }
    return null;
  }

  /** {@return what an INIT says, or null if it is not fresh, one too many, or of nobody who has the keys} */
  ServerHandshake.@Nullable Opened open(ServerHandshake.Init init, InetSocketAddress from, int sessions,
      long nowNanos) {
    if (!ServerHandshake.isExpected(init, config.identity())) {
      stats.initsMismatched++;
      return null;
    }
    if (!filter.isTimely(init.unixMillis(), unixMillis.getAsLong(), nowNanos)) {
      stats.initsUntimely++;
      stats.clockOffMillis = init.unixMillis() - unixMillis.getAsLong();
      return null;
    }
    if (!filter.isNew(init.ephemeral())) {
      stats.initsRepeated++;
      return null;
    }
    if (halfOpens.size() >= config.limits().maxHalfOpen() || !filter.isWithinRate(from, nowNanos)
        || (isCrowded(sessions) && !filter.isWithinReserve(nowNanos))) {
      stats.initsLimited++;
      return null;
    }
    ServerHandshake.Opened opened = ServerHandshake.open(init, config.identity());
    if (opened == null) stats.initsRefused++;
    return opened;
  }

  /** The last quarter of places is for clients whose sessions are to go on: a flood does not keep them from new keys. */
  private boolean isCrowded(int sessions) {
    return halfOpens.size() >= config.limits().maxHalfOpen() / 4 * 3 || sessions >= config.limits().maxSessions();
  }

  /**
   * Answers an INIT.
   *
   * @param prior the session that is to go on, or null
   * @param localId the receiver ID for here
   * @return the handshake, or null if it is refused
   */
  @Nullable
  HalfOpen admit(ServerHandshake.Opened opened, @Nullable Session prior, InetSocketAddress from, int localId,
      int sessions, long nowNanos) {
    var answer = prior == null && isCrowded(sessions)
        ? null
        : ServerHandshake.answer(opened, config, localId, prior != null, nowNanos, random);
    if (answer == null) {
      stats.initsRefused++;
      return null;
    }
    ServerHandshake.Init init = opened.init();
    filter.remember(init.ephemeral(), init.unixMillis(), nowNanos);
    HalfOpen half = new HalfOpen(opened, answer, from, prior, nowNanos + HALF_OPEN_LASTS);
    halfOpens.addLast(half);
    stats.initsAnswered++;
    return half;
  }

  /** The client has shown that it has the answer. */
  void onProved(HalfOpen half) {
    halfOpens.remove(half);
  }

  /** {@return a handshake that nothing has followed in time, or null} */
  @Nullable
  HalfOpen pollExpired(long nowNanos) {
    HalfOpen oldest = halfOpens.peekFirst();
    return oldest == null || oldest.untilNanos() - nowNanos > 0 ? null : halfOpens.removeFirst();
  }

  /** {@return when {@link #pollExpired} has one, or never} */
  long deadline() {
    HalfOpen oldest = halfOpens.peekFirst();
    return oldest == null ? PacketEngine.NEVER : oldest.untilNanos();
  }
}
