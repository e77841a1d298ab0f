package dev.gap.tcp.engine.send;

/** Whether the window is what limits the sender. One that is not used does not grow, and decays: RFC 2861, RFC 7661. */
final class WindowUse {
  private final SendState s;
  private boolean limited;
  private int most;
  private long round = Long.MIN_VALUE;
  private int used;
  private long stampNanos;

  WindowUse(SendState state) {
    s = state;
  }

  /** The window holds something back. */
  void onLimited() {
    note(true);
  }

  /** Something went out. */
  void onSent(long now) {
    note(s.inFlight() >= s.cwnd.window());
    if (isLimited()) {
      used = 0;
      stampNanos = now;
      return;
    }
    used = Math.max(used, s.flight.size());
    boolean decays = s.config.congestion().restartAfterIdle() && !s.control.isModel();
    if (decays && now - stampNanos >= s.rtt.rtoNanos()) decay(now);
  }

  private void note(boolean limits) {
    if (s.una < round && !limits && (limited || s.flight.size() <= most)) return;
    limited = limits;
    most = s.flight.size();
    round = s.next;
  }

  /** RFC 2861 section 3.2: halfway to what was used. */
  private void decay(long now) {
    if (s.state == CaState.OPEN) {
      int kept = Math.max(used, s.config.congestion().initialWindow());
      if (kept < s.cwnd.window()) {
        s.cwnd.setThreshold(s.currentThreshold());
        s.cwnd.set((s.cwnd.window() + kept) / 2);
      }
      used = 0;
    }
    stampNanos = now;
  }

  boolean isLimited() {
    if (limited) return true;
    return s.cwnd.inSlowStart() && s.cwnd.window() < 2 * most;
  }

  /** Data is to go out and nothing is in flight: half of the window is forgotten each timeout, RFC 2861 section 3.1. */
  void checkIdle(long now, long lastSentNanos) {
    long idle = now - lastSentNanos;
    if (lastSentNanos == 0 || idle <= 0) return;
    s.control.onIdleEnds(idle);
    long rto = s.rtt.baseNanos();
    if (!s.config.congestion().restartAfterIdle() || s.control.isModel() || idle <= rto) return;
    int window = s.cwnd.window();
    int restart = Math.min(s.config.congestion().initialWindow(), window);
    s.cwnd.setThreshold(s.currentThreshold());
    for (long left = idle - rto; left > 0 && window > restart; left -= rto)
      window >>= 1;
    s.cwnd.set(Math.max(window, restart));
    stampNanos = now;
    used = 0;
  }

  /** The application has less to send than the window lets through: samples of the rate are to know. */
  void checkApplicationLimit(int unsent) {
    boolean idle = unsent < s.mss && s.inFlight() < s.cwnd.window() && s.flight.lost() <= s.flight.retransmitted();
    if (idle) s.limitedUntil = Math.max(1, s.delivered + s.inFlight());
  }
}
