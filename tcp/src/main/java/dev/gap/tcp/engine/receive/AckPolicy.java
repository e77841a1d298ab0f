package dev.gap.tcp.engine.receive;

import dev.gap.tcp.engine.TcpConfig;
import dev.gap.transport.PacketEngine;

/**
 * When to acknowledge: delayed, but at least every second full segment (RFC 9293 section 3.8.6.3, RFC 5681 section 4.2);
 * at once while the sender is in slow start, and where anything is unusual. A connection that answers what it receives
 * lets the acknowledgment travel with the answer.
 */
final class AckPolicy {
  private static final int QUICK = 16;
  private static final long MIN = 40_000_000;
  private static final long MAX = 200_000_000;
  private static final long MAX_ALONE = 500_000_000;

  private final boolean delays;
  private final long usual;
  private final int quickAtStart;
  private boolean pending;
  private boolean now;
  private int duplicates;
  private int quick;
  private boolean interactive;
  private boolean forcedQuick;
  private long timeout;
  private long lastReceived;
  private boolean pushed;
  private boolean pushedTwice;
  private long deadline = PacketEngine.NEVER;
  private int segmentEstimate;

  AckPolicy(TcpConfig config) {
    delays = config.timing().delayedAck();
    usual = config.timing().delayedAckTime().toNanos();
    quickAtStart = config.timing().quickAcks();
  }

  /** The route says to acknowledge at once, always. */
  void setAlwaysQuick(boolean on) { forcedQuick = on; }

  /** Linux's TCP_QUICKACK: at once for now, or not. */
  void setQuick(boolean on, int window) {
    interactive = !on;
    if (on && pending) now = true;
    if (on) addQuick(window);
  }

  boolean isQuick() { return forcedQuick || !interactive; }

  /** {@return how long the next acknowledgment may wait, 0 before the first data} */
  long timeoutNanos() {
    return timeout;
  }

  /** {@return when data came last, 0 if none has} */
  long lastReceivedNanos() {
    return lastReceived;
  }

  int segmentEstimate() {
    return segmentEstimate;
  }

  void setSegmentEstimate(int mss) { segmentEstimate = mss; }

  /** Data of {@code length} bytes arrived in order. */
  void onData(int length, boolean push, int window, int mostSegment, long rto, long time) {
    pending = true;
    measure(length, push, mostSegment);
    if (timeout == 0) {
      addQuick(window);
      timeout = MIN;
    } else {
      long gap = time - lastReceived;
      if (gap <= MIN / 2) timeout = timeout / 2 + MIN / 2;
      else if (gap < timeout) timeout = Math.min(timeout / 2 + gap, rto);
      else if (gap > rto) addQuick(window);
    }
    lastReceived = time;
  }

  private void measure(int length, boolean push, int mostSegment) {
    if (length >= segmentEstimate) {
      segmentEstimate = Math.max(1, Math.min(length, mostSegment));
      if (push) pushed = true;
    } else {
      if (pushed) pushedTwice = true;
      pushed = true;
    }
  }

  private void addQuick(int window) {
    if (quickAtStart == 0) return;
    int segments = window / (2 * Math.max(1, segmentEstimate));
    quick = Math.max(quick, Math.min(segments == 0 ? 2 : segments, Math.min(QUICK, quickAtStart)));
  }

  /** Something came that is not new or not in order: the sender wants to know at once. */
  void onUnusual(int window) {
    addQuick(window);
    interactive = false;
    timeout = MIN;
    pending = true;
    now = true;
  }

  void onGap() {
    pending = true;
    now = true;
    duplicates++;
  }

  /** An acknowledgment is to go out at once. */
  void atOnce() {
    pending = true;
    now = true;
  }

  /** Data is about to go out: who writes and reads in turn is to have acknowledgments with the data. */
  void later(long time) {
    pending = true;
    interactive = true;
    deadline = Math.min(deadline, time + MAX);
  }

  void onFin() {
    pending = true;
  }

  /** {@return how many acknowledgments are to go out now} One that is only duplicated is sent for each segment. */
  int due() {
    return now ? Math.max(1, duplicates) : 0;
  }

  boolean isPending() { return pending; }

  /** Decides after a segment: {@code unacked} bytes wait, and {@code opens} tells if the window would not shrink. */
  void decide(long unacked, boolean opens, long srtt, long time) {
    if (!pending || now) return;
    boolean second = unacked > segmentEstimate && opens;
    if (quickAtStart == 0) second = deadline != PacketEngine.NEVER;
    if (second || !delays || forcedQuick || (quick > 0 && !interactive)) {
      now = true;
      return;
    }
    long wait = quickAtStart == 0 ? usual : waiting(srtt);
    if (deadline == PacketEngine.NEVER) deadline = time + wait;
    else deadline = Math.min(deadline, time + wait);
  }

  private long waiting(long srtt) {
    if (timeout <= MIN) return Math.min(usual, MIN);
    long most = interactive || pushed ? MAX : MAX_ALONE;
    if (srtt > 0) most = Math.min(most, Math.max(srtt, MIN));
    return Math.min(timeout, most);
  }

  /** {@return whether a read is to be followed by an acknowledgment} */
  boolean afterRead(long unacked, boolean emptied) {
    if (!pending || quickAtStart == 0) return false;
    return unacked > segmentEstimate || (emptied && (pushedTwice || (pushed && !interactive)));
  }

  long deadline() {
    return deadline;
  }

  /** The delay is over. Who waited in vain for an answer is not interactive. */
  void onTimeout(long time) {
    if (deadline > time) return;
    deadline = PacketEngine.NEVER;
    if (!pending) return;
    if (interactive) {
      interactive = false;
      timeout = MIN;
    } else {
      timeout = Math.min(timeout * 2, MAX);
    }
    now = true;
  }

  /** A segment with an acknowledgment went out. */
  void onSent() {
    if (quick > 0 && pending) {
      quick--;
      if (quick == 0) timeout = MIN;
    }
    duplicates = Math.max(0, duplicates - 1);
    if (duplicates > 0) return;
    pending = false;
    now = false;
    pushed = false;
    pushedTwice = false;
    deadline = PacketEngine.NEVER;
  }

  /** Data went out soon after data came in. */
  void onDataSent(long time) {
    duplicates = 0;
    if (lastReceived != 0 && time - lastReceived < Math.max(timeout, 1)) interactive = true;
  }
}
