package dev.gap.mtcp.engine;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import dev.gap.transport.WindowedMin;

/**
 * Whether what is sent waits somewhere on the path: for a quarter of a second nothing came back as soon as half of what came in better
 * times. Not as soon as the soonest, which may have overtaken the others, or be the age of another transmission: where 2 % skip a delay of
 * 50 ms, all others seemed to wait by that measure, small messages had no copies, and at 10 % loss one in a hundred took 300 ms instead of
 * 150; likewise where the delay varies by 20 ms.
 */
final class StandingQueue {
  private static final long BASE_WINDOW = TimeUnit.SECONDS.toNanos(30);
  private static final long RECENT_WINDOW = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long LEAST = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int SHARE = 16;
  private static final int KEPT = 16;
  private static final int ENOUGH = KEPT / 2;

  /** The least of the medians. */
  private final WindowedMin base = new WindowedMin(BASE_WINDOW);
  private final WindowedMin recent = new WindowedMin(RECENT_WINDOW);
  private final long[] kept = new long[KEPT];
  private final long[] sorted = new long[KEPT];
  private long samples;

  /** Takes in how old, in nanoseconds, the youngest was of what an acknowledgment reports. */
  void onRtt(long ageNanos, long nowNanos) {
    kept[(int) (samples++ % KEPT)] = ageNanos;
    int n = (int) Math.min(samples, KEPT);
    System.arraycopy(kept, 0, sorted, 0, n);
    Arrays.sort(sorted, 0, n);
    long median = sorted[n / 2];
    if (n >= ENOUGH) base.update(median, nowNanos);
    recent.expire(nowNanos);
    // what overtook the others says nothing about their waiting
    if (ageNanos > median / 4 * 3) recent.update(ageNanos, nowNanos);
  }

  /** {@return whether one of more than a sixteenth of the round trip stands, and of more than 5 ms} */
  boolean isThere() {
    if (base.get() == Long.MAX_VALUE || recent.get() == Long.MAX_VALUE) return false;
    return recent.get() - base.get() > Math.max(LEAST, base.get() / SHARE);
  }
}
