package dev.gap.lab.bench;

import org.junit.jupiter.api.Test;

import dev.gap.lab.bench.Sightings.Seen;

import static org.assertj.core.api.Assertions.assertThat;

final class SightingsTest {
  private static final long MILLI = 1_000_000;

  @Test
  void lossesDuplicatesAndOvertakingAreTold() {
    Sightings sightings = new Sightings();
    int[] numbers = {1, 2, 5, 4, 4, 9, 10};
    int[] delays = {10, 10, 1, 12, 14, 10, 10};
    for (int i = 0; i < numbers.length; i++)
      sightings.add(i * MILLI, delays[i] * MILLI, numbers[i], 1000);
    Seen seen = sightings.seen();
    // 0, 3 and 6 to 8 are missing; 4 came after 5, and twice
    assertThat(seen).isEqualTo(new Seen(7, 8, 1, 10, 14, 6, 3, 5, 1, 1));
    assertThat(seen.burst()).isEqualTo(5 / 3.0);
    assertThat(Seen.parse(seen.line() + "\n")).isEqualTo(seen);
  }

  @Test
  void nothingIsNothing() {
    assertThat(new Sightings().seen()).isEqualTo(Seen.NOTHING);
    assertThat(Seen.NOTHING.burst()).isZero();
  }
}
