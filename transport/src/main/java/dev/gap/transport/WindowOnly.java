package dev.gap.transport;

/** {@code rate: none}, the seed to the letter: nothing but the peer's window limits what is sent. */
public final class WindowOnly implements RateController {
  private static final long TICK_NANOS = 100_000_000;

  @Override
  public long pacingRate() {
    return UNLIMITED;
  }

  @Override
  public long capacity() {
    return UNLIMITED;
  }

  @Override
  public long inflightLimit() {
    return UNLIMITED;
  }

  @Override
  public long catchUpNanos() {
    return 0;
  }

  @Override
  public void onRound(PathRound tick) {}

  @Override
  public void onDelivered(int bytes, long sentNanos, boolean overtaken, AckClock clock) {}

  @Override
  public void onLost(int bytes, long sentNanos, long nowNanos) {}

  @Override
  public void onSpuriousLoss(int bytes, long sentNanos) {}

  @Override
  public long earliestNanos() {
    return 0;
  }

  @Override
  public long tickNanos() {
    return TICK_NANOS;
  }

  @Override
  public void onRtt(long rttNanos, long nowNanos) {}
}
