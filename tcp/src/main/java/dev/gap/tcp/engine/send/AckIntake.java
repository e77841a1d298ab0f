package dev.gap.tcp.engine.send;

import dev.gap.tcp.engine.congestion.AckSample;
import dev.gap.tcp.engine.wire.Segment;

/** What an acknowledgment does to a sender: windows, SACKs, what is delivered, round trips, loss, and the window of congestion. */
final class AckIntake {
  private final SendState s;
  private final SendStream stream;
  private final Rack rack;
  private final Reduction reduction;
  private final LossRecovery recovery;
  private final RetransmissionTimer timer;
  private final WindowUse use;
  private final NewData newData;
  private final WindowProbes probes;
  private final SackTagger tagger;
  private final AckNews news = new AckNews();
  private final AckSample sample = new AckSample();
  private long advancedNanos = Long.MIN_VALUE;

  AckIntake(SendState state, SendStream stream, Rack rack, Reduction reduction, LossRecovery recovery,
      RetransmissionTimer timer, WindowUse use, NewData newData, WindowProbes probes) {
    s = state;
    this.stream = stream;
    this.rack = rack;
    this.reduction = reduction;
    this.recovery = recovery;
    this.timer = timer;
    this.use = use;
    this.newData = newData;
    this.probes = probes;
    tagger = new SackTagger(state, rack);
  }

  /** {@return when something was acknowledged last} */
  long advancedNanos() {
    return advancedNanos;
  }

  /** The time that late segments were given is over, RFC 8985 section 6.3. */
  void onReorderingTimeout(long now) {
    timer.stop();
    news.reset(s.una);
    long next = recovery.onReorderingTimeout(news, now);
    if (next != Rack.NEVER) timer.set(RetransmissionTimer.Kind.REORDERING, next);
    else timer.rearm(now);
  }

  /** Takes in an acknowledgment number that is not above SND.NXT. */
  void onAck(Segment segment, long sequence, long ack, long window, boolean echoIsOlder, long echoRtt,
      boolean congestionEcho, long now) {
    boolean old = ack < s.una;
    news.reset(s.una);
    news.lostBefore = s.lostTotal;
    news.highestBefore = s.flight.sacked() == 0 ? s.una : s.highestSack;
    news.congestionEcho = congestionEcho && s.ecn;
    long deliveredBefore = s.delivered;
    int flightBefore = s.flight.size();
    sample.inFlightBefore = s.inFlight();
    newData.setMore(false);
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
    if (s.flight.isEmpty() && !stream.hasUnsent()) s.times.rest(now);
    probes.onHeard();
    if (flightBefore == 0) {
      if (news.duplicateSack) react(echoIsOlder, now);
      if (timer.kind() == RetransmissionTimer.Kind.PERSIST || stream.hasUnsent()) probes.check(now);
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
    if (s.flight.isEmpty() && stream.hasUnsent()) probes.check(now);
  }

  private void updateWindow(long sequence, long ack, long window, long now) {
    // RFC 9293 section 3.10.7.4: a window is taken from a newer segment than the last; or from one that opens it
    boolean newer = ack > s.una || sequence > s.windowSequence
        || (sequence == s.windowSequence && (window > s.window || window == 0));
    if (!newer) return;
    news.windowChanged = window != s.window;
    if (news.windowChanged && s.flight.isEmpty() && stream.hasUnsent()) use.checkIdle(now, s.lastSentNanos);
    s.windowSequence = sequence;
    s.windowAck = ack;
    s.window = window;
    s.largestWindow = Math.max(s.largestWindow, window);
  }

  private void react(boolean echoIsOlder, long now) {
    boolean hasNew = stream.hasUnsent() && s.next < s.una + s.window;
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
    stream.dropAcknowledged();
    s.sizeProbe.onAcknowledged(s.una);
    if (s.flight.isEmpty() && !stream.hasUnsent()) s.times.rest(now);
    long sampled = sampleRtt(firstSent, echoRtt, now);
    if (news.packetsAcked > 0) {
      news.rearm = true;
      if (!s.sack) recovery.removeRenoSacks(news.packetsAcked);
      else if (lowestOriginal < news.highestBefore) tagger.onReordering(lowestOriginal);
    } else if (!s.flight.isEmpty() && sampled > 0 && news.sackRttNanos > now - s.flight.get(0).sentNanos) {
      news.rearm = true;
    }
  }

  /** A part of a segment was acknowledged: as it is what is left of it. */
  private void trimFirst() {
    SentSegment sent = s.flight.get(0);
    sent.start = s.una;
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
}
