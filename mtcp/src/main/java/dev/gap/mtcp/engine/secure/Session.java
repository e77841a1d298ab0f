package dev.gap.mtcp.engine.secure;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.gap.mtcp.engine.CloseReason;
import dev.gap.mtcp.engine.ConnectionConfig;
import dev.gap.mtcp.engine.Endpoint;
import dev.gap.mtcp.engine.wire.SegmentHeader;
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
  private static final int FLAGS_AT = 26;
  private static final int RSV_BIT = SegmentHeader.RSV << 3;
  private static final int LEAST_SEGMENT = SegmentHeader.BYTES - HASH_BYTES;
  private static final int MOST_CONTROL = 256;
  private static final int MOST_WHOLE = 2048;
  private static final int MOST_OLDER = 8;
  private static final long PREVIOUS_LASTS = TimeUnit.SECONDS.toNanos(10);
  private static final long LEAST_SILENCE = TimeUnit.SECONDS.toNanos(3);
  private static final long LEAST_STALL = TimeUnit.SECONDS.toNanos(1);
  /** Without keys there is nothing to send, but connections still give up in time. */
  private static final long KEYLESS_STEP = TimeUnit.MILLISECONDS.toNanos(100);
  private static final double PING_JITTER = 0.2;
  private static final long PING_AFTER_DATA = TimeUnit.SECONDS.toNanos(1);
  /** Timers come sooner: whoever was away for longer was asleep. */
  private static final long SLEEP = TimeUnit.SECONDS.toNanos(40);

  /** Keys before the present ones: they receive for a while, and prove a right to the session for longer. */
  private record Older(Epoch epoch, long untilNanos) {}

  private record Message(byte[] plain, InetSocketAddress to) {}

  private final int home;
  private final boolean client;
  private final @Nullable String user;
  private final SessionConfig.Limits limits;
  private final long timeoutNanos;
  private final long pingNanos;
  private final Endpoint connections;
  private final RandomGenerator random;
  private final ArrayDeque<Message> control = new ArrayDeque<>();
  private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();
  private final PathValidation validation;
  private final Fragments fragments = new Fragments();
  private final SecureStats stats;
  private InetSocketAddress peer;
  private PathMtu mtu;
  private @Nullable Epoch current;
  private final ArrayDeque<Older> older = new ArrayDeque<>();
  private @Nullable Epoch proven;
  private long heardNanos;
  private long nextPing;
  private boolean rekeyWanted;
  private boolean rekeyRequested;
  private long arrivalsSeen;
  private long progressNanos;
  private long keylessNext;
  private long lastTurn;
  private long keylessSince = PacketEngine.NEVER;
  private boolean closedByPeer;
  private boolean closing;
  private long pingedNanos = PacketEngine.NEVER;

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
    timeoutNanos = settings.timeout().toNanos();
    pingNanos = Math.min(limits.ping().toNanos(), settings.keepaliveIdle().toNanos());
    this.stats = stats;
    this.random = random;
    validation = new PathValidation(random);
    mtu = new PathMtu(peer, limits.maxDatagram(), random, nowNanos);
    heardNanos = nowNanos;
    lastTurn = nowNanos;
    progressNanos = nowNanos;
    applyMtu();
    planPing(nowNanos);
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

  /** {@return the keys in use, or the last ones, or null before any} */
  @Nullable
  Epoch epoch() {
    return current;
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
    if (current != null) older.addFirst(new Older(current, nowNanos + PREVIOUS_LASTS));
    current = epoch;
    heardNanos = nowNanos;
    rekeyWanted = false;
    rekeyRequested = false;
    if (client) {
      ping();
      pingedNanos = Math.min(pingedNanos, nowNanos);
    }
  }

  private void eraseExpired(long nowNanos) {
    for (Older o : older) {
      if (o.untilNanos - nowNanos <= 0) o.epoch.erase();
    }
  }

  /** {@return the oldest keys, if there are more than can still be proved with, or null} */
  @Nullable
  Epoch pollForgotten() {
    return older.size() > MOST_OLDER ? older.removeLast().epoch : null;
  }

  /** {@return all keys, the present ones first} */
  List<Epoch> epochs() {
    List<Epoch> all = new ArrayList<>();
    if (current != null) all.add(current);
    older.forEach(o -> all.add(o.epoch));
    return all;
  }

  /** {@return the last keys under which something has come, or null} Those the peer has for sure. */
  @Nullable
  Epoch provenEpoch() {
    return proven;
  }

  /** {@return the keys by which a right to this session is to be proved, or null if there are none} */
  @Nullable
  Epoch lastProof() {
    return proven != null ? proven : current;
  }

  private boolean canSeal(long nowNanos) {
    return current != null && !current.isSpent() && nowNanos - current.createdNanos() < limits.keysLast().toNanos();
  }

  /** {@return whether the client is to ask for new keys} */
  boolean needsKeys(long nowNanos) {
    if (current == null || !canSeal(nowNanos) || rekeyWanted || current.isWorn()) return true;
    return nowNanos - rekeyDue() >= 0 || isSilent(nowNanos);
  }

  private long rekeyDue() {
    if (current == null) return PacketEngine.NEVER;
    double jitter = 1 + 0.1 * ((current.localId() & 0xFF) / 127.5 - 1);
    return current.createdNanos() + (long) (limits.rekeyAfter().toNanos() * jitter);
  }

  /** Something waits for an answer, and nothing at all is heard. */
  private boolean isSilent(long nowNanos) {
    return nowNanos - silentAt(nowNanos) >= 0;
  }

  /** {@return since when something waits for an answer and nothing is heard, or never} */
  private long silentSince() {
    long since = Math.min(connections.awaitingSince(peer), pingedNanos);
    return since == PacketEngine.NEVER ? since : Math.max(since, heardNanos);
  }

  private long silentAt(long nowNanos) {
    long since = silentSince();
    if (since == PacketEngine.NEVER) return PacketEngine.NEVER;
    return since + Math.max(LEAST_SILENCE, 4 * connections.rtoNanos(peer, nowNanos));
  }

  boolean isExpired(long nowNanos) {
    return closedByPeer || nowNanos - heardNanos >= limits.sessionLasts().toNanos();
  }

  boolean isClosedByPeer() { return closedByPeer; }

  /** The peer does not know the session any more. */
  void loseConnections(CloseReason reason, long nowNanos) {
    connections.endAll(reason, nowNanos);
  }

  // ---- what comes

  /** Takes in the plaintext of a fresh datagram, which stands in {@code plain} from {@link #HASH_BYTES} on. */
  void receive(Epoch epoch, PacketBatch plain, int length, int datagramBytes, InetSocketAddress from, long nowNanos) {
    heardNanos = nowNanos;
    proven = epoch;
    pingedNanos = PacketEngine.NEVER;
    planPing(nowNanos);
    if (!from.equals(peer)) {
      if (client) {
        stats.wrongAddress++;
        return;
      }
      if (epoch == current && epoch.wasNewest()) validation.nominate(from, pto(nowNanos), nowNanos);
      validation.onReceived(from, datagramBytes);
    } else if (epoch == current && epoch.wasNewest()) {
      validation.cancel();
    }
    byte[] bytes = plain.next();
    if (length >= Control.HEADER && Bytes.getLong(bytes, HASH_BYTES) == 0) {
      onControl(bytes, HASH_BYTES, length, from, nowNanos);
    } else {
      deliver(plain, length, nowNanos);
    }
  }

  private void deliver(PacketBatch plain, int length, long nowNanos) {
    int end = withoutPadding(plain.next(), length);
    if (end < 0) {
      stats.malformed++;
      return;
    }
    // who is being sent something notices soon when that ends without a word
    if (client) nextPing = Math.min(nextPing, nowNanos + PING_AFTER_DATA);
    plain.commit(HASH_BYTES + end, peer);
    connections.receive(plain, nowNanos);
    plain.clear();
  }

  /** {@return the length of a segment without its padding, or -1 if it is malformed} */
  private static int withoutPadding(byte[] bytes, int length) {
    if (length < LEAST_SEGMENT) return -1;
    if ((bytes[HASH_BYTES + FLAGS_AT] & RSV_BIT) == 0) return length;
    bytes[HASH_BYTES + FLAGS_AT] &= (byte) ~RSV_BIT;
    int at = HASH_BYTES + length - 2;
    int padding = (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
    return padding < 2 || padding > length - LEAST_SEGMENT ? -1 : length - padding;
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
          enqueue(Control.message(Control.PATH_RESPONSE, challenge), peer);
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
      case Control.REKEY_REQUEST -> rekeyWanted = true;
      case Control.RESET -> {
        if (bodyLength >= Long.BYTES) {
          connections.end(Bytes.getLong(bytes, body), CloseReason.RESET_BY_PEER, nowNanos);
        }
      }
      case Control.DATAGRAM -> {
        if (arrived.size() < MOST_CONTROL) arrived.addLast(Arrays.copyOfRange(bytes, body, body + bodyLength));
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
    deliver(one, whole.length, nowNanos);
  }

  private void answerPing(byte[] bytes, int body, int bodyLength, InetSocketAddress from) {
    byte[] token = Arrays.copyOfRange(bytes, body, body + Math.min(bodyLength, Control.TOKEN_BYTES));
    // an address not yet proved gets nothing but challenges
    if (from.equals(peer)) enqueue(Control.message(Control.PONG, token), peer);
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
    if (control.size() >= MOST_CONTROL) stats.datagramsDropped++;
    else enqueue(Control.message(Control.DATAGRAM, body), peer);
  }

  private static boolean isDatagram(Message m) {
    return m.plain[Control.HEADER - 1] == Control.DATAGRAM;
  }

  /** {@return whether connections or datagrams need keys} */
  boolean isInUse() {
    return connections.connectionCount() > 0 || control.stream().anyMatch(Session::isDatagram);
  }

  void ping() {
    enqueue(Control.message(Control.PING, random.nextLong() | 1), peer);
  }

  /** Ends the session, after all that its connections have to say. */
  void close() {
    closing = true;
  }

  private void enqueue(byte[] plain, InetSocketAddress to) {
    if (control.size() < 2 * MOST_CONTROL) control.addLast(new Message(plain, to));
  }

  private void planPing(long nowNanos) {
    double jitter = 1 + PING_JITTER * (2 * random.nextDouble() - 1);
    nextPing = nowNanos + (long) (pingNanos * jitter);
  }

  private long pto(long nowNanos) {
    return connections.rtoNanos(peer, nowNanos);
  }

  /** Does what is due. */
  void onTimeout(long nowNanos) {
    if (nowNanos - lastTurn > SLEEP) wake(nowNanos);
    lastTurn = nowNanos;
    eraseExpired(nowNanos);
    if (connections.nextTimeoutNanos() <= nowNanos) connections.onTimeout(nowNanos);
    keylessNext = nowNanos + KEYLESS_STEP;
    if (nextPing - nowNanos <= 0) {
      if (client) {
        ping();
        pingedNanos = Math.min(pingedNanos, nowNanos);
      }
      planPing(nowNanos);
    }
    if (hasWaitedTooLong(nowNanos)) connections.endAll(CloseReason.TIMED_OUT, nowNanos);
    if (!client && current != null && !rekeyRequested && (current.isWorn() || nowNanos - requestDue() >= 0)) {
      rekeyRequested = true;
      enqueue(Control.message(Control.REKEY_REQUEST), peer);
    }
    watchForBlackHole(nowNanos);
  }

  /** The time of a sleep is nobody's silence: what waits gets one more try. */
  private void wake(long nowNanos) {
    heardNanos = nowNanos;
    keylessSince = PacketEngine.NEVER;
    connections.onWake(nowNanos);
  }

  /** Connections give up by time alone: while nothing is heard, or there are no keys to say anything with. */
  private boolean hasWaitedTooLong(long nowNanos) {
    if (canSeal(nowNanos) || connections.connectionCount() == 0) keylessSince = PacketEngine.NEVER;
    else keylessSince = Math.min(keylessSince, nowNanos);
    long since = Math.min(silentSince(), keylessSince);
    return since != PacketEngine.NEVER && nowNanos - since >= timeoutNanos;
  }

  /** When a server asks for what the client does by itself well before. */
  private long requestDue() {
    if (current == null) return PacketEngine.NEVER;
    return current.createdNanos() + (limits.rekeyAfter().toNanos() + limits.keysLast().toNanos()) / 2;
  }

  private void watchForBlackHole(long nowNanos) {
    long arrivals = connections.arrivals(peer);
    if (arrivals != arrivalsSeen || connections.bytesInFlight(peer) == 0) {
      arrivalsSeen = arrivals;
      progressNanos = nowNanos;
    } else if (nowNanos - progressNanos >= Math.max(LEAST_STALL, 3 * pto(nowNanos))) {
      progressNanos = nowNanos;
      mtu.suspect(nowNanos);
    }
  }

  /** Writes datagrams until there is nothing more to send now, or no room. */
  void transmit(PacketBatch out, PacketBatch plain, long nowNanos) {
    if (!canSeal(nowNanos)) {
      // what the application said first waits for the session; what was about another one is of no use
      control.removeIf(m -> !isDatagram(m));
      return;
    }
    collectControl(nowNanos);
    sealControl(out);
    while (!out.isFull()) {
      plain.clear(out.capacity() - out.size());
      connections.pollTransmit(plain, nowNanos);
      if (plain.size() == 0) break;
      boolean more = plain.isFull();
      for (int i = 0; i < plain.size(); i++)
        sealSegment(plain.bytes(i), plain.length(i), out);
      if (!more) break;
    }
    if (closing && !out.isFull()) {
      closing = false;
      enqueue(Control.message(Control.CLOSE, new byte[]{0}), peer);
    }
    sealControl(out);
  }

  private void collectControl(long nowNanos) {
    for (long id = connections.pollUnknown(); id != 0; id = connections.pollUnknown())
      enqueue(Control.message(Control.RESET, id), peer);
    int sizeBefore = mtu.size();
    int probe = mtu.pollProbe(pto(nowNanos), nowNanos);
    if (mtu.size() != sizeBefore) applyMtu();
    if (probe > 0) enqueue(Control.probe(mtu.token(), probe - Epoch.OVERHEAD), peer);
    int challengeBytes = Control.HEADER + Control.CHALLENGE_BYTES + Epoch.OVERHEAD;
    InetSocketAddress challenged = validation.pollChallenge(challengeBytes, nowNanos);
    if (challenged == null) return;
    enqueue(Control.message(Control.PATH_CHALLENGE, validation.challenge()), challenged);
    byte[] other = new byte[Control.CHALLENGE_BYTES];
    random.nextBytes(other);
    enqueue(Control.message(Control.PATH_CHALLENGE, other), peer);
  }

  private void sealControl(PacketBatch out) {
    while (!out.isFull() && current != null && !current.isSpent()) {
      Message m = control.pollFirst();
      if (m == null) return;
      boolean probe = m.plain[Control.HEADER - 1] == Control.PING;
      if (!probe && m.plain.length + Epoch.OVERHEAD > mtu.size()) split(m.plain, 0, m.plain.length);
      else out.commit(current.seal(m.plain, 0, m.plain.length, out.next()), m.to);
    }
  }

  private void sealSegment(byte[] bytes, int length, PacketBatch out) {
    if (current == null || current.isSpent()) return;
    int plainLength = length - HASH_BYTES;
    if (plainLength + Epoch.OVERHEAD > mtu.size()) split(bytes, HASH_BYTES, plainLength);
    else out.commit(current.seal(bytes, HASH_BYTES, plainLength, out.next()), peer);
  }

  private void split(byte[] plain, int offset, int length) {
    for (byte[] part : fragments.split(plain, offset, length, mtu.size() - Epoch.OVERHEAD))
      enqueue(part, peer);
  }

  /** {@return when {@link #onTimeout} or {@link #transmit} has something to do} */
  long deadline(long nowNanos) {
    long at = Math.min(nextPing, heardNanos + limits.sessionLasts().toNanos());
    if (!older.isEmpty()) at = Math.min(at, later(older.getFirst().untilNanos, nowNanos));
    if (!canSeal(nowNanos)) {
      return connections.connectionCount() == 0
          ? at
          : Math.min(at, Math.max(keylessNext, connections.nextTimeoutNanos()));
    }
    if (!control.isEmpty()) return nowNanos;
    at = Math.min(at, Math.min(connections.nextTimeoutNanos(), mtu.deadline()));
    at = Math.min(at, validation.deadline());
    // what is overdue is being seen to already
    if (client) return Math.min(at, Math.min(later(silentAt(nowNanos), nowNanos), later(rekeyDue(), nowNanos)));
    return rekeyRequested ? at : Math.min(at, requestDue());
  }

  private static long later(long at, long nowNanos) {
    return at - nowNanos > 0 ? at : PacketEngine.NEVER;
  }
}
