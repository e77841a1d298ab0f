package dev.gap.tcp.engine.congestion;

/** What one acknowledgment tells about the path. Reused. */
public final class AckSample {
  /** Segments acknowledged for the first time, selectively or cumulatively. */
  public int newlyDelivered;
  /** Segments newly taken for lost. */
  public int newlyLost;
  /** Segments in flight before and after. */
  public int inFlightBefore;
  public int inFlight;
  /** Round-trip time of the newest segment acknowledged, -1 if none can be told. */
  public long rttNanos = -1;
  /** Bytes a second that were delivered between a segment's sending and its acknowledgment, 0 if none can be told. */
  public long deliveryRate;
  /** Segments delivered before that segment was sent: tells round trips apart. */
  public long priorDelivered;
  public long totalDelivered;
  /** Whether the application had nothing to send then. */
  public boolean applicationLimited;
  /** Whether the sender used all of its window. */
  public boolean windowLimited;
  public boolean inRecovery;
  public long nowNanos;
  public long smoothedRttNanos;
  public long minRttNanos;
  public int mss;
  /** Sequence numbers, for rounds. */
  public long acknowledged;
  public long sendNext;
}
