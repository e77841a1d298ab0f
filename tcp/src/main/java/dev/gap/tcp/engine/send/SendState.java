package dev.gap.tcp.engine.send;

import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.TcpConfig.Repair;
import dev.gap.tcp.engine.congestion.CongestionControl;
import dev.gap.tcp.engine.congestion.Cwnd;

/**
 * What the mechanisms of a sender share: the send sequence variables (RFC 9293 section 3.3.1), what is in flight, and
 * where loss recovery stands. Sequence numbers are unwrapped: they wrap on the wire only.
 */
final class SendState {
  final TcpConfig config;
  final Flight flight = new Flight();
  final RttMeter rtt;
  final Cwnd cwnd;
  CongestionControl control;

  long una;
  long next;
  long window;
  long largestWindow;
  long windowSequence;
  long windowAck;
  int mss;
  boolean sack;
  boolean ecn;
  /** Reductions are told with CWR, RFC 3168 section 6.1.2; an accurate counter needs no such word. */
  boolean tellsReduction;
  /** CWR is to go out with the next new data. */
  boolean announceReduction;

  CaState state = CaState.OPEN;
  /** Where the recovery under way, or what is like it, ends. */
  long high;
  /** Duplicate acknowledgments, where there is no SACK. */
  int renoSacked;
  int reordering;
  boolean reorderingSeen;
  /** The end of the highest segment acknowledged selectively. */
  long highestSack;
  int retransmits;
  long retransmitStamp;
  boolean hasRetransmitStamp;
  int retransmitTimestamp;

  long undoMarker = -1;
  int undoRetransmits;
  int priorThreshold;
  int priorWindow;
  int prrDelivered;
  int prrOut;
  /** RescueRxt of RFC 6675 section 2. */
  long rescued = -1;

  long probeHigh = -1;
  boolean probeIsRetransmission;
  boolean frto;

  long delivered;
  long deliveredNanos;
  long firstSentNanos;
  long limitedUntil;
  long lastSentNanos;
  int lostTotal;
  int retransmittedTotal;
  final BusyTimes times = new BusyTimes();
  final SizeProbe sizeProbe = new SizeProbe();
  /** An application has found no room in the buffer. */
  boolean starved;
  long bytesSent;
  long bytesSentAgain;
  long segmentsSent;
  /** What the application allows, in bytes a second. */
  long maxRate = CongestionControl.UNLIMITED;
  long segmentsDoubled;
  int reorderings;

  SendState(TcpConfig config, CongestionControl control, long iss) {
    this.config = config;
    this.control = control;
    rtt = new RttMeter(config);
    cwnd = new Cwnd(config.congestion().initialWindow());
    reordering = config.loss().reordering();
    una = iss;
    next = iss;
  }

  int inFlight() {
    boolean forward = config.loss().repair() == Repair.FORWARD && state == CaState.RECOVERY && flight.sacked() > 0;
    if (forward) return flight.size() - flight.indexOf(highestSack) + flight.retransmitted();
    return flight.inFlight(renoSacked);
  }

  int sacked() {
    return flight.sacked() + renoSacked;
  }

  int leftOut() {
    return sacked() + flight.lost();
  }

  boolean isReducing() { return state == CaState.CWR || state == CaState.RECOVERY; }

  /** {@return the threshold to come back to: that of a window that was in congestion avoidance counts for more} */
  int currentThreshold() {
    if (isReducing()) return cwnd.threshold();
    int window = cwnd.window();
    return Math.max(cwnd.threshold(), (window >> 1) + (window >> 2));
  }

  boolean anyRetransmission() {
    if (flight.retransmitted() > 0) return true;
    return !flight.isEmpty() && flight.get(0).everRetransmitted;
  }
}
