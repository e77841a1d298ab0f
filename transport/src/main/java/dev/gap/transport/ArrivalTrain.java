package dev.gap.transport;

import java.util.concurrent.TimeUnit;

/**
 * What the spacing of the arrivals of a train of datagrams, sent faster than the path carries, says about the path's rate:
 * the bottleneck spreads them out, so that a single train tells what takes a growing window many round trips to find.
 */
public final class ArrivalTrain {
  private static final int ENOUGH_REPORTS = 3;
  private static final int ENOUGH_DATAGRAMS = 24;
  private static final long DENSE = TimeUnit.MILLISECONDS.toNanos(5);

  private long firstNanos;
  private long firstSent;
  private long lastSent;
  private long lastNanos;
  private int reports;
  private int datagrams;
  private long bytes;
  private double best;

  /**
   * Records that a datagram was reported as arrived; those of one acknowledgment are reported at one time.
   *
   * @param sentNanos when it was sent
   * @param pauseNanos after so long without an arrival a new train begins
   */
  public void onDelivered(int datagramBytes, long sentNanos, long pauseNanos, long nowNanos) {
    if (reports == 0 || nowNanos - lastNanos > pauseNanos) {
      restart();
      firstSent = sentNanos;
      lastSent = sentNanos;
    }
    lastSent = Math.max(lastSent, sentNanos);
    if (reports == 0) {
      firstNanos = nowNanos;
      lastNanos = nowNanos;
      reports = 1;
    } else if (nowNanos != lastNanos) {
      close();
      lastNanos = nowNanos;
      reports++;
    }
    // when the first report's datagrams began to arrive is not known
    if (reports == 1) return;
    datagrams++;
    bytes += datagramBytes;
  }

  /** What was sent no faster than it arrives says how fast it was sent, and nothing about the path. */
  private boolean isDense() {
    return lastSent - firstSent <= Math.max(DENSE, (lastNanos - firstNanos) / 2);
  }

  /** The last report of a train is late: it waited for more. So the best of all counts. */
  private void close() {
    if (reports >= ENOUGH_REPORTS && datagrams >= ENOUGH_DATAGRAMS / 2)
      best = Math.max(best, bytes * 1e9 / (lastNanos - firstNanos));
  }

  /** {@return the rate at which the train arrived, in bytes a second, or 0 if it was too short to tell} */
  public double rate() {
    return datagrams < ENOUGH_DATAGRAMS ? 0 : Math.max(best, bytes * 1e9 / (lastNanos - firstNanos));
  }

  /** {@return how many datagrams of the train have arrived, those of the first report not counted} */
  public int datagrams() {
    return datagrams;
  }

  /** {@return whether {@link #rate} is an estimate, and not just what the path carries at least} */
  public boolean isSpread() {
    return reports >= ENOUGH_REPORTS && datagrams >= ENOUGH_DATAGRAMS && isDense();
  }

  private void restart() {
    reports = 0;
    datagrams = 0;
    bytes = 0;
    best = 0;
  }
}
