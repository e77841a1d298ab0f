package dev.gap.tcp.engine.send;

/**
 * A segment of new data that is larger than the others, to find out whether it gets through, and what became of it: RFC 4821
 * sections 7.4 to 7.6 and 10.1. Its size is chosen elsewhere.
 */
final class SizeProbe {
  /** Whether one may go out. */
  enum Chance {
    NOW,
    /** As soon as there is room: nothing else takes it. */
    SOON, NOT_NOW
  }

  private int wanted;
  private long start = -1;
  private long end = -1;
  private ProbeFate fate = ProbeFate.NONE;

  /** Asks for one with so many bytes of payload, 0 for none. */
  void want(int bytes) {
    wanted = bytes;
  }

  int wanted() {
    return wanted;
  }

  boolean isOut() { return start >= 0; }

  long start() {
    return start;
  }

  /**
   * Section 7.4: nothing is lost or out of order, and enough goes out behind it for its loss to be told by duplicate
   * acknowledgments.
   */
  Chance chance(SendState s, SendStream stream) {
    if (wanted <= s.mss || isOut() || s.state != CaState.OPEN || s.leftOut() > 0 || s.announceReduction)
      return Chance.NOT_NOW;
    int behind = s.reordering + 1;
    long needed = wanted + (long) behind * s.mss;
    int segments = (wanted + s.mss - 1) / s.mss;
    if (stream.unsent() < needed || stream.recordEnd() - s.next < wanted || s.window < needed
        || s.cwnd.window() < segments + behind)
      return Chance.NOT_NOW;
    boolean room = s.next + needed <= s.una + s.window && s.inFlight() + segments <= s.cwnd.window();
    return room ? Chance.NOW : Chance.SOON;
  }

  void onSent(long from, long to) {
    wanted = 0;
    start = from;
    end = to;
  }

  void onAcknowledged(long una) {
    if (isOut() && una >= end) settle(ProbeFate.ARRIVED);
  }

  /** It is lost, and all else is not. */
  void onLost() {
    settle(ProbeFate.LOST);
  }

  void onTimeout(long una) {
    if (isOut()) settle(una >= start ? ProbeFate.TIMED_OUT : ProbeFate.UNCLEAR);
  }

  void onSentAgain(long sequence) {
    if (isOut() && sequence >= start && sequence < end) settle(ProbeFate.UNCLEAR);
  }

  private void settle(ProbeFate what) {
    fate = what;
    start = -1;
    end = -1;
  }

  /** {@return what became of it, once} */
  ProbeFate take() {
    ProbeFate was = fate;
    fate = ProbeFate.NONE;
    return was;
  }

  void clear() {
    wanted = 0;
    settle(ProbeFate.NONE);
  }
}
