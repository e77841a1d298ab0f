package dev.gap.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class WindowOnlyTest {
  private final WindowOnly rate = new WindowOnly();

  @Test
  void limitsNeitherRateNorFlight() {
    assertThat(rate.pacingRate()).isEqualTo(RateController.UNLIMITED);
    assertThat(rate.inflightLimit()).isEqualTo(RateController.UNLIMITED);
  }

  @Test
  void staysUnlimitedWhateverThePathShows() {
    rate.onRtt(5_000_000_000L, 0);
    for (int i = 0; i < 1000; i++)
      rate.onLost(1400, i, i);
    rate.onRound(new PathRound(1_000_000, 1_000_000, 100_000, 1, 99_999, 5_000_000_000L, 16, 0, false));
    assertThat(rate.pacingRate()).isEqualTo(RateController.UNLIMITED);
    assertThat(rate.inflightLimit()).isEqualTo(RateController.UNLIMITED);
    assertThat(rate.tickNanos()).isPositive();
  }
}
