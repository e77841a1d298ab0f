package dev.gap.tcp.engine.send;

/** What one segment's acknowledgment said, gathered as it is worked through. Reused. */
final class AckNews {
  /** SND.UNA advanced. */
  boolean advanced;
  /** Data was acknowledged for the first time, cumulatively or selectively. */
  boolean delivered;
  /** Something was acknowledged selectively for the first time. */
  boolean sacked;
  /** Data was acknowledged that had never been sent again. */
  boolean originalAcked;
  boolean retransmittedAcked;
  /** The window was changed, or data or SYN came along: no duplicate acknowledgment, RFC 5681 section 2. */
  boolean notDuplicate;
  boolean windowChanged;
  boolean congestionEcho;
  boolean duplicateSack;
  boolean duplicateOfProbe;
  boolean lostRetransmission;
  /** Whether the timer is to start anew. */
  boolean rearm;
  long before;
  /** The end of what was acknowledged selectively before this, SND.UNA if nothing was. */
  long highestBefore;
  int packetsAcked;
  int newlySacked;
  long rttNanos;
  long sackRttNanos;
  int deliveredBefore;
  int lostBefore;
  /** The newest segment acknowledged, for the delivery rate. */
  long sampleSent;
  long sampleDelivered;
  long sampleDeliveredNanos;
  long sampleFirstSent;
  boolean sampleLimited;
  boolean hasSample;
  /** How many duplicate acknowledgments this stands for: zero or one. */
  int duplicates;

  void reset(long una) {
    advanced = false;
    delivered = false;
    sacked = false;
    originalAcked = false;
    retransmittedAcked = false;
    notDuplicate = false;
    windowChanged = false;
    congestionEcho = false;
    duplicateSack = false;
    duplicateOfProbe = false;
    lostRetransmission = false;
    rearm = false;
    before = una;
    packetsAcked = 0;
    newlySacked = 0;
    rttNanos = -1;
    sackRttNanos = -1;
    hasSample = false;
    duplicates = 0;
  }
}
