package dev.gap.transport;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/** Counts what a path delivers, loses and takes, and sums it up each time enough time has passed. */
public final class DeliveryMeter {
  /** A sender idle for less than this part of the time filled the path as far as can be told. */
  private static final int IDLE_SHARE = 16;

  private static final int ENOUGH_SAMPLES = 16;
  private static final int MOST_TICKS = 4;
  private static final int MOST_ACKNOWLEDGMENTS = 64;
  /** Of a normal distribution: its standard deviation over its median deviation, times that of a median over a mean's. */
  private static final double MEDIAN_ERROR = 1.48 * 1.25;

  private long roundStart;
  private boolean inRound;
  private long sent;
  private long delivered;
  private long lost;
  private int rttCount;
  private final long[] roundTrips = new long[MOST_ACKNOWLEDGMENTS];
  private long rttSum;
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

  /** Records that a datagram has arrived. */
  public void onDelivered(int bytes) {
    delivered += bytes;
  }

  /** Records a sample of the round-trip time. */
  public void onRtt(long rttNanos) {
    rttSum += rttNanos;
    rttCount++;
  }

  /**
   * Records one acknowledgment: how long ago the oldest was sent of the datagrams that it first reports. Where
   * acknowledgments overtake others, the younger ones that it reports are no measure of the path.
   */
  public void onAcknowledgment(long oldestNanos) {
    if (acknowledgments < MOST_ACKNOWLEDGMENTS) roundTrips[acknowledgments++] = oldestNanos;
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
    if (!inRound || delivered == 0 || age < Math.max(1, tickNanos)) return null;
    if (rttCount < ENOUGH_SAMPLES && age < MOST_TICKS * tickNanos) return null;
    boolean stillIdle = idle;
    endIdle(nowNanos);
    long duration = nowNanos - roundStart;
    long rtt = rttCount == 0 ? Long.MAX_VALUE : rttSum / rttCount;
    PathRound round = new PathRound(nowNanos, duration, sent, delivered, Math.max(0, lost), rtt, rttCount,
        errorOf(medianOfRoundTrips()), idleNanos > duration / IDLE_SHARE);
    idle = stillIdle;
    idleSince = nowNanos;
    idleNanos = 0;
    roundStart = nowNanos;
    sent = 0;
    delivered = 0;
    lost = Math.min(0, lost);
    rttSum = 0;
    rttCount = 0;
    acknowledgments = 0;
    return round;
  }

  private long medianOfRoundTrips() {
    if (acknowledgments == 0) return Long.MAX_VALUE;
    Arrays.sort(roundTrips, 0, acknowledgments);
    return roundTrips[acknowledgments / 2];
  }

  /** The standard error of the median, told from the median deviation: outliers say nothing. */
  private long errorOf(long median) {
    if (acknowledgments < 2) return 0;
    for (int i = 0; i < acknowledgments; i++)
      roundTrips[i] = Math.abs(roundTrips[i] - median);
    return (long) (MEDIAN_ERROR * medianOfRoundTrips() / Math.sqrt(acknowledgments));
  }

  /** Begins anew: after an outage the counts so far say nothing about the path. */
  public void restart() {
    inRound = false;
    sent = 0;
    delivered = 0;
    lost = 0;
    rttSum = 0;
    rttCount = 0;
    acknowledgments = 0;
    idle = false;
    idleNanos = 0;
  }
}
