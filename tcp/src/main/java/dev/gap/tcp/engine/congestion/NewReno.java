package dev.gap.tcp.engine.congestion;

import dev.gap.tcp.engine.TcpConfig.Algorithm;
import dev.gap.tcp.engine.TcpConfig.SlowStart;

/** RFC 5681, with appropriate byte counting (RFC 3465) in segments. Its recovery is that of RFC 6582, 6675 and 6937. */
final class NewReno implements CongestionControl {
  private final SlowStartExit exit;
  private final int limit;
  private int beforeLoss;

  NewReno(SlowStart slowStart, int byteCountingLimit) {
    exit = SlowStartExit.of(slowStart);
    limit = byteCountingLimit;
  }

  @Override
  public Algorithm algorithm() {
    return Algorithm.RENO;
  }

  @Override
  public int thresholdAfterLoss(Cwnd cwnd, int inFlight) {
    beforeLoss = cwnd.window();
    exit.reset();
    return Math.max(cwnd.window() / 2, 2);
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
      int counted = limit > 0 ? Math.min(acked, limit) : acked;
      acked = cwnd.slowStart(exit.growth(counted));
      if (acked == 0 || limit > 0) return;
    }
    cwnd.add(cwnd.window(), acked);
  }

  @Override
  public void onTimeout() {
    exit.reset();
  }

  @Override
  public void onIdleEnds(long idleNanos) {}
}
