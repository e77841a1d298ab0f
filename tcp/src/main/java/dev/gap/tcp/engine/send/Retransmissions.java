package dev.gap.tcp.engine.send;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.Habit;
import dev.gap.tcp.engine.TcpConfig.Repair;
import dev.gap.tcp.engine.wire.Flags;

/** What goes out again: segments that are lost, and the probe of a tail that may be (RFC 8985 section 7.3). */
final class Retransmissions {
  private final SendState s;
  private final SendStream stream;
  private final LossRecovery recovery;
  private final NewData newData;
  private final Outgoing out;
  /** What goes out again together: as far as it has gone, and the burst that it was part of. */
  private long togetherUntil = -1;
  private long togetherBurst = -1;

  Retransmissions(SendState state, SendStream stream, LossRecovery recovery, NewData newData, Outgoing out) {
    s = state;
    this.stream = stream;
    this.recovery = recovery;
    this.newData = newData;
    this.out = out;
  }

  /** {@return the first lost segment that may go out, or null} */
  @Nullable
  Outgoing next() {
    if (s.flight.lost() <= s.flight.retransmitted() && s.flight.lost() == 0) return null;
    if (!recovery.mayRetransmit() || s.cwnd.window() <= s.inFlight()) return null;
    for (int i = 0; i < s.flight.size(); i++) {
      SentSegment sent = s.flight.get(i);
      if (!sent.lost || sent.retransmitted) continue;
      return isBeyondWindow(sent) ? null : together(i, sent);
    }
    return null;
  }

  /**
   * What went out together and is lost together goes out again together, and ends with PSH as it did before (Linux gives it
   * to its device in one).
   */
  private Outgoing together(int index, SentSegment sent) {
    Outgoing next = again(index, sent);
    boolean begun = togetherUntil == sent.start && togetherBurst == sent.burst;
    SentSegment after = index + 1 < s.flight.size() ? s.flight.get(index + 1) : null;
    boolean goesOn = after != null && after.lost && !after.retransmitted && after.burst == sent.burst
        && s.cwnd.window() - s.inFlight() >= 2 && !isBeyondWindow(after);
    if (begun && !goesOn && !s.config.has(Habit.PUSHES_WHEN_EMPTY)) next.flags |= Flags.PSH;
    togetherUntil = goesOn ? sent.end : -1;
    togetherBurst = sent.burst;
    return next;
  }

  /**
   * {@return what may go out again although nothing says that it is lost, or null} RFC 6675 section 4, NextSeg: rule 3 gives
   * what something above has overtaken; rule 4, once a recovery, the end of what is out, when all that told of holes is
   * acknowledged and the rest is not: the answer says what else is missing. RACK and its probes do without.
   */
  @Nullable
  Outgoing guess() {
    boolean guesses = s.state == CaState.RECOVERY && s.sack && !s.config.loss().rack();
    if (!guesses || !recovery.mayRetransmit() || s.cwnd.window() <= s.inFlight()) return null;
    return s.flight.sacked() > 0 ? overtaken() : rescue();
  }

  private @Nullable Outgoing overtaken() {
    for (int i = 0; i < s.flight.size(); i++) {
      SentSegment sent = s.flight.get(i);
      if (sent.end > Math.min(s.highestSack, s.high) || isBeyondWindow(sent)) return null;
      if (!sent.sacked && !sent.retransmitted) return again(i, sent);
    }
    return null;
  }

  private @Nullable Outgoing rescue() {
    if (s.flight.isEmpty() || s.una <= s.rescued || s.config.loss().repair() == Repair.FORWARD) return null;
    int last = s.flight.indexOf(s.high - 1);
    if (last == s.flight.size()) return null;
    SentSegment sent = s.flight.get(last);
    if (sent.retransmitted || isBeyondWindow(sent)) return null;
    if (sent.dataLength() > s.mss) {
      s.flight.split(last, sent.end - s.mss - (sent.ends(Flags.FIN) ? 1 : 0));
      sent = s.flight.get(++last);
    }
    s.rescued = s.high;
    return again(last, sent);
  }

  private boolean isBeyondWindow(SentSegment sent) {
    return sent.start != s.una && sent.start >= s.una + s.window;
  }

  private Outgoing again(int index, SentSegment sent) {
    if (sent.dataLength() > s.mss) s.flight.split(index, sent.start + s.mss);
    long windowEnd = s.una + s.window;
    if (sent.start < windowEnd && sent.end > windowEnd && sent.dataLength() > windowEnd - sent.start) {
      s.flight.split(index, windowEnd);
    }
    out.sequence = sent.start;
    out.length = sent.dataLength();
    out.flags = sent.flags;
    if (s.config.has(Habit.PUSHES_WHEN_EMPTY))
      out.flags = (out.flags & ~Flags.PSH) | (sent.start + out.length == stream.end() ? Flags.PSH : 0);
    out.segmentBytes = s.mss;
    out.retransmission = true;
    out.probe = false;
    out.announcesReduction = s.config.has(Habit.CWR_WITH_RETRANSMISSIONS) && s.announceReduction && out.length > 0;
    return out;
  }

  /** {@return new data if there is, else the last segment once more; null if nothing is in flight} */
  @Nullable
  Outgoing tailProbe() {
    if (s.flight.isEmpty()) return null;
    int length = (int) Math.min(s.mss, stream.recordEnd() - s.next);
    boolean fits = s.next + length <= s.una + s.window;
    if (stream.hasUnsent() && fits) {
      s.probeIsRetransmission = false;
      s.probeHigh = 0;
      return newData.fresh(s.next, length);
    }
    SentSegment last = s.flight.last();
    if (last.dataLength() > s.mss) s.flight.split(s.flight.size() - 1, last.end - s.mss);
    s.probeIsRetransmission = true;
    s.probeHigh = 0;
    return again(s.flight.size() - 1, s.flight.last());
  }
}
