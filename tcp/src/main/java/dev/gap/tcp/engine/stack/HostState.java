package dev.gap.tcp.engine.stack;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.ChunkPool;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.connection.ChallengeLimit;
import dev.gap.tcp.engine.connection.HalfOpen;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.Md5Key;
import dev.gap.tcp.engine.wire.SegmentWriter;

/** What the mechanisms of a host share. */
final class HostState {
  private static final int IDLE_CHUNKS = 128;

  final ChunkPool chunks = new ChunkPool(IDLE_CHUNKS);
  final StrayReplies strays = new StrayReplies();
  final Reassembler reassembler = new Reassembler();
  final IcmpLimit errors = new IcmpLimit();
  final PathMtus mtus = new PathMtus();
  final EngineStats stats = new EngineStats();
  final ChallengeLimit challenges;
  final FastOpenCookies cookies;
  final Ports ports;
  final Passive passive;
  final Agenda agenda;
  final Set<Address> locals;
  final Map<Address, Md5Key> keys = new HashMap<>();
  private final int stampOrigin;
  private final SipHash secret;
  TcpConfig config;
  SegmentWriter writer;

  HostState(TcpConfig config, Set<Address> locals, RandomGenerator random) {
    this.config = config;
    this.locals = Set.copyOf(locals);
    secret = SipHash.random(random);
    challenges = new ChallengeLimit(config.abuse().challengeAcks());
    stampOrigin = random.nextInt();
    agenda = new Agenda(new FlowTable(random.nextLong()), stats, config.timing().timeWaitMax());
    cookies = new FastOpenCookies(SipHash.random(random));
    ports = new Ports(random);
    passive = new Passive(new SynCookies(SipHash.random(random)), cookies, stats, strays);
    writer = new SegmentWriter(config.habits().order());
  }

  void configure(TcpConfig other) {
    int mtu = other.sizes().mtu();
    if (mtu != config.sizes().mtu()) agenda.forEach(flow -> {
      if (flow instanceof TcpConnection connection) connection.options().setLinkMtu(mtu);
    });
    config = other;
    challenges.setMost(other.abuse().challengeAcks());
    agenda.setTimeWaitMax(other.timing().timeWaitMax());
    writer = new SegmentWriter(other.habits().order());
  }

  int mtuTo(Address peer, long now) {
    return mtus.of(peer, config.sizes().mtu(), now);
  }

  /**
   * {@return what is shared with a peer to sign segments with}
   *
   * @throws IllegalStateException if nothing is
   */
  Md5Key keyFor(Address peer) {
    Md5Key key = keys.get(peer);
    if (key == null) throw new IllegalStateException("no key to sign segments to " + peer + " with");
    return key;
  }

  /** RFC 6528 section 3: a clock of 4 microseconds, and a keyed hash of the connection. */
  int initialSequence(Address local, int localPort, Address remote, int remotePort, long now) {
    long ports = (long) localPort << 16 | remotePort;
    return (int) (now / 4000)
        + (int) secret.hash(40, local.high(), local.low(), remote.high(), remote.low(), ports);
  }

  /**
   * RFC 7323 section 5.4: timestamps of each connection count from an origin of its own, so that they tell nothing of others
   * and of the host's uptime. The next connection between the same ports goes on where this one was (RFC 6191).
   */
  int stampOffset(Address local, int localPort, Address remote, int remotePort) {
    long ports = (long) localPort << 16 | remotePort;
    // longer than what initial sequence numbers are made of: the one does not tell of the other
    return (int) secret.hash(48, local.high(), local.low(), remote.high(), remote.low(), ports, stampOrigin);
  }

  /** To be called after anything was done with a connection. */
  void settle(TcpConnection connection, long now) {
    if (connection.takeFastOpenDone()) {
      TcpListener listener = ports.listener(connection.local(), connection.localPort());
      if (listener != null) listener.fastOpenPending--;
    }
    agenda.settle(connection, now);
  }

  void removeHalf(HalfOpen half, @Nullable TcpListener listener) {
    agenda.remove(half);
    if (listener == null) return;
    listener.halfOpen--;
    listener.undecided.remove(half);
  }
}
