package dev.gap.tcp.engine.congestion;

import dev.gap.tcp.engine.TcpConfig.Algorithm;

/**
 * BBR (draft-cardwell-iccrg-bbr-congestion-control-00): a model of the path, from the most that was delivered of late and
 * the least round-trip time. It paces at that rate and keeps a small multiple of their product in flight.
 */
final class Bbr implements CongestionControl {
  private static final double STARTUP_GAIN = 2.885;
  private static final double[] CYCLE = {1.25, 0.75, 1, 1, 1, 1, 1, 1};
  private static final int RATE_ROUNDS = 10;
  private static final long MIN_RTT_WINDOW = 10_000_000_000L;
  private static final long PROBE_RTT_TIME = 200_000_000L;
  private static final int MIN_WINDOW = 4;
  /** 1.2 and 24 Mbit/s, in bytes a second. */
  private static final long SLOW = 150_000;
  private static final long FAST = 3_000_000;
  private static final int MOST_AT_ONCE = 64 << 10;
  private static final int FULL_ROUNDS = 3;
  private static final double FULL_GROWTH = 1.25;

  private enum Mode {
    STARTUP, DRAIN, PROBE_RATE, PROBE_RTT
  }

  private final long[] roundMaxima = new long[RATE_ROUNDS];
  private Mode mode = Mode.STARTUP;
  private double pacingGain = STARTUP_GAIN;
  private double windowGain = STARTUP_GAIN;
  private long minRtt = Long.MAX_VALUE;
  private long minRttNanos;
  private long round;
  private long nextRoundDelivered;
  private long fullRate;
  private int fullRounds;
  private boolean filled;
  private int cycle = 2;
  private long cycleNanos;
  private long probeRttEnds;
  private int windowBefore;
  private boolean restore;
  private int mss = 1460;
  private long initialRate = UNLIMITED;

  @Override
  public Algorithm algorithm() {
    return Algorithm.BBR;
  }

  @Override
  public boolean isModel() { return true; }

  @Override
  public int thresholdAfterLoss(Cwnd cwnd, int inFlight) {
    windowBefore = mode == Mode.PROBE_RTT || restore ? Math.max(windowBefore, cwnd.window()) : cwnd.window();
    return cwnd.threshold();
  }

  @Override
  public int windowAfterUndo(Cwnd cwnd) {
    return Math.max(cwnd.window(), windowBefore);
  }

  @Override
  public void onAck(Cwnd cwnd, AckSample sample) {
    mss = sample.mss;
    boolean roundStarts = sample.newlyDelivered > 0 && sample.priorDelivered >= nextRoundDelivered;
    if (roundStarts) {
      nextRoundDelivered = sample.totalDelivered;
      round++;
      roundMaxima[(int) (round % RATE_ROUNDS)] = 0;
    }
    int slot = (int) (round % RATE_ROUNDS);
    if (!sample.applicationLimited || sample.deliveryRate > rate())
      roundMaxima[slot] = Math.max(roundMaxima[slot], sample.deliveryRate);
    checkFull(roundStarts, sample);
    updateMode(cwnd, sample);
    updateMinRtt(cwnd, sample);
    setWindow(cwnd, sample);
    if (rate() == 0 && sample.smoothedRttNanos > 0) {
      initialRate = (long) (STARTUP_GAIN * cwnd.window() * mss * 1e9 / sample.smoothedRttNanos);
    }
  }

  private long rate() {
    long most = 0;
    for (long maximum : roundMaxima)
      most = Math.max(most, maximum);
    return most;
  }

  /** What the model wants in flight, section 4.2.3.2: there must be room for what bursts and their acknowledgments hold up. */
  private int target(double gain) {
    if (minRtt == Long.MAX_VALUE || rate() == 0) return 0;
    return (int) Math.ceil(gain * rate() * (minRtt / 1e9) / mss) + 3 * quantum();
  }

  /** {@return how much goes out at once, in segments} Section 4.2.2. */
  private int quantum() {
    long rate = pacingRate();
    if (rate < SLOW) return 1;
    if (rate < FAST) return 2;
    return (int) Math.max(2, Math.min(rate / 1000, MOST_AT_ONCE) / mss);
  }

  private void checkFull(boolean roundStarts, AckSample sample) {
    if (filled || !roundStarts || sample.applicationLimited) return;
    if (rate() >= fullRate * FULL_GROWTH) {
      fullRate = rate();
      fullRounds = 0;
    } else if (++fullRounds >= FULL_ROUNDS) {
      filled = true;
    }
  }

  private void updateMode(Cwnd cwnd, AckSample sample) {
    if (mode == Mode.STARTUP && filled) {
      mode = Mode.DRAIN;
      pacingGain = 1 / STARTUP_GAIN;
      windowGain = STARTUP_GAIN;
      cwnd.setThreshold(target(1));
    }
    if (mode == Mode.DRAIN && sample.inFlight <= target(1)) enterProbeRate(sample);
    if (mode != Mode.PROBE_RATE) return;
    boolean elapsed = sample.nowNanos - cycleNanos > minRtt;
    double gain = CYCLE[cycle];
    boolean next = gain == 1
        ? elapsed
        : gain > 1
            ? elapsed && (sample.newlyLost > 0 || sample.inFlightBefore >= target(gain))
            : elapsed || sample.inFlightBefore <= target(1);
    if (!next) return;
    cycle = (cycle + 1) % CYCLE.length;
    cycleNanos = sample.nowNanos;
    pacingGain = CYCLE[cycle];
  }

  private void enterProbeRate(AckSample sample) {
    mode = Mode.PROBE_RATE;
    windowGain = 2;
    cycle = 2;
    cycleNanos = sample.nowNanos;
    pacingGain = CYCLE[cycle];
  }

  private void updateMinRtt(Cwnd cwnd, AckSample sample) {
    boolean expired = minRtt != Long.MAX_VALUE && sample.nowNanos - minRttNanos > MIN_RTT_WINDOW;
    if (sample.rttNanos > 0 && (sample.rttNanos <= minRtt || expired)) {
      minRtt = sample.rttNanos;
      minRttNanos = sample.nowNanos;
    }
    if (expired && mode != Mode.PROBE_RTT) {
      mode = Mode.PROBE_RTT;
      pacingGain = 1;
      windowGain = 1;
      windowBefore = cwnd.window();
      probeRttEnds = 0;
    }
    if (mode != Mode.PROBE_RTT) return;
    if (probeRttEnds == 0) {
      if (sample.inFlight <= MIN_WINDOW) probeRttEnds = sample.nowNanos + PROBE_RTT_TIME;
    } else if (sample.nowNanos > probeRttEnds) {
      minRttNanos = sample.nowNanos;
      cwnd.set(Math.max(cwnd.window(), windowBefore));
      if (filled) {
        enterProbeRate(sample);
      } else {
        mode = Mode.STARTUP;
        pacingGain = STARTUP_GAIN;
        windowGain = STARTUP_GAIN;
      }
    }
  }

  private void setWindow(Cwnd cwnd, AckSample sample) {
    int window = cwnd.window();
    if (sample.newlyLost > 0 && sample.inRecovery) window = Math.max(window - sample.newlyLost, 1);
    if (sample.inRecovery && !restore) {
      restore = true;
      window = Math.max(sample.inFlight + sample.newlyDelivered, 1);
    } else if (!sample.inRecovery && restore) {
      restore = false;
      window = Math.max(window, windowBefore);
    }
    int target = target(windowGain);
    if (sample.inRecovery) {
      window = Math.max(window, sample.inFlight + sample.newlyDelivered);
    } else if (target > 0 && filled) {
      window = Math.min(window + sample.newlyDelivered, target);
    } else if (target == 0 || window < target || sample.totalDelivered < 20) {
      window += sample.newlyDelivered;
    }
    window = Math.max(window, MIN_WINDOW);
    cwnd.set(mode == Mode.PROBE_RTT ? Math.min(window, MIN_WINDOW) : window);
  }

  @Override
  public long pacingRate() {
    long rate = rate();
    return rate == 0 ? initialRate : Math.max(1, (long) (pacingGain * rate));
  }

  @Override
  public void onTimeout() {
    fullRate = 0;
  }

  @Override
  public void onIdleEnds(long idleNanos) {}
}
