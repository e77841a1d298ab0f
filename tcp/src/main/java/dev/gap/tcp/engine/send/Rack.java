package dev.gap.tcp.engine.send;

/**
 * RACK, RFC 8985 section 6: a segment is lost if one that was sent sufficiently later has arrived. How much later
 * follows the reordering that was seen.
 */
final class Rack {
  static final long NEVER = Long.MAX_VALUE;
  private static final int MAX_STEPS = 255;
  private static final int PERSIST = 16;

  private final SendState s;
  private long newestSent = Long.MIN_VALUE;
  private long newestEnd;
  private long rtt;
  private boolean advanced;
  private int steps = 1;
  private int persist;
  private boolean duplicateSeen;
  private long roundDelivered;

  Rack(SendState state) {
    s = state;
  }

  /** A segment was acknowledged for the first time. */
  void onDelivered(long sent, long end, boolean retransmitted, long now) {
    long sample = now - sent;
    // section 6.2 step 2: this may acknowledge the original, not the copy
    if (retransmitted && s.rtt.hasSample() && sample < s.rtt.minNanos()) return;
    advanced = true;
    rtt = sample;
    if (sent > newestSent || (sent == newestSent && end > newestEnd)) {
      newestSent = sent;
      newestEnd = end;
    }
  }

  void onDuplicate() {
    duplicateSeen = true;
  }

  void setAdvanced() {
    advanced = true;
  }

  /** A reduction was undone for a D-SACK: the window of reordering stays wide for some recoveries. */
  void keepWindow() {
    persist = PERSIST;
  }

  /** Section 6.2 step 4: each round trip with a D-SACK widens the window. */
  void adapt(AckNews news) {
    if (s.una < roundDelivered) duplicateSeen = false;
    if (duplicateSeen) {
      steps = Math.min(MAX_STEPS, steps + 1);
      roundDelivered = s.next;
      persist = PERSIST;
      duplicateSeen = false;
    } else if (persist == 0) {
      steps = 1;
    }
  }

  void onRecoveryEnds() {
    if (persist > 0) persist--;
  }

  private long reorderingWindow() {
    if (!s.reorderingSeen) {
      if (s.state.compareTo(CaState.RECOVERY) >= 0) return 0;
      if (s.sacked() >= s.reordering) return 0;
    }
    return Math.min(s.rtt.minNanos() / 4 * steps, s.rtt.smoothedNanos());
  }

  /**
   * Marks what is lost, section 6.2 step 5.
   *
   * @return when more may be, if nothing else happens, or {@link #NEVER}
   */
  long detect(AckNews news, long now) {
    if (!advanced) return NEVER;
    advanced = false;
    long window = reorderingWindow();
    long timeout = 0;
    for (int i = 0; i < s.flight.size(); i++) {
      SentSegment sent = s.flight.get(i);
      if (sent.sacked || (sent.lost && !sent.retransmitted)) continue;
      if (!sentBefore(sent)) {
        if (!sent.everRetransmitted && sent.start > s.highestSack) break;
        continue;
      }
      long remaining = sent.sentNanos + rtt + window - now;
      if (remaining <= 0) {
        if (sent.retransmitted) news.lostRetransmission = true;
        if (!sent.lost) s.lostTotal++;
        s.flight.markLost(sent);
      } else {
        timeout = Math.max(timeout, remaining);
      }
    }
    if (timeout == 0) return NEVER;
    long tick = s.config.habits().tick().toNanos();
    return now + ((timeout + tick - 1) / tick + 2) * tick;
  }

  private boolean sentBefore(SentSegment sent) {
    return sent.sentNanos < newestSent || (sent.sentNanos == newestSent && sent.end < newestEnd);
  }

  /** {@return whether a segment has not been out long enough to have timed out} */
  boolean isRecent(SentSegment sent, long now) {
    return rtt > 0 && sent.sentNanos + rtt + reorderingWindow() - now > 0;
  }
}
