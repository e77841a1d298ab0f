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
  private static final int MOST_UNSCALED = 65535;
  private static final int SEGMENT_COST = 256;
  private static final int LEAST_PIECES = 64;
  /** Bytes of payload at once that come from offload. */
  private static final int DENSE = 8192;

  private final TcpConfig config;
  private final Reassembly reassembly = new Reassembly();
  private final AckPolicy acks;
  private final ByteQueue ready = new ByteQueue();
  private final BufferTuning tuning;
  private final int segmentCost;
  /** Whether a buffer is for payload alone. */
  private final boolean whole;

  private long next;
  private long acknowledged;
  private long window;
  private int scale;
  private int buffer;
  private int capacity;
  private boolean dense;
  private int offer;
  private int mss;
  private long finAt = -1;
  private boolean finReached;
  private boolean discards;
  private boolean sack;
  private boolean shut;
  /** What holding small segments costs beside their payload. */
  private int overhead;

  /** @param buffer in bytes: half of it is for payload that waits */
  public Receiver(TcpConfig config, int buffer) {
    this.config = config;
    acks = new AckPolicy(config);
    tuning = new BufferTuning(config.buffers());
    whole = config.habits().freeBsd();
    segmentCost = whole ? 0 : SEGMENT_COST;
    resize(buffer);
  }

  /** Takes memory from {@code chunks}. */
  public void use(ChunkPool chunks) {
    ready.use(chunks);
  }

  // beginning

  /**
   * Chooses the first window, before the peer is known.
   *
   * @param mss the most bytes that a segment of the peer may have
   * @param segments how many of them to offer at most, -1 for no such bound
   */
  public void begin(int mss, int segments, boolean scales, int scaleShift) {
    this.mss = mss;
    scale = scales ? scaleShift : 0;
    int space = Math.min(capacity, 1 << 30);
    if (space > mss && !whole) space -= space % mss;
    offer = Math.min(space, MOST_UNSCALED);
    if (segments > 0) offer = Math.min(offer, segments * mss);
    window = offer;
    acks.setSegmentEstimate(Math.min(mss, 536));
    tuning.begin(Math.min(offer, 10 * mss));
  }

  /** A SYN-ACK has offered so much already. */
  public void offered(int bytes) {
    window = Math.max(window, bytes);
    offer = Math.max(offer, bytes);
  }

  /** {@return the scale that lets the largest buffer be told, RFC 7323 section 2.3} */
  public static int scaleFor(int largestBuffer) {
    int bits = 31 - Integer.numberOfLeadingZeros(Math.max(1, largestBuffer));
    return Math.clamp(bits - 15, 0, 14);
  }

  public void setScale(int shift) { scale = shift; }

  public void setSack(boolean on) { sack = on; }

  /** Lets full segments be of {@code bytes} of payload: what options take is gone. */
  public void setFullSegment(int bytes) {
    acks.setSegmentEstimate(Math.min(acks.segmentEstimate(), Math.max(bytes, 1)));
  }

  /** The peer's SYN has {@code sequence}. */
  public void synchronize(long sequence) {
    next = sequence + 1;
    acknowledged = next;
  }

  /** Sets the size of the buffer, in bytes. */
  public void setBuffer(int bytes) {
    resize(bytes);
    tuning.stop();
  }

  // asked by others

  /** Half of a buffer is for payload; nearly all of it where segments come in long runs, which cost little to hold. */
  private void resize(int bytes) {
    buffer = bytes;
    capacity = Math.max(1, whole ? bytes : dense ? bytes / 8 * 7 : bytes / 2);
  }

  /** FreeBSD lets a buffer hold a whole number of segments. */
  public void roundTo(int segment) {
    if (whole && buffer > segment) resize((buffer + segment - 1) / segment * segment);
  }

  /** {@return the size of the buffer} */
  public int buffer() {
    return buffer;
  }

  /** {@return RCV.NXT} */
  public long next() {
    return next;
  }

  /** {@return how far behind RCV.NXT segments are still acceptable: FreeBSD counts what could be told unscaled, too} */
  public long acceptance() {
    return whole ? Math.max(window(), capacity - ready.size()) : window();
  }

  /** {@return what is left of the window that was told: RCV.WND} */
  public long window() {
    return Math.max(0, acknowledged + window - next);
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
    return capacity;
  }

  /** From now on what arrives is acknowledged and thrown away: nobody will read it. */
  public void discard() {
    discards = true;
    ready.clear();
  }

  /** RFC 9293 section 3.10.7.4, the four cases of the first check. */
  public boolean isAcceptable(long sequence, int length) {
    long open = window();
    if (length == 0) return open == 0 ? sequence == next : sequence >= next && sequence < next + open;
    if (open == 0) return false;
    long last = sequence + length - 1;
    return (sequence >= next && sequence < next + open) || (last >= next && last < next + open);
  }

  // data

  /**
   * Takes in data and perhaps a FIN.
   *
   * @return how many new bytes may be read
   */
  public int onData(long sequence, byte[] from, int offset, int length, boolean fin, boolean push, long rto, long now) {
    long end = sequence + length;
    long edge = next + window();
    if (end < next || (end == next && !fin)) {
      repeated(sequence, end, length);
      return 0;
    }
    if (finReached) {
      acks.onUnusual((int) window);
      return 0;
    }
    if (sequence > edge || (sequence == edge && length > 0 && edge == next && window() == 0)) {
      acks.onUnusual((int) window);
      return 0;
    }
    if (fin && end <= edge) finAt = end;
    int skip = (int) Math.max(0, next - sequence);
    if (skip > 0) noteDuplicate(sequence, next);
    int part = (int) Math.min(length, edge - sequence);
    if (sequence <= next) return inOrder(from, offset + skip, part - skip, length, push, rto, now);
    early(sequence, from, offset, part, fin && end <= edge);
    return 0;
  }

  private int inOrder(byte[] from, int offset, int fresh, int whole, boolean push, long rto, long now) {
    int before = ready.size();
    boolean filled = false;
    int added = 0;
    if (fresh > 0) {
      if (!discards) ready.add(from, offset, fresh);
      next += fresh;
      added = fresh;
      overhead += segmentCost;
      if (!dense && whole >= DENSE && segmentCost > 0) {
        dense = true;
        resize(buffer);
      }
      acks.onData(whole, push, (int) window, Math.max(1, mss), rto, now);
      if (whole >= 128) grow(whole);
      tuning.onReceived(now);
      if (!reassembly.isEmpty()) {
        long after = reassembly.take(next, ready, sack && config.features().dsack());
        added += (int) (after - next);
        next = after;
        filled = reassembly.isEmpty();
      }
      if (discards) ready.clear();
    }
    if (finAt == next && !finReached) {
      finReached = true;
      next++;
      acks.onFin();
      acks.atOnce();
      reassembly.clear();
    }
    if (filled || !reassembly.isEmpty()) acks.atOnce();
    return discards ? added : ready.size() - before;
  }

  private void early(long sequence, byte[] from, int offset, int length, boolean fin) {
    // so many pieces at most: single bytes from behind would each shift all others
    boolean holds = reassembly.pieces() < Math.max(LEAST_PIECES, capacity / SEGMENT_COST);
    if (length > 0 && holds) reassembly.add(sequence, from, offset, length);
    if (holds && fin) reassembly.addFin(sequence + length);
    acks.onGap();
  }

  private void repeated(long sequence, long end, int length) {
    if (length > 0) noteDuplicate(sequence, end);
    acks.onUnusual((int) window);
  }

  private void noteDuplicate(long start, long end) {
    if (sack && config.features().dsack()) reassembly.duplicate(start, end);
  }

  /** A segment outside the window is answered, RFC 9293 section 3.10.7.4; it may have been acknowledged before. */
  public void onUnacceptable(long sequence, int length) {
    if (length > 0 && sequence < next) noteDuplicate(sequence, Math.min(sequence + length, next));
    acks.onUnusual((int) window);
  }

  /** The offer grows by two segments for each that comes, so that a sender's slow start is not held up. */
  private void grow(int length) {
    int room = Math.min(capacity, capacity - ready.size()) - offer;
    if (room > 0) offer += Math.min(room, Math.max(2 * mss, 2 * length));
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
    overhead = ready.isEmpty() ? 0 : (int) ((long) overhead * ready.size() / (ready.size() + length));
    int larger = tuning.onRead(length, rtt, mss, now);
    if (larger > buffer) resize(larger);
    if (finReached) return;
    if (whole) {
      if (opensMuch()) acks.atOnce();
      return;
    }
    if (acks.afterRead(next - acknowledged, ready.isEmpty())) {
      acks.atOnce();
      return;
    }
    long open = window();
    if (shut || 2 * open > capacity) return;
    int fresh = select();
    if (fresh > 0 && fresh >= 2 * open) acks.atOnce();
  }

  /** FreeBSD tells of a window that has opened by two segments and a quarter of the buffer, or by half of it. */
  private boolean opensMuch() {
    long grown = select() - window();
    boolean two = grown >= 2L * mss && (grown >= capacity / 4 || window() <= capacity / 8 || capacity <= 8 * mss);
    return two || 2 * grown >= capacity;
  }

  public void shutdown() {
    shut = true;
  }

  // acknowledging

  /** A segment was worked through: decides whether to acknowledge now or later. */
  public void decide(long srtt, long now) {
    if (acks.isPending()) acks.decide(next - acknowledged, select() >= window, srtt, now);
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
    acks.setQuick(on, (int) window);
  }

  public boolean isQuick() { return acks.isQuick(); }

  public void setAlwaysQuick(boolean on) {
    acks.setAlwaysQuick(on);
  }

  /** Writes the SACK blocks of an acknowledgment. */
  public void tellSacks(Options options) {
    if (sack && reassembly.hasBlocks()) reassembly.tell(options, config.features().dsack());
  }

  /** {@return the window for a segment that goes out now with an acknowledgment, as its field has it} */
  public int announce() {
    long open = window();
    long fresh = offerable();
    int field = field(fresh, open);
    window = Math.max(fresh, (long) field << scale);
    if (fresh < open) window = Math.max(open, (long) field << scale);
    acknowledged = next;
    acks.onSent();
    return field;
  }

  /** {@return the window that the next segment would tell, as its field has it} */
  public int upcoming() {
    return field(offerable(), window());
  }

  private long offerable() {
    return Math.min(select(), (long) MOST_UNSCALED << scale);
  }

  /** Never to the left: what was told stands, also where scaling would round it down. */
  private int field(long fresh, long open) {
    return (int) Math.min(Math.max(fresh >> scale, alignUp(open) >> scale), MOST_UNSCALED);
  }

  /** {@return the window for a SYN, which is never scaled, RFC 7323 section 2.2} */
  public int announceUnscaled() {
    acknowledged = next;
    acks.onSent();
    return announcedUnscaled();
  }

  public int announcedUnscaled() {
    return (int) Math.min(window, MOST_UNSCALED);
  }

  /** {@return bytes of options that SACK blocks will take} */
  public int sackBytes(boolean beside) {
    if (!sack || !reassembly.hasBlocks()) return 0;
    return 4 + 8 * Math.min(reassembly.blocks(), beside ? 3 : 4);
  }

  /** {@return the window as it was told last, without telling a new one} */
  public int announced() {
    return (int) (Math.min(window(), (long) MOST_UNSCALED << scale) >> scale);
  }

  private long alignUp(long bytes) {
    long unit = 1L << scale;
    return (bytes + unit - 1) / unit * unit;
  }

  /** Silly window avoidance of the receiver: RFC 9293 section 3.8.6.2.2, with Clark's bounds as Linux has them. */
  private int select() {
    if (whole) {
      int room = Math.max(0, capacity - ready.size());
      return room < capacity / 4 && room < mss ? 0 : room;
    }
    int estimate = Math.min(acks.segmentEstimate(), capacity);
    int free = capacity - ready.size() - overhead;
    if (free < capacity / 2) {
      free = Math.max(0, free >> scale << scale);
      if (free < capacity / 16 || free < estimate) return 0;
    }
    free = Math.min(free, offer);
    if (scale > 0) return (int) alignUp(free);
    long current = window;
    int most = Math.min(capacity, offer);
    int unit = Math.clamp(estimate, 1, Math.max(1, most));
    if (current <= free - unit || current > free) return free - free % unit;
    if (unit == most && free > current + most / 2) return free;
    return (int) current;
  }

  public void clear() {
    ready.clear();
    reassembly.clear();
  }
}
