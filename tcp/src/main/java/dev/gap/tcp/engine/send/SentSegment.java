package dev.gap.tcp.engine.send;

import dev.gap.tcp.engine.wire.Flags;

/** A segment that was sent and is not acknowledged. Reused. */
final class SentSegment {
  long start;
  long end;
  /** Where that begins which went out together with it for the first time. */
  long burst;
  /** PSH and FIN, which a retransmission carries too. */
  int flags;
  long sentNanos;
  /** Acknowledged selectively. */
  boolean sacked;
  /** Taken for lost, and not sent again since. */
  boolean lost;
  /** Sent again, and that copy is taken to be under way. */
  boolean retransmitted;
  /** Sent again at some time. */
  boolean everRetransmitted;
  /** For samples of the delivery rate: what had been delivered, and when, as it went out. */
  long delivered;
  long deliveredNanos;
  long firstSentNanos;
  boolean applicationLimited;

  void reset(long from, long to, int segmentFlags) {
    start = from;
    end = to;
    burst = from;
    flags = segmentFlags;
    sacked = false;
    lost = false;
    retransmitted = false;
    everRetransmitted = false;
  }

  void copyMarks(SentSegment other) {
    burst = other.burst;
    sentNanos = other.sentNanos;
    sacked = other.sacked;
    lost = other.lost;
    retransmitted = other.retransmitted;
    everRetransmitted = other.everRetransmitted;
    delivered = other.delivered;
    deliveredNanos = other.deliveredNanos;
    firstSentNanos = other.firstSentNanos;
    applicationLimited = other.applicationLimited;
  }

  /** {@return bytes of payload: a FIN takes a number, too} */
  int dataLength() {
    return (int) (end - start) - (ends(Flags.FIN) ? 1 : 0);
  }

  boolean ends(int flag) {
    return (flags & flag) != 0;
  }
}
