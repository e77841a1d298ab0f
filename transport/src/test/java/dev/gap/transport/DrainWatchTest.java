package dev.gap.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class DrainWatchTest {
  private static final long MS = 1_000_000;
  private static final long RTT = 100 * MS;
  private static final long TICK = 25 * MS;

  private final DrainWatch watch = new DrainWatch();

  @Test
  void aQueueThatDoesNotShrinkWhileLessIsSentIsNone() {
    assertThat(watchFor(40, 50, 0)).isTrue();
  }

  @Test
  void aQueueThatShrinksIsOne() {
    // a tenth less is sent than the path takes: a tenth of the time drains
    assertThat(watchFor(40, 200, 2.5)).isFalse();
  }

  @Test
  void aQueueThatGoesOnGrowingForARoundTripIsNotJudgedByThat() {
    long now = 0;
    long queue = 20 * MS;
    for (int i = 0; i < 40; i++) {
      now += TICK;
      // what is seen was sent a round trip and the queue ago, when too much was
      queue += i < 7 ? 15 * MS : -5 * MS / 2;
      assertThat(watch.isNoQueue(tick(now, RTT + queue), queue, 0.9, 150 * MS, 3 * MS)).as("tick %d", i).isFalse();
    }
  }

  @Test
  void afterAResetItBeginsAnew() {
    watchFor(10, 50, 0);
    assertThat(watch.isWatching()).isTrue();
    watch.reset();
    assertThat(watch.isWatching()).isFalse();
  }

  private boolean watchFor(int ticks, double queueMillis, double shrinkMillis) {
    boolean none = false;
    double queue = queueMillis * MS;
    for (int i = 1; i <= ticks; i++) {
      none |= watch.isNoQueue(tick(i * TICK, RTT + (long) queue), (long) queue, 0.9, 150 * MS, 3 * MS);
      queue -= shrinkMillis * MS;
    }
    return none;
  }

  private static PathRound tick(long endNanos, long rttNanos) {
    return new PathRound(endNanos, TICK, 1000, 1000, 0, rttNanos, 16, 0, false);
  }
}
