package dev.gap.tcp.engine.stack;

import java.util.ArrayDeque;
import java.util.Set;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.ChunkPool;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.connection.ChallengeLimit;
import dev.gap.tcp.engine.connection.Flow;
import dev.gap.tcp.engine.connection.HalfOpen;
import dev.gap.tcp.engine.connection.PacketSlot;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpState;
import dev.gap.tcp.engine.connection.TimeWait;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.Flags;
import dev.gap.tcp.engine.wire.Icmp;
import dev.gap.tcp.engine.wire.IpPacket;
import dev.gap.tcp.engine.wire.Options;
import dev.gap.tcp.engine.wire.Segment;
import dev.gap.tcp.engine.wire.SegmentWriter;
import dev.gap.tcp.engine.wire.SegmentWriter.Frame;
import dev.gap.transport.DeadlineQueue;
import dev.gap.transport.PacketEngine;

/**
 * A host's TCP: connections, listeners, and what belongs to neither. IP packets go in and out, time is an argument, and
 * randomness is given once. Not thread-safe.
 */
public final class TcpEngine {
  private final Passive passive;
  private final Ports ports;
  private static final int IDLE_CHUNKS = 128;

  private final ChunkPool chunks = new ChunkPool(IDLE_CHUNKS);
  private final ChallengeLimit challenges;
  private final FlowTable flows;
  private final DeadlineQueue<Flow> deadlines = new DeadlineQueue<>();
  private final ArrayDeque<Flow> ready = new ArrayDeque<>();
  private final ArrayDeque<TcpConnection> changed = new ArrayDeque<>();
  private final StrayReplies strays = new StrayReplies();
  private final PathMtus mtus = new PathMtus();
  private final FastOpenCookies cookies;
  private final EngineStats stats = new EngineStats();
  private final IpPacket ip = new IpPacket();
  private final Segment segment = new Segment();
  private final Options options = new Options();
  private final SipHash secret;
  private final int stampOffset;
  private final Set<Address> locals;
  private TcpConfig config;
  private SegmentWriter writer;
  private int timeWaits;
  private boolean tellsChanges;

  /**
   * @param locals the addresses of this host; with none it answers for every address that packets come to
   * @param random secure where peers are not trusted
   */
  public TcpEngine(TcpConfig config, Set<Address> locals, RandomGenerator random) {
    this.config = config;
    this.locals = Set.copyOf(locals);
    secret = SipHash.random(random);
    challenges = new ChallengeLimit(config.abuse().challengeAcks());
    stampOffset = random.nextInt();
    flows = new FlowTable(random.nextLong());
    cookies = new FastOpenCookies(SipHash.random(random));
    ports = new Ports(random);
    passive = new Passive(new SynCookies(SipHash.random(random)), cookies, stats, strays);
    writer = new SegmentWriter(config.habits().order());
  }

  /** Goes on with another configuration: what is open keeps the one it began with. */
  public void configure(TcpConfig other) {
    config = other;
    challenges.setMost(other.abuse().challengeAcks());
    writer = new SegmentWriter(other.habits().order());
  }

  public TcpConfig config() {
    return config;
  }

  public EngineStats stats() {
    stats.challengesSuppressed = challenges.suppressed();
    return stats;
  }

  public FastOpenCookies cookies() {
    return cookies;
  }

  /** {@return connections, handshakes and memories of connections} */
  public int flowCount() {
    return flows.size();
  }

  public int timeWaitCount() {
    return timeWaits;
  }

  /** Forgets what was learned about peers and paths. */
  public void forget() {
    mtus.clear();
    cookies.forget();
    passive.forget();
  }

  /** From now on {@link #pollChanged} gives the connections that something has happened to. */
  public void tellChanges() {
    tellsChanges = true;
  }

  /** {@return a connection that something has happened to, or null} */
  public @Nullable TcpConnection pollChanged() {
    return changed.pollFirst();
  }

  // packets in

  /**
   * Takes in an IP packet.
   *
   * @param sums whether its checksums are to be right: offload says when they are not complete yet
   */
  public void receive(byte[] bytes, int offset, int length, boolean sums, long now) {
    stats.received++;
    if (!ip.parse(bytes, offset, length, sums)) {
      stats.malformed++;
      return;
    }
    if (!locals.isEmpty() && !locals.contains(ip.destination())) {
      stats.notForUs++;
      return;
    }
    if (ip.protocol() == IpPacket.TCP) {
      if (segment.parse(ip, sums)) onSegment(now);
      else stats.malformed++;
    } else if (ip.protocol() == (ip.isV6() ? IpPacket.ICMP6 : IpPacket.ICMP)) {
      onIcmp(now);
    } else {
      stats.notForUs++;
    }
  }

  private void onIcmp(long now) {
    Icmp.Report error = Icmp.report(ip);
    if (error == null) {
      byte[] reply = config.abuse().answersEcho() ? Icmp.echoReply(ip, config.habits().hopLimit()) : null;
      if (reply != null) strays.add(reply);
      return;
    }
    Flow flow = flows.get(error.source(), error.sourcePort(), error.destination(), error.destinationPort());
    if (flow instanceof HalfOpen half) onIcmp(half, error);
    if (!(flow instanceof TcpConnection connection)) return;
    int mtu = config.sizes().mtu();
    if (error.kind() == Icmp.Kind.TOO_BIG && config.sizes().discovery() && connection.settings().discovery) {
      mtu = mtus.learn(error.destination(), error.mtu(), mtu, config.sizes(), now);
    }
    connection.onIcmp(error, mtu, now);
    settle(connection, now);
  }

  /** A handshake under way ends when the peer is said to be out of reach. */
  private void onIcmp(HalfOpen half, Icmp.Report error) {
    boolean ends = switch (error.kind()) {
      case NET_UNREACHABLE, HOST_UNREACHABLE, PROTOCOL_UNREACHABLE, PORT_UNREACHABLE, PARAMETER_PROBLEM -> true;
      case PROHIBITED, TIME_EXCEEDED, TOO_BIG -> false;
    };
    TcpListener listener = ports.listener(half.local(), half.localPort());
    if (!ends || error.sequence() != half.iss() || config.habits().freeBsd()) return;
    removeHalf(half, listener);
  }

  private void onSegment(long now) {
    Flow flow = flows.get(ip.destination(), segment.destinationPort(), ip.source(), segment.sourcePort());
    switch (flow) {
      case TcpConnection connection -> toConnection(connection, now);
      case HalfOpen half -> toHalfOpen(half, now);
      case TimeWait memory -> toTimeWait(memory, now);
      case null, default -> toListener(null, now);
    }
  }

  private void toConnection(TcpConnection connection, long now) {
    boolean opening = connection.state() == TcpState.SYN_SENT;
    TcpConnection.Answer answer = connection.onSegment(segment, now);
    if (answer == TcpConnection.Answer.RESET) reset();
    boolean opens = opening && connection.state() != TcpState.SYN_SENT && connection.state() != TcpState.CLOSED;
    if (opens && !config.features().fastOpenSendsBare()) {
      cookies.learn(connection.remote(), connection.fastOpen(), connection.info(now).receiveMss());
      cookies.heed(connection.remote(), connection.fastOpen(), config.opening().fastOpenRest(), now);
    }
    settle(connection, now);
  }

  private void reset() {
    if (!config.abuse().resetsToClosedPorts()) return;
    stats.resetsSent++;
    strays.reset(segment, writer, config.habits().hopLimit());
  }

  private void toTimeWait(TimeWait memory, long now) {
    switch (memory.onSegment(segment, now)) {
      case NOTHING -> settle(memory, now);
      case GONE -> remove(memory);
      case REOPENED -> {
        TcpListener listener = ports.listener(ip.destination(), segment.destinationPort());
        if (listener == null) {
          reset();
          return;
        }
        remove(memory);
        toListener(memory.nextIss(), now);
      }
    }
  }

  /** RFC 9293 section 3.10.7.2. */
  private void toListener(@Nullable Integer iss, long now) {
    TcpListener listener = ports.listener(ip.destination(), segment.destinationPort());
    if (segment.has(Flags.RST)) return;
    if (listener == null || listener.closed) {
      reset();
      return;
    }
    if (segment.has(Flags.ACK)) {
      TcpConnection connection = passive.fromCookie(config, listener, segment, mtuTo(ip.source(), now), secretStamp(),
          now);
      if (connection == null) {
        if (!passive.droppedSilently()) reset();
        return;
      }
      add(connection, listener, now);
      return;
    }
    if (!segment.has(Flags.SYN)) return;
    if (segment.has(Flags.FIN) && (config.abuse().dropSynFin() || !config.habits().freeBsd())) return;
    if (!ip.source().isUnicast() || !ip.destination().isUnicast()) return;
    int number = iss == null
        ? initialSequence(ip.destination(), segment.destinationPort(), ip.source(),
            segment.sourcePort(), now)
        : iss;
    Flow made = passive.onSyn(config, writer, listener, segment, number, secretStamp(), mtuTo(ip.source(), now), now);
    if (made instanceof TcpConnection connection) {
      connection.use(chunks, challenges);
      flows.put(connection);
      listener.accepted.addLast(connection);
      settle(connection, now);
    } else if (made != null) {
      flows.put(made);
      listener.halfOpen++;
      settle(made, now);
    }
  }

  private void toHalfOpen(HalfOpen half, long now) {
    TcpListener listener = ports.listener(half.local(), half.localPort());
    if (listener == null) {
      remove(half);
      reset();
      return;
    }
    switch (passive.onThirdSegment(config, listener, half, segment, now)) {
      case NOTHING -> settle(half, now);
      case DROP -> removeHalf(half, listener);
      case RESET -> reset();
      case RESET_AND_DROP -> {
        removeHalf(half, listener);
        reset();
      }
      case CHALLENGE -> strays.segment(half.frame(), writer, half.iss() + 1, (int) half.irs() + 1, Flags.ACK,
          half.scaledOffer(), half.stamp(options, now));
      case ESTABLISH -> {
        removeHalf(half, listener);
        add(half.establish(mtuTo(half.remote(), now), now), listener, now);
      }
    }
  }

  private void removeHalf(HalfOpen half, @Nullable TcpListener listener) {
    remove(half);
    if (listener == null) return;
    listener.halfOpen--;
    listener.undecided.remove(half);
  }

  private void add(TcpConnection connection, TcpListener listener, long now) {
    connection.use(chunks, challenges);
    flows.put(connection);
    listener.accepted.addLast(connection);
    toConnection(connection, now);
    if (connection.state() == TcpState.CLOSED && connection.error() == null) listener.accepted.remove(connection);
  }

  private int mtuTo(Address peer, long now) {
    return mtus.of(peer, config.sizes().mtu(), now);
  }

  private int secretStamp() {
    return stampOffset;
  }

  /** RFC 6528 section 3: a clock of 4 microseconds, and a keyed hash of the connection. */
  private int initialSequence(Address local, int localPort, Address remote, int remotePort, long now) {
    long ports = (long) localPort << 16 | remotePort;
    return (int) (now / 4000)
        + (int) secret.hash(40, local.high(), local.low(), remote.high(), remote.low(), ports);
  }

  // what applications do

  /** {@return settings that a socket begins with} */
  public SocketSettings newSettings() {
    return new SocketSettings(config);
  }

  /**
   * Listens.
   *
   * @param address of this host; unspecified for all
   * @param port 0 to choose one
   * @return null if the port is taken
   */
  public @Nullable TcpListener listen(Address address, int port, int backlog, SocketSettings settings) {
    int chosen = port != 0 ? port : ports.free(config, address);
    return ports.listen(new TcpListener(address, chosen, Math.min(backlog, config.opening().backlogMax()), settings));
  }

  /**
   * Listens on every port of every address that nobody else listens on: for traffic that was captured.
   *
   * @return null if somebody does already
   */
  public @Nullable TcpListener listenEverywhere(int backlog, SocketSettings settings) {
    return ports.listen(
        new TcpListener(Address.v4(0), Ports.EVERY, Math.min(backlog, config.opening().backlogMax()), settings));
  }

  /** Stops listening: handshakes under way are dropped, connections that nobody accepted are reset. */
  public void close(TcpListener listener, long now) {
    listener.closed = true;
    ports.remove(listener);
    flows.forEach(flow -> {
      boolean port = listener.port == Ports.EVERY || flow.localPort() == listener.port;
      if (flow instanceof HalfOpen && port && ports.listener(flow.local(), flow.localPort()) == null
          && (listener.address.isUnspecified() || listener.address.equals(flow.local())))
        remove(flow);
    });
    for (TcpConnection connection : listener.accepted) {
      connection.abort();
      settle(connection, now);
    }
    listener.accepted.clear();
  }

  /**
   * Connects: the SYN goes out next.
   *
   * @param local the address and port to connect from; port 0 to choose one
   * @return null if the four of them are in use
   */
  public @Nullable TcpConnection connect(Address local, int localPort, Address remote, int remotePort,
      SocketSettings settings, long now) {
    TcpConnection connection = prepare(local, localPort, remote, remotePort, settings, now);
    if (connection == null) return null;
    connection.open(now);
    settle(connection, now);
    return connection;
  }

  /** {@return a connection that {@link #start} opens, null if its addresses and ports are in use} */
  public @Nullable TcpConnection prepare(Address local, int localPort, Address remote, int remotePort,
      SocketSettings settings, long now) {
    int port = localPort != 0 ? localPort : ports.ephemeral(config, flows, local, remote, remotePort);
    if (port == 0) return null;
    Flow old = flows.get(local, port, remote, remotePort);
    int iss = initialSequence(local, port, remote, remotePort, now);
    if (old instanceof TimeWait memory && memory.mayReconnect(localPort != 0, now)) {
      iss = memory.nextIss();
      remove(memory);
      old = null;
    }
    if (old != null) return null;
    Frame frame = new Frame(local, remote, port, remotePort, settings.trafficClass & ~3, settings.hopLimit,
        settings.dontFragment);
    TcpConnection connection = new TcpConnection(config, settings, frame, iss, stampOffset, mtuTo(remote, now));
    connection.use(chunks, challenges);
    connection.accepted();
    flows.put(connection);
    return connection;
  }

  /** Opens what was prepared; with Fast Open where a cookie is known, or none is needed. */
  public void start(TcpConnection connection, boolean fastOpen, long now) {
    FastOpenCookies.Known known = cookies.of(connection.remote());
    if (fastOpen && config.features().fastOpenClient() && !cookies.isResting(connection.remote(), now)) {
      boolean bare = config.features().fastOpenSendsBare() || connection.settings().withoutCookie;
      if (bare) connection.fastOpen().use(null, false, known == null ? 0 : known.mss());
      else if (known != null) connection.fastOpen().use(known.cookie(), known.experimental(), known.mss());
      else connection.fastOpen().ask(!config.habits().freeBsd() && cookies.triesExperimental(connection.remote()));
    }
    connection.open(now);
    settle(connection, now);
  }

  /** {@return whether a cookie for this server is known, or none is needed} */
  public boolean canFastOpen(Address server, SocketSettings settings, long now) {
    return config.features().fastOpenClient() && !cookies.isResting(server, now)
        && (cookies.of(server) != null || settings.withoutCookie
            || config.features().fastOpenSendsBare());
  }

  /** What to do with a SYN that waits for a decision. */
  public enum Decision {
    ACCEPT, REFUSE, DROP
  }

  /** Decides on a handshake that {@link TcpListener#pollUndecided} gave. */
  public void decide(HalfOpen half, Decision decision, long now) {
    TcpListener listener = ports.listener(half.local(), half.localPort());
    if (flows.get(half.local(), half.localPort(), half.remote(), half.remotePort()) != half) return;
    switch (decision) {
      case ACCEPT -> {
        half.release();
        settle(half, now);
        return;
      }
      case REFUSE -> strays.segment(half.frame(), writer, 0, (int) half.irs() + 1, Flags.RST | Flags.ACK, 0,
          options.clear());
      case DROP -> {
      }
    }
    removeHalf(half, listener);
  }

  /** To be called after anything was done with a connection. */
  public void settle(TcpConnection connection, long now) {
    if (connection.takeFastOpenDone()) {
      TcpListener listener = ports.listener(connection.local(), connection.localPort());
      if (listener != null) listener.fastOpenPending--;
    }
    settle((Flow) connection, now);
  }

  private void settle(Flow flow, long now) {
    if (flow instanceof TcpConnection connection) {
      if (connection.enqueue()) ready.addLast(connection);
      if (connection.isOver()) retire(connection, now);
    } else {
      ready.addLast(flow);
    }
    if (isIn(flow)) deadlines.set(flow, flow.deadline(now));
  }

  /**
   * Gives up the place of a connection that has ended: what comes next may come before its last packet goes out, and is
   * for {@link TimeWait} or a listener. What it has left to send it still sends.
   */
  private void retire(TcpConnection connection, long now) {
    if (!isIn(connection)) return;
    remove(connection);
    if (connection.state() != TcpState.TIME_WAIT) return;
    if (timeWaits >= config.timing().timeWaitMax()) {
      stats.timeWaitOverflows++;
      return;
    }
    TimeWait memory = connection.toTimeWait(now);
    timeWaits++;
    flows.put(memory);
    deadlines.set(memory, memory.deadline(now));
  }

  private void remove(Flow flow) {
    deadlines.remove(flow);
    if (flows.remove(flow) && flow instanceof TimeWait) timeWaits--;
  }

  // packets out

  /** Puts a packet into {@code slot}. {@return whether there was one to send} */
  public boolean poll(PacketSlot slot, long now) {
    while (fill(slot, now)) {
      stats.sent++;
      if (locals.isEmpty() || !ip.parse(slot.bytes(), slot.offset(), slot.length(), false)
          || !locals.contains(ip.destination()))
        return true;
      // to this host itself
      receive(slot.bytes().clone(), slot.offset(), slot.length(), false, now);
    }
    return false;
  }

  private boolean fill(PacketSlot slot, long now) {
    if (strays.poll(slot)) return true;
    for (Flow flow = ready.peekFirst(); flow != null; flow = ready.peekFirst()) {
      if (sends(flow, slot, now)) return true;
      ready.removeFirst();
      if (flow instanceof TcpConnection connection) rest(connection, now);
      else if (isIn(flow)) deadlines.set(flow, flow.deadline(now));
    }
    return false;
  }

  private boolean isIn(Flow flow) {
    return flows.get(flow.local(), flow.localPort(), flow.remote(), flow.remotePort()) == flow;
  }

  private boolean sends(Flow flow, PacketSlot slot, long now) {
    return switch (flow) {
      case TcpConnection connection -> connection.poll(slot, writer, now);
      case HalfOpen half -> isIn(half) && half.poll(slot, writer, options, now);
      case TimeWait memory -> memory.poll(slot, writer, options, now);
      default -> false;
    };
  }

  /** A connection has nothing more to send for now. */
  private void rest(TcpConnection connection, long now) {
    connection.dequeued();
    if (tellsChanges) changed.addLast(connection);
    if (connection.isOver()) retire(connection, now);
    else if (isIn(connection)) deadlines.set(connection, connection.deadline(now));
  }

  // time

  /** {@return when {@link #onTimeout} is to be called if nothing else happens before, or {@link PacketEngine#NEVER}} */
  public long nextTimeoutNanos() {
    return deadlines.earliest();
  }

  /** {@return whether {@link #poll} may have something} */
  public boolean hasReady() {
    return !ready.isEmpty() || !strays.isEmpty();
  }

  /** Does what is due. */
  public void onTimeout(long now) {
    for (Flow flow = deadlines.pollDue(now); flow != null; flow = deadlines.pollDue(now)) {
      switch (flow) {
        case TcpConnection connection -> {
          connection.onTimeout(now);
          settle(connection, now);
        }
        case HalfOpen half -> {
          TcpListener listener = ports.listener(half.local(), half.localPort());
          if (half.onTimeout(now)) {
            removeHalf(half, listener);
          } else {
            settle(half, now);
          }
        }
        case TimeWait memory -> remove(memory);
        default -> throw new AssertionError(flow);
      }
    }
  }
}
