package dev.gap.tcp.engine.congestion;

/**
 * HyStart as Linux has it (Ha and Rhee, 2008): slow start ends at the window at which acknowledgments have come close
 * together for half of the shortest round trip, or at which a round's shortest round trip has grown by an eighth.
 */
final class DelayHyStart implements SlowStartExit {
  private static final int LEAST_WINDOW = 16;
  private static final int SAMPLES = 8;
  private static final long ACK_SPACING = 2_000_000;
  private static final long LEAST_DELAY = 4_000_000;
  private static final long MOST_DELAY = 16_000_000;
  private static final long NONE = Long.MAX_VALUE;

  private long roundEnd = -1;
  private long roundStart;
  private long lastAck;
  private long roundMin = NONE;
  private long least = NONE;
  private int samples;

  @Override
  public boolean onAck(AckSample sample, int window) {
    if (sample.rttNanos <= 0) return false;
    least = Math.min(least, sample.rttNanos);
    if (window < LEAST_WINDOW) return false;
    if (sample.acknowledged > roundEnd) {
      roundEnd = sample.sendNext;
      roundStart = sample.nowNanos;
      lastAck = sample.nowNanos;
      roundMin = NONE;
      samples = 0;
    }
    return isTrain(sample.nowNanos) || isSlower(sample.rttNanos);
  }

  private boolean isTrain(long now) {
    if (now - lastAck > ACK_SPACING) return false;
    lastAck = now;
    return now - roundStart > least / 2;
  }

  private boolean isSlower(long rtt) {
    roundMin = Math.min(roundMin, rtt);
    if (samples < SAMPLES) {
      samples++;
      return false;
    }
    return roundMin > least + Math.clamp(least / 8, LEAST_DELAY, MOST_DELAY);
  }

  @Override
  public int growth(int acked) {
    return acked;
  }

  @Override
  public void reset() {
    roundEnd = -1;
    least = NONE;
  }
}
