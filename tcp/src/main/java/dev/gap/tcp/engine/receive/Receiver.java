package dev.gap.tcp.engine.receive;

import dev.gap.tcp.engine.ByteQueue;
import dev.gap.tcp.engine.ChunkPool;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.wire.Options;

/**
 * The receiving half of a connection: what arrived and was not read, in order or not, what window is offered for more,
 * and when to acknowledge. The right edge of the window never moves left (RFC 9293 section 3.8.6).
 */
public final class Receiver {
  private static final int LEAST_PIECES = 64;

  private final TcpConfig config;
  private final Reassembly reassembly = new Reassembly();
  private final AckPolicy acks;
  private final ByteQueue ready = new ByteQueue();
  private final BufferTuning tuning;
  private final ReceiveWindow w;
  private long finAt = -1;
  private boolean finReached;
  private boolean discards;
  private boolean sack;
  private boolean shut;

  /** @param buffer in bytes: half of it is for payload that waits */
  public Receiver(TcpConfig config, int buffer) {
    this.config = config;
    acks = new AckPolicy(config);
    tuning = new BufferTuning(config.buffers());
    w = new ReceiveWindow(config, ready, acks, buffer);
  }

  /** Takes memory from {@code chunks}. */
  public void use(ChunkPool chunks) {
    ready.use(chunks);
    reassembly.use(chunks);
  }

  // beginning

  /**
   * Chooses the first window, before the peer is known.
   *
   * @param mss the most bytes that a segment of the peer may have
   * @param segments how many of them to offer at most, -1 for no such bound
   */
  public void begin(int mss, int segments, boolean scales, int scaleShift) {
    w.begin(mss, segments, scales, scaleShift);
    acks.setSegmentEstimate(Math.min(mss, 536));
    tuning.begin(Math.min(w.offer(), 10 * mss));
  }

  /** A SYN-ACK has offered so much already. */
  public void offered(int bytes) {
    w.offered(bytes);
  }

  /** {@return the scale that lets the largest buffer be told, RFC 7323 section 2.3} */
  public static int scaleFor(int largestBuffer) {
    int bits = 31 - Integer.numberOfLeadingZeros(Math.max(1, largestBuffer));
    return Math.clamp(bits - 15, 0, 14);
  }

  public void setScale(int shift) {
    w.setScale(shift);
  }

  public void setSack(boolean on) { sack = on; }

  /** Lets full segments be of {@code bytes} of payload: what options take is gone. */
  public void setFullSegment(int bytes) {
    acks.setSegmentEstimate(Math.min(acks.segmentEstimate(), Math.max(bytes, 1)));
  }

  /** The peer's SYN has {@code sequence}. */
  public void synchronize(long sequence) {
    w.synchronize(sequence);
  }

  /** Sets the size of the buffer, in bytes. */
  public void setBuffer(int bytes) {
    w.resize(bytes);
    tuning.stop();
  }

  // asked by others

  /** {@return the size of the buffer} */
  public int buffer() {
    return w.buffer();
  }

  /** {@return RCV.NXT} */
  public long next() {
    return w.next;
  }

  /** FreeBSD lets a buffer hold a whole number of segments. */
  public void roundTo(int segment) {
    w.roundTo(segment);
  }

  /** {@return how far behind RCV.NXT segments are still acceptable: FreeBSD counts what could be told unscaled, too} */
  public long acceptance() {
    return w.acceptance();
  }

  /** {@return what is left of the window that was told: RCV.WND} */
  public long window() {
    return w.window();
  }

  public int readable() {
    return ready.size();
  }

  public ByteQueue ready() {
    return ready;
  }

  /** {@return whether all data was received and the FIN too} */
  public boolean finReached() {
    return finReached;
  }

  public boolean holdsGap() {
    return !reassembly.isEmpty();
  }

  public int heldBytes() {
    return ready.size() + reassembly.bytes();
  }

  public int tunedSpace() {
    return tuning.space();
  }

  public int capacity() {
    return w.capacity();
  }

  /** From now on what arrives is acknowledged and thrown away: nobody will read it. */
  public void discard() {
    discards = true;
    ready.clear();
  }

  // data

  /**
   * Takes in data and perhaps a FIN.
   *
   * @return how many new bytes may be read
   */
  public int onData(long sequence, byte[] from, int offset, int length, boolean fin, boolean push, long rto, long now) {
    long end = sequence + length;
    long edge = w.next + window();
    if (end < w.next || (end == w.next && !fin)) {
      repeated(sequence, end, length);
      return 0;
    }
    if (finReached) {
      acks.onUnusual(w.told());
      return 0;
    }
    if (sequence > edge || (sequence == edge && length > 0 && edge == w.next && window() == 0)) {
      acks.onUnusual(w.told());
      return 0;
    }
    if (fin && end <= edge) finAt = end;
    int skip = (int) Math.max(0, w.next - sequence);
    if (skip > 0) noteDuplicate(sequence, w.next);
    int part = (int) Math.min(length, edge - sequence);
    if (sequence <= w.next) return inOrder(from, offset + skip, part - skip, length, push, rto, now);
    early(sequence, from, offset, part, fin && end <= edge);
    return 0;
  }

  private int inOrder(byte[] from, int offset, int fresh, int whole, boolean push, long rto, long now) {
    int before = ready.size();
    boolean filled = false;
    int added = 0;
    if (fresh > 0) {
      if (!discards) ready.add(from, offset, fresh);
      w.next += fresh;
      added = fresh;
      w.onData(whole);
      acks.onData(whole, push, w.told(), Math.max(1, w.mss()), rto, now);
      if (whole >= 128) w.grow(whole);
      tuning.onReceived(now);
      if (!reassembly.isEmpty()) {
        long after = reassembly.take(w.next, ready, sack && config.features().dsack());
        added += (int) (after - w.next);
        w.next = after;
        filled = reassembly.isEmpty();
      }
      if (discards) ready.clear();
    }
    if (finAt == w.next && !finReached) {
      finReached = true;
      w.next++;
      acks.onFin();
      acks.atOnce();
      reassembly.clear();
    }
    if (filled || !reassembly.isEmpty()) acks.atOnce();
    return discards ? added : ready.size() - before;
  }

  private void early(long sequence, byte[] from, int offset, int length, boolean fin) {
    // so many pieces at most: single bytes from behind would each shift all others
    boolean holds = reassembly.pieces() < Math.max(LEAST_PIECES, w.capacity() / ReceiveWindow.SEGMENT_COST);
    if (length > 0 && holds) reassembly.add(sequence, from, offset, length);
    if (holds && fin) reassembly.addFin(sequence + length);
    acks.onGap();
  }

  private void repeated(long sequence, long end, int length) {
    if (length > 0) noteDuplicate(sequence, end);
    acks.onUnusual(w.told());
  }

  private void noteDuplicate(long start, long end) {
    if (sack && config.features().dsack()) reassembly.duplicate(start, end);
  }

  /** A segment outside the window is answered, RFC 9293 section 3.10.7.4; it may have been acknowledged before. */
  public void onUnacceptable(long sequence, int length) {
    if (length > 0 && sequence < w.next) noteDuplicate(sequence, Math.min(sequence + length, w.next));
    acks.onUnusual(w.told());
  }

  /** {@return bytes read: taken from the stream unless {@code peek}} */
  public int read(byte[] to, int offset, int length, boolean peek, int skip) {
    int part = Math.min(length, ready.size() - skip);
    if (to.length > 0) ready.copy(skip, to, offset, part);
    if (peek) return part;
    ready.drop(skip + part);
    return part;
  }

  /** The application has read {@code length} bytes. */
  public void onRead(int length, long rtt, long now) {
    w.onRead(length);
    int larger = tuning.onRead(length, rtt, w.mss(), now);
    if (larger > w.buffer()) w.resize(larger);
    if (finReached) return;
    if (w.whole) {
      if (w.opensMuch()) acks.atOnce();
      return;
    }
    boolean tells = acks.afterRead(w.unacknowledged(), ready.isEmpty());
    if (tells || (!shut && w.opens())) acks.atOnce();
  }

  public void shutdown() {
    shut = true;
  }

  // acknowledging

  /** A segment was worked through: decides whether to acknowledge now or later. */
  public void decide(long srtt, long now) {
    if (acks.isPending()) acks.decide(w.unacknowledged(), w.holds(), srtt, now);
  }

  /** {@return how long an acknowledgment may wait now, 0 before the first data} */
  public long ackTimeoutNanos() {
    return acks.timeoutNanos();
  }

  /** {@return when data came last, 0 if none has} */
  public long lastDataNanos() {
    return acks.lastReceivedNanos();
  }

  public int acksDue() {
    return acks.due();
  }

  /** Data is about to go out, which the acknowledgment is to travel with. */
  public void acknowledgeWithData(long now) {
    acks.later(now);
  }

  public void acknowledgeAtOnce() {
    acks.atOnce();
  }

  public long deadline() {
    return acks.deadline();
  }

  public void onTimeout(long now) {
    acks.onTimeout(now);
  }

  public void onDataSent(long now) {
    acks.onDataSent(now);
  }

  public void setQuick(boolean on) {
    acks.setQuick(on, w.told());
  }

  public boolean isQuick() { return acks.isQuick(); }

  public void setAlwaysQuick(boolean on) {
    acks.setAlwaysQuick(on);
  }

  /** Writes the SACK blocks of an acknowledgment. */
  public void tellSacks(Options options) {
    if (sack && reassembly.hasBlocks()) reassembly.tell(options, config.features().dsack());
  }

  /** {@return the window for a SYN, which is never scaled, RFC 7323 section 2.2} */
  public int announceUnscaled() {
    w.onAcknowledged();
    acks.onSent();
    return announcedUnscaled();
  }

  /** {@return the window for a segment that goes out now with an acknowledgment, as its field has it} */
  public int announce() {
    int field = w.announce();
    acks.onSent();
    return field;
  }

  /** {@return the window that the next segment would tell, as its field has it} */
  public int upcoming() {
    return w.upcoming();
  }

  public int announcedUnscaled() {
    return w.announcedUnscaled();
  }

  /** {@return the window as it was told last, without telling a new one} */
  public int announced() {
    return w.announced();
  }

  /** {@return how many blocks the next segment tells, of as many as there is room for} */
  public int sackBlocks(int room) {
    return sack && reassembly.hasBlocks() ? Math.min(reassembly.blocks(), room) : 0;
  }

  /** {@return whether the next segment tells of data that came twice} */
  public boolean tellsDuplicate() {
    return sack && config.features().dsack() && reassembly.hasDuplicate();
  }

  public void clear() {
    ready.clear();
    reassembly.clear();
  }
}
