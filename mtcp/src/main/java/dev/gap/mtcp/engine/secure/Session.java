package dev.gap.mtcp.engine.secure;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.gap.mtcp.engine.CloseReason;
import dev.gap.mtcp.engine.ConnectionConfig;
import dev.gap.mtcp.engine.Endpoint;
import dev.gap.transport.DeadlineQueue;
import dev.gap.transport.PacketBatch;
import dev.gap.transport.PacketEngine;

/**
 * One encrypted session with one peer: the keys in use, the peer's address, and an engine for all connections between the two.
 * How keys are agreed on is not its business.
 */
final class Session extends DeadlineQueue.Entry {
  /** The seed's hash, which a plaintext leaves out: offsets in segments count it. */
  static final int HASH_BYTES = 4;
  private static final int MOST_ARRIVED = 256;
  private static final int MOST_WHOLE = 2048;
  /** At 30 % loss each way one alone would be answered half the time, and a black hole found half as fast. */
  private static final int SMALL_BESIDE_PROBE = 2;
  /** Without keys there is nothing to send, but connections still give up in time. */
  private static final long KEYLESS_STEP = TimeUnit.MILLISECONDS.toNanos(100);

  private final int home;
  private final boolean client;
  private final @Nullable String user;
  private final SessionConfig.Limits limits;
  private final Endpoint connections;
  private final RandomGenerator random;
  private final ControlQueue control = new ControlQueue();
  private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();
  private final PathValidation validation;
  private final Fragments fragments = new Fragments();
  private final Sealer sealer = new Sealer(control, fragments);
  private final SecureStats stats;
  private final KeyRing keys;
  private final Liveness liveness;
  private final Patience patience;
  private InetSocketAddress peer;
  private PathMtu mtu;
  private long keylessNext;
  private boolean closedByPeer;
  private boolean closing;

  // where the endpoint has put it
  boolean active;

  Session(int home, boolean client, @Nullable String user, InetSocketAddress peer, Endpoint connections,
      SessionConfig.Limits limits, ConnectionConfig settings, SecureStats stats, RandomGenerator random,
      long nowNanos) {
    this.home = home;
    this.client = client;
    this.user = user;
    this.peer = peer;
    this.connections = connections;
    this.limits = limits;
    this.stats = stats;
    keys = new KeyRing(limits);
    this.random = random;
    validation = new PathValidation(random);
    mtu = new PathMtu(peer, limits.maxDatagram(), random, nowNanos);
    long pingNanos = Math.min(limits.ping().toNanos(), settings.keepaliveIdle().toNanos());
    liveness = new Liveness(pingNanos, random, nowNanos);
    patience = new Patience(settings.timeout().toNanos(), nowNanos);
    applyMtu();
  }

  int home() {
    return home;
  }

  @Nullable
  String user() {
    return user;
  }

  Endpoint connections() {
    return connections;
  }

  InetSocketAddress peer() {
    return peer;
  }

  KeyRing keys() {
    return keys;
  }

  int datagramSize() {
    return mtu.size();
  }

  private void applyMtu() {
    connections.setMaxDatagram(mtu.size() - Epoch.OVERHEAD + HASH_BYTES);
  }

  // ---- keys

  /** Goes on under new keys. */
  void adopt(Epoch epoch, long nowNanos) {
    keys.adopt(epoch, nowNanos);
    liveness.excuse(nowNanos);
    if (!client) return;
    pingForAnswer(nowNanos);
    liveness.onUrgent(nowNanos);
  }

  /** {@return whether the client is to ask for new keys} */
  boolean needsKeys(long nowNanos) {
    return keys.areDue(nowNanos) || nowNanos - silentAt(nowNanos) >= 0;
  }

  private long silentAt(long nowNanos) {
    return liveness.silentAt(connections.awaitingSince(peer), pto(nowNanos));
  }

  /** {@return why the session is over, or null while it is not} */
  @Nullable
  CloseReason expiry(long nowNanos) {
    if (closedByPeer) return CloseReason.SESSION_CLOSED;
    if (liveness.isRefuted(pto(nowNanos), nowNanos)) return CloseReason.PEER_RESTARTED;
    return nowNanos - liveness.heardNanos() >= limits.sessionLasts().toNanos() ? CloseReason.TIMED_OUT : null;
  }

  Liveness liveness() {
    return liveness;
  }

  /** The peer does not know the session any more. */
  void loseConnections(CloseReason reason, long nowNanos) {
    connections.endAll(reason, nowNanos);
  }

  // ---- what comes

  /**
   * Takes in the plaintext of a fresh datagram, which stands in {@code plain.next()} from {@link #HASH_BYTES} on. Segments are
   * only gathered there, until {@link #deliver}: connections settle once for many.
   */
  void receive(Epoch epoch, PacketBatch plain, int length, int datagramBytes, InetSocketAddress from, long nowNanos) {
    boolean newest = keys.onReceived(epoch);
    liveness.onHeard(!keys.isConfirmed(), nowNanos);
    if (!from.equals(peer)) {
      if (client) {
        stats.wrongAddress++;
        return;
      }
      if (newest) validation.nominate(from, pto(nowNanos), nowNanos);
      validation.onReceived(from, datagramBytes);
    } else if (newest) {
      validation.cancel();
    }
    byte[] bytes = plain.next();
    if (length >= Control.HEADER && Bytes.getLong(bytes, HASH_BYTES) == 0) {
      // what came before it counts before it
      deliver(plain, nowNanos);
      onControl(bytes, HASH_BYTES, length, from, nowNanos);
    } else {
      gather(plain, length, nowNanos);
    }
  }

  private void gather(PacketBatch plain, int length, long nowNanos) {
    int end = Padding.without(plain.next(), HASH_BYTES, length);
    if (end < 0) {
      stats.malformed++;
      return;
    }
    if (client) liveness.onData(nowNanos);
    plain.commit(HASH_BYTES + end, peer);
  }

  /** Hands the segments gathered to the connections. */
  void deliver(PacketBatch plain, long nowNanos) {
    if (plain.size() == 0) return;
    connections.receive(plain, nowNanos);
    plain.clear();
  }

  private void onControl(byte[] bytes, int at, int length, InetSocketAddress from, long nowNanos) {
    int body = at + Control.HEADER;
    int bodyLength = length - Control.HEADER;
    switch (bytes[at + Control.HEADER - 1]) {
      case Control.PING -> answerPing(bytes, body, bodyLength, from);
      case Control.PONG -> {
        if (bodyLength >= Control.TOKEN_BYTES && mtu.onAnswer(Bytes.getLong(bytes, body), nowNanos)) applyMtu();
      }
      case Control.PATH_CHALLENGE -> {
        if (bodyLength >= Control.CHALLENGE_BYTES) {
          byte[] challenge = Arrays.copyOfRange(bytes, body, body + Control.CHALLENGE_BYTES);
          control.add(Control.message(Control.PATH_RESPONSE, challenge), peer);
        }
      }
      case Control.PATH_RESPONSE -> {
        if (bodyLength >= Control.CHALLENGE_BYTES
            && validation.onResponse(Arrays.copyOfRange(bytes, body, body + Control.CHALLENGE_BYTES), from)) {
          moveTo(from, nowNanos);
        }
      }
      case Control.CLOSE -> {
        closedByPeer = true;
        connections.endAll(CloseReason.SESSION_CLOSED, nowNanos);
      }
      case Control.REKEY_REQUEST -> keys.want();
      case Control.RESET -> {
        if (bodyLength >= Long.BYTES) {
          connections.end(Bytes.getLong(bytes, body), Control.resetReason(bytes, body, bodyLength), nowNanos);
        }
      }
      case Control.DATAGRAM -> {
        if (arrived.size() < MOST_ARRIVED) arrived.addLast(Arrays.copyOfRange(bytes, body, body + bodyLength));
        else stats.datagramsDropped++;
      }
      case Control.FRAGMENT -> rejoin(bytes, body, bodyLength, from, nowNanos);
      default -> {
        // padding, or what later versions add
      }
    }
  }

  private void rejoin(byte[] bytes, int body, int bodyLength, InetSocketAddress from, long nowNanos) {
    byte[] whole = fragments.join(bytes, body, bodyLength);
    if (whole == null || whole.length > MOST_WHOLE) return;
    if (whole.length >= Control.HEADER && Bytes.getLong(whole, 0) == 0) {
      // of control messages only datagrams are long: a fragment inside another would be a bomb
      if (whole[Control.HEADER - 1] == Control.DATAGRAM) onControl(whole, 0, whole.length, from, nowNanos);
      return;
    }
    PacketBatch one = new PacketBatch(1, HASH_BYTES + whole.length);
    System.arraycopy(whole, 0, one.next(), HASH_BYTES, whole.length);
    gather(one, whole.length, nowNanos);
    deliver(one, nowNanos);
  }

  private void answerPing(byte[] bytes, int body, int bodyLength, InetSocketAddress from) {
    byte[] token = Arrays.copyOfRange(bytes, body, body + Math.min(bodyLength, Control.TOKEN_BYTES));
    // an address not yet proved gets nothing but challenges
    if (from.equals(peer)) control.add(Control.message(Control.PONG, token), peer);
  }

  void moveTo(InetSocketAddress to, long nowNanos) {
    boolean sameHost = peer.getAddress().equals(to.getAddress());
    connections.moveAll(to, nowNanos);
    peer = to;
    if (sameHost) return;
    mtu = new PathMtu(peer, limits.maxDatagram(), random, nowNanos);
    applyMtu();
  }

  /** {@return a datagram of the application's that has arrived, or null} */
  byte @Nullable [] pollDatagram() {
    return arrived.pollFirst();
  }

  // ---- what goes

  void sendDatagram(byte[] body) {
    if (control.hasRoomForDatagram()) control.add(Control.message(Control.DATAGRAM, body), peer);
    else stats.datagramsDropped++;
  }

  /** {@return whether connections or datagrams need keys} */
  boolean isInUse() {
    return connections.connectionCount() > 0 || control.hasDatagrams();
  }

  void ping() {
    control.add(Control.message(Control.PING, random.nextLong() | 1), peer);
  }

  /** Ends the session, after all that its connections have to say. */
  void close() {
    closing = true;
  }

  private void pingForAnswer(long nowNanos) {
    ping();
    liveness.onPinged(nowNanos);
  }

  private long pto(long nowNanos) {
    return connections.rtoNanos(peer, nowNanos);
  }

  /** Does what is due. */
  void onTimeout(long nowNanos) {
    if (patience.wakes(nowNanos)) {
      liveness.excuse(nowNanos);
      connections.onWake(nowNanos);
    }
    keys.eraseExpired(nowNanos);
    if (connections.nextTimeoutNanos() <= nowNanos) connections.onTimeout(nowNanos);
    keylessNext = nowNanos + KEYLESS_STEP;
    if (liveness.isPingDue(nowNanos)) {
      if (client) pingForAnswer(nowNanos);
      else if (liveness.isDoubted()) ping();
      liveness.plan(nowNanos);
    }
    boolean keyless = connections.connectionCount() > 0 && !keys.canSeal(nowNanos);
    long silentSince = liveness.silentSince(connections.awaitingSince(peer));
    if (patience.isOver(keyless, silentSince, nowNanos)) connections.endAll(CloseReason.TIMED_OUT, nowNanos);
    if (!client && keys.pollRequest(nowNanos)) control.add(Control.message(Control.REKEY_REQUEST), peer);
    mtu.watch(connections.arrivals(peer), connections.bytesInFlight(peer), pto(nowNanos), nowNanos);
  }

  /** Writes datagrams until there is nothing more to send now, or no room. */
  void transmit(PacketBatch out, PacketBatch plain, long nowNanos) {
    Epoch epoch = keys.sealing(nowNanos);
    if (epoch == null) {
      // what the application said first waits for the session; what was about another one is of no use
      control.keepDatagrams();
      return;
    }
    collectControl(nowNanos);
    sealer.sealControl(epoch, out, mtu.size(), peer);
    while (!out.isFull()) {
      plain.clear(out.capacity() - out.size());
      connections.pollTransmit(plain, nowNanos);
      if (plain.size() == 0) break;
      boolean more = plain.isFull();
      for (int i = 0; i < plain.size(); i++)
        sealer.sealSegment(epoch, plain.bytes(i), HASH_BYTES, plain.length(i) - HASH_BYTES, out, mtu.size(), peer);
      if (!more) break;
    }
    if (closing && !out.isFull()) {
      closing = false;
      control.add(Control.message(Control.CLOSE, new byte[]{0}), peer);
    }
    sealer.sealControl(epoch, out, mtu.size(), peer);
  }

  private void collectControl(long nowNanos) {
    for (var r = connections.pollReset(); r != null; r = connections.pollReset())
      control.add(Control.reset(r.id(), r.full()), peer);
    int sizeBefore = mtu.size();
    int probe = mtu.pollProbe(pto(nowNanos), nowNanos);
    if (mtu.size() != sizeBefore) applyMtu();
    if (probe > 0) control.add(Control.probe(mtu.token(), probe - Epoch.OVERHEAD), peer);
    for (int i = 0; probe > 0 && mtu.isConfirming() && i < SMALL_BESIDE_PROBE; i++)
      control.add(Control.message(Control.PING, mtu.smallToken()), peer);
    int challengeBytes = Control.HEADER + Control.CHALLENGE_BYTES + Epoch.OVERHEAD;
    InetSocketAddress challenged = validation.pollChallenge(challengeBytes, nowNanos);
    if (challenged == null) return;
    control.add(Control.message(Control.PATH_CHALLENGE, validation.challenge()), challenged);
    control.add(Control.message(Control.PATH_CHALLENGE, validation.another()), peer);
  }

  /** {@return when {@link #onTimeout} or {@link #transmit} has something to do} */
  long deadline(long nowNanos) {
    long at = Math.min(liveness.nextPing(), liveness.heardNanos() + limits.sessionLasts().toNanos());
    at = Math.min(at, Math.min(keys.expiry(nowNanos), liveness.refutedAt(pto(nowNanos))));
    if (!keys.canSeal(nowNanos)) {
      return connections.connectionCount() == 0
          ? at
          : Math.min(at, Math.max(keylessNext, connections.nextTimeoutNanos()));
    }
    if (!control.isEmpty()) return nowNanos;
    at = Math.min(Math.min(at, validation.deadline()), Math.min(connections.nextTimeoutNanos(), mtu.deadline()));
    // what is overdue is being seen to already
    if (client) return Math.min(at, Math.min(later(silentAt(nowNanos), nowNanos), later(keys.rekeyDue(), nowNanos)));
    return Math.min(at, keys.requestDue());
  }

  private static long later(long at, long nowNanos) {
    return at - nowNanos > 0 ? at : PacketEngine.NEVER;
  }
}
