package dev.gap.mtcp.engine.secure;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.gap.mtcp.engine.ConnectionConfig;
import dev.gap.mtcp.engine.Endpoint;
import dev.gap.transport.LongMap;

/** The sessions of an endpoint by their number, and those dialed from here by their server, with what asks for their keys. */
final class Sessions {
  private final LongMap<Session> byHome;
  private final LongMap<Client> clients;
  private final Map<InetSocketAddress, Session> byServer = new HashMap<>();
  private final ArrayDeque<Session> doubted = new ArrayDeque<>();
  private final Endpoint template;
  private final SessionConfig.Limits limits;
  private final ConnectionConfig settings;
  private final SecureStats stats;
  private final RandomGenerator random;
  private int lastHome;

  /** @param template the engine of connections that each session has one like */
  Sessions(Endpoint template, SessionConfig.Limits limits, ConnectionConfig settings, SecureStats stats,
      RandomGenerator random) {
    this.template = template;
    this.limits = limits;
    this.settings = settings;
    this.stats = stats;
    this.random = random;
    byHome = new LongMap<>(random.nextLong());
    clients = new LongMap<>(random.nextLong());
  }

  /** {@return a new session with a server} */
  Session dial(InetSocketAddress server, Client client, long nowNanos) {
    Session session = make(true, null, server, nowNanos);
    byServer.put(server, session);
    clients.put(session.home(), client);
    return session;
  }

  /**
   * {@return a new session with a client that has proved its keys, at the address to which the RESP went} Its first datagram may
   * be a copy that has overtaken it, from elsewhere. Who opens a session anew may have lost the one before: its user's others at
   * the same host are asked for a sign of life: see {@link #pollDoubted}.
   */
  Session accept(HalfOpen half, long nowNanos) {
    forEach(other -> {
      boolean mayBeDead = clientOf(other) == null && other.peer().getAddress().equals(half.from().getAddress())
          && Objects.equals(other.user(), half.user());
      if (!mayBeDead) return;
      other.liveness().doubt(nowNanos);
      doubted.addLast(other);
    });
    stats.sessionsOpened++;
    return make(false, half.user(), half.from(), nowNanos);
  }

  /** {@return a session that is to be asked for a sign of life, or null} */
  @Nullable
  Session pollDoubted() {
    return doubted.pollFirst();
  }

  private Session make(boolean client, @Nullable String user, InetSocketAddress peer, long nowNanos) {
    int home = ++lastHome;
    Endpoint inside = template.inSession(home);
    inside.setWindow(template.window());
    Session session = new Session(home, client, user, peer, inside, limits, settings, stats, random, nowNanos);
    byHome.put(home, session);
    return session;
  }

  /** {@return the client of a session that was dialed from here, or null} */
  @Nullable
  Client clientOf(Session session) {
    return clients.get(session.home());
  }

  @Nullable
  Session get(int home) {
    return byHome.get(home);
  }

  /** {@return the session dialed with that server, or null} */
  @Nullable
  Session with(InetSocketAddress server) {
    return byServer.get(server);
  }

  boolean haveDialed() {
    return !byServer.isEmpty();
  }

  int size() {
    return byHome.size();
  }

  void forEach(Consumer<? super Session> action) {
    byHome.forEach(action);
  }

  void forEachDialed(Consumer<? super Session> action) {
    byServer.values().forEach(action);
  }

  void remove(Session session) {
    session.connections().leave();
    byHome.remove(session.home());
    if (clients.remove(session.home()) != null) byServer.values().removeIf(s -> s == session);
  }

  /** {@return the sizes of datagrams that the paths of all are known to carry} */
  List<Integer> datagramSizes() {
    List<Integer> sizes = new ArrayList<>();
    forEach(s -> sizes.add(s.datagramSize()));
    return sizes;
  }
}
