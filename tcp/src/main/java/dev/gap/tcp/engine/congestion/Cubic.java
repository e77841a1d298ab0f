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

  /** Segments acknowledged for one that the window grows by as long as nothing was lost. */
  private static final int FIRST_GROWTH = 20;
  private static final long LOOK_NANOS = 1_000_000_000 / 32;

  private final SlowStartExit exit;
  private long epochNanos;
  private boolean epochRuns;
  private double maximum;
  private double origin;
  private double seconds;
  private double estimate;
  private int beforeLoss;
  private int lookedAt;
  private long lookedNanos;
  private int perIncrease;

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
    if (!epochRuns) begin(window, sample.nowNanos);
    // section 4.3: where NewReno would be faster, be as fast
    double alpha = estimate >= beforeLoss ? 1 : RENO_ALPHA;
    estimate += alpha * acked / window;
    // as on Linux, which spares itself the work: the same window is looked at 32 times a second at most
    if (window == lookedAt && sample.nowNanos - lookedNanos <= LOOK_NANOS) return perIncrease;
    lookedAt = window;
    lookedNanos = sample.nowNanos;
    // the least round-trip time, as Linux: the queue that its own window makes does not make it grow faster
    double t = (sample.nowNanos - epochNanos + sample.minRttNanos) / 1e9 - seconds;
    double target = Math.clamp(Math.floor(origin + C * t * t * t), window, 1.5 * window);
    double per = target > window ? window / (target - window) : 100.0 * window;
    // the curve is flat at its start, where without a loss so far nothing says that it is near its end
    if (maximum == 0) per = Math.min(per, FIRST_GROWTH);
    double ahead = Math.floor(estimate) - window;
    if (ahead > 0) per = Math.min(per, window / ahead);
    perIncrease = (int) Math.max(2, per);
    return perIncrease;
  }

  private void begin(int window, long now) {
    epochRuns = true;
    epochNanos = now;
    lookedAt = 0;
    estimate = window;
    if (window >= maximum) {
      seconds = 0;
      origin = window;
    } else {
      seconds = Math.cbrt((maximum - window) / C);
      origin = maximum;
    }
  }

  @Override
  public void onTimeout() {
    // section 4.8: what was reached before counts no more, the curve begins where slow start ends
    epochRuns = false;
    maximum = 0;
    exit.reset();
  }

  @Override
  public void onIdleEnds(long idleNanos) {
    // section 5.8: time without sending does not count
    if (epochRuns) epochNanos += idleNanos;
  }
}
