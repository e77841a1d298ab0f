package dev.gap.tcp.engine.congestion;

import dev.gap.tcp.engine.TcpConfig.Algorithm;

/**
 * FAST TCP (Wei, Jin, Low, Hegde: IEEE/ACM Transactions on Networking 14(6), 2006): the window moves to where
 * {@code ALPHA} segments of this flow wait in the queues of the path, which it tells from the round-trip time.
 */
final class FastTcp implements CongestionControl {
  /** Segments to keep in the queues. */
  private static final int ALPHA = 20;
  /** How much of each step is taken. */
  private static final double GAMMA = 0.5;

  private long baseNanos = Long.MAX_VALUE;
  private double rtt;
  private long roundEnd = -1;
  private int beforeLoss;

  @Override
  public Algorithm algorithm() {
    return Algorithm.FAST;
  }

  @Override
  public int thresholdAfterLoss(Cwnd cwnd, int inFlight) {
    beforeLoss = cwnd.window();
    return Math.max(cwnd.window() / 2, 2);
  }

  @Override
  public int windowAfterUndo(Cwnd cwnd) {
    return Math.max(cwnd.window(), beforeLoss);
  }

  @Override
  public void onAck(Cwnd cwnd, AckSample sample) {
    if (sample.rttNanos > 0) {
      baseNanos = Math.min(baseNanos, sample.rttNanos);
      // the paper's average: a third of a window, at least a quarter
      double weight = Math.min(3.0 / cwnd.window(), 0.25);
      rtt = rtt == 0 ? sample.rttNanos : rtt + weight * (sample.rttNanos - rtt);
    }
    if (sample.acknowledged < roundEnd || rtt == 0 || !sample.windowLimited) {
      if (cwnd.inSlowStart() && sample.windowLimited && queued(cwnd) < ALPHA) cwnd.slowStart(sample.newlyDelivered);
      return;
    }
    roundEnd = sample.sendNext;
    int window = cwnd.window();
    if (cwnd.inSlowStart()) {
      if (queued(cwnd) < ALPHA) {
        cwnd.slowStart(sample.newlyDelivered);
        return;
      }
      cwnd.setThreshold(window);
    }
    double next = (1 - GAMMA) * window + GAMMA * (baseNanos / rtt * window + ALPHA);
    cwnd.set((int) Math.round(Math.min(2.0 * window, next)));
  }

  private double queued(Cwnd cwnd) {
    return rtt == 0 ? 0 : cwnd.window() * (1 - baseNanos / rtt);
  }

  @Override
  public void onTimeout() {
    rtt = 0;
  }

  @Override
  public void onIdleEnds(long idleNanos) {}
}
