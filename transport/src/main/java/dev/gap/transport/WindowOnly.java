package dev.gap.transport;

/** {@code rate: none}, the seed to the letter: nothing but the peer's window limits what is sent. */
public final class WindowOnly implements RateController {
  @Override
  public long pacingRate() {
    return UNLIMITED;
  }

  @Override
  public long inflightLimit() {
    return UNLIMITED;
  }

  @Override
  public void onRound(PathRound round) {}

  @Override
  public void onRtt(long rttNanos, long nowNanos) {}
}
