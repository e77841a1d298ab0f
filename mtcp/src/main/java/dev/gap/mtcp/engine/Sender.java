package dev.gap.mtcp.engine;

import java.util.concurrent.TimeUnit;

import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.mtcp.engine.wire.SegmentView;
import dev.gap.transport.AckClock;
import dev.gap.transport.LossDetector;
import dev.gap.transport.PacketEngine;
import dev.gap.transport.SentSegments;
import dev.gap.transport.Seq32;

/**
 * The sending half of a connection: numbered segments, what of them is in flight, lost or delivered, and what the peer's
 * window allows. Numbers are unwrapped.
 */
final class Sender {
  static final long NONE = SentSegments.NONE;

  /** What may be in flight until the first segment from the peer is seen (docs/protocol.md, "Sending"). */
  private static final int INITIAL_WINDOW = 32;
  /** With more in flight than that, others' acknowledgments tell what is lost. */
  private static final int SHORT_FLIGHT = 16;
  /**
   * Before the first sample of a long flight (RFC 6298 section 2): some of it will be answered, and all of it sent twice
   * costs a path of more than the 200 ms of the seed its first second.
   */
  private static final long UNMEASURED_TIMEOUT = TimeUnit.SECONDS.toNanos(1);
  /** With no more than so many segments left to send, a flight is about to end. */
  private static final int FLIGHT_END = 8;
  private static final int LARGE_WINDOW = SegmentHeader.MAX_WINDOW / 4 * 3;
  /** So many flights long it takes until a transmission is found lost, and the next one acknowledged. */
  private static final double MORE_FLIGHTS = 2.25;
  private static final long MAX_TIMESTAMP_RTT_MILLIS = TimeUnit.MINUTES.toMillis(1);
  private static final long CLOCK_STEP = TimeUnit.MILLISECONDS.toNanos(1);

  private final SentSegments sent = new SentSegments();
  private final LossDetector loss = new LossDetector();
  private final AckClock clock = new AckClock();
  private final TailGuard guard = new TailGuard();
  private final FlightProbe probe = new FlightProbe();
  private final Tries tries = new Tries();
  private final SegmentStore store;
  private long end;
  private long bufferedBytes;
  private long unsentBytes;
  private long windowEdge = INITIAL_WINDOW;
  private int windowTs;
  private boolean peerHeard;
  private long openingSeq = NONE;
  private long finSeq = NONE;
  private long acknowledgedSegments;
  private long retransmissions;
  private long onPathSince;
  private boolean anyEcho;
  private int lastEcho;
  /** What the peer waited for until this acknowledgment, and about when that was sent whose timestamp it echoes. */
  private long awaited = NONE;
  private long echoedNanos;
  /** The highest number that this acknowledgment, and the last before it that told of any, first reported. */
  private long reported = NONE;
  private long reportedBefore = NONE;

  Sender(ChunkPool pool, long nowNanos) {
    store = new SegmentStore(pool);
    onPathSince = nowNanos;
  }

  /** Queues the segment that opens a connection. */
  void queueOpening() {
    openingSeq = end;
    queueEmpty();
  }

  /** Queues the segment that ends this direction, once. */
  void queueFin() {
    if (finSeq != NONE) return;
    finSeq = end;
    queueEmpty();
  }

  /** Takes bytes to be sent, as many as {@code limit} buffered bytes allow. {@return how many it took} */
  int write(byte[] from, int offset, int length, int maxPayload, long limit) {
    int taken = 0;
    int wanted = (int) Math.min(length, limit - bufferedBytes);
    while (taken < wanted) {
      long tail = end - 1;
      boolean open = end > sent.nxt() && tail != openingSeq && store.length(tail) < maxPayload;
      int room = open ? maxPayload - store.length(tail) : maxPayload;
      int n = Math.min(room, wanted - taken);
      if (open) {
        store.append(tail, from, offset + taken, n);
      } else {
        queueEmpty();
        store.put(end - 1, from, offset + taken, n);
      }
      taken += n;
      bufferedBytes += n;
      unsentBytes += n;
    }
    return taken;
  }

  private void queueEmpty() {
    store.reserve(end + 1 - sent.una(), sent.una(), end);
    end++;
  }

  /** {@return whether the stream was ended by {@link #queueFin}} */
  boolean isFinQueued() { return finSeq != NONE; }

  /** {@return whether everything queued has been acknowledged} */
  boolean isAllAcknowledged() {
    return sent.una() == end;
  }

  /** {@return bytes taken and not yet acknowledged} */
  long bufferedBytes() {
    return bufferedBytes;
  }

  /** {@return bytes sent and not yet acknowledged} */
  long outstandingBytes() {
    return bufferedBytes - unsentBytes;
  }

  /** {@return bytes of datagrams in flight} */
  long bytesInFlight() {
    return sent.bytesInFlight();
  }

  /** {@return how many segments the peer has acknowledged cumulatively, ever} */
  long acknowledgedSegments() {
    return acknowledgedSegments;
  }

  /** {@return how many segments have been sent again, each time counted} */
  long retransmissions() {
    return retransmissions;
  }

  /** {@return the number of the next new segment (SND.NXT)} */
  long nxt() {
    return sent.nxt();
  }

  /** {@return the first number not acknowledged (SND.UNA)} */
  long una() {
    return sent.una();
  }

  /** {@return the number of the segment to send next, lost ones first, or {@link #NONE}} */
  long next() {
    long lost = sent.firstLost();
    if (lost != NONE) return lost;
    return sent.nxt() < end && sent.nxt() < windowEdge ? sent.nxt() : NONE;
  }

  /** {@return whether there is something to send and nothing but the peer's window in its way} */
  boolean isWindowBlocked() {
    return sent.nxt() < end && sent.nxt() >= windowEdge && sent.outstanding() == 0;
  }

  /** {@return whether segments wait for their acknowledgment} */
  boolean hasOutstanding() {
    return sent.outstanding() > 0;
  }

  /** {@return the flags of segment {@code seq}} */
  int flags(long seq) {
    if (seq == openingSeq) return SegmentHeader.CNT | SegmentHeader.ACK;
    return seq == finSeq ? SegmentHeader.FIN | SegmentHeader.ACK : SegmentHeader.ACK;
  }

  /** {@return the length of the data of segment {@code seq}} */
  int dataLength(long seq) {
    return store.length(seq);
  }

  /** Copies the data of segment {@code seq}. */
  void copyData(long seq, byte[] to, int at) {
    store.copy(seq, 0, to, at, store.length(seq));
  }

  /** Records that segment {@code seq}, which {@link #next} gave, was sent. */
  void onSent(long seq, int datagramBytes, Path path, long nowNanos) {
    if (seq == sent.nxt()) {
      unsentBytes -= store.length(seq);
      sent.onSent(datagramBytes, nowNanos);
    } else {
      retransmissions++;
      sent.onResent(seq, datagramBytes, nowNanos);
    }
    path.onSent(datagramBytes, nowNanos);
    probe.onSent(!path.isMeasured() && sent.outstanding() > SHORT_FLIGHT, nowNanos);
    boolean rare = tries.onSent(sent.transmissions(seq), isWindowShort());
    if (!path.isGuarded(nowNanos)) return;
    int copies = isFlightEnding() ? path.takeCopies(datagramBytes, nowNanos) : rare ? 1 : 0;
    if (copies > 0) guard.onSent(seq, copies, path.smoothedRttNanos(), nowNanos);
  }

  /**
   * {@return whether the window would be full before what is sent now could be found lost, sent again and acknowledged} A smaller one
   * may grow yet.
   */
  private boolean isWindowShort() {
    return windowEdge - sent.una() > LARGE_WINDOW
        && windowEdge - sent.nxt() < MORE_FLIGHTS * sent.bytesInFlight() / SegmentHeader.MAX_DATAGRAM;
  }

  /** {@return when a copy of a segment is due, or {@link PacketEngine#NEVER}} At the end of a flight, the rest of it goes before. */
  long copyDue() {
    return Math.min(probe.dueNanos(), isFlightEnding() && next() != NONE ? PacketEngine.NEVER : guard.dueNanos());
  }

  private boolean isFlightEnding() { return end - sent.nxt() < FLIGHT_END; }

  /** {@return the segment of which a copy is due} See {@link #copyDue}. */
  long copySeq() {
    return isProbeNext() ? sent.una() : guard.seq();
  }

  private boolean isProbeNext() { return probe.dueNanos() <= guard.dueNanos(); }

  /** Records that a copy of {@link #copySeq} was sent. */
  void onCopied(int datagramBytes, Path path, long nowNanos) {
    path.onCopied(datagramBytes, nowNanos);
    if (isFlightEnding()) path.noteIdle(nowNanos);
    if (isProbeNext()) {
      probe.onProbed(nowNanos);
      return;
    }
    sent.onCopied(guard.seq());
    guard.onCopied(path.smoothedRttNanos(), nowNanos);
  }

  /**
   * Takes in acknowledgment number, SACK list and window of a segment. Acknowledgments never move back.
   *
   * @param clockMillis this side's clock, the one that TsEcr echoes
   * @param dated whether TsEcr tells when what it echoes was sent
   */
  void onAck(SegmentView segment, int clockMillis, boolean dated, Path path, long nowNanos) {
    long ack = Seq32.unwrap(segment.ack(), sent.una());
    if (ack > sent.nxt()) return;
    boolean advanced = ack > sent.una();
    long echoAge = dated ? echoAge(segment, clockMillis, nowNanos) : NONE;
    if (echoAge != NONE && isNewEcho(segment.tsEcr())) path.onEcho(echoAge - CLOCK_STEP, nowNanos);
    // before any sample there is no telling to which transmission an answer is
    if (!path.isMeasured() && echoAge != NONE && (advanced || segment.sackCount() > 0)) path.onRtt(echoAge, nowNanos);
    clock.take(segment.tsVal(), path.smoothedRttNanos(), nowNanos);
    loss.beginAcknowledgment();
    Ages ages = path.ages();
    ages.clear();
    if (reported != NONE) reportedBefore = reported;
    reported = NONE;
    awaited = advanced && echoAge != NONE ? sent.una() : NONE;
    echoedNanos = nowNanos - echoAge;
    deliverRange(sent.una(), ack, path);
    if (advanced) advance(ack);
    for (int i = 0; i < segment.sackCount(); i++) {
      long from = Math.max(sent.una(), Seq32.unwrap(segment.sackFirst(i), sent.una()));
      long to = Math.min(sent.nxt(), Seq32.unwrap(segment.sackLast(i), sent.una()) + 1);
      deliverRange(from, to, path);
    }
    if (ages.any()) path.onRtt(ages, nowNanos);
    else if (advanced && echoAge != NONE) path.onRtt(echoAge, nowNanos);
    if (path.isMeasured()) probe.onAnswered();
    if (ack >= sent.una()) updateWindow(segment, ack);
  }

  private void deliverRange(long from, long to, Path path) {
    for (long seq = sent.nextUndelivered(from); seq < to; seq = sent.nextUndelivered(seq + 1))
      deliver(seq, path);
  }

  private void deliver(long seq, Path path) {
    int bytes = sent.bytes(seq);
    long sentAt = sent.sentNanos(seq);
    // a clock that lies makes nothing arrive before it was sent
    long usual = Math.max(clock.usualNanos(), sentAt + 1);
    boolean once = sent.transmissions(seq) == 1;
    boolean wasLost = sent.isLost(seq);
    // RFC 3522's question: an answer sooner than any round trip is to an earlier transmission
    long leastUsualAge = path.leastUsualAgeNanos();
    long leastAge = Math.max(leastUsualAge, path.minRttNanos() - path.minRttNanos() / 8);
    boolean echoed = !once && isEarlierEchoed(seq, sentAt);
    boolean early = echoed || (!once && usual - sentAt < leastAge);
    long arrived = early ? sent.previousNanos(seq) : sentAt;
    if (echoed) arrived = Math.min(arrived, echoedNanos);
    // what the answer to a probe reports is as old as the probe at least, and how old is not known
    boolean probed = probe.isProbed() && awaited != NONE && echoedNanos - arrived >= CLOCK_STEP;
    if (probed) arrived = echoedNanos;
    if (wasLost || early) path.onSpuriousLoss(bytes, arrived);
    loss.onArrival(arrived, usual);
    sent.onDelivered(seq);
    guard.forget(seq);
    if (sent.copies(seq) > 0 && !wasLost) path.redundancy().onArrived();
    path.onDelivered(bytes, arrived, !wasLost, once && seq < reportedBefore, clock);
    if (!once || probed) return;
    reported = Math.max(reported, seq);
    if (usual - sentAt >= leastUsualAge && sentAt - onPathSince >= 0) path.ages().add(usual - sentAt);
  }

  /**
   * {@return whether the timestamp echoed shows that {@code seq} arrived before its latest transmission could} The peer echoes that of
   * what it waited for, unless it knows a later one (RFC 7323 section 4.3): the latest transmission's would be echoed, or a later
   * one. Of numbers after the one waited for it tells nothing: theirs count only once an acknowledgment has asked for them.
   */
  private boolean isEarlierEchoed(long seq, long sentAt) {
    return seq == awaited && sentAt - echoedNanos >= CLOCK_STEP;
  }

  private void advance(long ack) {
    for (long seq = sent.una(); seq < ack; seq++) {
      bufferedBytes -= store.length(seq);
      store.release(seq);
    }
    acknowledgedSegments += ack - sent.una();
    sent.advance(ack);
  }

  /**
   * RTT = own clock - TsEcr, for acknowledgments of segments sent more than once. An echo of what went over another path tells
   * nothing of this one: while a segment is missing the echo is as old as that, and after a move in an outage of 18 s the new
   * path's first round trip was taken to be that long, and its timeout a minute.
   *
   * @return it, in nanoseconds, or {@link #NONE}
   */
  private long echoAge(SegmentView segment, int clockMillis, long nowNanos) {
    int millis = clockMillis - segment.tsEcr();
    // 0 is what is echoed before any, and the timestamp of what opened the connection
    if (segment.tsEcr() == 0 && segment.ack() == 0) return NONE;
    if (millis < 0 || millis > MAX_TIMESTAMP_RTT_MILLIS) return NONE;
    long age = TimeUnit.MILLISECONDS.toNanos(millis);
    return nowNanos - onPathSince < age - CLOCK_STEP ? NONE : age;
  }

  /** {@return whether the timestamp is echoed for the first time: no segment was missing for longer} */
  private boolean isNewEcho(int tsEcr) {
    boolean isNew = !anyEcho || Seq32.before(lastEcho, tsEcr);
    anyEcho = true;
    if (isNew) lastEcho = tsEcr;
    return isNew;
  }

  private void updateWindow(SegmentView segment, long ack) {
    if (peerHeard && Seq32.before(segment.tsVal(), windowTs)) return;
    peerHeard = true;
    windowTs = segment.tsVal();
    windowEdge = ack + segment.window();
  }

  /** Finds what is lost by time, or overdue, at {@code nowNanos}. */
  void detectLoss(Path path, long nowNanos) {
    for (long seq = sent.oldestInFlight(); seq != NONE; seq = sent.oldestInFlight()) {
      if (overdueAt(seq, path) - nowNanos > 0) return;
      path.onLost(sent.bytes(seq), sent.sentNanos(seq), nowNanos);
      if (sent.copies(seq) > 0) path.redundancy().onLost();
      lose(seq);
    }
  }

  private void lose(long seq) {
    sent.onLost(seq);
    guard.forget(seq);
  }

  /** Goes on over another path: all that is in flight is lost, since it went to an address where the peer is no more. */
  void onMoved(long nowNanos) {
    onPathSince = nowNanos;
    clock.clear();
    for (long seq = sent.oldestInFlight(); seq != NONE; seq = sent.oldestInFlight())
      lose(seq);
  }

  /** {@return when {@link #detectLoss} may find something, if nothing is heard before} */
  long lossDeadline(Path path) {
    long seq = sent.oldestInFlight();
    return seq == NONE ? PacketEngine.NEVER : overdueAt(seq, path);
  }

  private long overdueAt(long seq, Path path) {
    long sentAt = sent.sentNanos(seq);
    // round trips are measured on those that came soonest, so the late ones need time on top
    long timeout = sentAt + path.rtoNanos() + Math.min(loss.latenessNanos(), path.smoothedRttNanos());
    if (!path.isMeasured() && sent.outstanding() > SHORT_FLIGHT) timeout = sentAt + UNMEASURED_TIMEOUT;
    // in a long flight a pause is that of acknowledgments lost in a row
    if (sent.outstanding() > SHORT_FLIGHT) timeout += path.smoothedRttNanos() / 8;
    if (!loss.isPassedOver(sentAt)) return timeout;
    return Math.min(timeout, loss.lostAtNanos(sentAt, path.smoothedRttNanos()));
  }

  /** Frees all buffers. */
  void release(Path path) {
    path.onForgotten(sent.bytesInFlight());
    store.releaseAll();
  }
}
