package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;

import org.jspecify.annotations.Nullable;

import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.mtcp.engine.wire.SegmentView;
import dev.gap.transport.DeadlineQueue;

import static dev.gap.mtcp.engine.wire.SegmentHeader.*;

/**
 * One mTCP connection. After any command ({@link #write}, {@link #read}, {@link #shutdownOutput}, {@link #close},
 * {@link #reset}) tell the endpoint with {@link Endpoint#update}.
 */
public final class Connection extends DeadlineQueue.Entry {
  private final long id;
  private final boolean dialer;
  private final boolean inSession;
  private final ChunkPool pool;
  private final WriteAhead ahead;
  private final Sender sender;
  private final Receiver receiver;
  private final AckSchedule acks = new AckSchedule();
  private final Keepalive keepalive;
  private final Persist persist = new Persist();
  private final Migration migration = new Migration();
  private final SegmentWriter writer;
  private final Farewell farewell = new Farewell();
  private final long createdNanos;
  private Path path;
  private @Nullable InetSocketAddress newAddress;
  private InetSocketAddress controlPeer;
  private boolean heard;
  private boolean gapPeer;
  private boolean readClosed;
  private boolean probe;

  // where the endpoint has put it
  int home;
  boolean inReady;
  boolean inControl;
  boolean inTouched;
  boolean changed;
  boolean inChanged;

  Connection(long id, boolean dialer, PeerKind kind, Path path, ConnectionConfig config, ChunkPool pool,
      long nowNanos) {
    this.id = id;
    this.dialer = dialer;
    this.path = path;
    controlPeer = path.peer();
    this.pool = pool;
    ahead = new WriteAhead(config.maxSendBuffer());
    createdNanos = nowNanos;
    sender = new Sender(pool, nowNanos);
    receiver = new Receiver(pool, new ReceiveWindow(config.window()));
    keepalive = new Keepalive(config, nowNanos);
    writer = new SegmentWriter(id, !dialer && kind == PeerKind.GAP, receiver, acks, migration, nowNanos);
    if (dialer) sender.queueOpening();
    inSession = kind == PeerKind.IN_SESSION;
    if (kind != PeerKind.UNKNOWN) meetGapPeer();
    path.join(nowNanos);
  }

  private void meetGapPeer() {
    gapPeer = true;
    receiver.tuning().onGapPeer();
  }

  // ---- what the user of the engine does

  /** {@return the connection ID} */
  public long id() {
    return id;
  }

  /** {@return the address that segments are sent to now} */
  public InetSocketAddress peer() {
    return path.peer();
  }

  /** {@return whether anything valid has come from the peer} */
  public boolean isHeard() { return heard; }

  /** {@return whether the peer is known to be gap, and not the original} Known once {@link #isHeard}. */
  public boolean isGapPeer() {
    return gapPeer;
  }

  /** {@return why it is over, or null if it is not} What had arrived in order can still be read, unless it was reset. */
  public @Nullable CloseReason closeReason() {
    return farewell.reason();
  }

  /** {@return how many of the bytes were taken to be sent} Fewer than offered means that the send buffer is full. */
  public int write(byte[] from, int offset, int length) {
    if (farewell.isOver() || sender.isFinQueued()) return 0;
    return sender.write(from, offset, length, writer.maxPayload(), sendBufferLimit());
  }

  /** {@return how many bytes {@link #write} would take now} */
  public long writableBytes() {
    if (farewell.isOver() || sender.isFinQueued()) return 0;
    return Math.max(0, sendBufferLimit() - sender.bufferedBytes());
  }

  private long sendBufferLimit() {
    return ahead.limit(path.rate().pacingRate(), pool.isPlentiful(), sender.outstandingBytes());
  }

  /** {@return bytes copied to {@code to}, 0 if there are none now, -1 at the end of the stream} */
  public int read(byte[] to, int offset, int length) {
    return receiver.read(to, offset, length);
  }

  /** {@return bytes that {@link #read} would give now} */
  public long readableBytes() {
    return receiver.unreadBytes();
  }

  /** {@return whether the peer has ended its direction and all of it has arrived} */
  public boolean isInputFinished() {
    return receiver.isFinished();
  }

  /** {@return whether everything written has been acknowledged} */
  public boolean isOutputAcknowledged() {
    return sender.isAllAcknowledged();
  }

  /** Ends this side's direction, after what was written. */
  public void shutdownOutput() {
    if (!farewell.isOver()) sender.queueFin();
  }

  /**
   * Ends both directions for this side: what was written is still delivered, but if there is received data that was not
   * read, or if more arrives, the connection is reset (RFC 1122 section 4.2.2.13).
   */
  public void close() {
    readClosed = true;
    if (farewell.isOver()) return;
    if (receiver.unreadBytes() > 0) reset();
    else sender.queueFin();
  }

  /** Ends the connection at once. */
  public void reset() {
    if (farewell.isOver()) return;
    farewell.reset(gapPeer, createdNanos);
    release();
  }

  /** Sets the policy of the receive window from now on. */
  public void setWindow(WindowPolicy policy) {
    receiver.tuning().setPolicy(policy);
    acks.requestNow(createdNanos);
  }

  /** {@return which session of an engine it belongs to} */
  public int home() {
    return home;
  }

  /** {@return what can be seen of it now} */
  public ConnectionInfo info() {
    return new ConnectionInfo(id, path.peer(), gapPeer, path.smoothedRttNanos(), path.minRttNanos(),
        path.rate().pacingRate(), receiver.tuning().limit(), receiver.window(), receiver.unreadBytes(),
        sender.bufferedBytes(), sender.acknowledgedSegments(), sender.retransmissions(), receiver.receivedAgain());
  }

  // ---- what the endpoint does

  Path path() {
    return path;
  }

  boolean isDialer() { return dialer; }

  boolean isFinished() { return farewell.reason() == CloseReason.FINISHED; }

  /** {@return whether nothing more is to be sent or heard} */
  boolean isGone() { return farewell.isSaid(); }

  long createdNanos() {
    return createdNanos;
  }

  int nextSeq() {
    return (int) sender.nxt();
  }

  int nextExpected() {
    return (int) receiver.next();
  }

  /** Takes in a well-formed segment of this connection. */
  void receive(SegmentView segment, InetSocketAddress from, long nowNanos) {
    if (farewell.isOver()) return;
    if (segment.has(RST)) {
      if (receiver.isResetAcceptable(segment.seq())) over(CloseReason.RESET_BY_PEER);
      return;
    }
    long unreadBefore = receiver.unreadBytes();
    long next = receiver.next();
    boolean accepted = receiver.receive(segment, nowNanos) == Receiver.Outcome.ACCEPTED;
    hear(segment, nowNanos);
    if (!dialer) follow(segment, from, accepted, nowNanos);
    if (segment.has(ACK)) acknowledge(segment, nowNanos);
    if (!accepted) acks.requestNow(nowNanos);
    else if (segment.has(CNT | FIN)) acks.requestNow(nowNanos);
    else if (segment.takesNumber()) acks.request(path.smoothedRttNanos(), nowNanos);
    changed |= receiver.next() != next;
    if (readClosed && receiver.unreadBytes() > unreadBefore) reset();
    else finishIfDone();
  }

  private void hear(SegmentView segment, long nowNanos) {
    keepalive.onHeard(segment.dataLength() > 0, nowNanos);
    probe = false;
    if (heard) return;
    heard = true;
    changed = true;
    if (dialer && !inSession && segment.has(RSV)) meetGapPeer();
  }

  private void follow(SegmentView segment, InetSocketAddress from, boolean accepted, long nowNanos) {
    // a probe stands just before the window: it may nominate an address too
    boolean newest = (accepted || segment.seq() == (int) receiver.next() - 1) && migration.advances(segment.tsVal());
    if (from.equals(path.peer())) {
      path.onHeard(nowNanos);
      migration.onCurrent(newest);
    } else if (migration.onOther(from, newest, segment.tsEcr(), segment.length(), nowNanos)) {
      newAddress = from;
    }
  }

  /** {@return the address that the peer has moved to, once, or null} The endpoint then calls {@link #moveTo}. */
  @Nullable
  InetSocketAddress pollNewAddress() {
    InetSocketAddress address = newAddress;
    newAddress = null;
    return address;
  }

  /** Sets how large datagrams are cut from now on. */
  void setMaxDatagram(int bytes) {
    writer.setMaxDatagram(bytes);
  }

  /** This side has slept: the peer has not been silent. */
  void onWake(long nowNanos) {
    keepalive.onHeard(false, nowNanos);
  }

  /** Ends it without a word: there is nobody to hear one. */
  void end(CloseReason reason) {
    if (!farewell.isOver()) over(reason);
  }

  /** Goes on over another path. */
  void moveTo(Path other, long nowNanos) {
    path.onForgotten(sender.bytesInFlight());
    path.leave(nowNanos);
    path = other;
    sender.onMoved(nowNanos);
    path.join(nowNanos);
    acks.requestNow(nowNanos);
  }

  private void acknowledge(SegmentView segment, long nowNanos) {
    long una = sender.una();
    sender.onAck(segment, writer.clock(nowNanos), migration.isDated(segment.tsEcr()), path, nowNanos);
    receiver.tuning().onMinRtt(path.minRttNanos());
    changed |= sender.una() != una;
  }

  private void finishIfDone() {
    if (receiver.isFinished() && sender.isFinQueued() && sender.isAllAcknowledged()) over(CloseReason.FINISHED);
  }

  private void over(CloseReason reason) {
    farewell.end(reason);
    release();
  }

  private void release() {
    changed = true;
    sender.release(path);
    receiver.release(farewell.reason() != CloseReason.RESET);
  }

  /** Does what is due. */
  void onTimeout(long nowNanos) {
    if (farewell.isOver()) return;
    sender.detectLoss(path, nowNanos);
    boolean outstanding = sender.hasOutstanding();
    if (keepalive.deadline(path.rtoNanos(), outstanding) <= nowNanos) {
      CloseReason verdict = keepalive.verdict(outstanding, nowNanos);
      if (verdict != null) {
        over(verdict);
        return;
      }
      keepalive.onProbe(nowNanos);
      probe = true;
    }
    if (persist.pollDue(nowNanos)) probe = true;
  }

  /** Finds what is lost by time. */
  void checkLoss(long nowNanos) {
    if (!farewell.isOver()) sender.detectLoss(path, nowNanos);
  }

  /** Probes the peer, so that it learns of a changed address. */
  void probeNow() {
    probe = true;
  }

  /** {@return when {@link #onTimeout} or {@link #writeControl} has something to do} */
  long deadline(long nowNanos) {
    if (farewell.isOver()) return farewell.deadline();
    long rto = path.rtoNanos();
    long at = Math.min(sender.lossDeadline(path), keepalive.deadline(rto, sender.hasOutstanding()));
    at = Math.min(at, persist.deadline(sender.isWindowBlocked(), rto, nowNanos));
    return Math.min(Math.min(at, sender.copyDue()), Math.min(acks.due(), migration.deadline()));
  }

  /** {@return whether {@link #writeControl} has something to write now} */
  boolean hasControl(long nowNanos) {
    if (farewell.isOver()) return farewell.isDue(nowNanos);
    return probe || acks.due() <= nowNanos || sender.copyDue() <= nowNanos || migration.deadline() <= nowNanos
        || (heard && receiver.shouldUpdateWindow());
  }

  /** {@return whether there is a numbered segment to send, window permitting} */
  boolean hasData() {
    return !farewell.isOver() && sender.next() != Sender.NONE;
  }

  /** Writes one control segment. {@return its length in bytes, or 0 if there is none} {@link #controlPeer} has its address. */
  int writeControl(byte[] out, long nowNanos) {
    controlPeer = path.peer();
    if (farewell.pollLastAck()) return writer.pure(out, sender.nxt(), nowNanos);
    if (farewell.isOver()) {
      return farewell.pollReset(path.rtoNanos(), nowNanos) ? writer.reset(out, sender.nxt(), nowNanos) : 0;
    }
    InetSocketAddress challenged = migration.pollChallenge(SegmentHeader.BYTES, writer.challengeTsVal(nowNanos),
        nowNanos);
    if (challenged != null) {
      controlPeer = challenged;
      // numbered before what the peer has acknowledged, so that it is answered, and its timestamp echoed
      return writer.challenge(out, sender.una() - 1, nowNanos);
    }
    if (probe) {
      probe = false;
      return writer.pure(out, sender.nxt() - 1, nowNanos);
    }
    if (sender.copyDue() <= nowNanos) {
      int length = writer.numbered(out, sender, sender.copySeq(), nowNanos);
      sender.onCopied(length, path, nowNanos);
      return length;
    }
    if (acks.due() > nowNanos && !receiver.shouldUpdateWindow()) return 0;
    return writer.pure(out, sender.nxt(), nowNanos);
  }

  InetSocketAddress controlPeer() {
    return controlPeer;
  }

  /** Writes the next numbered segment. {@return its length in bytes, or 0 if there is none} */
  int writeData(byte[] out, long nowNanos) {
    if (!hasData()) return 0;
    long seq = sender.next();
    int length = writer.numbered(out, sender, seq, nowNanos);
    if (!sender.hasOutstanding()) keepalive.onFlightBegins(nowNanos);
    sender.onSent(seq, length, path, nowNanos);
    return length;
  }
}
