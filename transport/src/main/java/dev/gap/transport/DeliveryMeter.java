package dev.gap.transport;

import org.jspecify.annotations.Nullable;

/** Counts what a path delivers, loses and takes, and sums it up each time enough time has passed. */
public final class DeliveryMeter {
  /** A sender idle for less than this part of the time filled the path as far as can be told. */
  private static final int IDLE_SHARE = 16;

  private long roundStart;
  private boolean inRound;
  private long sent;
  private long delivered;
  private long lost;
  private long minRtt = Long.MAX_VALUE;
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
    minRtt = Math.min(minRtt, rttNanos);
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
   * {@return the measurement that has just ended, or null if less than {@code tickNanos} have passed or nothing has arrived;
   * the next one begins}
   */
  public @Nullable PathRound pollRound(long tickNanos, long nowNanos) {
    if (!inRound || delivered == 0 || nowNanos - roundStart < Math.max(1, tickNanos)) return null;
    boolean stillIdle = idle;
    endIdle(nowNanos);
    long duration = nowNanos - roundStart;
    PathRound round = new PathRound(nowNanos, duration, sent, delivered, Math.max(0, lost), minRtt,
        idleNanos > duration / IDLE_SHARE);
    idle = stillIdle;
    idleSince = nowNanos;
    idleNanos = 0;
    roundStart = nowNanos;
    sent = 0;
    delivered = 0;
    lost = Math.min(0, lost);
    minRtt = Long.MAX_VALUE;
    return round;
  }

  /** Begins anew: after an outage the counts so far say nothing about the path. */
  public void restart() {
    inRound = false;
    sent = 0;
    delivered = 0;
    lost = 0;
    minRtt = Long.MAX_VALUE;
    idle = false;
    idleNanos = 0;
  }
}
