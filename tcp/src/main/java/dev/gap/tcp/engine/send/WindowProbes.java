package dev.gap.tcp.engine.send;

/** Probes of a window that is closed or too small: the persist timer, RFC 9293 section 3.8.6.1. */
final class WindowProbes {
  private final SendState s;
  private final SendStream stream;
  private final RetransmissionTimer timer;
  private final NewData newData;
  private int sent;
  private boolean due;
  private boolean partialDue;

  WindowProbes(SendState state, SendStream stream, RetransmissionTimer timer, NewData newData) {
    s = state;
    this.stream = stream;
    this.timer = timer;
    this.newData = newData;
  }

  /** {@return how many went out since the peer was heard} */
  int sent() {
    return sent;
  }

  void onHeard() {
    sent = 0;
  }

  /** {@return whether less than a segment is to go out, once} */
  boolean takePartial() {
    boolean was = partialDue;
    partialDue = false;
    return was;
  }

  /** {@return whether an empty segment below the window is to go out, once} */
  boolean take() {
    boolean was = due;
    due = false;
    return was;
  }

  /** Probes a window that is closed or too small, and waits longer for the next, RFC 9293 section 3.8.6.1. */
  void probe(long limit, long now) {
    if (!s.flight.isEmpty() || !stream.hasUnsent()) {
      sent = 0;
      s.rtt.resetBackoff();
      return;
    }
    sent++;
    if (s.next < s.una + s.window) partialDue = true;
    else due = true;
    s.rtt.backOff();
    timer.set(RetransmissionTimer.Kind.PERSIST, Math.min(limit, now + persistNanos()));
  }

  /** Starts the timer if the window holds back what is next, and stops it if not. */
  void check(long now) {
    boolean fits = s.next + Math.min(s.mss, Math.max(1, stream.end() - s.next)) <= s.una + s.window;
    if (fits && !newData.isHeld()) {
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
}
