package dev.gap.mtcp.engine.secure;

import java.net.InetSocketAddress;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.gap.mtcp.engine.CloseReason;
import dev.gap.mtcp.engine.secure.Channels.Channel;

/**
 * How sessions come to new keys. At a client they are those of the answer; at a server they wait, since who has sent an INIT is
 * not known to be there: the first datagram under them begins a session, or lets the one whose keys the INIT proved go on.
 */
final class Succession {
  private final Reception reception;
  private final Channels channels;
  private final Sessions sessions;
  private final SecureStats stats;

  Succession(Reception reception, Channels channels, Sessions sessions, SecureStats stats) {
    this.reception = reception;
    this.channels = channels;
    this.sessions = sessions;
    this.stats = stats;
  }

  /** {@return the handshake that answers an INIT which is no repetition, or null if it gets no answer} */
  @Nullable
  HalfOpen admit(ServerHandshake.Init init, InetSocketAddress from, long nowNanos) {
    ServerHandshake.Opened opened = reception.open(init, from, sessions.size(), nowNanos);
    if (opened == null) return null;
    Session prior = priorOf(opened, nowNanos);
    HalfOpen half = reception.admit(opened, prior, from, channels.drawId(), sessions.size(), nowNanos);
    if (half != null) channels.put(half);
    return half;
  }

  private @Nullable Session priorOf(ServerHandshake.Opened opened, long nowNanos) {
    if (opened.priorId() == 0) return null;
    Channel channel = channels.get(opened.priorId());
    if (channel == null || !Bytes.same(channel.epoch().proof(opened.init().ephemeral()), opened.proof())) return null;
    // who proves keys of a handshake that no datagram has followed yet has its answer: they are in use
    HalfOpen half = channel.halfOpen();
    if (half != null) return Objects.equals(half.user(), opened.user()) ? promote(half, half.from(), nowNanos) : null;
    Session session = channel.session();
    return session != null && Objects.equals(session.user(), opened.user()) ? session : null;
  }

  /** The client has shown that it has the answer. {@return its session, which begins, or goes on under the new keys} */
  Session promote(HalfOpen half, InetSocketAddress from, long nowNanos) {
    reception.onProved(half);
    Session prior = half.prior();
    boolean resumed = prior != null && sessions.get(prior.home()) == prior;
    Session session = resumed ? Objects.requireNonNull(prior) : sessions.accept(half, nowNanos);
    if (resumed) stats.sessionsResumed++;
    adopt(session, half.epoch(), nowNanos);
    // the way there and back has just been proved
    if (resumed && !session.peer().equals(from) && half.isFrom(from)) session.moveTo(from, nowNanos);
    return session;
  }

  /** The server of a session has answered. */
  void succeed(Session session, ClientHandshake.Result answer, long nowNanos) {
    if (session.keys().proven() != null && !answer.priorAlive())
      session.loseConnections(CloseReason.PEER_RESTARTED, nowNanos);
    if (answer.prior() != null) session.keys().onProofTaken(answer.prior());
    stats.countSession(answer.priorAlive());
    adopt(session, answer.epoch(), nowNanos);
  }

  private void adopt(Session session, Epoch epoch, long nowNanos) {
    channels.put(epoch, session);
    session.adopt(epoch, nowNanos);
    channels.drop(session.keys().pollForgotten());
  }

  /** Forgets the handshakes that nothing has followed in time. */
  void onTimeout(long nowNanos) {
    for (var half = reception.pollExpired(nowNanos); half != null; half = reception.pollExpired(nowNanos))
      channels.drop(half.epoch());
  }
}
