package dev.gap.mtcp.engine;

import java.util.concurrent.TimeUnit;

/**
 * How many segments a connection may hold for its application: fixed, or growing with the path up to a bound. It grows when
 * what arrives in a round trip, together with what waits for missing segments, comes near it, and the application keeps up:
 * so much is earned. That doubles each round trip, and a path of 1 Gbit/s and 300 ms would be full after eight. A first run of
 * segments tells sooner: they arrive as fast as the path delivers, and the application reads as fast or does not. So what is
 * needed at that rate is lent, until the application falls behind.
 */
final class ReceiveWindow {
  /** Towards the original, whose senders fill any window at once, it starts where theirs does. */
  private static final int INITIAL = 256;
  /** A gap peer paces what it sends, so it may be given room before it asks. */
  private static final int INITIAL_FOR_GAP = 4096;
  /** So many that arrive in a row show how fast a path delivers; an application that keeps up has read most of them. */
  private static final int RUN = 384;
  private static final int RUN_UNREAD = RUN / 4;
  /** After such a part of a round trip without an arrival a new one begins. */
  private static final int RUN_PAUSE = 16;
  /** What arrives in a round trip, and as much again for what is sent again. */
  private static final int RUN_ROUNDS = 2;
  /** So much larger does it become within a round trip at most. */
  private static final int MOST_STEP = 8;
  private static final long DEFAULT_ROUND = TimeUnit.MILLISECONDS.toNanos(100);

  private WindowPolicy policy;
  private int earned;
  private int lent;
  private boolean pacedPeer;
  private long roundNanos = DEFAULT_ROUND;
  private long roundStart;
  private int arrivals;
  private boolean slowReader;
  private long runStart;
  private long lastArrival;
  private int run;
  private long lentAt;

  ReceiveWindow(WindowPolicy policy) {
    this.policy = policy;
    earned = initial(policy, INITIAL);
  }

  private static int initial(WindowPolicy policy, int start) {
    return switch (policy) {
      case WindowPolicy.Fixed(int segments) -> segments;
      case WindowPolicy.Auto(int most) -> Math.min(start, most);
    };
  }

  int limit() {
    return Math.max(earned, lent);
  }

  /** Replaces the policy; a fixed window holds at once. */
  void setPolicy(WindowPolicy newPolicy) {
    policy = newPolicy;
    earned = initial(newPolicy, newPolicy instanceof WindowPolicy.Auto ? limit() : 0);
    lent = 0;
  }

  /** Notes that the peer is a gap peer. */
  void onGapPeer() {
    pacedPeer = true;
    earned = Math.max(earned, initial(policy, INITIAL_FOR_GAP));
  }

  /** Notes the least round-trip time of the path. */
  void onMinRtt(long minRttNanos) {
    roundNanos = Math.max(TimeUnit.MILLISECONDS.toNanos(1), minRttNanos);
  }

  /**
   * Notes a new segment.
   *
   * @param unread segments in order that the application has not read
   * @param waiting segments between the next expected and the highest that has arrived
   */
  void onArrival(long unread, long waiting, long nowNanos) {
    if (!(policy instanceof WindowPolicy.Auto(int most))) return;
    arrivals++;
    if (unread > earned / 4) {
      slowReader = true;
      lent = 0;
    }
    // the original keeps any window full: waiting segments then say only that it floods
    long needed = arrivals + (pacedPeer ? waiting : 0);
    if (needed >= earned / 2 && !slowReader && earned < most) {
      earned = (int) Math.min(most, 2L * earned);
      startRound(nowNanos);
    } else if (nowNanos - roundStart >= roundNanos) {
      startRound(nowNanos);
    }
    if (pacedPeer) measureRun(unread, most, nowNanos);
  }

  private void measureRun(long unread, int most, long nowNanos) {
    if (run == 0 || nowNanos - lastArrival > roundNanos / RUN_PAUSE) {
      run = 0;
      runStart = nowNanos;
    }
    lastArrival = nowNanos;
    if (run++ < RUN) return;
    run = 0;
    double needed = RUN_ROUNDS * RUN * (double) roundNanos / Math.max(1, nowNanos - runStart);
    boolean recently = lent > 0 && nowNanos - lentAt < roundNanos;
    if (unread > RUN_UNREAD || needed <= limit() || recently) return;
    lent = (int) Math.min(Math.min(most, (double) MOST_STEP * limit()), needed);
    lentAt = nowNanos;
  }

  private void startRound(long nowNanos) {
    roundStart = nowNanos;
    arrivals = 0;
    slowReader = false;
  }
}
