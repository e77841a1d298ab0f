package dev.gap.tcp.engine.congestion;

import dev.gap.tcp.engine.TcpConfig.Algorithm;
import dev.gap.tcp.engine.TcpConfig.SlowStart;

/** CUBIC, RFC 9438: the window is a cubic function of the time since the last reduction. */
final class Cubic implements CongestionControl {
  /** Segments per second cubed, section 5. */
  private static final double C = 0.4;
  private static final double BETA = 0.7;
  /** What keeps it as fair as NewReno with the same reduction, section 4.3. */
  private static final double RENO_ALPHA = 3 * (1 - BETA) / (1 + BETA);

  private final SlowStartExit exit;
  private long epochNanos;
  private boolean epochRuns;
  private double maximum;
  private double origin;
  private double seconds;
  private double estimate;
  private int beforeLoss;

  Cubic(SlowStart slowStart) {
    exit = SlowStartExit.of(slowStart);
  }

  @Override
  public Algorithm algorithm() {
    return Algorithm.CUBIC;
  }

  @Override
  public int thresholdAfterLoss(Cwnd cwnd, int inFlight) {
    int window = cwnd.window();
    beforeLoss = window;
    epochRuns = false;
    exit.reset();
    // section 4.7, fast convergence: a flow that lost before it reached its last maximum makes room
    maximum = window < maximum ? window * (1 + BETA) / 2 : window;
    return Math.max((int) (window * BETA), 2);
  }

  @Override
  public int windowAfterUndo(Cwnd cwnd) {
    return Math.max(cwnd.window(), beforeLoss);
  }

  @Override
  public void onAck(Cwnd cwnd, AckSample sample) {
    if (!sample.windowLimited) return;
    int acked = sample.newlyDelivered;
    if (cwnd.inSlowStart()) {
      if (exit.onAck(sample, cwnd.window())) cwnd.setThreshold(cwnd.window());
      acked = cwnd.slowStart(exit.growth(acked));
      if (acked == 0) return;
    }
    cwnd.add(segmentsPerIncrease(cwnd.window(), acked, sample), acked);
  }

  private int segmentsPerIncrease(int window, int acked, AckSample sample) {
    if (!epochRuns) {
      epochRuns = true;
      epochNanos = sample.nowNanos;
      estimate = window;
      if (window >= maximum) {
        seconds = 0;
        origin = window;
      } else {
        seconds = Math.cbrt((maximum - window) / C);
        origin = maximum;
      }
    }
    double t = (sample.nowNanos - epochNanos + sample.smoothedRttNanos) / 1e9 - seconds;
    double target = Math.clamp(origin + C * t * t * t, window, 1.5 * window);
    double per = target > window ? window / (target - window) : 100.0 * window;
    // section 4.3: where NewReno would be faster, be as fast
    double alpha = estimate >= maximum ? 1 : RENO_ALPHA;
    estimate += alpha * acked / window;
    if (estimate > window) per = Math.min(per, window / (estimate - window));
    return (int) Math.max(2, per);
  }

  @Override
  public void onTimeout() {
    epochRuns = false;
    exit.reset();
  }

  @Override
  public void onIdleEnds(long idleNanos) {
    // section 5.8: time without sending does not count
    if (epochRuns) epochNanos += idleNanos;
  }
}
