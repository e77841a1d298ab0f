package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.gap.mtcp.engine.protection.InSession;
import dev.gap.mtcp.engine.protection.PacketProtection;
import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.mtcp.engine.wire.SegmentView;
import dev.gap.transport.DeadlineQueue;
import dev.gap.transport.LongMap;
import dev.gap.transport.PacketBatch;
import dev.gap.transport.PacketEngine;

/**
 * The mTCP engine: all connections behind one UDP socket, dialed and accepted. Single-threaded and pure: time and
 * randomness are arguments.
 */
public final class Endpoint implements MtcpEngine {
  /** A segment numbered below this, that has heard nothing from here, may have overtaken the one that opens. */
  private static final int FIRST_FLIGHT = 32;
  private static final int PATHS_BEFORE_SWEEP = 256;
  private static final int MOST_RESETS = 256;
  private static final long PATH_MEMORY = TimeUnit.MINUTES.toNanos(10);

  private final EndpointConfig config;
  private final PacketProtection protection;
  private final RandomGenerator random;
  private final ConnectionIds ids;
  private final LongMap<Connection> connections;
  private final Map<InetSocketAddress, Path> paths = new HashMap<>();
  private final ArrayDeque<Path> active = new ArrayDeque<>();
  private final ArrayDeque<Connection> control = new ArrayDeque<>();
  private final ArrayDeque<Connection> changed = new ArrayDeque<>();
  private final ArrayDeque<Connection> accepted = new ArrayDeque<>();
  private final List<Connection> touched = new ArrayList<>();
  private final DeadlineQueue<Connection> timers = new DeadlineQueue<>();
  private final ChunkPool pool;
  private final Departed departed;
  private final EarlySegments early = new EarlySegments();
  private final Strays strays = new Strays();
  private final SegmentView view = new SegmentView();
  private final EndpointStats stats;
  private final boolean inSession;
  private final int home;
  private final Crowd crowd;
  private final ArrayDeque<Reset> resets = new ArrayDeque<>();
  private boolean[] authentic = new boolean[1];
  private WindowPolicy window;
  private int maxDatagram = SegmentHeader.MAX_DATAGRAM;
  private long now;

  /**
   * What a session is to tell its peer of a connection.
   *
   * @param full whether it is refused because there are too many; else it is not known
   */
  public record Reset(long id, boolean full) {}

  /** @param random for connection IDs and hash salts; a cryptographic one outside of tests */
  public Endpoint(EndpointConfig config, PacketProtection protection, RandomGenerator random) {
    this(config, protection, random, new ChunkPool(), new EndpointStats(), new Crowd(config.maxConnections()), 0);
  }

  private Endpoint(EndpointConfig config, PacketProtection protection, RandomGenerator random, ChunkPool pool,
      EndpointStats stats, Crowd crowd, int home) {
    this.config = config;
    this.protection = protection;
    this.random = random;
    this.pool = pool;
    this.stats = stats;
    this.crowd = crowd;
    this.home = home;
    inSession = protection instanceof InSession;
    ids = new ConnectionIds(protection.markSalt());
    connections = new LongMap<>(random.nextLong());
    departed = new Departed(random.nextLong());
    window = config.connection().window();
  }

  /**
   * {@return an engine for the connections of one session, which shares this one's buffers, counters and bounds}
   *
   * @param home what {@link Connection#home} of its connections is
   */
  public Endpoint inSession(int home) {
    return new Endpoint(config, new InSession(), random, pool, stats, crowd, home);
  }

  @Override
  public Connection connect(InetSocketAddress peer, long nowNanos) {
    long id = ids.draw(random);
    while (connections.get(id) != null)
      id = ids.draw(random);
    return connect(peer, id, nowNanos);
  }

  /** {@return a new connection to {@code peer} with a given ID, which no connection here has} */
  public Connection connect(InetSocketAddress peer, long id, long nowNanos) {
    Connection connection = open(id, true, peer, nowNanos);
    update(connection, nowNanos);
    return connection;
  }

  @Override
  public @Nullable Connection accept() {
    return accepted.pollFirst();
  }

  @Override
  public @Nullable Connection pollChanged() {
    Connection connection = changed.pollFirst();
    if (connection != null) connection.inChanged = false;
    return connection;
  }

  @Override
  public void update(Connection connection, long nowNanos) {
    now = nowNanos;
    settle(connection);
  }

  @Override
  public void setWindow(WindowPolicy policy) {
    window = policy;
    connections.forEach(c -> c.setWindow(policy));
    touchAll();
  }

  @Override
  public WindowPolicy window() {
    return window;
  }

  @Override
  public void onLocalAddressChanged(long nowNanos) {
    now = nowNanos;
    connections.forEach(Connection::probeNow);
    touchAll();
  }

  private void touchAll() {
    connections.forEach(this::touch);
    settleTouched();
  }

  @Override
  public void forEachConnection(Consumer<? super Connection> action) {
    connections.forEach(action);
  }

  @Override
  public int connectionCount() {
    return connections.size();
  }

  @Override
  public EndpointStats stats() {
    return stats;
  }

  @Override
  public void receive(PacketBatch packets, long nowNanos) {
    now = nowNanos;
    if (authentic.length < packets.size()) authentic = new boolean[packets.capacity()];
    protection.open(packets, authentic);
    if (!inSession) stats.received += packets.size();
    for (int i = 0; i < packets.size(); i++) {
      if (!authentic[i]) {
        stats.unauthentic++;
      } else if (view.parse(packets.bytes(i), packets.length(i)) != SegmentView.Verdict.OK) {
        stats.malformed++;
      } else {
        dispatch(packets.peer(i));
      }
    }
    settleTouched();
  }

  private void dispatch(InetSocketAddress from) {
    Connection connection = connections.get(view.connectionId());
    if (connection == null) connection = welcome(from);
    if (connection == null) return;
    if (connection.isDialer()) {
      if (!from.equals(connection.peer())) {
        stats.wrongAddress++;
        return;
      }
      connection.path().onHeard(now);
    }
    connection.receive(view, from, now);
    touch(connection);
  }

  /** {@return the connection that the segment in view opens, or null: then the segment has been dealt with} */
  private @Nullable Connection welcome(InetSocketAddress from) {
    Departed.Remains remains = departed.get(view.connectionId(), now);
    if (remains != null) {
      if (strays.answerFor(remains, view, from, now)) stats.resetsAnswered++;
      return null;
    }
    if (config.accepting() && view.has(SegmentHeader.CNT) && view.seq() == 0) return admit(from);
    stats.unknown++;
    if (config.accepting() && view.ack() == 0 && Integer.compareUnsigned(view.seq(), FIRST_FLIGHT) < 0) {
      if (!view.has(SegmentHeader.RST)) early.add(view, from, now);
    } else {
      answerReset(from);
    }
    return null;
  }

  private void answerReset(InetSocketAddress from) {
    if (inSession) {
      if (!view.has(SegmentHeader.RST)) tellReset(false);
    } else if (strays.reset(view, from)) stats.resetsAnswered++;
  }

  private void tellReset(boolean full) {
    if (resets.size() < MOST_RESETS) resets.addLast(new Reset(view.connectionId(), full));
  }

  private @Nullable Connection admit(InetSocketAddress from) {
    if (!hasRoom()) {
      stats.refused++;
      if (inSession) tellReset(true);
      return null;
    }
    // as a kernel's full backlog: it comes again, and then there may be room
    if (accepted.size() >= config.backlog()) {
      stats.refused++;
      return null;
    }
    Connection connection = open(view.connectionId(), false, from, now);
    accepted.addLast(connection);
    connection.receive(view, from, now);
    for (var e = early.pollFor(connection.id()); e != null; e = early.pollFor(connection.id())) {
      view.parse(e.bytes(), e.bytes().length);
      connection.receive(view, e.from(), now);
    }
    touch(connection);
    return null;
  }

  private boolean hasRoom() {
    return inSession ? crowd.hasRoomBeside(connections.size()) : connections.size() < config.maxConnections();
  }

  private Connection open(long id, boolean dialer, InetSocketAddress peer, long nowNanos) {
    ConnectionConfig settings = config.connection().withWindow(window);
    Connection connection = new Connection(id, dialer, kindOfPeer(id, dialer), path(peer, nowNanos), settings, pool,
        nowNanos);
    connection.home = home;
    connection.setMaxDatagram(maxDatagram);
    connections.put(id, connection);
    crowd.enter();
    stats.opened++;
    return connection;
  }

  private PeerKind kindOfPeer(long id, boolean dialer) {
    if (inSession) return PeerKind.IN_SESSION;
    return !dialer && ids.isMarked(id) ? PeerKind.GAP : PeerKind.UNKNOWN;
  }

  private Path path(InetSocketAddress peer, long nowNanos) {
    Path known = paths.get(peer);
    if (known != null) return known;
    if (paths.size() >= PATHS_BEFORE_SWEEP) paths.values().removeIf(p -> p.isUnusedSince(nowNanos - PATH_MEMORY));
    Path path = new Path(peer, config.rate().controller());
    paths.put(peer, path);
    return path;
  }

  @Override
  public void onTimeout(long nowNanos) {
    now = nowNanos;
    for (var c = timers.pollDue(nowNanos); c != null; c = timers.pollDue(nowNanos)) {
      c.onTimeout(nowNanos);
      touch(c);
    }
    for (var e = early.pollExpired(nowNanos); e != null; e = early.pollExpired(nowNanos)) {
      view.parse(e.bytes(), e.bytes().length);
      answerReset(e.from());
    }
    settleTouched();
  }

  @Override
  public long nextTimeoutNanos() {
    if (!control.isEmpty()) return now;
    long at = Math.min(timers.earliest(), early.deadline());
    for (Path path : active)
      at = Math.min(at, path.nextSendNanos(now));
    return at;
  }

  @Override
  public void pollTransmit(PacketBatch out, long nowNanos) {
    now = nowNanos;
    int from = out.size();
    strays.write(out);
    writeControl(out);
    for (int n = active.size(); n > 0 && !out.isFull(); n--) {
      Path path = active.removeFirst();
      writeData(path, out);
      if (path.hasReady()) active.addLast(path);
      else if (path.maySend(now)) path.noteIdle(now);
    }
    settleTouched();
    if (!inSession) stats.sent += out.size() - from;
    protection.seal(out, from);
  }

  private void writeControl(PacketBatch out) {
    while (!out.isFull()) {
      Connection connection = control.pollFirst();
      if (connection == null) return;
      connection.inControl = false;
      int length = connection.writeControl(out.next(), now);
      if (length > 0) out.commit(length, connection.controlPeer());
      touch(connection);
    }
  }

  private void writeData(Path path, PacketBatch out) {
    while (!out.isFull() && path.maySend(now)) {
      Connection connection = path.dequeue();
      if (connection == null) return;
      if (connection.path() != path) continue;
      connection.inReady = false;
      int length = connection.writeData(out.next(), now);
      if (length > 0) out.commit(length, path.peer());
      if (connection.hasData()) {
        connection.inReady = true;
        path.enqueue(connection);
      }
      touch(connection);
    }
  }

  private void touch(Connection connection) {
    if (connection.inTouched) return;
    connection.inTouched = true;
    touched.add(connection);
  }

  private void settleTouched() {
    for (int i = 0; i < touched.size(); i++) {
      touched.get(i).inTouched = false;
      settle(touched.get(i));
    }
    touched.clear();
  }

  /** Puts a connection wherever its state says it belongs. */
  private void settle(Connection connection) {
    connection.path().endRound(now);
    InetSocketAddress moved = connection.pollNewAddress();
    if (moved != null && connection.closeReason() == null) {
      stats.migrations++;
      connection.moveTo(path(moved, now), now);
      connection.inReady = false;
    }
    connection.checkLoss(now);
    if (connection.changed) {
      connection.changed = false;
      if (!connection.inChanged) changed.addLast(connection);
      connection.inChanged = true;
    }
    if (connection.isGone()) {
      remove(connection);
      return;
    }
    if (!connection.inControl && connection.hasControl(now)) {
      connection.inControl = true;
      control.addLast(connection);
    }
    if (!connection.inReady && connection.hasData()) {
      connection.inReady = true;
      Path path = connection.path();
      if (!path.hasReady()) active.addLast(path);
      path.enqueue(connection);
    }
    timers.set(connection, connection.deadline(now));
  }

  private void remove(Connection connection) {
    timers.remove(connection);
    if (connections.remove(connection.id()) == null) return;
    crowd.leave(1);
    connection.path().leave(now);
    departed.add(connection.id(), connection.isFinished(), connection.nextSeq(), connection.nextExpected(),
        connection.createdNanos(), now);
  }

  // ---- what a session does

  /** Moves all connections to another address of the peer. The path there is measured anew. */
  public void moveAll(InetSocketAddress to, long nowNanos) {
    now = nowNanos;
    stats.migrations++;
    connections.forEach(c -> {
      c.moveTo(path(to, now), now);
      c.inReady = false;
      touch(c);
    });
    settleTouched();
  }

  /** Time has passed that this side has slept through: it does not count as the peer's silence. */
  public void onWake(long nowNanos) {
    now = nowNanos;
    connections.forEach(c -> {
      c.onWake(nowNanos);
      touch(c);
    });
    settleTouched();
  }

  /** Ends all connections: the peer knows them no more. */
  public void endAll(CloseReason reason, long nowNanos) {
    now = nowNanos;
    connections.forEach(c -> {
      c.end(reason);
      touch(c);
    });
    settleTouched();
  }

  /** Ends the connection that the peer does not know. */
  public void end(long id, CloseReason reason, long nowNanos) {
    now = nowNanos;
    Connection connection = connections.get(id);
    if (connection == null) return;
    connection.end(reason);
    touch(connection);
    settleTouched();
  }

  /** The session is over: what is left of its connections counts no more. */
  public void leave() {
    crowd.leave(connections.size());
  }

  /** {@return how many connections all sessions together have} */
  public int together() {
    return crowd.together();
  }

  /** {@return what the peer is to be told of a connection, or null} */
  public @Nullable Reset pollReset() {
    return resets.pollFirst();
  }

  /** Sets how large datagrams of segments cut from now on may be, their first four bytes counted in. */
  public void setMaxDatagram(int bytes) {
    maxDatagram = bytes;
    connections.forEach(c -> c.setMaxDatagram(bytes));
  }

  /** {@return since when what was sent to {@code peer} waits for anything to be heard, or {@link PacketEngine#NEVER}} */
  public long awaitingSince(InetSocketAddress peer) {
    Path path = paths.get(peer);
    return path == null ? PacketEngine.NEVER : path.awaitingSince();
  }

  /** {@return the retransmission timeout of the path to {@code peer}, in nanoseconds} */
  public long rtoNanos(InetSocketAddress peer, long nowNanos) {
    return path(peer, nowNanos).rtoNanos();
  }

  /** {@return how many datagrams to {@code peer} have arrived} */
  public long arrivals(InetSocketAddress peer) {
    Path path = paths.get(peer);
    return path == null ? 0 : path.arrivals();
  }

  /** {@return the bytes in flight to {@code peer}} */
  public long bytesInFlight(InetSocketAddress peer) {
    Path path = paths.get(peer);
    return path == null ? 0 : path.bytesInFlight();
  }
}
