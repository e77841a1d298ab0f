package dev.gap.transport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

final class FixedRateTest {
  private static final long RATE = 1_000_000;
  private static final long RTT = 100_000_000;

  private final FixedRate rate = new FixedRate(RATE);

  @Test
  void sendsAtTheRateOnAPathThatLosesNothing() {
    assertThat(rate.pacingRate()).isEqualTo(RATE);
    lose(0, 50);
    assertThat(rate.pacingRate()).isEqualTo(RATE);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.1, 0.3, 0.5})
  void compensatesLossSoThatTheRateArrives(double loss) {
    lose(loss, 50);
    double arriving = rate.pacingRate() * (1 - loss);
    assertThat(arriving).isBetween(0.99 * RATE, 1.01 * RATE);
  }

  @Test
  void neverSendsMoreThanTwiceTheRate() {
    lose(0.95, 100);
    assertThat(rate.pacingRate()).isBetween(199 * RATE / 100, 2 * RATE);
  }

  @Test
  void smoothsLossOverAFewRounds() {
    lose(0.5, 1);
    assertThat(rate.pacingRate()).isBetween(RATE + 1, 3 * RATE / 2);
  }

  @Test
  void comesBackWhenLossEnds() {
    lose(0.4, 50);
    lose(0, 50);
    assertThat(rate.pacingRate()).isBetween(RATE, RATE + RATE / 100);
  }

  @Test
  void aRoundWithoutNewsChangesNothing() {
    lose(0.4, 10);
    long before = rate.pacingRate();
    rate.onRound(new PathRound(0, RTT, 5000, 0, 0, Long.MAX_VALUE, 16, 0, true));
    assertThat(rate.pacingRate()).isEqualTo(before);
  }

  @Test
  void roundTripsDoNotChangeItAndFlightIsNotLimited() {
    rate.onRtt(RTT, 0);
    rate.onRtt(10 * RTT, RTT);
    assertThat(rate.pacingRate()).isEqualTo(RATE);
    assertThat(rate.inflightLimit()).isEqualTo(RateController.UNLIMITED);
  }

  @Test
  void lossIsTakenFromMeasurementsOfATenthOfASecondAndNotFromSingleDatagrams() {
    assertThat(rate.tickNanos()).isEqualTo(100_000_000);
    for (int i = 0; i < 1000; i++)
      rate.onLost(1400, i, i);
    assertThat(rate.pacingRate()).isEqualTo(RATE);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1})
  void refusesARateOfNothing(long bytesPerSecond) {
    assertThatIllegalArgumentException().isThrownBy(() -> new FixedRate(bytesPerSecond));
  }

  private void lose(double share, int rounds) {
    long lost = Math.round(share * 100_000);
    for (int i = 0; i < rounds; i++)
      rate.onRound(new PathRound(i * RTT, RTT, 100_000, 100_000 - lost, lost, RTT, 16, 0, false));
  }
}
