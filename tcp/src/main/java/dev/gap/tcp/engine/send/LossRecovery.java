package dev.gap.tcp.engine.send;

import dev.gap.tcp.engine.wire.Flags;

/**
 * What follows from acknowledgments that are not plain: fast retransmit and recovery (RFC 5681, 6582, 6675), recovery
 * after a timeout with F-RTO (RFC 5682), reaction to ECN (RFC 3168).
 */
final class LossRecovery {
  private final SendState s;
  private final Rack rack;
  private final Reduction reduction;
  /** F-RTO sends new data and waits what becomes of it. */
  private boolean holdsRetransmissions;
  private boolean sendsNothingAgain;

  LossRecovery(SendState state, Rack rack, Reduction reduction) {
    s = state;
    this.rack = rack;
    this.reduction = reduction;
  }

  /** {@return whether lost segments may go out again} */
  boolean mayRetransmit() {
    return !holdsRetransmissions && !sendsNothingAgain;
  }

  /**
   * Takes in an acknowledgment, after the flight has been brought up to date.
   *
   * @param echoIsOlder whether its timestamp echo is older than the first retransmission
   * @param hasNew whether there is data to send that the window lets through
   * @return when segments may be taken for lost if nothing happens, or {@link Rack#NEVER}
   */
  long onAck(AckNews news, boolean echoIsOlder, boolean hasNew, long now) {
    holdsRetransmissions = false;
    sendsNothingAgain = false;
    if (s.flight.isEmpty()) s.renoSacked = 0;
    if (news.congestionEcho) s.priorThreshold = 0;
    if (checkReneging(news, now)) return Rack.NEVER;
    if (s.state == CaState.OPEN) s.hasRetransmitStamp = false;
    else if (s.una >= s.high && leaves(echoIsOlder)) return Rack.NEVER;
    return switch (s.state) {
      case RECOVERY -> inRecovery(news, echoIsOlder, now);
      case LOSS -> inLoss(news, echoIsOlder, hasNew, now);
      case OPEN, DISORDER, CWR -> otherwise(news, now);
    };
  }

  /** All that was out as a reduction began is acknowledged. {@return whether nothing else is to be done} */
  private boolean leaves(boolean echoIsOlder) {
    if (s.state == CaState.CWR && s.una != s.high) {
      reduction.end();
      s.state = CaState.OPEN;
    } else if (s.state == CaState.RECOVERY) {
      if (!s.sack) s.renoSacked = 0;
      if (undoRecovery(echoIsOlder)) return true;
      reduction.end();
      rack.onRecoveryEnds();
    }
    return false;
  }

  private long inRecovery(AckNews news, boolean echoIsOlder, long now) {
    if (!news.advanced) {
      if (!s.sack) addRenoSacks(news);
    } else if (s.undoMarker >= 0 && reduction.packetDelayed(echoIsOlder)) {
      // RFC 4015: a partial acknowledgment of originals
      if (s.flight.retransmitted() > 0) return Rack.NEVER;
      if (!s.anyRetransmission()) s.hasRetransmitStamp = false;
      reduction.undo(true);
      tryKeepOpen();
      return Rack.NEVER;
    }
    if (undoByDuplicates()) {
      tryToOpen(news);
      return Rack.NEVER;
    }
    return findLost(news, now);
  }

  private long inLoss(AckNews news, boolean echoIsOlder, boolean hasNew, long now) {
    processLoss(news, echoIsOlder, hasNew);
    long timeout = findLost(news, now);
    if (s.state == CaState.OPEN || news.lostRetransmission) return otherwiseAfter(news, timeout);
    return timeout;
  }

  private long otherwise(AckNews news, long now) {
    if (!s.sack) {
      if (news.advanced) s.renoSacked = 0;
      addRenoSacks(news);
    }
    if (s.state.compareTo(CaState.DISORDER) <= 0) undoByDuplicates();
    return otherwiseAfter(news, findLost(news, now));
  }

  private long otherwiseAfter(AckNews news, long timeout) {
    if (!timeToRecover()) {
      tryToOpen(news);
      return timeout;
    }
    if (!news.congestionEcho && onlyProbeIsLost()) return timeout;
    enterRecovery(news.congestionEcho);
    if (s.flight.lost() == 0) markHead();
    return timeout;
  }

  /** RFC 4821 section 7.6.2: if all but the probe arrived it was too large, and congestion has nothing to do with it. */
  private boolean onlyProbeIsLost() {
    if (!s.sizeProbe.isOut() || s.state.compareTo(CaState.CWR) >= 0) return false;
    if (s.flight.lost() == 0 && s.una >= s.sizeProbe.start()) markHead();
    if (s.flight.lost() != 1 || !s.flight.get(s.flight.indexOf(s.sizeProbe.start())).lost) return false;
    s.sizeProbe.onLost();
    onLossWithoutCongestion();
    return true;
  }

  private boolean timeToRecover() {
    return s.flight.lost() > 0 || (!s.config.loss().rack() && s.sacked() + 1 > s.reordering);
  }

  /** {@return when more may be taken for lost} */
  private long findLost(AckNews news, long now) {
    if (s.flight.isEmpty()) return Rack.NEVER;
    if (!s.sack) {
      boolean first = s.state.compareTo(CaState.RECOVERY) < 0 && s.renoSacked >= s.reordering;
      if (first || (s.state == CaState.RECOVERY && news.advanced)) markHead();
      return Rack.NEVER;
    }
    if (s.config.loss().rack()) return rack.detect(news, now);
    if (s.flight.sacked() >= s.reordering) markOvertaken();
    return Rack.NEVER;
  }

  private void markHead() {
    markLost(s.flight.get(0));
  }

  /** RFC 6675 section 4, IsLost: so many as reordering could explain are acknowledged selectively above it. */
  private void markOvertaken() {
    int below = s.flight.sacked() - s.reordering;
    int seen = 0;
    for (int i = 0; seen <= below && i < s.flight.size(); i++) {
      SentSegment sent = s.flight.get(i);
      if (sent.sacked) seen++;
      else if (!sent.retransmitted) markLost(sent);
    }
  }

  private void markLost(SentSegment sent) {
    if (sent.lost) return;
    s.lostTotal++;
    s.flight.markLost(sent);
  }

  private void addRenoSacks(AckNews news) {
    if (news.duplicates == 0) return;
    s.renoSacked += news.duplicates;
    int holes = Math.clamp(s.flight.lost(), 1, Math.max(1, s.flight.size()));
    s.renoSacked = Math.min(s.renoSacked, Math.max(0, s.flight.size() - holes));
    s.delivered += news.duplicates;
  }

  /** Without SACK, an acknowledgment of {@code acked} segments frees the duplicates but the one of the hole. */
  void removeRenoSacks(int acked) {
    if (acked > 0) s.renoSacked = Math.max(0, s.renoSacked - Math.max(0, acked - 1));
    s.renoSacked = Math.min(s.renoSacked, Math.max(0, s.flight.size() - 1));
  }

  private void enterRecovery(boolean congestionEcho) {
    s.priorThreshold = 0;
    reduction.rememberForUndo();
    if (!s.isReducing()) {
      if (!congestionEcho) s.priorThreshold = s.currentThreshold();
      reduction.begin();
    }
    s.high = s.next;
    s.state = CaState.RECOVERY;
  }

  private void enterReduction() {
    s.priorThreshold = 0;
    if (s.state.compareTo(CaState.CWR) >= 0) return;
    s.undoMarker = -1;
    reduction.begin();
    s.state = CaState.CWR;
  }

  /** Local congestion, or an application limit of the window, ends a tail loss probe's episode with one reduction. */
  void reduceOnce() {
    reduction.begin();
    s.state = CaState.CWR;
    reduction.end();
    tryKeepOpen();
  }

  private void tryToOpen(AckNews news) {
    if (!s.anyRetransmission()) s.hasRetransmitStamp = false;
    if (news.congestionEcho) enterReduction();
    if (s.state != CaState.CWR) tryKeepOpen();
    sendsNothingAgain = s.state.compareTo(CaState.CWR) <= 0;
  }

  private void tryKeepOpen() {
    CaState wanted = s.leftOut() > 0 || s.anyRetransmission() ? CaState.DISORDER : CaState.OPEN;
    if (s.state == wanted) return;
    s.state = wanted;
    s.high = s.next;
  }

  private boolean undoByDuplicates() {
    if (s.undoMarker < 0 || s.undoRetransmits != 0) return false;
    rack.keepWindow();
    reduction.undo(false);
    return true;
  }

  /** {@return whether the state is kept, as RFC 6582 section 3.2 has it without SACK, until more is acknowledged} */
  private boolean undoRecovery(boolean echoIsOlder) {
    if (reduction.mayUndo(echoIsOlder)) {
      reduction.undo(false);
    }
    if (s.una == s.high && !s.sack) {
      if (!s.anyRetransmission()) s.hasRetransmitStamp = false;
      return true;
    }
    s.state = CaState.OPEN;
    return false;
  }

  private boolean undoLoss(boolean byFrto, boolean echoIsOlder) {
    if (!byFrto && !reduction.mayUndo(echoIsOlder)) return false;
    reduction.undo(true);
    if (s.config.loss().patient()) s.rtt.bePatient(s.next);
    s.retransmits = 0;
    s.rtt.resetBackoff();
    if (byFrto || s.sack) {
      s.state = CaState.OPEN;
      s.hasRetransmitStamp = false;
    }
    return true;
  }

  /** RFC 5682 section 3.1, the steps as they are numbered there. */
  private void processLoss(AckNews news, boolean echoIsOlder, boolean hasNew) {
    boolean recovered = s.una >= s.high;
    if (news.advanced && undoLoss(false, echoIsOlder)) return;
    if (s.frto) {
      // step 3b: what was never sent again has arrived
      if (news.originalAcked && undoLoss(true, echoIsOlder)) return;
      if (s.next > s.high) {
        if (news.sacked || news.duplicates > 0) s.frto = false; // step 3a
      } else if (news.advanced && !recovered) {
        s.high = s.next;
        if (hasNew) {
          holdsRetransmissions = true; // step 2b
          return;
        }
        s.frto = false;
      }
    }
    if (recovered) {
      undoRecovery(echoIsOlder);
      return;
    }
    if (s.sack) return;
    if (s.next > s.high && news.duplicates > 0) addRenoSacks(news);
    else if (news.advanced) s.renoSacked = 0;
  }

  /** A timeout: all that is not acknowledged counts as lost, and the window is one segment, RFC 5681 section 3.1. */
  void onTimeout(long now) {
    boolean fresh = s.state.compareTo(CaState.RECOVERY) < 0;
    holdsRetransmissions = false;
    sendsNothingAgain = false;
    markAllLost(now);
    boolean reduces = s.state.compareTo(CaState.DISORDER) <= 0 || s.high <= s.una
        || (s.state == CaState.LOSS && s.retransmits == 0);
    if (reduces) {
      s.priorThreshold = s.currentThreshold();
      s.priorWindow = s.cwnd.window();
      s.cwnd.setThreshold(s.control.thresholdAfterLoss(s.cwnd, s.inFlight()));
      s.control.onTimeout();
      s.rtt.beforeTimeout(s.config.habits().tick().toNanos());
      reduction.rememberForUndo();
    }
    s.cwnd.set(s.inFlight() + 1);
    s.cwnd.resetCount();
    if (s.state.compareTo(CaState.DISORDER) <= 0 && s.sacked() >= s.config.loss().reordering()) {
      s.reordering = Math.min(s.reordering, s.config.loss().reordering());
    }
    s.state = CaState.LOSS;
    s.high = s.next;
    s.announceReduction |= s.tellsReduction;
    s.frto = s.config.loss().frto() && (fresh || s.retransmits > 0);
  }

  private void markAllLost(long now) {
    if (!s.sack) s.renoSacked = 0;
    boolean reneging = s.flight.size() > 0 && s.flight.get(0).sacked;
    for (int i = 0; i < s.flight.size(); i++) {
      SentSegment sent = s.flight.get(i);
      // RFC 2018 section 8: a receiver may drop what it has acknowledged selectively
      if (reneging) s.flight.clearSacked(sent);
      else if (i > 0 && s.config.loss().rack() && rack.isRecent(sent, now)) continue;
      if (sent.sacked) continue;
      if (!sent.lost) s.lostTotal++;
      s.flight.markLost(sent);
    }
  }

  private boolean checkReneging(AckNews news, long now) {
    boolean reneges = s.sack && news.advanced && !s.flight.isEmpty() && s.flight.get(0).sacked;
    if (reneges) onTimeout(now);
    return reneges;
  }

  /** The reordering timer has run out, RFC 8985 section 6.3. {@return when the next may} */
  long onReorderingTimeout(AckNews news, long now) {
    rack.setAdvanced();
    sendsNothingAgain = false;
    long timeout = rack.detect(news, now);
    if (s.flight.lost() > 0 && s.state != CaState.RECOVERY && s.state != CaState.LOSS && !onlyProbeIsLost()) {
      enterRecovery(false);
      if (!s.control.isModel()) reduction.onAck(1, s.flight.lost(), false);
    }
    return timeout;
  }

  /** The next {@code length} bytes went out in the SYN and were not taken. */
  void onLostWithSyn(int length, long sentNanos) {
    SentSegment sent = s.flight.add(s.next, s.next + length, Flags.PSH);
    sent.sentNanos = sentNanos;
    s.flight.markLost(sent);
    s.next += length;
    onLossWithoutCongestion();
  }

  /** The path lets smaller segments through only: what is larger counts as lost. */
  void onSmallerPath() {
    boolean any = false;
    for (int i = 0; i < s.flight.size(); i++) {
      SentSegment sent = s.flight.get(i);
      if (sent.sacked || sent.dataLength() <= s.mss) continue;
      s.flight.markLost(sent);
      any = true;
    }
    if (any) onLossWithoutCongestion();
  }

  /** What is lost is not to be blamed on congestion. */
  void onLossWithoutCongestion() {
    sendsNothingAgain = false;
    if (s.state == CaState.LOSS) return;
    s.high = s.next;
    s.cwnd.setThreshold(s.currentThreshold());
    s.priorThreshold = 0;
    s.undoMarker = -1;
    s.frto = false;
    s.state = CaState.LOSS;
  }
}
