package dev.gap.transport;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/** Counts what a path delivers, loses and takes, and sums it up each time enough time has passed. */
public final class DeliveryMeter {
  /** A sender idle for less than this part of the time filled the path as far as can be told. */
  private static final int IDLE_SHARE = 16;

  private static final int ENOUGH_DATAGRAMS = 16;
  private static final int MOST_TICKS = 4;
  private static final int MOST_ACKNOWLEDGMENTS = 64;
  /** The median of fewer would be that of the odd ones: those before count too. */
  private static final int ENOUGH_ACKNOWLEDGMENTS = 8;
  /** Of a normal distribution: its standard deviation over its median deviation, times that of a median over a mean's. */
  private static final double MEDIAN_ERROR = 1.48 * 1.25;

  private long roundStart;
  private boolean inRound;
  private long sent;
  private long delivered;
  private long lost;
  private int datagrams;
  private final EarlyArrivals early = new EarlyArrivals();
  private final long[] roundTrips = new long[MOST_ACKNOWLEDGMENTS];
  private final long[] sorted = new long[MOST_ACKNOWLEDGMENTS];
  private long kept;
  private int acknowledgments;
  private boolean idle;
  private long idleSince;
  private long idleNanos;

  /** Records that a datagram was sent. */
  public void onSent(int bytes, long nowNanos) {
    if (!inRound) {
      inRound = true;
      roundStart = nowNanos;
    }
    endIdle(nowNanos);
    sent += bytes;
  }

  /**
   * Records that a datagram has arrived.
   *
   * @param dueNanos when the path's round trip had passed since it was sent: if that is yet to come, it counts then
   */
  public void onDelivered(int bytes, long dueNanos, long nowNanos) {
    datagrams++;
    if (dueNanos - nowNanos <= 0 || !early.add(bytes, dueNanos, nowNanos)) delivered += bytes;
  }

  /**
   * Records one acknowledgment: what round trip the datagrams speak of that it first reports. On a path of varying delay
   * the oldest of many is older than that of few, so it is one that does not depend on how many they are.
   */
  public void onAcknowledgment(long rttNanos) {
    roundTrips[(int) (kept++ % MOST_ACKNOWLEDGMENTS)] = rttNanos;
    acknowledgments++;
  }

  /** Records that a datagram was taken for lost. */
  public void onLost(int bytes) {
    lost += bytes;
  }

  /** Records that a datagram taken for lost had arrived after all. */
  public void onSpuriousLoss(int bytes) {
    lost -= bytes;
  }

  /** Records that from now on the sender could send more, but has nothing to send or no window to send it in. */
  public void onIdle(long nowNanos) {
    if (idle) return;
    idle = true;
    idleSince = nowNanos;
  }

  private void endIdle(long nowNanos) {
    if (!idle) return;
    idle = false;
    idleNanos += nowNanos - Math.max(idleSince, roundStart);
  }

  /**
   * {@return the measurement that has just ended, or null if less than {@code tickNanos} have passed, or little has arrived in
   * up to four times that; the next one begins}
   */
  public @Nullable PathRound pollRound(long tickNanos, long nowNanos) {
    long age = nowNanos - roundStart;
    delivered += early.take(nowNanos);
    if (!inRound || delivered == 0 || age < Math.max(1, tickNanos)) return null;
    if (datagrams < ENOUGH_DATAGRAMS && age < MOST_TICKS * tickNanos) return null;
    boolean stillIdle = idle;
    endIdle(nowNanos);
    long duration = nowNanos - roundStart;
    long rtt = medianOfRoundTrips();
    PathRound round = new PathRound(nowNanos, duration, sent, delivered, Math.max(0, lost), rtt,
        acknowledgments, errorOf(rtt), idleNanos > duration / IDLE_SHARE);
    idle = stillIdle;
    idleSince = nowNanos;
    idleNanos = 0;
    roundStart = nowNanos;
    sent = 0;
    delivered = 0;
    lost = Math.min(0, lost);
    datagrams = 0;
    acknowledgments = 0;
    return round;
  }

  private long medianOfRoundTrips() {
    if (acknowledgments == 0) return Long.MAX_VALUE;
    int n = sampleSize();
    for (int i = 0; i < n; i++)
      sorted[i] = roundTrips[(int) ((kept - 1 - i) % MOST_ACKNOWLEDGMENTS)];
    Arrays.sort(sorted, 0, n);
    return sorted[n / 2];
  }

  private int sampleSize() {
    return (int) Math.min(Math.clamp(acknowledgments, ENOUGH_ACKNOWLEDGMENTS, MOST_ACKNOWLEDGMENTS), kept);
  }

  /** The standard error of the median, told from the median deviation: outliers say nothing. */
  private long errorOf(long median) {
    int n = sampleSize();
    if (acknowledgments == 0 || n < 2) return 0;
    for (int i = 0; i < n; i++)
      sorted[i] = Math.abs(sorted[i] - median);
    Arrays.sort(sorted, 0, n);
    return (long) (MEDIAN_ERROR * sorted[n / 2] / Math.sqrt(n));
  }

  /** Begins anew: after an outage the counts so far say nothing about the path. */
  public void restart() {
    inRound = false;
    early.clear();
    sent = 0;
    delivered = 0;
    lost = 0;
    datagrams = 0;
    acknowledgments = 0;
    kept = 0;
    idle = false;
    idleNanos = 0;
  }
}
