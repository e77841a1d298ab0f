package dev.gap.lab;

import java.time.Duration;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

final class PropagationTest {
  private static final LinkSpec DELAY = LinkSpec.PERFECT.withDelay(Duration.ofMillis(20));

  @Test
  void takesExactlyTheDelay() {
    assertThat(propagation(DELAY).arrival(5)).isEqualTo(20_000_005);
  }

  @Test
  void spreadsJitterEvenlyBetweenNothingAndItsLimit() {
    Propagation propagation = propagation(DELAY.withJitter(Duration.ofMillis(10)));
    long sum = 0;
    long min = Long.MAX_VALUE;
    long max = 0;
    for (int i = 0; i < 100_000; i++) {
      long took = propagation.arrival(0);
      sum += took;
      min = Math.min(min, took);
      max = Math.max(max, took);
    }

    assertThat(min).isBetween(20_000_000L, 20_001_000L);
    assertThat(max).isBetween(29_999_000L, 30_000_000L);
    assertThat(sum / 100_000).isCloseTo(25_000_000L, within(50_000L));
  }

  @Test
  void letsTheGivenShareSkipTheDelay() {
    Propagation propagation = propagation(DELAY.withReorder(0.1));
    int skipped = 0;
    for (int i = 0; i < 100_000; i++) {
      long arrival = propagation.arrival(7);
      assertThat(arrival).isIn(7L, 20_000_007L);
      if (arrival == 7)
        skipped++;
    }

    assertThat(skipped).isCloseTo(10_000, within(300));
  }

  private static Propagation propagation(LinkSpec spec) {
    return new Propagation(spec, new SplittableRandom(1), new SplittableRandom(2));
  }
}
