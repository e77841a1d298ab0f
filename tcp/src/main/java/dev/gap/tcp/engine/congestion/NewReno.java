package dev.gap.tcp.engine.congestion;

import dev.gap.tcp.engine.TcpConfig.Algorithm;

/** RFC 5681, with appropriate byte counting (RFC 3465) in segments. Its recovery is that of RFC 6582, 6675 and 6937. */
final class NewReno implements CongestionControl {
  private final HyStart hyStart = new HyStart();
  private final boolean useHyStart;
  private final int limit;
  private int beforeLoss;

  NewReno(boolean useHyStart, int byteCountingLimit) {
    this.useHyStart = useHyStart;
    limit = byteCountingLimit;
  }

  @Override
  public Algorithm algorithm() {
    return Algorithm.RENO;
  }

  @Override
  public int thresholdAfterLoss(Cwnd cwnd, int inFlight) {
    beforeLoss = cwnd.window();
    hyStart.reset();
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
      if (useHyStart && hyStart.onAck(sample)) cwnd.setThreshold(cwnd.window());
      int counted = limit > 0 ? Math.min(acked, limit) : acked;
      acked = cwnd.slowStart(useHyStart ? hyStart.growth(counted) : counted);
      if (acked == 0 || limit > 0) return;
    }
    cwnd.add(cwnd.window(), acked);
  }

  @Override
  public void onTimeout() {
    hyStart.reset();
  }

  @Override
  public void onIdleEnds(long idleNanos) {}
}
