package dev.gap.tcp.engine.send;

/**
 * Recovery without rate reduction: the window is the threshold from the start, and what leaves the network lets as much in
 * (RFC 6582 section 3.2, RFC 6675 section 5).
 */
final class PlainReduction {
  private PlainReduction() {}

  /** A reduction begins. */
  static void begin(SendState s) {
    s.cwnd.set(s.cwnd.threshold());
  }

  /** One acknowledgment of it. */
  static void onAck(SendState s) {
    int threshold = s.cwnd.threshold();
    // RFC 6675 section 5 step 4.3: the first retransmission goes out whatever is in flight
    boolean first = s.state == CaState.RECOVERY && s.prrOut == 0;
    s.cwnd.set(first ? Math.max(threshold, s.inFlight() + 1) : threshold);
  }
}
