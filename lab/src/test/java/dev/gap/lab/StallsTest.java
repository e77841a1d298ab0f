package dev.gap.lab;

import java.time.Duration;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class StallsTest {
  private static final long MS = 1_000_000;
  private static final Duration APART = Duration.ofMillis(20);
  private static final Duration LENGTH = Duration.ofMillis(5);

  private final Stalls stalls = new Stalls(APART, LENGTH, new SplittableRandom(1), 0);

  @Test
  void theHostIsAwayForItsShareOfTheTime() {
    long away = 0;
    long steps = 200_000;
    for (long i = 0; i < steps; i++) {
      long now = i * MS / 10;
      if (stalls.awakeFrom(now, now) != now) away++;
    }
    assertThat(away / (double) steps).isBetween(0.18, 0.22);
  }

  @Test
  void whatIsDueInAStallIsDueAtItsEnd() {
    long now = 0;
    while (stalls.awakeFrom(now, 0) == now)
      now += MS / 10;
    long end = stalls.awakeFrom(now, 0);
    assertThat(end).isGreaterThan(now);
    assertThat(stalls.awakeFrom(end - 1, 0)).isEqualTo(end);
    assertThat(stalls.awakeFrom(end, 0)).isEqualTo(end);
  }

  @Test
  void lookingAheadDoesNotChangeWhatComesBefore() {
    Stalls same = new Stalls(APART, LENGTH, new SplittableRandom(1), 0);
    same.awakeFrom(10_000 * MS, 0);
    for (long now = 0; now < 1000 * MS; now += MS / 3)
      assertThat(same.awakeFrom(now, now)).isEqualTo(stalls.awakeFrom(now, now));
  }
}
