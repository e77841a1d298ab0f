package dev.gap.transport;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * What the spacing of the arrivals of a train of datagrams, sent faster than the path carries, says about the path's rate:
 * the bottleneck spreads them out, so that a single train tells what takes a growing window many round trips to find.
 */
public final class ArrivalTrain {
  private static final int ENOUGH_REPORTS = 3;
  private static final int ENOUGH_DATAGRAMS = 24;
  /** Where each was reported by itself, half as many tell as much: a slow path's queue is too short for more. */
  private static final int ENOUGH_APART = 12;
  /** Where a queue overflowed, what came out of it came as fast as the path carries. */
  private static final int ENOUGH_OVERFLOWED = 5;
  private static final int MOST_REPORTS = 64;
  private static final double QUANTILE = 0.75;
  private static final double EVEN = 1.12;
  private static final long DENSE = TimeUnit.MILLISECONDS.toNanos(5);

  private static final long CLOCK_GRAIN = TimeUnit.MILLISECONDS.toNanos(1);

  private final long[] reportedNanos = new long[MOST_REPORTS];
  private final long[] spacedNanos = new long[MOST_REPORTS];
  /** Up to and with each report, those of the first not counted: when they began to arrive is not known. */
  private final long[] bytes = new long[MOST_REPORTS];
  private long firstSent;
  private long lastNanos;
  private int reports;
  private int datagrams;
  private int together;
  private int turned;
  private int lastTurned;
  private boolean overflowed;

  /**
   * Records that a datagram was reported as arrived; those of one acknowledgment are reported at one time.
   *
   * @param sentNanos when it was sent
   * @param overtaken whether the report before told of one that was sent later
   * @param spacedAt when it was reported, by the clock of the host that did, see {@link AckClock#spacedNanos}
   * @param pauseNanos after so long without an arrival a new train begins
   */
  public void onDelivered(int datagramBytes, long sentNanos, boolean overtaken, long pauseNanos, long spacedAt,
      long nowNanos) {
    if (reports == 0 || nowNanos - lastNanos > pauseNanos) {
      begin(sentNanos);
      datagrams = 0;
    }
    lastNanos = nowNanos;
    if (reports > 1 || (reports == 1 && nowNanos != reportedNanos[0])) datagrams++;
    if (!isTogether(sentNanos, nowNanos)) {
      // the first answers of an application, and then, some milliseconds later, all it has to send
      if (together >= ENOUGH_OVERFLOWED) return;
      begin(sentNanos);
    }
    if (reports == 0 || nowNanos != reportedNanos[reports - 1]) {
      if (reports == MOST_REPORTS) return;
      reportedNanos[reports] = nowNanos;
      spacedNanos[reports] = spacedAt;
      bytes[reports] = reports == 0 ? 0 : bytes[reports - 1];
      reports++;
    }
    if (reports == 1) return;
    if (overtaken && lastTurned != reports) {
      lastTurned = reports;
      turned++;
    }
    together++;
    bytes[reports - 1] += datagramBytes;
  }

  private void begin(long sentNanos) {
    firstSent = sentNanos;
    reports = 0;
    together = 0;
    turned = 0;
    lastTurned = 0;
  }

  /** Notes that most of what was sent with the train was lost: it filled the queue of the bottleneck. */
  void onOverflow() {
    overflowed = true;
  }

  /** What was sent no faster than it arrives says how fast it was sent, and nothing about the path: answers let more follow. */
  private boolean isTogether(long sentNanos, long nowNanos) {
    return reports == 0 || sentNanos - firstSent <= Math.max(DENSE, (nowNanos - reportedNanos[0]) / 2);
  }

  /**
   * {@return the rate at which the train arrived, in bytes a second, or 0 if it was too short to tell} It is a high one of those
   * between any two reports that have a good part of the train between them, where these agree: a report that overtook others, or
   * waited for more, spoils those with it only. Where they do not, it is the middle one.
   */
  public double rate() {
    if (!isEnough()) return 0;
    double[] slopes = slopes();
    return slopes[isEven(slopes) ? (int) (slopes.length * QUANTILE) : slopes.length / 2];
  }

  private boolean isEnough() {
    int apart = overflowed ? ENOUGH_OVERFLOWED : ENOUGH_APART;
    return together >= (reports > apart ? apart : ENOUGH_DATAGRAMS);
  }

  /** What a bottleneck spreads is spread evenly and in order, what a path's varying delay does is not. */
  private boolean isEven(double[] slopes) {
    return turned <= reports / 4 && slopes[(int) (slopes.length * QUANTILE)] < EVEN * slopes[slopes.length / 2];
  }

  private double[] slopes() {
    double[] slopes = new double[reports * (reports - 1) / 2];
    int n = 0;
    for (int j = 1; j < reports; j++) {
      for (int i = 0; i < j; i++) {
        if (bytes[j] - bytes[i] >= bytes[reports - 1] / 3)
          slopes[n++] = (bytes[j] - bytes[i]) * 1e9 / apart(i, j);
      }
    }
    double[] sorted = Arrays.copyOf(slopes, n);
    Arrays.sort(sorted);
    return sorted;
  }

  /** By the clock of the host that reports, where that says more: reports that overtook others came too soon. */
  private long apart(int i, int j) {
    return Math.max(reportedNanos[j] - reportedNanos[i], spacedNanos[j] - spacedNanos[i] - CLOCK_GRAIN);
  }

  /** {@return how many datagrams have arrived without a pause, those of the first report not counted} */
  public int datagrams() {
    return datagrams;
  }

  /** {@return whether {@link #rate} is an estimate, and not just what the path carries at least} */
  public boolean isSpread() {
    return reports >= ENOUGH_REPORTS && isEnough() && isEven(slopes());
  }
}
