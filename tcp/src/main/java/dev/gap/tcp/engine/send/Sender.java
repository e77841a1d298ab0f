package dev.gap.tcp.engine.send;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.ByteQueue;
import dev.gap.tcp.engine.ChunkPool;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.TcpConfig.EcnKind;
import dev.gap.tcp.engine.congestion.AckSample;
import dev.gap.tcp.engine.congestion.CongestionControl;
import dev.gap.tcp.engine.wire.Flags;
import dev.gap.tcp.engine.wire.Segment;
import dev.gap.transport.PacketEngine;

/**
 * The sending half of a connection once it is open: what was written and not acknowledged, when it may go out, and when
 * it goes out again. FIN takes a sequence number after the last byte.
 */
public final class Sender {
  private final SendState s;
  private final Rack rack;
  private final Reduction reduction;
  private final LossRecovery recovery;
  private final SackTagger tagger;
  private final RetransmissionTimer timer;
  private final WindowUse use;
  private final AckNews news = new AckNews();
  private final AckSample sample = new AckSample();
  private final ByteQueue bytes = new ByteQueue();
  private final Outgoing out = new Outgoing();

  private long base;
  private long pushed;
  private long lastSmall = -1;
  private long burstEnd;
  private boolean burstPushes;
  private boolean finQueued;
  private boolean noDelay;
  private boolean corked;
  private boolean more;
  private boolean pushOnce;
  private boolean probeDue;
  private boolean windowProbeDue;
  private boolean partialDue;
  private long paceUntil = Long.MIN_VALUE;
  private long lastSentNanos;
  private long advancedNanos = Long.MIN_VALUE;
  private int windowProbes;

  /** @param iss the initial send sequence number; the first byte is the one after it */
  public Sender(TcpConfig config, CongestionControl control, long iss) {
    s = new SendState(config, control, iss + 1);
    rack = new Rack(s);
    reduction = new Reduction(s);
    recovery = new LossRecovery(s, rack, reduction);
    tagger = new SackTagger(s, rack);
    timer = new RetransmissionTimer(s);
    use = new WindowUse(s);
    base = iss + 1;
    pushed = base;
    s.mss = config.sizes().defaultMss();
  }

  /** Takes memory from {@code chunks}. */
  public void use(ChunkPool chunks) {
    bytes.use(chunks);
  }

  // what was agreed upon

  public void setSack(boolean on) { s.sack = on; }

  public void setEcn(EcnKind kind) {
    s.ecn = kind != EcnKind.NONE;
    s.tellsReduction = kind == EcnKind.CLASSIC;
  }

  public void setNoDelay(boolean on) {
    noDelay = on;
    if (on) pushOnce = true;
  }

  public void setCorked(boolean on) {
    corked = on;
    if (!on) pushOnce = true;
  }

  public void setControl(CongestionControl control) { s.control = control; }

  public CongestionControl control() {
    return s.control;
  }

  public RttMeter rtt() {
    return s.rtt;
  }

  /** Takes the window of the segment that opened the connection, and its numbers. */
  public void open(long sequence, long ack, long window) {
    s.windowSequence = sequence;
    s.windowAck = ack;
    s.window = window;
    s.largestWindow = Math.max(s.largestWindow, window);
  }

  /** The SYN has arrived, and counts as delivered. */
  public void onOpened() {
    s.delivered++;
  }

  public void setInitialWindow(int segments) {
    s.cwnd.set(segments);
  }

  /** The first {@code length} bytes went out in the SYN and were taken. */
  public void takenWithSyn(int length) {
    bytes.drop(length);
    base += length;
    s.una = base;
    s.next = base;
  }

  // what the application wants

  /** {@return how many bytes wait or are not acknowledged} */
  public int buffered() {
    return bytes.size();
  }

  /** {@return how many bytes were not sent yet} */
  public int unsent() {
    return (int) Math.max(0, end() - s.next);
  }

  /** Queues bytes. {@code moreComes} holds back what does not fill a segment. */
  public void write(byte[] from, int offset, int length, boolean moreComes, long now) {
    if (s.flight.isEmpty()) use.checkIdle(now, lastSentNanos);
    bytes.add(from, offset, length);
    more = moreComes;
    if (!moreComes) pushed = end();
    use.checkApplicationLimit(unsent());
  }

  /** The last byte written is urgent: RFC 6093. {@return the sequence number after it} */
  public long end() {
    return base + bytes.size();
  }

  /** Ends the stream after what is queued. */
  public void finish() {
    finQueued = true;
  }

  public boolean isFinishing() { return finQueued; }

  /** {@return whether the FIN was sent and acknowledged} */
  public boolean finAcked() {
    return finQueued && s.una > end();
  }

  public boolean finSent() {
    return finQueued && s.next > end();
  }

  // what is asked about it

  public long una() {
    return s.una;
  }

  public long next() {
    return s.next;
  }

  public long window() {
    return s.window;
  }

  public long largestWindow() {
    return s.largestWindow;
  }

  public int mss() {
    return s.mss;
  }

  /** Sets how many bytes of payload a segment may have. Smaller than before: what is in flight and larger is lost. */
  public void setMss(int mss, boolean pathShrank) {
    if (mss == s.mss) return;
    boolean smaller = mss < s.mss;
    s.mss = mss;
    burstEnd = s.next;
    if (!smaller || !pathShrank || s.flight.isEmpty()) return;
    boolean any = false;
    for (int i = 0; i < s.flight.size(); i++) {
      SentSegment sent = s.flight.get(i);
      if (sent.sacked || sent.end - sent.start <= mss) continue;
      s.flight.markLost(sent);
      any = true;
    }
    if (any) recovery.onSmallerPath();
  }

  public SenderInfo info() {
    return new SenderInfo(s.state, s.cwnd.window(), s.cwnd.threshold(), s.flight.size(), s.sacked(), s.flight.lost(),
        s.flight.retransmitted(), s.retransmits, s.reordering, s.rtt.backoffs(), s.retransmittedTotal, s.delivered,
        windowProbes);
  }

  public int retransmits() {
    return s.retransmits;
  }

  public int windowProbes() {
    return windowProbes;
  }

  public boolean hasInFlight() {
    return !s.flight.isEmpty();
  }

  /** {@return when the retransmissions under way began, or {@link Long#MIN_VALUE} if none is} */
  public long retransmittingSince() {
    return s.hasRetransmitStamp ? s.retransmitStamp : Long.MIN_VALUE;
  }

  /** {@return when something was acknowledged last} */
  public long advancedNanos() {
    return advancedNanos;
  }

  /** {@return when the first segment in flight went out last} */
  public long headSentNanos() {
    return s.flight.isEmpty() ? Long.MIN_VALUE : s.flight.get(0).sentNanos;
  }

  // what the peer says

  /** Takes in an acknowledgment number that is not above SND.NXT. */
  public void onAck(Segment segment, long sequence, long ack, long window, boolean echoIsOlder, long echoRtt,
      boolean congestionEcho, long now) {
    boolean old = ack < s.una;
    news.reset(s.una);
    news.lostBefore = s.lostTotal;
    news.congestionEcho = congestionEcho && s.ecn;
    long deliveredBefore = s.delivered;
    int flightBefore = s.flight.size();
    sample.inFlightBefore = s.inFlight();
    more = false;
    if (!old) {
      news.advanced = ack > s.una;
      if (news.advanced) {
        s.retransmits = 0;
        advancedNanos = now;
      }
      updateWindow(sequence, ack, window, now);
      s.una = Math.max(s.una, ack);
    }
    news.notDuplicate = segment.length() > 0 || news.windowChanged || news.advanced;
    if (s.sack && segment.sackCount() > 0) tagger.tag(segment, ack, news, now);
    if (old) {
      if (news.sacked || news.duplicateSack) react(echoIsOlder, now);
      return;
    }
    windowProbes = 0;
    if (flightBefore == 0) {
      if (news.duplicateSack) react(echoIsOlder, now);
      if (timer.kind() == RetransmissionTimer.Kind.PERSIST || hasUnsent()) checkPersist(now);
      return;
    }
    removeAcknowledged(echoRtt, now);
    rack.adapt(news);
    if (s.probeHigh >= 0) onProbeAnswered(ack);
    boolean dubious = !news.notDuplicate || news.sacked || news.congestionEcho || news.duplicateSack
        || s.state != CaState.OPEN;
    if (dubious) {
      if (!news.notDuplicate && !news.duplicateSack) news.duplicates = 1;
      react(echoIsOlder, now);
    }
    if (news.rearm) timer.arm(true, now);
    control(deliveredBefore, now);
    if (s.flight.isEmpty() && hasUnsent()) checkPersist(now);
  }

  private void updateWindow(long sequence, long ack, long window, long now) {
    // RFC 9293 section 3.10.7.4: a window is taken from a newer segment than the last; or from one that opens it
    boolean newer = ack > s.una || sequence > s.windowSequence
        || (sequence == s.windowSequence && (window > s.window || window == 0));
    if (!newer) return;
    news.windowChanged = window != s.window;
    if (news.windowChanged && s.flight.isEmpty() && hasUnsent()) use.checkIdle(now, lastSentNanos);
    s.windowSequence = sequence;
    s.windowAck = ack;
    s.window = window;
    s.largestWindow = Math.max(s.largestWindow, window);
  }

  private void react(boolean echoIsOlder, long now) {
    boolean hasNew = hasUnsent() && s.next < s.una + s.window;
    long reordering = recovery.onAck(news, echoIsOlder, hasNew, now);
    if (reordering != Rack.NEVER) {
      timer.set(RetransmissionTimer.Kind.REORDERING, reordering);
      news.rearm = false;
    } else if (timer.kind() == RetransmissionTimer.Kind.REORDERING) timer.rearm(now);
  }

  private void removeAcknowledged(long echoRtt, long now) {
    long firstSent = Long.MAX_VALUE;
    long lowestOriginal = Long.MAX_VALUE;
    while (!s.flight.isEmpty()) {
      SentSegment sent = s.flight.get(0);
      if (sent.end > s.una) {
        if (s.una > sent.start) trimFirst();
        break;
      }
      if (sent.everRetransmitted) {
        news.retransmittedAcked = true;
      } else if (!sent.sacked) {
        firstSent = Math.min(firstSent, sent.sentNanos);
        lowestOriginal = Math.min(lowestOriginal, sent.start);
        if (sent.end <= s.high) news.originalAcked = true;
      }
      if (!sent.sacked) {
        rack.onDelivered(sent.sentNanos, sent.end, sent.everRetransmitted, now);
        DeliveryRate.onDelivered(s, sent, news, now);
        news.delivered = true;
      }
      news.packetsAcked++;
      s.flight.removeFirst();
    }
    dropBytes();
    long sampled = sampleRtt(firstSent, echoRtt, now);
    if (news.packetsAcked > 0) {
      news.rearm = true;
      if (!s.sack) recovery.removeRenoSacks(news.packetsAcked);
      else if (lowestOriginal < s.highestSack) tagger.onReordering(lowestOriginal);
    } else if (!s.flight.isEmpty() && sampled > 0 && news.sackRttNanos > now - s.flight.get(0).sentNanos) {
      news.rearm = true;
    }
  }

  /** A part of a segment was acknowledged: as it is what is left of it. */
  private void trimFirst() {
    SentSegment sent = s.flight.get(0);
    sent.start = s.una;
  }

  private void dropBytes() {
    long until = Math.min(s.una, end());
    if (until > base) {
      bytes.drop((int) (until - base));
      base = until;
    }
    pushed = Math.max(pushed, base);
  }

  /** RFC 6298 section 3, Karn's rule: a segment sent twice tells nothing, unless the timestamps do (RFC 7323 section 4). */
  private long sampleRtt(long firstSent, long echoRtt, long now) {
    long rtt = firstSent != Long.MAX_VALUE && !news.retransmittedAcked ? now - firstSent : -1;
    if (rtt < 0) rtt = news.sackRttNanos;
    if (rtt < 0 && news.advanced) rtt = echoRtt;
    if (rtt < 0) return -1;
    news.rttNanos = rtt;
    s.rtt.sample(rtt, s.una, s.next, now);
    return rtt;
  }

  private void onProbeAnswered(long ack) {
    if (ack < s.probeHigh) return;
    if (!s.probeIsRetransmission || news.duplicateOfProbe) {
      s.probeHigh = -1;
    } else if (ack > s.probeHigh) {
      // the probe repaired a loss, RFC 8985 section 7.4.2
      s.probeHigh = -1;
      recovery.reduceOnce();
    } else if (!news.advanced && !news.notDuplicate && !news.sacked) {
      s.probeHigh = -1;
    }
  }

  private void control(long deliveredBefore, long now) {
    sample.newlyDelivered = (int) (s.delivered - deliveredBefore);
    sample.newlyLost = s.lostTotal - news.lostBefore;
    sample.inFlight = s.inFlight();
    sample.rttNanos = news.rttNanos;
    sample.nowNanos = now;
    sample.smoothedRttNanos = s.rtt.smoothedNanos();
    sample.minRttNanos = s.rtt.minNanos();
    sample.mss = s.mss;
    sample.acknowledged = s.una;
    sample.sendNext = s.next;
    sample.inRecovery = s.state == CaState.RECOVERY || s.state == CaState.LOSS;
    sample.windowLimited = use.isLimited();
    DeliveryRate.sample(s, news, sample, now);
    if (s.control.isModel()) {
      s.control.onAck(s.cwnd, sample);
    } else if (s.isReducing()) {
      reduction.onAck(sample.newlyDelivered, sample.newlyLost, news.advanced);
    } else if (mayRaise()) {
      s.control.onAck(s.cwnd, sample);
    }
  }

  /** With reordering, what was acknowledged selectively counts too. */
  private boolean mayRaise() {
    boolean reorders = s.reordering > s.config.loss().reordering();
    return news.packetsAcked > 0 || (reorders && news.delivered);
  }

  // what goes out

  /** {@return whether there is data or a FIN that was not sent yet} */
  public boolean hasUnsent() {
    return s.next < end() || (finQueued && s.next == end());
  }

  /**
   * {@return what is to go out now, or null} The caller sends it, and tells by {@link #onSent}.
   *
   * @param most bytes of payload that can go at once; less than two segments without offload
   */
  public @Nullable Outgoing poll(int most, long now) {
    if (probeDue) {
      probeDue = false;
      Outgoing probe = tailProbe();
      if (probe != null) return probe;
    }
    if (now < paceUntil) return null;
    Outgoing again = retransmission();
    if (again != null) return again;
    boolean partial = partialDue;
    partialDue = false;
    Outgoing fresh = newData(most, partial);
    if (fresh == null) {
      pushOnce = false;
      if (s.flight.isEmpty() && hasUnsent() && timer.kind() == RetransmissionTimer.Kind.NONE) checkPersist(now);
    }
    return fresh;
  }

  private @Nullable Outgoing retransmission() {
    if (s.flight.lost() <= s.flight.retransmitted() && s.flight.lost() == 0) return null;
    if (!recovery.mayRetransmit() || s.cwnd.window() <= s.inFlight()) return null;
    for (int i = 0; i < s.flight.size(); i++) {
      SentSegment sent = s.flight.get(i);
      if (!sent.lost || sent.retransmitted) continue;
      if (sent.start != s.una && sent.start >= s.una + s.window) return null;
      return again(i, sent);
    }
    return null;
  }

  private Outgoing again(int index, SentSegment sent) {
    if (dataLength(sent) > s.mss) s.flight.split(index, sent.start + s.mss);
    long windowEnd = s.una + s.window;
    if (sent.start < windowEnd && sent.end > windowEnd && dataLength(sent) > windowEnd - sent.start) {
      s.flight.split(index, windowEnd);
    }
    out.sequence = sent.start;
    out.length = dataLength(sent);
    out.flags = sent.flags;
    if (s.config.habits().freeBsd())
      out.flags = (out.flags & ~Flags.PSH) | (sent.start + out.length == end() ? Flags.PSH : 0);
    out.segmentBytes = s.mss;
    out.retransmission = true;
    out.announcesReduction = s.config.habits().freeBsd() && s.announceReduction && out.length > 0;
    return out;
  }

  private int dataLength(SentSegment sent) {
    return (int) (sent.end - sent.start) - (sent.ends(Flags.FIN) ? 1 : 0);
  }

  private @Nullable Outgoing tailProbe() {
    if (s.flight.isEmpty()) return null;
    boolean fits = s.next + Math.min(s.mss, end() - s.next) <= s.una + s.window;
    if (hasUnsent() && fits) {
      s.probeIsRetransmission = false;
      s.probeHigh = 0;
      return fresh(s.next, (int) Math.min(s.mss, end() - s.next));
    }
    SentSegment last = s.flight.last();
    if (dataLength(last) > s.mss) s.flight.split(s.flight.size() - 1, last.end - s.mss);
    s.probeIsRetransmission = true;
    s.probeHigh = 0;
    return again(s.flight.size() - 1, s.flight.last());
  }

  private @Nullable Outgoing newData(int most, boolean forced) {
    if (!hasUnsent()) return null;
    long left = end() - s.next;
    int first = (int) Math.min(left, s.mss);
    boolean onlyFin = left == 0;
    long room = s.una + s.window - s.next;
    boolean withFin = finQueued && left <= s.mss && (left == 0 || left < room);
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
    if (first + (withFin ? 1 : 0) > room) return null;
    if (left < s.mss && !withFin && !pushOnce && holdsSmall()) return null;
    if (s.next >= burstEnd) planBurst(left, room, quota);
    int length = (int) Math.min(burstEnd - s.next, left);
    if (length > s.mss) length = Math.min(length, Math.max(s.mss, most / s.mss * s.mss));
    if (most < 2 * s.mss) length = Math.min(length, s.mss);
    return fresh(s.next, length);
  }

  /** Nagle's algorithm as Minshall has it: a small segment waits for the small segment before it only. */
  private boolean holdsSmall() {
    if (corked || more) return true;
    return !noDelay && !s.flight.isEmpty() && lastSmall > s.una && lastSmall <= s.next;
  }

  /** How much goes out at once: about a millisecond's worth, two segments at least, more on short paths. */
  private void planBurst(long left, long room, int quota) {
    // never all of the window at once: acknowledgments are to come in between
    int segments = Math.min(Math.min(quota, Math.max(1, s.cwnd.window() / 2)), burstSegments());
    long limit = (long) segments * s.mss;
    long needed = Math.min(left, room);
    long length = Math.min(limit, needed);
    long partial = length % s.mss;
    boolean cuts = length == needed && partial != 0 && length > partial && !(finQueued && length == left);
    if (cuts && !pushOnce && holdsSmall()) length -= partial;
    burstEnd = s.next + length;
    burstPushes = length > s.mss;
  }

  private int burstSegments() {
    long rtt = s.rtt.smoothedNanos();
    if (rtt == 0) return Math.max(2, sizeLimit());
    long rate = s.control.pacingRate();
    if (rate == CongestionControl.UNLIMITED) {
      int percent = s.cwnd.window() < s.cwnd.threshold() / 2 ? 200 : 120;
      rate = (long) (s.cwnd.window() * (double) s.mss * percent / 100 * 1e9 / rtt);
    }
    long burst = rate >> 10;
    long shortPath = s.rtt.minNanos() >> 19;
    if (shortPath < 32) burst += 65536L >> shortPath;
    int least = s.config.congestion().leastBurst();
    return Math.clamp(burst / Math.max(1, s.mss), least, Math.max(least, sizeLimit()));
  }

  private int sizeLimit() {
    return 65_000 / Math.max(1, s.mss);
  }

  private Outgoing pushing(Outgoing o) {
    o.flags |= Flags.PSH;
    return o;
  }

  private Outgoing fresh(long sequence, int length) {
    long after = sequence + length;
    out.sequence = sequence;
    out.length = length;
    out.segmentBytes = s.mss;
    out.retransmission = false;
    out.announcesReduction = s.announceReduction && length > 0;
    out.flags = 0;
    boolean pushes = length > 0 && (after == pushed || (after == burstEnd && burstPushes));
    if (s.config.habits().freeBsd()) pushes = length > 0 && after == end() && !more && !corked;
    if (pushes) out.flags |= Flags.PSH;
    if (finQueued && after == end() && after < s.una + Math.max(s.window, 1)) out.flags |= Flags.FIN;
    return out;
  }

  /** Copies {@code length} bytes from {@code sequence} on. */
  public void copy(long sequence, byte[] to, int offset, int length) {
    bytes.copy((int) (sequence - base), to, offset, length);
  }

  /** What {@link #poll} gave has gone out. */
  public void onSent(Outgoing sent, long now) {
    lastSentNanos = now;
    boolean probe = s.probeHigh == 0;
    if (sent.retransmission) onSentAgain(sent, now);
    else onSentNew(sent, now);
    if (probe) {
      s.probeHigh = s.next;
      timer.stop();
      timer.rearm(now);
    }
    long rate = s.control.pacingRate();
    if (rate != CongestionControl.UNLIMITED) {
      paceUntil = Math.max(now, paceUntil) + (long) (sent.length * 1e9 / Math.max(1, rate));
    }
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
    DeliveryRate.onSent(s, segment, now);
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
    if (small) lastSmall = dataEnd;
    do {
      long to = Math.min(dataEnd, at + sent.segmentBytes);
      // a segment sent again has PSH only if a write ended there
      int kept = to == pushed ? sent.flags : sent.flags & ~Flags.PSH;
      int flags = to == dataEnd ? kept : 0;
      long end = to + ((flags & Flags.FIN) != 0 ? 1 : 0);
      SentSegment segment = s.flight.add(at, end, flags);
      DeliveryRate.onSent(s, segment, now);
      segment.sentNanos = now;
      at = to;
    } while (at < dataEnd);
    s.next = Math.max(s.next, s.flight.last().end);
    if (sent.announcesReduction) s.announceReduction = false;
    if (first || timer.kind() == RetransmissionTimer.Kind.TAIL_PROBE) timer.rearm(now);
    timer.scheduleProbe(false, now);
    use.onSent(now);
  }

  // time

  /** {@return when {@link #onTimeout} is due} */
  public long deadline() {
    return timer.deadline();
  }

  /** {@return until when pacing holds back what could go out, or {@link PacketEngine#NEVER} if nothing does} */
  public long pacedUntil(long now) {
    boolean waits = paceUntil > now && (hasUnsent() || s.flight.lost() > 0);
    return waits ? paceUntil : PacketEngine.NEVER;
  }

  /** What a timer asks for. */
  public enum Due {
    NOTHING,
    /** A retransmission timeout: the caller sees whether it is the last, and calls {@link #retransmit}. */
    RETRANSMISSION,
    /** The window is closed: the caller sees whether the peer is still there, and calls {@link #probeWindow}. */
    WINDOW_PROBE
  }

  /** {@return what is due} */
  public Due onTimeout(long now) {
    if (timer.deadline() > now) return Due.NOTHING;
    RetransmissionTimer.Kind kind = timer.kind();
    switch (kind) {
      case NONE -> timer.stop();
      case TAIL_PROBE -> {
        timer.stop();
        if (s.probeHigh < 0) probeDue = true;
        else timer.rearm(now);
      }
      case REORDERING -> {
        timer.stop();
        news.reset(s.una);
        long next = recovery.onReorderingTimeout(news, now);
        if (next != Rack.NEVER) timer.set(RetransmissionTimer.Kind.REORDERING, next);
        else timer.rearm(now);
      }
      case RETRANSMIT -> {
        if (!s.flight.isEmpty()) return Due.RETRANSMISSION;
        timer.stop();
      }
      case PERSIST -> {
        timer.stop();
        return Due.WINDOW_PROBE;
      }
    }
    return Due.NOTHING;
  }

  /** The first segment goes out again, and the timeout doubles, RFC 6298 section 5.4 to 5.6. */
  public void retransmit(long limit, long now) {
    s.probeHigh = -1;
    recovery.onTimeout(now);
    s.retransmits++;
    s.rtt.backOff();
    burstEnd = s.next;
    timer.set(RetransmissionTimer.Kind.RETRANSMIT, Math.min(limit, now + s.rtt.rtoNanos()));
  }

  /** Probes a window that is closed or too small, and waits longer for the next, RFC 9293 section 3.8.6.1. */
  public void probeWindow(long limit, long now) {
    if (!s.flight.isEmpty() || !hasUnsent()) {
      windowProbes = 0;
      s.rtt.resetBackoff();
      return;
    }
    windowProbes++;
    if (s.next < s.una + s.window) partialDue = true;
    else windowProbeDue = true;
    s.rtt.backOff();
    timer.set(RetransmissionTimer.Kind.PERSIST, Math.min(limit, now + persistNanos()));
  }

  /** {@return whether an empty segment below the window is to go out, once} */
  public boolean takeWindowProbe() {
    boolean due = windowProbeDue;
    windowProbeDue = false;
    return due;
  }

  private void checkPersist(long now) {
    boolean fits = s.next + Math.min(s.mss, Math.max(1, end() - s.next)) <= s.una + s.window;
    if (fits && !corked && !more) {
      if (timer.kind() == RetransmissionTimer.Kind.PERSIST) {
        timer.stop();
        s.rtt.resetBackoff();
      }
      return;
    }
    if (timer.kind() == RetransmissionTimer.Kind.NONE || timer.kind() == RetransmissionTimer.Kind.PERSIST) {
      timer.set(RetransmissionTimer.Kind.PERSIST, now + persistNanos());
    }
  }

  private long persistNanos() {
    return Math.max(s.rtt.rtoNanos(), s.rtt.leastNanos());
  }

  /** Drops all that waits: the connection is gone. */
  public void clear() {
    bytes.clear();
    s.flight.clear();
    s.renoSacked = 0;
    finQueued = false;
    s.next = s.una;
    base = s.una;
    timer.stop();
    paceUntil = Long.MIN_VALUE;
  }
}
