package dev.gap.tcp.engine.send;

import dev.gap.tcp.engine.TcpConfig;

/**
 * Round-trip time and retransmission timeout: Jacobson and Karels' algorithm as RFC 6298 has it. Like Linux, it lets the
 * variance fall once a round trip only, and, unless the floor is one of the whole timeout, does not let it fall below
 * the least timeout.
 */
public final class RttMeter {
  private static final int MINIMA = 3;
  private static final long MIN_WINDOW_NANOS = 300_000_000_000L / MINIMA;

  private final boolean floorIsWhole;
  private final long initial;
  private final long slop;
  private final long most;
  private long least;
  private long smoothed;
  private long deviation;
  private long deviationMax;
  private long variance;
  private long roundEnd;
  private int backoff;
  private boolean patient;
  private long patientBeyond;
  private long smoothedBefore;
  private long deviationBefore;
  private final long[] minima = new long[MINIMA];
  private long minimaSince;

  public RttMeter(TcpConfig config) {
    TcpConfig.Timing timing = config.timing();
    floorIsWhole = config.habits().rtoFloorIsWhole();
    initial = timing.rtoInitial().toNanos();
    slop = timing.rtoSlop().toNanos();
    most = timing.rtoMax().toNanos();
    least = timing.rtoMin().toNanos();
  }

  /** Sets the least timeout (or variance). */
  public void setLeast(long nanos) { least = nanos; }

  public long leastNanos() {
    return least;
  }

  /** Takes in a sample; {@code sendNext} tells round trips apart. It ends a backoff. */
  public void sample(long nanos, long unacknowledged, long sendNext, long now) {
    long rtt = Math.max(1, nanos);
    long floor = floorIsWhole ? 0 : least;
    if (patient && unacknowledged > patientBeyond) {
      startAnew(Math.max(smoothedBefore, rtt), Math.max(deviationBefore, 2 * rtt), sendNext);
      patient = false;
    } else if (smoothed == 0) {
      startAnew(rtt, 2 * rtt, sendNext);
    } else {
      long error = rtt - smoothed;
      smoothed = Math.max(1, smoothed + error / 8);
      long change = Math.abs(error) - deviation / 4;
      // a round trip that gets shorter says little about the variance
      if (error < 0 && change > 0) change /= 8;
      deviation += change;
      deviationMax = Math.max(deviationMax, deviation);
      variance = Math.max(variance, deviationMax);
      if (unacknowledged > roundEnd) {
        if (deviationMax < variance) variance -= (variance - deviationMax) / 4;
        roundEnd = sendNext;
        deviationMax = floor;
      }
    }
    backoff = 0;
    minimum(rtt, now);
  }

  private void startAnew(long mean, long spread, long sendNext) {
    smoothed = mean;
    deviation = spread;
    variance = Math.max(spread, floorIsWhole ? 0 : least);
    deviationMax = variance;
    roundEnd = sendNext;
  }

  /** A timeout is over, perhaps too soon: what was known before may be needed. */
  void beforeTimeout(long granularity) {
    smoothedBefore = smoothed + 2 * granularity;
    deviationBefore = deviation;
  }

  /**
   * That timeout was a mistake: the first sample of what is sent from now on, beyond {@code sendNext}, counts like the very
   * first, and no less than what was known before it. RFC 4015 section 3.
   */
  void bePatient(long sendNext) {
    patient = true;
    patientBeyond = sendNext;
  }

  /** The least of the last five minutes, in three parts. */
  private void minimum(long rtt, long now) {
    if (minima[0] == 0 || now - minimaSince > MIN_WINDOW_NANOS) {
      minima[2] = minima[1] == 0 ? rtt : minima[1];
      minima[1] = minima[0] == 0 ? rtt : minima[0];
      minima[0] = rtt;
      minimaSince = now;
    }
    minima[0] = Math.min(minima[0], rtt);
  }

  public boolean hasSample() {
    return smoothed != 0;
  }

  public long smoothedNanos() {
    return smoothed;
  }

  /** {@return the mean deviation, RTTVAR} */
  public long deviationNanos() {
    return deviation / 4;
  }

  public long minNanos() {
    return Math.min(minima[0], Math.min(minima[1], minima[2]));
  }

  /** {@return the timeout without backoff} */
  public long baseNanos() {
    if (smoothed == 0) return Math.min(most, initial);
    long timeout = smoothed + Math.max(variance, 1_000_000) + slop;
    return Math.clamp(timeout, Math.min(least, most), most);
  }

  /** {@return the timeout, doubled as often as it was backed off, RFC 6298 section 5.5} */
  public long rtoNanos() {
    long base = baseNanos();
    return backoff >= 32 || base << backoff >>> backoff != base ? most : Math.min(most, base << backoff);
  }

  public void backOff() {
    backoff++;
  }

  public void resetBackoff() {
    backoff = 0;
  }

  public int backoffs() {
    return backoff;
  }
}
