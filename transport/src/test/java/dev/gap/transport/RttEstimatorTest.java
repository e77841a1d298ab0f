package dev.gap.transport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class RttEstimatorTest {
  private static final long MS = 1_000_000;

  private final RttEstimator rtt = new RttEstimator(200 * MS, 100 * MS);

  @Test
  void givesTheInitialTimeoutBeforeTheFirstSample() {
    assertThat(rtt.hasSample()).isFalse();
    assertThat(rtt.smoothedNanos()).isZero();
    assertThat(rtt.variationNanos()).isZero();
    assertThat(rtt.rtoNanos()).isEqualTo(200 * MS);
  }

  @Test
  void takesTheFirstSampleAsItIs() {
    rtt.sample(80 * MS);
    assertThat(rtt.hasSample()).isTrue();
    assertThat(rtt.smoothedNanos()).isEqualTo(80 * MS);
    assertThat(rtt.variationNanos()).isEqualTo(40 * MS);
    assertThat(rtt.rtoNanos()).isEqualTo((80 + 4 * 40) * MS);
  }

  @Test
  void smoothsLaterSamplesAsRfc6298Says() {
    rtt.sample(80 * MS);
    // RTTVAR = 3/4 * 40 + 1/4 * |80 - 160| = 50; then SRTT = 7/8 * 80 + 1/8 * 160 = 90
    rtt.sample(160 * MS);
    assertThat(rtt.variationNanos()).isEqualTo(50 * MS);
    assertThat(rtt.smoothedNanos()).isEqualTo(90 * MS);
    assertThat(rtt.rtoNanos()).isEqualTo(290 * MS);
    // RTTVAR = 3/4 * 50 + 1/4 * |90 - 50| = 47.5; then SRTT = 7/8 * 90 + 1/8 * 50 = 85
    rtt.sample(50 * MS);
    assertThat(rtt.variationNanos()).isEqualTo(47_500_000);
    assertThat(rtt.smoothedNanos()).isEqualTo(85 * MS);
    assertThat(rtt.rtoNanos()).isEqualTo(275 * MS);
  }

  @Test
  void neverGivesLessThanTheFloor() {
    for (int i = 0; i < 200; i++)
      rtt.sample(2 * MS);
    assertThat(rtt.smoothedNanos()).isEqualTo(2 * MS);
    assertThat(rtt.rtoNanos()).isEqualTo(100 * MS);
  }

  @Test
  void keepsTheClockGranularityAboveASteadyRoundTrip() {
    RttEstimator bare = new RttEstimator(200 * MS, 0);
    for (int i = 0; i < 200; i++)
      bare.sample(300 * MS);
    assertThat(bare.rtoNanos()).isEqualTo(310 * MS);
  }

  @Test
  void doesNotBackOffHoweverOftenItIsAsked() {
    rtt.sample(80 * MS);
    for (int i = 0; i < 100; i++)
      assertThat(rtt.rtoNanos()).isEqualTo(240 * MS);
  }

  @Test
  void comesDownAgainAfterASpike() {
    for (int i = 0; i < 50; i++)
      rtt.sample(100 * MS);
    long steady = rtt.rtoNanos();
    rtt.sample(2000 * MS);
    assertThat(rtt.rtoNanos()).isGreaterThan(1000 * MS);
    for (int i = 0; i < 100; i++)
      rtt.sample(100 * MS);
    assertThat(rtt.rtoNanos()).isLessThan(steady + MS);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE / 2})
  void countsASampleThatIsNotPositiveAsANanosecond(long sample) {
    rtt.sample(sample);
    assertThat(rtt.hasSample()).isTrue();
    assertThat(rtt.smoothedNanos()).isEqualTo(1);
    rtt.sample(sample);
    assertThat(rtt.smoothedNanos()).isEqualTo(1);
    assertThat(rtt.rtoNanos()).isEqualTo(100 * MS);
  }
}
