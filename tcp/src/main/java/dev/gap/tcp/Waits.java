package dev.gap.tcp;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;

/** How long calls and connections wait. */
final class Waits {
  /** More than that is as good as for ever, and sums with it do not overflow. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private Waits() {}

  /** {@return nanoseconds, those of a hundred years at most} */
  static long nanos(Duration time) {
    return time.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : time.toNanos();
  }

  /**
   * Waits for news, under the lock that they belong to, in a loop.
   *
   * @param nanos at most; {@link Long#MAX_VALUE} for as long as it takes
   * @return what is left of them
   */
  @SuppressWarnings("WaitNotInLoop") // every caller loops
  static long await(Condition news, long nanos) throws InterruptedIOException {
    try {
      if (nanos != Long.MAX_VALUE) return news.awaitNanos(nanos);
      news.await();
      return nanos;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
