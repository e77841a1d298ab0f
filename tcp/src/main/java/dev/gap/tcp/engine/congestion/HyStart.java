package dev.gap.tcp.engine.congestion;

/**
 * HyStart++, RFC 9406: leaves slow start when the round-trip time grows, by way of a few rounds of conservative slow
 * start, which find out whether that was a mistake.
 */
final class HyStart implements SlowStartExit {
  private static final long MIN_RTT_THRESHOLD = 4_000_000;
  private static final long MAX_RTT_THRESHOLD = 16_000_000;
  private static final int MIN_RTT_DIVISOR = 8;
  private static final int SAMPLES = 8;
  private static final int CSS_GROWTH_DIVISOR = 4;
  private static final int CSS_ROUNDS = 5;
  private static final long NONE = Long.MAX_VALUE;

  private long windowEnd = -1;
  private long lastRoundMin = NONE;
  private long roundMin = NONE;
  private long cssBaseline = NONE;
  private int samples;
  private int cssRounds;
  private boolean css;
  /** Acknowledged segments that the window has not grown by yet. */
  private int rest;

  @Override
  public boolean onAck(AckSample sample, int window) {
    if (sample.acknowledged >= windowEnd) {
      windowEnd = sample.sendNext;
      lastRoundMin = roundMin;
      roundMin = NONE;
      samples = 0;
      if (css && ++cssRounds >= CSS_ROUNDS) return true;
    }
    if (sample.rttNanos > 0) {
      roundMin = Math.min(roundMin, sample.rttNanos);
      samples++;
    }
    if (samples < SAMPLES || roundMin == NONE) return false;
    if (css) {
      if (roundMin < cssBaseline) {
        css = false;
        cssBaseline = NONE;
      }
    } else if (lastRoundMin != NONE) {
      long threshold = Math.clamp(lastRoundMin / MIN_RTT_DIVISOR, MIN_RTT_THRESHOLD, MAX_RTT_THRESHOLD);
      if (roundMin >= lastRoundMin + threshold) {
        css = true;
        cssRounds = 0;
        cssBaseline = roundMin;
      }
    }
    return false;
  }

  @Override
  public int growth(int acked) {
    if (!css) return acked;
    rest += acked;
    int grown = rest / CSS_GROWTH_DIVISOR;
    rest %= CSS_GROWTH_DIVISOR;
    return grown;
  }

  @Override
  public void reset() {
    windowEnd = -1;
    lastRoundMin = NONE;
    roundMin = NONE;
    css = false;
    cssBaseline = NONE;
    samples = 0;
    rest = 0;
  }
}
