package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.gap.mtcp.engine.protection.InSession;
import dev.gap.mtcp.engine.protection.PacketProtection;
import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.mtcp.engine.wire.SegmentView;
import dev.gap.transport.LongMap;
import dev.gap.transport.PacketBatch;
import dev.gap.transport.PacketEngine;

/**
 * The mTCP engine: all connections behind one UDP socket, dialed and accepted. Single-threaded and pure: time and
 * randomness are arguments.
 */
public final class Endpoint implements MtcpEngine {
  private final EndpointConfig config;
  private final PacketProtection protection;
  private final RandomGenerator random;
  private final ConnectionIds ids;
  private final LongMap<Connection> connections;
  private final Paths paths;
  private final Agenda agenda = new Agenda();
  private final ArrayDeque<Connection> accepted = new ArrayDeque<>();
  private final ChunkPool pool;
  private final Strangers strangers;
  private final SegmentView view = new SegmentView();
  private final EndpointStats stats;
  private final boolean inSession;
  private final int home;
  private final Crowd crowd;
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
    paths = new Paths(config.rate());
    strangers = new Strangers(config.accepting(), inSession, stats, random.nextLong());
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
    return agenda.pollChanged();
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
    connections.forEach(agenda::touch);
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
    if (connection == null) {
      if (strangers.opens(view, from, now)) admit(from);
      return;
    }
    if (connection.isDialer()) {
      if (!from.equals(connection.peer())) {
        stats.wrongAddress++;
        return;
      }
      connection.path().onHeard(now);
    }
    connection.receive(view, from, now);
    agenda.touch(connection);
  }

  private void admit(InetSocketAddress from) {
    if (!hasRoom()) {
      stats.refused++;
      strangers.refuse(view);
      return;
    }
    // as a kernel's full backlog: it comes again, and then there may be room
    if (accepted.size() >= config.backlog()) {
      stats.refused++;
      return;
    }
    Connection connection = open(view.connectionId(), false, from, now);
    accepted.addLast(connection);
    connection.receive(view, from, now);
    for (var e = strangers.pollEarly(connection.id()); e != null; e = strangers.pollEarly(connection.id())) {
      view.parse(e.bytes(), e.bytes().length);
      connection.receive(view, e.from(), now);
    }
    agenda.touch(connection);
  }

  private boolean hasRoom() {
    return inSession ? crowd.hasRoomBeside(connections.size()) : connections.size() < config.maxConnections();
  }

  private Connection open(long id, boolean dialer, InetSocketAddress peer, long nowNanos) {
    ConnectionConfig settings = config.connection().withWindow(window);
    Connection connection = new Connection(id, dialer, kindOfPeer(id, dialer), paths.to(peer, nowNanos), settings, pool,
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

  @Override
  public void onTimeout(long nowNanos) {
    now = nowNanos;
    for (var c = agenda.pollDue(nowNanos); c != null; c = agenda.pollDue(nowNanos)) {
      c.onTimeout(nowNanos);
      agenda.touch(c);
    }
    strangers.onTimeout(nowNanos);
    settleTouched();
  }

  @Override
  public long nextTimeoutNanos() {
    return agenda.hasControl() ? now : Math.min(agenda.deadline(now), strangers.deadline());
  }

  @Override
  public void pollTransmit(PacketBatch out, long nowNanos) {
    now = nowNanos;
    int from = out.size();
    strangers.write(out);
    agenda.write(out, now);
    settleTouched();
    if (!inSession) stats.sent += out.size() - from;
    protection.seal(out, from);
  }

  private void settleTouched() {
    for (var c = agenda.pollTouched(); c != null; c = agenda.pollTouched())
      settle(c);
  }

  private void settle(Connection connection) {
    connection.path().endRound(now);
    InetSocketAddress moved = connection.pollNewAddress();
    if (moved != null && connection.closeReason() == null) {
      stats.migrations++;
      move(connection, moved);
    }
    connection.checkLoss(now);
    agenda.tellIfChanged(connection);
    if (connection.isGone()) remove(connection);
    else agenda.place(connection, now);
  }

  private void move(Connection connection, InetSocketAddress to) {
    connection.moveTo(paths.to(to, now), now);
    agenda.onMoved(connection);
  }

  private void remove(Connection connection) {
    agenda.remove(connection);
    if (connections.remove(connection.id()) == null) return;
    crowd.leave(1);
    connection.path().leave(now);
    strangers.onGone(connection, now);
  }

  // ---- what a session does

  /** Moves all connections to another address of the peer. The path there is measured anew. */
  public void moveAll(InetSocketAddress to, long nowNanos) {
    now = nowNanos;
    stats.migrations++;
    connections.forEach(c -> {
      move(c, to);
      agenda.touch(c);
    });
    settleTouched();
  }

  /** Time has passed that this side has slept through: it does not count as the peer's silence. */
  public void onWake(long nowNanos) {
    now = nowNanos;
    connections.forEach(c -> {
      c.onWake(nowNanos);
      agenda.touch(c);
    });
    settleTouched();
  }

  /** Ends all connections: the peer knows them no more. */
  public void endAll(CloseReason reason, long nowNanos) {
    now = nowNanos;
    connections.forEach(c -> {
      c.end(reason);
      agenda.touch(c);
    });
    settleTouched();
  }

  /** Ends the connection that the peer does not know. */
  public void end(long id, CloseReason reason, long nowNanos) {
    now = nowNanos;
    Connection connection = connections.get(id);
    if (connection == null) return;
    connection.end(reason);
    agenda.touch(connection);
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
    return strangers.pollReset();
  }

  /** Sets how large datagrams of segments cut from now on may be, their first four bytes counted in. */
  public void setMaxDatagram(int bytes) {
    maxDatagram = bytes;
    connections.forEach(c -> c.setMaxDatagram(bytes));
  }

  /** {@return since when what was sent to {@code peer} waits for anything to be heard, or {@link PacketEngine#NEVER}} */
  public long awaitingSince(InetSocketAddress peer) {
    Path path = paths.known(peer);
    return path == null ? PacketEngine.NEVER : path.awaitingSince();
  }

  /** {@return the retransmission timeout of the path to {@code peer}, in nanoseconds} */
  public long rtoNanos(InetSocketAddress peer, long nowNanos) {
    return paths.to(peer, nowNanos).rtoNanos();
  }

  /** {@return how many datagrams to {@code peer} have arrived} */
  public long arrivals(InetSocketAddress peer) {
    Path path = paths.known(peer);
    return path == null ? 0 : path.arrivals();
  }

  /** {@return the bytes in flight to {@code peer}} */
  public long bytesInFlight(InetSocketAddress peer) {
    Path path = paths.known(peer);
    return path == null ? 0 : path.bytesInFlight();
  }
}
