package dev.gap.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class OvershootTest {
  private static final long ROUND = 100_000_000;
  private static final long NOW = 5_000_000_000L;

  private final Overshoot overshoot = new Overshoot();

  @Test
  void twiceTheRateForARoundTripWillQueueForOne() {
    overshoot.begin(1, ROUND, NOW);

    assertThat(overshoot.queueNanos(NOW)).isEqualTo(ROUND);
  }

  @Test
  void whatHasBeenAnsweredIsCountedNoMore() {
    overshoot.begin(0.4, ROUND, NOW);

    assertThat(overshoot.queueNanos(NOW + ROUND / 4)).isEqualTo(3 * ROUND / 10);
    assertThat(overshoot.queueNanos(NOW + ROUND)).isZero();
    assertThat(overshoot.queueNanos(NOW + 9 * ROUND)).isZero();
  }

  @Test
  void lessThanThePathTakesWillNotQueue() {
    overshoot.begin(-0.2, ROUND, NOW);

    assertThat(overshoot.queueNanos(NOW)).isZero();
  }

  @Test
  void nothingWasSentBeforeAnythingIsKnown() {
    assertThat(overshoot.queueNanos(NOW)).isZero();
  }
}
