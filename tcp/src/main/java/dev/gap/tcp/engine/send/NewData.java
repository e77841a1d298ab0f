package dev.gap.tcp.engine.send;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.Habit;
import dev.gap.tcp.engine.wire.Flags;

/** What goes out for the first time, and when: as the windows, Nagle and corks let it, in bursts that are not too long. */
final class NewData {
  private final SendState s;
  private final SendStream stream;
  private final WindowUse use;
  private final Outgoing out;
  private long lastSmall = -1;
  private long burstStart;
  private long burstEnd;
  private boolean burstPushes;
  private boolean noDelay;
  private boolean corked;
  private boolean more;
  private boolean pushOnce;
  private boolean windowLimited;

  NewData(SendState state, SendStream stream, WindowUse use, Outgoing out) {
    s = state;
    this.stream = stream;
    this.use = use;
    this.out = out;
  }

  void setNoDelay(boolean on) {
    noDelay = on;
    if (on) pushOnce = true;
  }

  void setCorked(boolean on) {
    corked = on;
    if (!on) pushOnce = true;
  }

  /** The last write said that more is to come. */
  void setMore(boolean comes) { more = comes; }

  /** {@return whether less than a segment is held back} */
  boolean isHeld() { return corked || more; }

  /** {@return whether the peer's window is what held back the last that was asked for} */
  boolean isWindowLimited() {
    return windowLimited;
  }

  /** {@return where what goes out together with {@code sequence} begins} */
  long burstOf(long sequence) {
    return sequence < burstEnd ? Math.min(burstStart, sequence) : sequence;
  }

  /** What was planned to go out together is planned anew. */
  void endBurst() {
    burstEnd = s.next;
  }

  /** All was sent that a change of options has let go. */
  void onNothing() {
    pushOnce = false;
  }

  /** A segment that is not full goes out, and ends at {@code end}. */
  void onSmall(long end) {
    lastSmall = end;
  }

  /**
   * {@return what goes out next, or null}
   *
   * @param most bytes of payload that can go at once
   * @param forced whatever holds it back, but for the window
   */
  @Nullable
  Outgoing next(int most, boolean forced) {
    windowLimited = false;
    if (!stream.hasUnsent()) return null;
    long left = stream.recordEnd() - s.next;
    boolean last = s.next + left == stream.end();
    int first = (int) Math.min(left, s.mss);
    boolean onlyFin = left == 0;
    long room = s.una + s.window - s.next;
    boolean withFin = stream.isFinishing() && last && left <= s.mss && (left == 0 || left < room);
    if (forced) {
      int part = (int) Math.min(first, room);
      return part > 0 || (onlyFin && room > 0) ? pushing(fresh(s.next, part)) : null;
    }
    // RFC 3042: the first duplicates let new segments out
    boolean limited = s.state == CaState.DISORDER && !s.config.loss().limitedTransmit();
    int quota = s.cwnd.window() - (limited ? s.flight.size() : s.inFlight());
    if (withFin && quota <= 0 && onlyFin) quota = 1;
    if (quota <= 0) {
      use.onLimited();
      return null;
    }
    windowLimited = first + (withFin ? 1 : 0) > room;
    if (windowLimited) return null;
    // what ends a record waits for nothing when there is another
    if (left < s.mss && last && !withFin && !pushOnce && holdsSmall()) return null;
    if (s.next >= burstEnd && !isHeld()) {
      switch (s.sizeProbe.chance(s, stream)) {
        case NOW -> {
          return probe();
        }
        case SOON -> {
          use.onLimited();
          return null;
        }
        case NOT_NOW -> {
        }
      }
    }
    if (s.next >= burstEnd) planBurst(most >= 2 * s.mss ? left : stream.withinBlock(left), left, last, room, quota);
    int length = (int) Math.min(burstEnd - s.next, left);
    if (length > s.mss) length = Math.min(length, Math.max(s.mss, most / s.mss * s.mss));
    if (most < 2 * s.mss) length = Math.min(length, s.mss);
    return fresh(s.next, length);
  }

  /** Nagle's algorithm as Minshall has it: a small segment waits for the small segment before it only. */
  private boolean holdsSmall() {
    if (isHeld()) return true;
    return !noDelay && !s.flight.isEmpty() && lastSmall > s.una && lastSmall <= s.next;
  }

  /** How much goes out at once: about a millisecond's worth, two segments at least, more on short paths. */
  private void planBurst(long block, long left, boolean last, long room, int quota) {
    // never all of the window at once: acknowledgments are to come in between
    int segments = Math.min(Math.min(quota, Math.max(1, s.cwnd.window() / 2)), burstSegments());
    long limit = (long) segments * s.mss;
    long needed = Math.min(block, room);
    long length = Math.min(limit, needed);
    long partial = length % s.mss;
    boolean cuts = length == needed && partial != 0 && length > partial && !(stream.isFinishing() && length == left);
    if (cuts && (last || length < left) && !pushOnce && holdsSmall()) length -= partial;
    burstStart = s.next;
    burstEnd = s.next + length;
    burstPushes = length > s.mss;
  }

  /** {@return how many bytes may go out at once} */
  long burstBytes() {
    return (long) burstSegments() * s.mss;
  }

  private int burstSegments() {
    long rtt = s.rtt.smoothedNanos();
    if (rtt == 0) return Math.max(2, sizeLimit());
    long burst = PacingRate.estimate(s) >> 10;
    long shortPath = s.rtt.minNanos() >> 19;
    if (shortPath < 32) burst += 65536L >> shortPath;
    int least = s.config.congestion().leastBurst();
    return Math.clamp(burst / Math.max(1, s.mss), least, Math.max(least, sizeLimit()));
  }

  private int sizeLimit() {
    return 65_000 / Math.max(1, s.mss);
  }

  /** The next bytes, more of them than other segments have: enough goes out behind them. */
  private Outgoing probe() {
    int length = s.sizeProbe.wanted();
    burstStart = s.next;
    burstEnd = s.next + length;
    burstPushes = false;
    Outgoing made = fresh(s.next, length);
    made.segmentBytes = length;
    made.probe = true;
    return made;
  }

  private Outgoing pushing(Outgoing o) {
    o.flags |= Flags.PSH;
    return o;
  }

  Outgoing fresh(long sequence, int length) {
    long after = sequence + length;
    out.sequence = sequence;
    out.length = length;
    out.segmentBytes = s.mss;
    out.retransmission = false;
    out.probe = false;
    out.announcesReduction = s.announceReduction && length > 0;
    out.flags = 0;
    boolean pushes = length > 0 && (stream.isPushed(after) || (after == burstEnd && burstPushes));
    if (s.config.has(Habit.PUSHES_WHEN_EMPTY)) pushes = length > 0 && after == stream.end() && !isHeld();
    if (pushes) out.flags |= Flags.PSH;
    if (stream.isFinishing() && after == stream.end() && after < s.una + Math.max(s.window, 1)) out.flags |= Flags.FIN;
    return out;
  }
}
