package dev.gap.tcp.engine.send;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.Habit;
import dev.gap.tcp.engine.wire.Flags;
import dev.gap.transport.PacketEngine;

/** What goes out next, in which order, how fast, and what is remembered of it. */
final class Departures {
  private final SendState s;
  private final SendStream stream;
  private final NewData newData;
  private final Retransmissions retransmissions;
  private final WindowProbes windowProbes;
  private final RetransmissionTimer timer;
  private final WindowUse use;
  private boolean probeDue;
  private final Pacer pacer = new Pacer();

  Departures(SendState state, SendStream stream, NewData newData, Retransmissions retransmissions,
      WindowProbes windowProbes, RetransmissionTimer timer, WindowUse use) {
    s = state;
    this.stream = stream;
    this.newData = newData;
    this.retransmissions = retransmissions;
    this.windowProbes = windowProbes;
    this.timer = timer;
    this.use = use;
  }

  /** A tail loss probe is to go out. */
  void probeTail() {
    probeDue = true;
  }

  void clear() {
    pacer.clear();
  }

  /**
   * {@return what is to go out now, or null}
   *
   * @param most bytes of payload that can go at once; less than two segments without offload
   */
  @Nullable
  Outgoing poll(int most, long now) {
    if (probeDue) {
      probeDue = false;
      Outgoing probe = retransmissions.tailProbe();
      if (probe != null) return probe;
    }
    if (!pacer.isOpen(now)) return null;
    Outgoing again = retransmissions.next();
    if (again == null && s.config.has(Habit.HOLES_FIRST)) again = retransmissions.guess();
    if (again != null) return again;
    Outgoing fresh = newData.next(most, windowProbes.takePartial());
    if (fresh != null) return fresh;
    newData.onNothing();
    noteTimes(now);
    if (s.flight.isEmpty() && stream.hasUnsent() && timer.kind() == RetransmissionTimer.Kind.NONE) {
      windowProbes.check(now);
    }
    return retransmissions.guess();
  }

  private void noteTimes(long now) {
    if (newData.isWindowLimited()) s.times.begin(BusyTimes.Cause.WINDOW, now);
    else s.times.end(BusyTimes.Cause.WINDOW, now);
    noteHunger(now);
  }

  /** All went out, the network would take more, and the application could give it no more. */
  void noteHunger(long now) {
    boolean hungry = s.starved && !stream.hasUnsent() && s.inFlight() < s.cwnd.window();
    if (hungry && !s.flight.isEmpty()) s.times.begin(BusyTimes.Cause.BUFFER, now);
  }

  /** What {@link #poll} gave has gone out. */
  void onSent(Outgoing sent, long now) {
    s.lastSentNanos = now;
    s.bytesSent += sent.length;
    s.segmentsSent += Math.max(1, (sent.length + sent.segmentBytes - 1) / Math.max(1, sent.segmentBytes));
    s.times.begin(BusyTimes.Cause.DATA, now);
    boolean probe = s.probeHigh == 0;
    if (sent.retransmission) onSentAgain(sent, now);
    else onSentNew(sent, now);
    if (probe) {
      s.probeHigh = s.next;
      timer.stop();
      timer.rearm(now);
    }
    if (PacingRate.isFree(s)) pacer.onFree(now);
    else pacer.onSent(sent.length, PacingRate.of(s), newData.burstBytes(), now);
    if (s.isReducing()) s.prrOut += Math.max(1, (sent.length + s.mss - 1) / s.mss);
  }

  private void onSentAgain(Outgoing sent, long now) {
    SentSegment segment = s.flight.get(s.flight.indexOf(sent.sequence));
    if (!s.hasRetransmitStamp) {
      s.hasRetransmitStamp = true;
      s.retransmitStamp = now;
    }
    if (s.undoRetransmits < 0) s.undoRetransmits = 0;
    s.undoRetransmits++;
    if (sent.announcesReduction) s.announceReduction = false;
    s.retransmittedTotal++;
    s.sizeProbe.onSentAgain(sent.sequence);
    s.bytesSentAgain += sent.length;
    DeliveryRate.beforeSending(s, now);
    DeliveryRate.onSent(s, segment);
    segment.sentNanos = now;
    s.flight.markRetransmitted(segment);
    switch (timer.kind()) {
      case NONE, TAIL_PROBE -> timer.rearm(now);
      case RETRANSMIT -> {
        if (s.state != CaState.LOSS && segment.start == s.una) timer.rearm(now);
      }
      case REORDERING, PERSIST -> {
      }
    }
  }

  private void onSentNew(Outgoing sent, long now) {
    boolean first = s.flight.isEmpty();
    long at = sent.sequence;
    long dataEnd = at + sent.length;
    boolean small = sent.length % Math.max(1, sent.segmentBytes) != 0;
    if (small) newData.onSmall(dataEnd);
    DeliveryRate.beforeSending(s, now);
    do {
      long to = Math.min(dataEnd, at + sent.segmentBytes);
      // a segment sent again has PSH only if a write ended there
      int kept = stream.isPushed(to) ? sent.flags : sent.flags & ~Flags.PSH;
      int flags = to == dataEnd ? kept : 0;
      long end = to + ((flags & Flags.FIN) != 0 ? 1 : 0);
      SentSegment segment = s.flight.add(at, end, flags);
      segment.burst = newData.burstOf(at);
      DeliveryRate.onSent(s, segment);
      segment.sentNanos = now;
      at = to;
    } while (at < dataEnd);
    s.next = Math.max(s.next, s.flight.last().end);
    if (sent.announcesReduction) s.announceReduction = false;
    if (sent.probe) s.sizeProbe.onSent(sent.sequence, dataEnd);
    if (first || timer.kind() == RetransmissionTimer.Kind.TAIL_PROBE) timer.rearm(now);
    timer.scheduleProbe(false, now);
    use.onSent(now);
  }

  /** {@return until when pacing holds back what could go out, or {@link PacketEngine#NEVER} if nothing does} */
  long pacedUntil(long now) {
    boolean waits = !pacer.isOpen(now) && (stream.hasUnsent() || s.flight.lost() > 0);
    return waits ? pacer.opensAt() : PacketEngine.NEVER;
  }
}
