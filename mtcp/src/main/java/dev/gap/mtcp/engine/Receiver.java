package dev.gap.mtcp.engine;

import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.mtcp.engine.wire.SegmentView;
import dev.gap.transport.RangeSet;
import dev.gap.transport.Seq32;

/**
 * The receiving half of a connection: what has arrived, in order and not, what the application has read of it, and the
 * window that follows from both. Numbers are unwrapped.
 */
final class Receiver {
  /** What became of a segment. */
  enum Outcome {
    /** Within the window and new, or a pure acknowledgment within it. */
    ACCEPTED,
    /** Outside the window, or known already: it is answered by an acknowledgment. */
    UNACCEPTABLE
  }

  /** A peer may send this much before it has seen any window. */
  private static final int LEAST_FIRST_WINDOW = 32;
  private static final long NONE = -1;

  private final SegmentStore store;
  private final RangeSet outOfOrder = new RangeSet();
  private final SackChooser sack = new SackChooser(outOfOrder);
  private final ReceiveWindow window;
  private long next;
  private long readSeq;
  private int readOffset;
  private long unreadBytes;
  private long highest;
  private long edge;
  private long finSeq = NONE;
  private boolean tsKnown;
  private int tsRecent;
  private long lastAck;
  private int lastWindow;
  private long receivedAgain;

  Receiver(ChunkPool pool, ReceiveWindow window) {
    store = new SegmentStore(pool);
    this.window = window;
    lastWindow = window.limit();
    edge = Math.max(LEAST_FIRST_WINDOW, window.limit());
  }

  /** Takes in a segment that is not a RST. */
  Outcome receive(SegmentView segment, long nowNanos) {
    long seq = Seq32.unwrap(segment.seq(), next);
    boolean takes = segment.takesNumber();
    // RFC 9293 section 3.10.7.4: an empty segment may stand at the right edge of a closed window
    boolean acceptable = seq >= next && (seq < edge || (!takes && seq == edge));
    // RFC 7323 section 4.3; numbers before the next expected also pass, so that a probe's answer echoes the probe
    if (seq <= lastAck && (!tsKnown || !Seq32.before(segment.tsVal(), tsRecent))) {
      tsRecent = segment.tsVal();
      tsKnown = true;
    }
    if (takes && (seq < next || outOfOrder.contains(seq))) receivedAgain++;
    if (!acceptable) return Outcome.UNACCEPTABLE;
    if (!takes) return Outcome.ACCEPTED;
    if (outOfOrder.contains(seq) || contradictsEnd(segment, seq)) return Outcome.UNACCEPTABLE;
    long unread = next - readSeq;
    keep(segment, seq);
    window.onArrival(unread, highest - next, nowNanos);
    return Outcome.ACCEPTED;
  }

  /** Nothing may follow the end of a stream, and it has but one. */
  private boolean contradictsEnd(SegmentView segment, long seq) {
    if (finSeq != NONE) return seq >= finSeq;
    return segment.has(SegmentHeader.FIN) && seq < highest - 1;
  }

  private void keep(SegmentView segment, long seq) {
    long reached = Math.max(highest, seq + 1);
    store.reserve(reached - readSeq, readSeq, highest);
    highest = reached;
    if (segment.has(SegmentHeader.FIN)) finSeq = seq;
    if (segment.dataLength() > 0) {
      store.put(seq, segment.bytes(), segment.dataOffset(), segment.dataLength());
    }
    if (seq != next) {
      outOfOrder.add(seq, seq + 1);
      sack.onOutOfOrder(seq);
      return;
    }
    long arrived = next;
    next++;
    if (!outOfOrder.isEmpty() && outOfOrder.first() == next) {
      next = outOfOrder.end(0);
      outOfOrder.remove(outOfOrder.first(), next);
    }
    for (long s = arrived; s < next; s++)
      unreadBytes += store.length(s);
    skipEmpty();
  }

  /** Segments without data hold nothing to read. */
  private void skipEmpty() {
    while (readSeq < next && store.length(readSeq) == 0)
      readSeq++;
  }

  /** {@return bytes copied to {@code to}, 0 if there are none now, -1 at the end of the stream} */
  int read(byte[] to, int offset, int length) {
    int copied = 0;
    while (copied < length && unreadBytes > 0) {
      int n = Math.min(length - copied, store.length(readSeq) - readOffset);
      store.copy(readSeq, readOffset, to, offset + copied, n);
      copied += n;
      readOffset += n;
      unreadBytes -= n;
      if (readOffset == store.length(readSeq)) {
        store.release(readSeq++);
        readOffset = 0;
        skipEmpty();
      }
    }
    return copied == 0 && isFinished() && unreadBytes == 0 ? -1 : copied;
  }

  /** {@return bytes that can be read} */
  long unreadBytes() {
    return unreadBytes;
  }

  /** {@return whether the peer's end of stream has been reached, all before it having arrived} */
  boolean isFinished() {
    return finSeq != NONE && next > finSeq;
  }

  /** {@return the next number expected (RCV.NXT)} */
  long next() {
    return next;
  }

  /** {@return how many segments have come that were here already} */
  long receivedAgain() {
    return receivedAgain;
  }

  /** {@return whether segments are missing before others that have arrived} */
  boolean hasGap() {
    return !outOfOrder.isEmpty();
  }

  /** {@return the TsVal to echo} */
  int tsRecent() {
    return tsRecent;
  }

  /** {@return the window to advertise now, in segments} */
  int window() {
    return (int) Math.max(0, window.limit() - (next - readSeq));
  }

  ReceiveWindow tuning() {
    return window;
  }

  /** {@return whether the peer should be told that the window has opened by much since it was last told} */
  boolean shouldUpdateWindow() {
    long opened = next + window() - (lastAck + lastWindow);
    return opened > 0 && (lastWindow == 0 || opened >= Math.max(1, window.limit() / 4));
  }

  /** {@return whether {@code seq} from the wire lies where a RST is to be believed} */
  boolean isResetAcceptable(int wireSeq) {
    long seq = Seq32.unwrap(wireSeq, next);
    return seq >= next && seq < Math.max(edge, next + 1);
  }

  /** Notes that acknowledgment number and window were sent. {@return the acknowledgment number} */
  long onAckSent() {
    lastAck = next;
    lastWindow = window();
    edge = Math.max(edge, next + lastWindow);
    return next;
  }

  /** {@return how many SACK blocks of at most {@code room} were written at the end of the header of {@code out}} */
  int writeSack(byte[] out, int room) {
    return sack.write(out, room, next);
  }

  /** {@return whether {@code room} SACK blocks tell everything} */
  boolean sackFits(int room) {
    return outOfOrder.size() <= room;
  }

  /** Frees what is out of order and, unless {@code keepUnread}, what was not read. */
  void release(boolean keepUnread) {
    for (int i = 0; i < outOfOrder.size(); i++) {
      for (long seq = outOfOrder.start(i); seq < outOfOrder.end(i); seq++)
        store.release(seq);
    }
    outOfOrder.clear();
    if (keepUnread) return;
    unreadBytes = 0;
    store.releaseAll();
  }
}
