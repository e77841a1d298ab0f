package dev.gap.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Rates are in units of what the path was seen to carry; a round trip has four measurements. */
final class GrowthTest {
  private static final int TICKS = 4;
  private static final int REST = 3;
  private static final long TICK = 25_000_000;

  private final Growth growth = new Growth(REST);

  private double rounds(int count, double estimate, boolean drained) {
    double now = estimate;
    for (int i = 0; i < count * TICKS; i++)
      now = growth.next(now, drained, TICK, TICKS * TICK);
    return now;
  }

  @Test
  void twoRoundTripsOfSmallStepsComeBeforeLargeOnes() {
    growth.onQueue(1);

    double afterTwo = rounds(2, 1, false);
    assertThat(afterTwo).isBetween(1.05, 1.1);
    assertThat(rounds(2, afterTwo, false)).isGreaterThan(2);
  }

  @Test
  void aFirstEstimateGrowsByLargeStepsARoundTripSooner() {
    assertThat(rounds(2, 1, false)).isBetween(1.3, 1.4);
    growth.giveUp(1);
    assertThat(rounds(2, 1, false)).isLessThan(1.1);
  }

  @Test
  void aQueueThatHasDrainedIsReasonEnoughForLargeSteps() {
    growth.onQueue(1);

    assertThat(rounds(2, 1, true)).isGreaterThan(2.7);
  }

  @Test
  void stepsAreThoseOfRoundTripsHoweverLongAMeasurementTakes() {
    growth.onQueue(1);

    double now = 1;
    for (int i = 0; i < 4; i++)
      now = growth.next(now, false, TICKS * TICK, TICKS * TICK);
    assertThat(now).isCloseTo(1.03 * 1.05 * 1.3 * 1.6, within(0.001));
  }

  @Test
  void goesBackFastToWhatThePathWasSeenToCarryAndNoFurther() {
    growth.onQueue(1);

    assertThat(growth.next(0.5, false, TICK, TICKS * TICK)).isGreaterThan(0.5 * 1.1);
    assertThat(growth.next(0.97, false, TICK, TICKS * TICK)).isEqualTo(1);
    assertThat(growth.isUnderWay()).isFalse();
  }

  @Test
  void whatThePathCarriesIsForgottenWhenAQueueStandsAtLess() {
    growth.onQueue(1);
    for (int i = 0; i < 40; i++)
      growth.onQueue(0.5);

    assertThat(growth.next(0.5, false, TICK, TICKS * TICK)).isCloseTo(0.5, within(0.01));
    assertThat(growth.isUnderWay()).isTrue();
  }

  @Test
  void aStepOnALongPathMakesNoMoreThanATenthOfASecondOfQueue() {
    growth.onQueue(1);
    long round = 1_000_000_000;
    double now = 1;
    for (int i = 0; i < 5 * TICKS; i++)
      now = growth.next(now, true, round / TICKS, round);

    assertThat(now).isLessThan(Math.pow(1.1, 5) + 0.001);
  }

  @Test
  void endsAtWhatArrivesAndNoLowerThanItBegan() {
    growth.onQueue(1);
    assertThat(growth.end(1.2, rounds(3, 1, false))).isEqualTo(1.2);
    assertThat(growth.isUnderWay()).isFalse();

    assertThat(growth.end(0.7, rounds(3, 1, false))).isEqualTo(1);
  }

  @Test
  void restsAfterItHasComeToNothing() {
    rounds(3, 1, false);
    assertThat(growth.giveUp(0.9)).isEqualTo(1);

    assertThat(growth.isAllowed()).isFalse();
    for (int i = 0; i < REST; i++)
      growth.onTick();
    assertThat(growth.isAllowed()).isTrue();
  }
}
