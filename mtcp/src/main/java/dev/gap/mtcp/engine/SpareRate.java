package dev.gap.mtcp.engine;

import java.util.concurrent.TimeUnit;

import dev.gap.mtcp.engine.wire.SegmentHeader;

/**
 * What may go into copies: up to half of what the connections leave unused of the path's rate. Who fills the path has none but what was
 * saved before, enough for the end of a transfer; who uses a fifth of it may have everything three times. A path that
 * nobody has filled yet may carry less than is known of it, and then a queue says so: the share begins small, grows fast until a queue
 * is first seen, is halved by each, and comes back slowly.
 *
 * <p>
 * Where less is to be had than a copy of each datagram, there are none: of ten in flight at 5 % loss, every other one with a copy
 * still leaves one in four round trips waiting, and the copies make a queue that all wait in. 1.6 Mbit/s on a path of 2 Mbit/s never filled, 5 %
 * loss and 100 ms, had a median of 1189 ms with what copies it could get, and 520 with none.
 */
final class SpareRate {
  private static final double MOST_SHARE = 0.5;
  private static final double FIRST_SHARE = 0.04;
  private static final double LEAST_SHARE = 1.0 / 64;
  /** In so many seconds the share grows by as much as it is, at first: about as long as a queue takes to be seen. */
  private static final double FIRST_GROWTH_SECONDS = 0.35;
  private static final double GROWTH_SECONDS = 3;
  /** What is sent is averaged over so long. */
  private static final double OWN_SECONDS = 0.25;
  /** How much of the path's time may be saved up. */
  private static final double MOST_SECONDS = 0.05;
  /** With so much saved as copies of so many like it, a datagram has all that it wants. */
  private static final int ENOUGH = 8;
  private static final long FIRST = 2 * SegmentHeader.MAX_DATAGRAM;
  private static final long LEAST = 8 * SegmentHeader.MAX_DATAGRAM;
  private static final long MOST = 24 * SegmentHeader.MAX_DATAGRAM;
  /** Longer than that, and it is full at any rate worth guarding. */
  private static final long MOST_PAUSE = TimeUnit.SECONDS.toNanos(10);
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private double share = FIRST_SHARE;
  private double growthSeconds = FIRST_GROWTH_SECONDS;
  private double most = LEAST;
  private double spare = FIRST;
  private double own;
  /** What was sent sooner than the rate has it. */
  private double ahead;
  private long lastNanos;
  private boolean started;
  private long queuedUntil;

  /**
   * Notes that bytes were sent that are no copy.
   *
   * @param rate what the path is known to carry, in bytes a second
   */
  void onSent(int bytes, long rate, long nowNanos) {
    if (!started) {
      started = true;
      lastNanos = nowNanos;
      queuedUntil = nowNanos;
    }
    double seconds = Math.min(nowNanos - lastNanos, MOST_PAUSE) / NANOS_PER_SECOND;
    lastNanos = nowNanos;
    if (nowNanos - queuedUntil >= 0) share = Math.min(MOST_SHARE, share * (1 + Math.min(1, seconds / growthSeconds)));
    most = Math.clamp(rate * MOST_SECONDS, LEAST, MOST);
    own = own / (1 + seconds / OWN_SECONDS) + bytes / OWN_SECONDS;
    double unused = rate * seconds - ahead - bytes;
    ahead = Math.clamp(-unused, 0, most);
    if (share * (rate - own) >= own) spare = Math.min(most, spare + share * Math.max(0, unused));
  }

  /**
   * Notes that what is sent waits at a bottleneck, which changes once in {@code roundNanos} at most. Until then the share does not
   * grow: with a queue as long as a growing share takes, both would hold each other up.
   */
  void onQueue(long roundNanos, long nowNanos) {
    if (nowNanos - queuedUntil < 0) return;
    queuedUntil = nowNanos + roundNanos;
    growthSeconds = GROWTH_SECONDS;
    share = Math.max(LEAST_SHARE, share / 2);
  }

  /**
   * Takes what copies of a datagram cost.
   *
   * @param wanted how many copies it should have
   * @return how many it may have: the less, the less is left
   */
  int take(int bytes, int wanted) {
    int copies = (int) Math.min(Math.ceil(wanted * Math.min(1, spare / (ENOUGH * bytes))), spare / bytes);
    spare -= (double) copies * bytes;
    return copies;
  }
}
