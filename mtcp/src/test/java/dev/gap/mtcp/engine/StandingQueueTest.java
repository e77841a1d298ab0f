package dev.gap.mtcp.engine;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class StandingQueueTest {
  private static final long SEED = 5;
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final StandingQueue queue = new StandingQueue();
  private long now = -50_000 * MILLI;

  /** Samples 30 ms apart. {@return in how many of a thousand a queue is seen} */
  private int seen(int samples, DoubleSupplier millis) {
    int seen = 0;
    for (int i = 0; i < samples; i++, now += 30 * MILLI) {
      queue.onRtt((long) (millis.getAsDouble() * MILLI), now);
      if (queue.isThere()) seen++;
    }
    return 1000 * seen / samples;
  }

  @Test
  void nothingIsSeenBeforeAnythingIsKnown() {
    assertThat(queue.isThere()).isFalse();
    assertThat(seen(7, () -> random.nextInt(50, 500))).isZero();
  }

  @Test
  void whatTakesLongerThanBeforeWaits() {
    assertThat(seen(200, () -> 100)).isZero();
    assertThat(seen(200, () -> 108)).as("after a quarter of a second").isGreaterThan(900);
    seen(20, () -> 101);
    assertThat(seen(200, () -> 101)).isZero();
  }

  @Test
  void onAShortPathFiveMillisecondsAreNone() {
    seen(200, () -> 20);
    assertThat(seen(200, () -> 25)).isZero();
    assertThat(seen(200, () -> 26)).isGreaterThan(900);
  }

  @Test
  void aDelayThatVariesIsNoQueue() {
    assertThat(seen(3000, () -> 100 + 20 * random.nextDouble() + 20 * random.nextDouble())).as("seed %d", SEED)
        .isLessThan(60);
    assertThat(seen(300, () -> 140 + 20 * random.nextDouble() + 20 * random.nextDouble())).as("seed %d, with one", SEED)
        .isGreaterThan(850);
  }

  @Test
  void whatOvertookTheOthersSaysNothing() {
    assertThat(seen(3000, () -> random.nextInt(8) == 0 ? 50 : 100)).as("seed %d", SEED).isZero();
    assertThat(seen(300, () -> random.nextInt(8) == 0 ? 50 : 115)).as("seed %d, with one", SEED).isGreaterThan(900);
  }

  /** An application's burst waits behind itself. */
  @Test
  void whatWaitsNowAndThenIsNone() {
    seen(100, () -> 100);
    assertThat(seen(1000, () -> random.nextInt(4) == 0 ? 100 : 130)).as("seed %d", SEED).isLessThan(150);
  }
}
