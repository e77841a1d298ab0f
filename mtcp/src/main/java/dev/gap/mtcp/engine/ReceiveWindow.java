package dev.gap.mtcp.engine;

import java.util.concurrent.TimeUnit;

/**
 * How many segments a connection may hold for its application: fixed, or growing with the path up to a bound. It grows when
 * what arrives in a round trip, together with what waits for missing segments, comes near it, and the application keeps up.
 */
final class ReceiveWindow {
  /** Towards the original, whose senders fill any window at once, it starts where theirs does. */
  private static final int INITIAL = 256;
  /** A gap peer paces what it sends, so it may be given room before it asks. */
  private static final int INITIAL_FOR_GAP = 4096;
  private static final long DEFAULT_ROUND = TimeUnit.MILLISECONDS.toNanos(100);

  private WindowPolicy policy;
  private int limit;
  private boolean pacedPeer;
  private long roundNanos = DEFAULT_ROUND;
  private long roundStart;
  private int arrivals;
  private boolean slowReader;

  ReceiveWindow(WindowPolicy policy) {
    this.policy = policy;
    limit = initial(policy, INITIAL);
  }

  private static int initial(WindowPolicy policy, int start) {
    return switch (policy) {
      case WindowPolicy.Fixed(int segments) -> segments;
      case WindowPolicy.Auto(int most) -> Math.min(start, most);
    };
  }

  int limit() {
    return limit;
  }

  /** Replaces the policy; a fixed window holds at once. */
  void setPolicy(WindowPolicy newPolicy) {
    policy = newPolicy;
    limit = initial(newPolicy, newPolicy instanceof WindowPolicy.Auto ? limit : 0);
  }

  /** Notes that the peer is a gap peer. */
  void onGapPeer() {
    pacedPeer = true;
    limit = Math.max(limit, initial(policy, INITIAL_FOR_GAP));
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
    slowReader |= unread > limit / 4;
    // the original keeps any window full: waiting segments then say only that it floods
    long needed = arrivals + (pacedPeer ? waiting : 0);
    if (needed >= limit / 2 && !slowReader && limit < most) {
      limit = (int) Math.min(most, 2L * limit);
      startRound(nowNanos);
    } else if (nowNanos - roundStart >= roundNanos) {
      startRound(nowNanos);
    }
  }

  private void startRound(long nowNanos) {
    roundStart = nowNanos;
    arrivals = 0;
    slowReader = false;
  }
}
