package dev.gap.transport;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * When acknowledgments were sent, by the clock of their sender. One that overtook others, or was held up, tells the truth about what had
 * arrived when it was sent, and only then: taken at the time when it would have come by the usual way, it measures the way there and
 * nothing else. The clock may stand anywhere, and may be set: the usual way takes as long as the middle of the last few.
 */
public final class AckClock {
  private static final int KEPT = 32;
  private static final int ENOUGH = 5;
  /** Of two that differ very much one has overtaken others: the one that came sooner. */
  private static final int FEW = 2;
  private static final int MUCH_SHARE = 4;
  private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
  /** What differs by less is the clock's grain, and waiting at both hosts. */
  private static final long LEAST_DEVIATION = 2 * MILLISECOND;
  private static final int LEAST_DEVIATION_SHARE = 32;
  /** A clock of milliseconds says nothing about shorter ones. */
  private static final long SHORT_PATH = 8 * MILLISECOND;

  private final long[] latest = new long[KEPT];
  private final long[] sorted = new long[KEPT];
  private int count;
  private int slot;
  private long clockMillis;
  private long firstDelay;
  private long nowNanos;
  private long usualNanos;
  private long spacedNanos;
  private boolean overtaking;

  /**
   * Takes in one acknowledgment.
   *
   * @param timestamp its sender's clock in milliseconds when it was sent, modulo 2^32
   * @param smoothedRttNanos the path's usual round trip: nothing is held up for longer, and the clock was set
   */
  public void take(int timestamp, long smoothedRttNanos, long now) {
    clockMillis = count == 0 ? timestamp : Seq32.unwrap(timestamp, clockMillis);
    long delay = now - clockMillis * MILLISECOND;
    if (count == 0) firstDelay = delay;
    add(delay);
    nowNanos = now;
    spacedNanos = now - delay + firstDelay;
    long deviation = sorted[count / 2] - delay;
    long least = Math.max(LEAST_DEVIATION, smoothedRttNanos / LEAST_DEVIATION_SHARE);
    boolean usual = count < ENOUGH || smoothedRttNanos < SHORT_PATH || Math.abs(deviation) < least
        || Math.abs(deviation) > smoothedRttNanos;
    usualNanos = usual ? now : now + deviation;
    overtaking = count >= FEW && smoothedRttNanos >= SHORT_PATH && deviation >= smoothedRttNanos / MUCH_SHARE;
  }

  private void add(long delay) {
    int n = count;
    if (n == KEPT) {
      int old = Arrays.binarySearch(sorted, 0, n, latest[slot]);
      System.arraycopy(sorted, old + 1, sorted, old, n - old - 1);
      n--;
    }
    latest[slot] = delay;
    slot = (slot + 1) % KEPT;
    int found = Arrays.binarySearch(sorted, 0, n, delay);
    int at = found < 0 ? -found - 1 : found;
    System.arraycopy(sorted, at, sorted, at + 1, n - at);
    sorted[at] = delay;
    count = n + 1;
  }

  /** {@return when it came} */
  public long nowNanos() {
    return nowNanos;
  }

  /** {@return when it would have come by the usual way} */
  public long usualNanos() {
    return usualNanos;
  }

  /** {@return when it would have come if all took as long as the first: a millisecond too early at most} */
  public long spacedNanos() {
    return spacedNanos;
  }

  /**
   * {@return whether it came sooner than usual by a good part of a round trip} Then it told at once what the others were to tell one by
   * one, and how what it reports was spaced cannot be known any more.
   */
  public boolean isOvertaking() { return overtaking; }

  /** Forgets all: what comes now takes another way. */
  public void clear() {
    count = 0;
    slot = 0;
  }
}
