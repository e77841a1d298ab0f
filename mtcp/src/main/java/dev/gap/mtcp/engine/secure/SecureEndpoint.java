package dev.gap.mtcp.engine.secure;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.gap.mtcp.engine.CloseReason;
import dev.gap.mtcp.engine.Connection;
import dev.gap.mtcp.engine.Endpoint;
import dev.gap.mtcp.engine.EndpointConfig;
import dev.gap.mtcp.engine.EndpointStats;
import dev.gap.mtcp.engine.MtcpEngine;
import dev.gap.mtcp.engine.WindowPolicy;
import dev.gap.mtcp.engine.protection.InSession;
import dev.gap.mtcp.engine.secure.Channels.Channel;
import dev.gap.transport.DeadlineQueue;
import dev.gap.transport.PacketBatch;

/**
 * Profile 2: all connections between two peers in one encrypted session (docs/protocol.md, "Profile 2"). What comes is told
 * apart by receiver ID; whatever no holder of the keys has made is dropped without a word.
 */
public final class SecureEndpoint implements MtcpEngine {
  private static final int LEAST_DATAGRAM = 33;
  private static final int MOST_PLAIN = 2048;

  /** A datagram of an application's, and the session that it came in. */
  public record Datagram(int home, byte[] body) {}

  /** Hears secrets, for a key log (docs/protocol.md, "Key log"). */
  public interface KeyLog {
    /** Hears those of one handshake, as a line of the log. */
    void onKeys(String line);
  }

  private final SessionConfig config;
  private final boolean accepting;
  private final Endpoint template;
  private final RandomGenerator random;
  private final LongSupplier unixMillis;
  private final List<RootKeys> roots;
  private final Reception reception;
  private final Channels channels;
  private final Sessions sessions;
  private final Succession succession;
  private final Outbox outgoing = new Outbox();
  private final ArrayDeque<Session> active = new ArrayDeque<>();
  private final DeadlineQueue<Session> timers = new DeadlineQueue<>();
  private final PacketBatch plain = new PacketBatch(64, MOST_PLAIN);
  private final SecureStats secureStats = new SecureStats();
  private final Inbox inbox = new Inbox(secureStats);
  /** Whose segments stand in {@link #plain} while datagrams come in. */
  private @Nullable Session gathering;
  private @Nullable KeyLog keyLog;
  private long now;

  /**
   * @param endpoint the settings of the connections inside
   * @param unixMillis the wall clock: INITs carry its time
   * @param random for keys, nonces and IDs; a cryptographic one outside of tests
   */
  public SecureEndpoint(EndpointConfig endpoint, SessionConfig config, RandomGenerator random, LongSupplier unixMillis,
      long nowNanos) {
    this.config = config;
    this.random = random;
    this.unixMillis = unixMillis;
    accepting = endpoint.accepting();
    template = new Endpoint(endpoint.withConnection(endpoint.connection().withoutKeepalive()), new InSession(), random);
    roots = config.keys().stream().map(RootKeys::new).toList();
    reception = new Reception(config, roots, unixMillis, secureStats, random, nowNanos);
    channels = new Channels(random);
    sessions = new Sessions(template, config.limits(), endpoint.connection(), secureStats, random);
    succession = new Succession(reception, channels, sessions, secureStats);
    now = nowNanos;
  }

  /** Has {@code log} hear all secrets agreed on from now on. */
  public void setKeyLog(KeyLog log) { keyLog = log; }

  // ---- what the user of the engine does

  @Override
  public Connection connect(InetSocketAddress peer, long nowNanos) {
    now = nowNanos;
    Session session = dialed(peer);
    Connection connection = session.connections().connect(peer, nowNanos);
    Objects.requireNonNull(sessions.clientOf(session)).hurry(session, now);
    activate(session);
    return connection;
  }

  /** Opens a session before it is needed, and keeps it open. */
  public void keepSession(InetSocketAddress peer, long nowNanos) {
    now = nowNanos;
    Session session = dialed(peer);
    Objects.requireNonNull(sessions.clientOf(session)).keep();
    activate(session);
  }

  /** {@return whether there is a session with {@code peer} that has keys} */
  public boolean isOpen(InetSocketAddress peer) {
    Session session = sessions.with(peer);
    return session != null && session.keys().current() != null;
  }

  private Session dialed(InetSocketAddress peer) {
    Session known = sessions.with(peer);
    if (known != null) return known;
    Client client = new Client(config, roots.getFirst(), channels, unixMillis, secureStats, random, now);
    return sessions.dial(peer, client, now);
  }

  /** Sends a datagram over a session: unreliable, unordered. {@return whether there is such a session} */
  public boolean sendDatagram(int home, byte[] body, long nowNanos) {
    now = nowNanos;
    Session session = sessions.get(home);
    if (session == null || body.length > MOST_PLAIN - Control.HEADER) return false;
    session.sendDatagram(body);
    activate(session);
    return true;
  }

  /** {@return the session with {@code peer}, opened if need be, for {@link #sendDatagram}} */
  public int sessionWith(InetSocketAddress peer, long nowNanos) {
    now = nowNanos;
    Session session = dialed(peer);
    activate(session);
    return session.home();
  }

  /** {@return the next datagram that has come, or null} */
  public @Nullable Datagram pollDatagram() {
    return inbox.pollDatagram();
  }

  @Override
  public @Nullable Connection accept() {
    return inbox.pollAccepted();
  }

  @Override
  public @Nullable Connection pollChanged() {
    return inbox.pollChanged();
  }

  @Override
  public void update(Connection connection, long nowNanos) {
    now = nowNanos;
    Session session = sessions.get(connection.home());
    if (session == null) return;
    session.connections().update(connection, nowNanos);
    inbox.collect(session);
    activate(session);
  }

  @Override
  public void setWindow(WindowPolicy policy) {
    template.setWindow(policy);
    sessions.forEach(s -> {
      s.connections().setWindow(policy);
      activate(s);
    });
  }

  @Override
  public WindowPolicy window() {
    return template.window();
  }

  @Override
  public void onLocalAddressChanged(long nowNanos) {
    now = nowNanos;
    sessions.forEachDialed(s -> {
      s.ping();
      activate(s);
    });
  }

  @Override
  public void forEachConnection(Consumer<? super Connection> action) {
    sessions.forEach(s -> s.connections().forEachConnection(action));
  }

  @Override
  public int connectionCount() {
    return template.together();
  }

  @Override
  public EndpointStats stats() {
    return template.stats();
  }

  /** {@return the counters of sessions and handshakes} */
  public SecureStats secureStats() {
    return secureStats;
  }

  /** {@return how many sessions there are} */
  public int sessionCount() {
    return sessions.size();
  }

  /** {@return how many handshakes have been answered and not yet proved} */
  public int halfOpenCount() {
    return reception.halfOpenCount();
  }

  /** {@return the name of the user of a connection's session, or null where there are no users} */
  public @Nullable String userOf(Connection connection) {
    Session session = sessions.get(connection.home());
    return session == null ? null : session.user();
  }

  /** Tells all peers that their sessions are over; what is to be sent for that is in the next {@link #pollTransmit}. */
  public void closeSessions(long nowNanos) {
    now = nowNanos;
    sessions.forEach(s -> {
      s.close();
      activate(s);
    });
  }

  // ---- what comes

  @Override
  public void receive(PacketBatch packets, long nowNanos) {
    now = nowNanos;
    plain.clear();
    stats().count(packets.size(), 0);
    for (int i = 0; i < packets.size(); i++) {
      if (!receive(packets.bytes(i), packets.length(i), packets.peer(i))) stats().countUnauthentic();
    }
    deliver();
  }

  private void deliver() {
    Session session = gathering;
    if (session == null) return;
    gathering = null;
    session.deliver(plain, now);
    inbox.collectDatagrams(session);
    inbox.collect(session);
    activate(session);
  }

  /** {@return whether it was made by a holder of the keys, and is fresh} */
  private boolean receive(byte[] datagram, int length, InetSocketAddress from) {
    if (length < LEAST_DATAGRAM || length > MOST_PLAIN) return false;
    for (RootKeys root : roots) {
      long masked = Bytes.getLong(datagram, 0);
      // who receives from clients and who from servers is told by the keys: a peer may be both
      for (int direction = 0; direction < 2; direction++) {
        boolean toServer = direction == 0;
        if (toServer ? !accepting : !sessions.haveDialed()) continue;
        long header = masked ^ root.mask(toServer).of(datagram, length);
        Channel channel = channels.get((int) (header >>> 32));
        if (channel == null) continue;
        Bytes.putLong(datagram, 0, header);
        if (plain.isFull() || channel.session() != gathering) deliver();
        int opened = channel.epoch().open(datagram, length, plain.next(), Session.HASH_BYTES);
        if (opened >= 0) {
          onOpened(channel, opened, length, from);
          return true;
        }
        Bytes.putLong(datagram, 0, masked);
      }
    }
    // a handshake may end connections: what came before it counts before it
    deliver();
    return (accepting && tryInit(datagram, length, from)) || tryResp(datagram, length, from);
  }

  private void onOpened(Channel channel, int plainLength, int datagramLength, InetSocketAddress from) {
    Session session = channel.session();
    if (session == null) {
      session = succession.promote(Objects.requireNonNull(channel.halfOpen()), from, now);
      activateDoubted();
    }
    session.receive(channel.epoch(), plain, plainLength, datagramLength, from, now);
    gathering = session;
  }

  /** Those of whom a sign of life is to be had. */
  private void activateDoubted() {
    for (Session s = sessions.pollDoubted(); s != null; s = sessions.pollDoubted())
      activate(s);
  }

  private boolean tryInit(byte[] datagram, int length, InetSocketAddress from) {
    ServerHandshake.Init init = reception.read(datagram, length);
    if (init == null) return false;
    HalfOpen half = reception.repeated(init, from);
    if (half == null) {
      half = succession.admit(init, from, now);
      activateDoubted();
      if (half != null) log(half.epoch());
    }
    if (half != null) outgoing.add(half.datagram(random), from);
    return true;
  }

  private boolean tryResp(byte[] datagram, int length, InetSocketAddress from) {
    Session session = sessions.with(from);
    Client client = session == null ? null : sessions.clientOf(session);
    ClientHandshake.Result result = client == null ? null : client.receive(datagram, length, now);
    if (session == null || result == null) return false;
    log(result.epoch());
    succession.succeed(session, result, now);
    inbox.collect(session);
    activate(session);
    return true;
  }

  private void log(Epoch epoch) {
    if (keyLog != null) keyLog.onKeys(epoch.keyLogLine());
    epoch.forgetSecrets();
  }

  // ---- time

  @Override
  public void onTimeout(long nowNanos) {
    now = nowNanos;
    succession.onTimeout(now);
    for (var s = timers.pollDue(nowNanos); s != null; s = timers.pollDue(nowNanos)) {
      s.onTimeout(nowNanos);
      inbox.collect(s);
      activate(s);
    }
  }

  @Override
  public long nextTimeoutNanos() {
    if (!active.isEmpty() || !outgoing.isEmpty()) return now;
    return Math.min(timers.earliest(), reception.deadline());
  }

  private void activate(Session session) {
    if (session.active) return;
    session.active = true;
    active.addLast(session);
  }

  // ---- what goes

  @Override
  public void pollTransmit(PacketBatch out, long nowNanos) {
    now = nowNanos;
    int from = out.size();
    for (int n = active.size(); n > 0 && !out.isFull(); n--) {
      Session session = active.removeFirst();
      session.active = false;
      if (end(session)) continue;
      Client client = sessions.clientOf(session);
      byte[] init = client == null ? null : client.poll(session, now);
      if (init != null) outgoing.add(init, session.peer());
      session.transmit(out, plain, now);
      inbox.collect(session);
      if (out.isFull()) activate(session);
      else timers.set(session, client == null ? session.deadline(now) : client.deadline(session, now));
    }
    outgoing.drainTo(out);
    stats().count(0, out.size() - from);
  }

  /** {@return whether the session is over, and gone} */
  private boolean end(Session session) {
    CloseReason reason = session.expiry(now);
    if (reason == null) return false;
    session.loseConnections(reason, now);
    inbox.collect(session);
    timers.remove(session);
    session.keys().all().forEach(channels::drop);
    Client client = sessions.clientOf(session);
    sessions.remove(session);
    if (client != null && client.isKept()) keepSession(session.peer(), now);
    return true;
  }

  /** {@return the sizes of datagrams that the paths of all sessions are known to carry} */
  public List<Integer> datagramSizes() {
    return sessions.datagramSizes();
  }
}
