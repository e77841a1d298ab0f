package dev.gap.transport;

/**
 * {@code rate: 50 mbps}: sends so that this much arrives, loss compensated, up to twice the rate. It is for those who
 * know their path better than any measurement.
 */
public final class FixedRate implements RateController {
  private static final long TICK_NANOS = 100_000_000;

  private static final long CATCH_UP_NANOS = 10_000_000;
  private static final double MAX_LOSS = 0.5;
  private static final double SMOOTHING = 0.25;

  private final long rate;
  private double loss;

  /** @param bytesPerSecond what is to arrive, at least 1 */
  public FixedRate(long bytesPerSecond) {
    if (bytesPerSecond < 1) throw new IllegalArgumentException("rate must be at least 1 byte a second");
    rate = bytesPerSecond;
  }

  @Override
  public long pacingRate() {
    return (long) (rate / (1 - loss));
  }

  @Override
  public long capacity() {
    return pacingRate();
  }

  @Override
  public long inflightLimit() {
    return UNLIMITED;
  }

  @Override
  public long catchUpNanos() {
    return CATCH_UP_NANOS;
  }

  @Override
  public void onRound(PathRound tick) {
    long resolved = tick.deliveredBytes() + tick.lostBytes();
    if (resolved == 0) return;
    double now = Math.min(MAX_LOSS, (double) tick.lostBytes() / resolved);
    loss += SMOOTHING * (now - loss);
  }

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
