package dev.gap.cli.it;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other processes do. */
final class Wait {
  private static final Duration STEP = Duration.ofMillis(20);

  private Wait() {}

  /** {@return how long it took until {@code condition} held} Fails if it takes longer than {@code patience}. */
  static Duration until(String what, Duration patience, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > patience.toNanos())
        throw new AssertionError("waited " + patience.toMillis() + " ms in vain until " + what);
      LockSupport.parkNanos(STEP.toNanos());
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Lets time pass. */
  static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime())
      LockSupport.parkNanos(left);
  }
}
