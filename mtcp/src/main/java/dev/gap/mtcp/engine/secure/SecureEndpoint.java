package dev.gap.mtcp.engine.secure;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.gap.mtcp.engine.CloseReason;
import dev.gap.mtcp.engine.Connection;
import dev.gap.mtcp.engine.ConnectionConfig;
import dev.gap.mtcp.engine.Endpoint;
import dev.gap.mtcp.engine.EndpointConfig;
import dev.gap.mtcp.engine.EndpointStats;
import dev.gap.mtcp.engine.MtcpEngine;
import dev.gap.mtcp.engine.WindowPolicy;
import dev.gap.mtcp.engine.protection.InSession;
import dev.gap.transport.DeadlineQueue;
import dev.gap.transport.LongMap;
import dev.gap.transport.PacketBatch;
import dev.gap.transport.PacketEngine;

/**
 * Profile 2: all connections between two peers in one encrypted session (docs/protocol.md, "Profile 2"). What comes is told
 * apart by receiver ID; whatever no holder of the keys has made is dropped without a word.
 */
public final class SecureEndpoint implements MtcpEngine {
  private static final int LEAST_DATAGRAM = 33;
  private static final int MOST_PLAIN = 2048;
  private static final int MOST_WAITING = 1024;
  private static final long HALF_OPEN_LASTS = TimeUnit.SECONDS.toNanos(10);
  private static final long RETRY_WHEN_NEEDED = TimeUnit.SECONDS.toNanos(1);
  private static final long RETRY_WHEN_IDLE = TimeUnit.SECONDS.toNanos(10);

  /** An answer or INIT on its way out. */
  private record Outgoing(byte[] bytes, InetSocketAddress to) {}

  /** Keys, and what they belong to: a session, or a handshake not yet proved. */
  private record Channel(Epoch epoch, @Nullable Session session, @Nullable HalfOpen halfOpen) {}

  /** What a client does to have keys. */
  private static final class Client {
    private @Nullable Dialing dialing;
    private long notBefore;
    private long unixMillisAtFirst;
    private long firstNanos;
    private boolean everAnswered;
    private boolean kept;

    Client(long nowNanos) {
      notBefore = nowNanos;
    }
  }

  /** A datagram of an application's, and the session that it came in. */
  public record Datagram(int home, byte[] body) {}

  /** Hears secrets, for a key log (docs/protocol.md, "Key log"). */
  public interface KeyLog {
    /** Hears those of one handshake, as a line of the log. */
    void onKeys(String line);
  }

  private final SessionConfig config;
  private final boolean accepting;
  private final ConnectionConfig settings;
  private final Endpoint template;
  private final RandomGenerator random;
  private final LongSupplier unixMillis;
  private final List<RootKeys> roots;
  private final InitFilter filter;
  private final LongMap<Channel> channels;
  private final LongMap<Session> sessions;
  private final Map<InetSocketAddress, Session> byServer = new HashMap<>();
  private final LongMap<Client> clients;
  private final ArrayDeque<HalfOpen> halfOpens = new ArrayDeque<>();
  private final ArrayDeque<Outgoing> outgoing = new ArrayDeque<>();
  private final ArrayDeque<Session> active = new ArrayDeque<>();
  private final ArrayDeque<Connection> accepted = new ArrayDeque<>();
  private final ArrayDeque<Connection> changed = new ArrayDeque<>();
  private final ArrayDeque<Datagram> datagrams = new ArrayDeque<>();
  private final DeadlineQueue<Session> timers = new DeadlineQueue<>();
  private final PacketBatch plain = new PacketBatch(64, MOST_PLAIN);
  private final SecureStats secureStats = new SecureStats();
  private @Nullable KeyLog keyLog;
  private int lastHome;
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
    settings = endpoint.connection();
    template = new Endpoint(endpoint.withConnection(endpoint.connection().withoutKeepalive()), new InSession(), random);
    roots = config.keys().stream().map(RootKeys::new).toList();
    filter = new InitFilter(config.limits().skew().toNanos(), unixMillis.getAsLong(), nowNanos);
    channels = new LongMap<>(random.nextLong());
    sessions = new LongMap<>(random.nextLong());
    clients = new LongMap<>(random.nextLong());
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
    hurry(session);
    activate(session);
    return connection;
  }

  private void hurry(Session session) {
    Client client = clients.get(session.home());
    if (client == null || !session.needsKeys(now)) return;
    if (client.dialing != null) client.dialing.hurry(now);
    else client.notBefore = now;
  }

  /** Opens a session before it is needed, and keeps it open. */
  public void keepSession(InetSocketAddress peer, long nowNanos) {
    now = nowNanos;
    Session session = dialed(peer);
    Objects.requireNonNull(clients.get(session.home())).kept = true;
    activate(session);
  }

  /** {@return whether there is a session with {@code peer} that has keys} */
  public boolean isOpen(InetSocketAddress peer) {
    Session session = byServer.get(peer);
    return session != null && session.epoch() != null;
  }

  private Session dialed(InetSocketAddress peer) {
    Session known = byServer.get(peer);
    if (known != null) return known;
    Session session = open(true, null, peer);
    byServer.put(peer, session);
    clients.put(session.home(), new Client(now));
    return session;
  }

  private Session open(boolean client, @Nullable String user, InetSocketAddress peer) {
    int home = ++lastHome;
    Endpoint inside = template.inSession(home);
    inside.setWindow(template.window());
    Session session = new Session(home, client, user, peer, inside, config.limits(), settings, secureStats, random,
        now);
    sessions.put(home, session);
    return session;
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
    return datagrams.pollFirst();
  }

  @Override
  public @Nullable Connection accept() {
    return accepted.pollFirst();
  }

  @Override
  public @Nullable Connection pollChanged() {
    return changed.pollFirst();
  }

  @Override
  public void update(Connection connection, long nowNanos) {
    now = nowNanos;
    Session session = sessions.get(connection.home());
    if (session == null) return;
    session.connections().update(connection, nowNanos);
    collect(session);
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
    byServer.values().forEach(s -> {
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
    int[] count = new int[1];
    sessions.forEach(s -> count[0] += s.connections().connectionCount());
    return count[0];
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
    return halfOpens.size();
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
    for (int i = 0; i < packets.size(); i++) {
      stats().count(1, 0);
      if (!receive(packets.bytes(i), packets.length(i), packets.peer(i))) stats().countUnauthentic();
    }
  }

  /** {@return whether it was made by a holder of the keys, and is fresh} */
  private boolean receive(byte[] datagram, int length, InetSocketAddress from) {
    if (length < LEAST_DATAGRAM || length > MOST_PLAIN) return false;
    for (RootKeys root : roots) {
      long masked = Bytes.getLong(datagram, 0);
      // who receives from clients and who from servers is told by the keys: a peer may be both
      for (int direction = 0; direction < 2; direction++) {
        boolean toServer = direction == 0;
        if (toServer ? !accepting : byServer.isEmpty()) continue;
        long header = masked ^ root.mask(toServer).of(datagram, length);
        Channel channel = channels.get(header >>> 32);
        if (channel == null) continue;
        Bytes.putLong(datagram, 0, header);
        plain.clear();
        int opened = channel.epoch.open(datagram, length, plain.next(), Session.HASH_BYTES);
        if (opened >= 0) {
          onOpened(channel, opened, length, from);
          return true;
        }
        Bytes.putLong(datagram, 0, masked);
      }
    }
    return (accepting && tryInit(datagram, length, from)) || tryResp(datagram, length, from);
  }

  private void onOpened(Channel channel, int plainLength, int datagramLength, InetSocketAddress from) {
    Session session = channel.session;
    if (session == null) session = promote(Objects.requireNonNull(channel.halfOpen), from);
    session.receive(channel.epoch, plain, plainLength, datagramLength, from, now);
    for (byte[] body = session.pollDatagram(); body != null; body = session.pollDatagram()) {
      if (datagrams.size() < MOST_WAITING) datagrams.addLast(new Datagram(session.home(), body));
      else secureStats.datagramsDropped++;
    }
    collect(session);
    activate(session);
  }

  /** The client has shown that it has the answer: its session begins, or goes on under the new keys. */
  private Session promote(HalfOpen half, InetSocketAddress from) {
    halfOpens.remove(half);
    Session prior = half.prior();
    boolean resumed = prior != null && sessions.get(prior.home()) == prior;
    Session session = resumed ? Objects.requireNonNull(prior) : open(false, half.user(), from);
    if (resumed) secureStats.sessionsResumed++;
    else secureStats.sessionsOpened++;
    adopt(session, half.epoch());
    // the way there and back has just been proved
    if (resumed && !session.peer().equals(from) && half.isFrom(from)) session.moveTo(from, now);
    return session;
  }

  private void adopt(Session session, Epoch epoch) {
    channels.put(epoch.localId() & 0xFFFFFFFFL, new Channel(epoch, session, null));
    session.adopt(epoch, now);
    drop(session.pollForgotten());
  }

  private void drop(@Nullable Epoch epoch) {
    if (epoch == null) return;
    channels.remove(epoch.localId() & 0xFFFFFFFFL);
    epoch.erase();
  }

  private boolean tryInit(byte[] datagram, int length, InetSocketAddress from) {
    for (RootKeys root : roots) {
      ServerHandshake.Init init = ServerHandshake.read(root, config.identity(), datagram, length);
      if (init != null) {
        answer(init, from);
        return true;
      }
    }
    return false;
  }

  /** In the order of the specification: what costs little first. */
  private void answer(ServerHandshake.Init init, InetSocketAddress from) {
    byte[] e = init.ephemeral();
    for (HalfOpen half : halfOpens) {
      if (half.mayRepeat(e, from)) {
        secureStats.respsRepeated++;
        send(half.datagram(random), from);
        return;
      }
    }
    if (!filter.isTimely(init.unixMillis(), unixMillis.getAsLong(), now)) secureStats.initsUntimely++;
    else if (!filter.isNew(e)) secureStats.initsRepeated++;
    else
      if (halfOpens.size() >= config.limits().maxHalfOpen() || !filter.isWithinRate(from, now)
          || (isCrowded() && !filter.isWithinReserve(now)))
        secureStats.initsLimited++;
      else
        if (!admit(init, from)) secureStats.initsRefused++;
  }

  /** The last quarter of places is for clients whose sessions are to go on: a flood does not keep them from new keys. */
  private boolean isCrowded() {
    return halfOpens.size() >= config.limits().maxHalfOpen() / 4 * 3
        || sessions.size() >= config.limits().maxSessions();
  }

  private boolean admit(ServerHandshake.Init init, InetSocketAddress from) {
    ServerHandshake.Opened opened = ServerHandshake.open(init, config.identity());
    if (opened == null) return false;
    Session prior = priorOf(opened);
    if (prior == null && isCrowded()) return false;
    var answer = ServerHandshake.answer(opened, config, drawId(), prior != null, now, random);
    if (answer == null) return false;
    filter.remember(init.ephemeral(), init.unixMillis(), now);
    HalfOpen half = new HalfOpen(opened, answer, from, prior, now + HALF_OPEN_LASTS);
    halfOpens.addLast(half);
    channels.put(half.epoch().localId() & 0xFFFFFFFFL, new Channel(half.epoch(), null, half));
    secureStats.initsAnswered++;
    log(half.epoch());
    send(half.datagram(random), from);
    return true;
  }

  private @Nullable Session priorOf(ServerHandshake.Opened opened) {
    if (opened.priorId() == 0) return null;
    Channel channel = channels.get(opened.priorId() & 0xFFFFFFFFL);
    if (channel == null || !Bytes.same(channel.epoch.proof(opened.init().ephemeral()), opened.proof())) return null;
    // who proves keys of a handshake that no datagram has followed yet has its answer: they are in use
    if (channel.halfOpen != null) {
      return Objects.equals(channel.halfOpen.user(), opened.user())
          ? promote(channel.halfOpen, channel.halfOpen.from())
          : null;
    }
    Session session = channel.session;
    return session != null && Objects.equals(session.user(), opened.user()) ? session : null;
  }

  private int drawId() {
    int id = random.nextInt();
    while (id == 0 || channels.get(id & 0xFFFFFFFFL) != null)
      id = random.nextInt();
    return id;
  }

  private boolean tryResp(byte[] datagram, int length, InetSocketAddress from) {
    Session session = byServer.get(from);
    Client client = session == null ? null : clients.get(session.home());
    if (session == null || client == null || client.dialing == null) return false;
    ClientHandshake.Result result = client.dialing.receive(datagram, length, now);
    if (result == null) return false;
    client.dialing = null;
    client.everAnswered = true;
    log(result.epoch());
    if (session.provenEpoch() != null && !result.priorAlive()) session.loseConnections(CloseReason.PEER_RESTARTED, now);
    if (result.priorAlive()) secureStats.sessionsResumed++;
    else secureStats.sessionsOpened++;
    adopt(session, result.epoch());
    collect(session);
    activate(session);
    return true;
  }

  private void log(Epoch epoch) {
    if (keyLog != null) keyLog.onKeys(epoch.keyLogLine());
    epoch.forgetSecrets();
  }

  private void send(byte[] bytes, InetSocketAddress to) {
    if (outgoing.size() < MOST_WAITING) outgoing.addLast(new Outgoing(bytes, to));
  }

  // ---- time

  @Override
  public void onTimeout(long nowNanos) {
    now = nowNanos;
    for (HalfOpen h = halfOpens.peekFirst(); h != null && h.untilNanos() - now <= 0; h = halfOpens.peekFirst()) {
      halfOpens.removeFirst();
      drop(h.epoch());
    }
    for (var s = timers.pollDue(nowNanos); s != null; s = timers.pollDue(nowNanos)) {
      s.onTimeout(nowNanos);
      collect(s);
      activate(s);
    }
  }

  @Override
  public long nextTimeoutNanos() {
    if (!active.isEmpty() || !outgoing.isEmpty()) return now;
    HalfOpen oldest = halfOpens.peekFirst();
    return Math.min(timers.earliest(), oldest == null ? PacketEngine.NEVER : oldest.untilNanos());
  }

  private void activate(Session session) {
    if (session.active) return;
    session.active = true;
    active.addLast(session);
  }

  private void collect(Session session) {
    Endpoint inside = session.connections();
    for (var c = inside.accept(); c != null; c = inside.accept())
      accepted.addLast(c);
    for (var c = inside.pollChanged(); c != null; c = inside.pollChanged())
      changed.addLast(c);
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
      dial(session);
      session.transmit(out, plain, now);
      collect(session);
      if (out.isFull()) activate(session);
      else timers.set(session, deadline(session));
    }
    while (!out.isFull() && !outgoing.isEmpty()) {
      Outgoing o = outgoing.removeFirst();
      System.arraycopy(o.bytes, 0, out.next(), 0, o.bytes.length);
      out.commit(o.bytes.length, o.to);
    }
    stats().count(0, out.size() - from);
  }

  private long deadline(Session session) {
    long at = session.deadline(now);
    Client client = clients.get(session.home());
    if (client == null) return at;
    if (client.dialing != null) return Math.min(at, client.dialing.deadline());
    return session.needsKeys(now) && isWanted(session, client) ? Math.min(at, Math.max(now, client.notBefore)) : at;
  }

  private static boolean isWanted(Session session, Client client) {
    return client.kept || session.isInUse();
  }

  /** Asks for keys where a client needs some. */
  private void dial(Session session) {
    Client client = clients.get(session.home());
    if (client == null) return;
    if (client.dialing == null) {
      boolean due = session.needsKeys(now) && isWanted(session, client) && client.notBefore - now <= 0;
      if (!due) return;
      client.dialing = new Dialing(attempt -> handshake(session, client, attempt), now);
    }
    if (client.dialing.isOver(now)) {
      client.dialing = null;
      client.notBefore = now + (session.connections().connectionCount() > 0 ? RETRY_WHEN_NEEDED : RETRY_WHEN_IDLE);
      secureStats.handshakesGivenUp++;
      return;
    }
    byte[] init = client.dialing.poll(attempt -> handshake(session, client, attempt), random, now);
    if (init == null) return;
    secureStats.initsSent++;
    send(init, session.peer());
  }

  /**
   * After the first answer the time is the one that was believed, and what has passed since: a jump of the wall's clock does not
   * count. A clock that stood still in a sleep does, so every other attempt goes by the wall's.
   */
  private ClientHandshake handshake(Session session, Client client, int attempt) {
    long millis = unixMillis.getAsLong();
    if (!client.everAnswered) {
      client.unixMillisAtFirst = millis;
      client.firstNanos = now;
    } else if (attempt % 2 == 0) {
      millis = client.unixMillisAtFirst + TimeUnit.NANOSECONDS.toMillis(now - client.firstNanos);
    }
    return new ClientHandshake(config, roots.getFirst(), drawId(), session.lastProof(), millis, random);
  }

  /** {@return whether the session is over, and gone} */
  private boolean end(Session session) {
    if (!session.isExpired(now)) return false;
    boolean client = clients.get(session.home()) != null;
    session.loseConnections(session.isClosedByPeer() ? CloseReason.SESSION_CLOSED : CloseReason.TIMED_OUT, now);
    collect(session);
    timers.remove(session);
    sessions.remove(session.home());
    session.epochs().forEach(this::drop);
    if (!client) return true;
    boolean kept = Objects.requireNonNull(clients.remove(session.home())).kept;
    byServer.values().removeIf(s -> s == session);
    if (kept) keepSession(session.peer(), now);
    return true;
  }

  /** {@return the sizes of datagrams that the paths of all sessions are known to carry} */
  public List<Integer> datagramSizes() {
    List<Integer> sizes = new ArrayList<>();
    sessions.forEach(s -> sizes.add(s.datagramSize()));
    return sizes;
  }
}
