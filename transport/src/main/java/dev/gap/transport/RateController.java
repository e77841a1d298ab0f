package dev.gap.transport;

/** Decides how fast a path is filled. One serves all connections to a peer. */
public sealed interface RateController permits WindowOnly, FixedRate, AutoRate {
  /** A rate or a limit that does not bind. */
  long UNLIMITED = Long.MAX_VALUE;

  /** {@return the rate to pace at, in bytes a second, or {@link #UNLIMITED}} */
  long pacingRate();

  /** {@return what the path is known to carry, in bytes a second, or {@link #UNLIMITED}; 0 before anything is known} */
  long capacity();

  /** {@return how many bytes may be in flight, or {@link #UNLIMITED}} */
  long inflightLimit();

  /** {@return how much sending time may be made up for at once after the host has stalled, in nanoseconds} */
  long catchUpNanos();

  /** {@return how much time one measurement is to cover} */
  long tickNanos();

  /** {@return how soon after a datagram was sent its arrival may count, in nanoseconds: reports that come sooner are early} */
  long earliestNanos();

  /** Takes in a measurement. */
  void onRound(PathRound tick);

  /**
   * Takes in that a datagram was reported as arrived.
   *
   * @param overtaken whether the report before told of one that was sent later
   * @param clock when it was reported
   */
  void onDelivered(int bytes, long sentNanos, boolean overtaken, AckClock clock);

  /** Takes in that a datagram was taken for lost. */
  void onLost(int bytes, long sentNanos, long nowNanos);

  /** Takes in that a datagram taken for lost had arrived after all, or was on its way. */
  void onSpuriousLoss(int bytes, long sentNanos);

  /** Takes in one sample of the round-trip time, between rounds. */
  void onRtt(long rttNanos, long nowNanos);
}
