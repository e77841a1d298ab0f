package dev.gap.tcp.engine.receive;

import dev.gap.tcp.engine.ByteQueue;
import dev.gap.tcp.engine.Habit;
import dev.gap.tcp.engine.TcpConfig;

/**
 * RCV.NXT, and the window that is offered for what comes after it: as the buffer has room, without silly windows, and
 * never with its right edge moving left (RFC 9293 section 3.8.6).
 */
final class ReceiveWindow {
  private static final int MOST_UNSCALED = 65535;
  static final int SEGMENT_COST = 256;
  /** Bytes of payload at once that come from offload. */
  private static final int DENSE = 8192;

  private final ByteQueue ready;
  private final AckPolicy acks;
  private final int segmentCost;
  /** Whether a buffer is for payload alone. */
  final boolean whole;
  long next;
  private long acknowledged;
  private long window;
  private int scale;
  private int buffer;
  private int capacity;
  private boolean dense;
  private int offer;
  private int mss;
  /** What holding small segments costs beside their payload. */
  private int overhead;

  ReceiveWindow(TcpConfig config, ByteQueue ready, AckPolicy acks, int buffer) {
    this.ready = ready;
    this.acks = acks;
    whole = config.has(Habit.WHOLE_SEGMENT_BUFFERS);
    segmentCost = whole ? 0 : SEGMENT_COST;
    resize(buffer);
  }

  void begin(int mss, int segments, boolean scales, int scaleShift) {
    this.mss = mss;
    scale = scales ? scaleShift : 0;
    int space = Math.min(capacity, 1 << 30);
    if (space > mss && !whole) space -= space % mss;
    offer = Math.min(space, MOST_UNSCALED);
    if (segments > 0) offer = Math.min(offer, segments * mss);
    window = offer;
  }

  void offered(int bytes) {
    window = Math.max(window, bytes);
    offer = Math.max(offer, bytes);
  }

  int offer() {
    return offer;
  }

  int mss() {
    return mss;
  }

  void setScale(int shift) { scale = shift; }

  void synchronize(long sequence) {
    next = sequence + 1;
    acknowledged = next;
  }

  int buffer() {
    return buffer;
  }

  int capacity() {
    return capacity;
  }

  /** {@return the window as it was told, from what was acknowledged then} */
  int told() {
    return (int) window;
  }

  long unacknowledged() {
    return next - acknowledged;
  }

  void onAcknowledged() {
    acknowledged = next;
  }

  /** A segment was taken in whose payload had {@code length} bytes. */
  void onData(int length) {
    overhead += segmentCost;
    if (dense || length < DENSE || segmentCost == 0) return;
    dense = true;
    resize(buffer);
  }

  /** The application has read {@code length} bytes. */
  void onRead(int length) {
    overhead = ready.isEmpty() ? 0 : (int) ((long) overhead * ready.size() / (ready.size() + length));
  }

  /** {@return whether a window twice as large as what is left can be told, RFC 9293 section 3.8.6.2.2} */
  boolean opens() {
    long open = window();
    if (2 * open > capacity) return false;
    int fresh = select();
    return fresh > 0 && fresh >= 2 * open;
  }

  /** {@return whether the window does not shrink if told anew} */
  boolean holds() {
    return select() >= window;
  }

  /** Half of a buffer is for payload; nearly all of it where segments come in long runs, which cost little to hold. */
  void resize(int bytes) {
    buffer = bytes;
    capacity = Math.max(1, whole ? bytes : dense ? bytes / 8 * 7 : bytes / 2);
  }

  /** FreeBSD lets a buffer hold a whole number of segments. */
  void roundTo(int segment) {
    if (whole && buffer > segment) resize((buffer + segment - 1) / segment * segment);
  }

  /** {@return how far behind RCV.NXT segments are still acceptable: FreeBSD counts what could be told unscaled, too} */
  long acceptance() {
    return whole ? Math.max(window(), capacity - ready.size()) : window();
  }

  /** {@return what is left of the window that was told: RCV.WND} */
  long window() {
    return Math.max(0, acknowledged + window - next);
  }

  /** The offer grows by two segments for each that comes, so that a sender's slow start is not held up. */
  void grow(int length) {
    int room = Math.min(capacity, capacity - ready.size()) - offer;
    if (room > 0) offer += Math.min(room, Math.max(2 * mss, 2 * length));
  }

  /** FreeBSD tells of a window that has opened by two segments and a quarter of the buffer, or by half of it. */
  boolean opensMuch() {
    long grown = select() - window();
    boolean two = grown >= 2L * mss && (grown >= capacity / 4 || window() <= capacity / 8 || capacity <= 8 * mss);
    return two || 2 * grown >= capacity;
  }

  /** {@return the window for a segment that goes out now with an acknowledgment, as its field has it} */
  int announce() {
    long open = window();
    long fresh = offerable();
    int field = field(fresh, open);
    window = Math.max(fresh, (long) field << scale);
    if (fresh < open) window = Math.max(open, (long) field << scale);
    onAcknowledged();
    return field;
  }

  /** {@return the window that the next segment would tell, as its field has it} */
  int upcoming() {
    return field(offerable(), window());
  }

  private long offerable() {
    return Math.min(select(), (long) MOST_UNSCALED << scale);
  }

  /** Never to the left: what was told stands, also where scaling would round it down. FreeBSD rounds up always. */
  private int field(long fresh, long open) {
    long rounded = whole ? alignUp(fresh) : fresh;
    return (int) Math.min(Math.max(rounded >> scale, alignUp(open) >> scale), MOST_UNSCALED);
  }

  int announcedUnscaled() {
    return (int) Math.min(window, MOST_UNSCALED);
  }

  /** {@return the window as it was told last, without telling a new one} */
  int announced() {
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
}
