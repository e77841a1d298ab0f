package dev.gap.transport;

/** Decides how fast a path is filled. One serves all connections to a peer. */
public sealed interface RateController permits WindowOnly, FixedRate, AutoRate {
  /** A rate or a limit that does not bind. */
  long UNLIMITED = Long.MAX_VALUE;

  /** {@return the rate to pace at, in bytes a second, or {@link #UNLIMITED}} */
  long pacingRate();

  /** {@return how many bytes may be in flight, or {@link #UNLIMITED}} */
  long inflightLimit();

  /** Takes in what the last round trip showed. */
  void onRound(PathRound round);

  /** Takes in one sample of the round-trip time, between rounds. */
  void onRtt(long rttNanos, long nowNanos);
}
