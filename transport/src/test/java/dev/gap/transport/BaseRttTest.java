package dev.gap.transport;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class BaseRttTest {
  private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long TICK = 25 * MILLISECOND;

  private final BaseRtt base = new BaseRtt();
  private long now;

  @Test
  void isNotKnownBeforeAnyMeasurement() {
    assertThat(base.isKnown()).isFalse();
    assertThat(base.isSettled()).isFalse();
  }

  @Test
  void theFirstFewTellByTheirMedianNotByTheirLeast() {
    measure(false, 90, 110, 100);
    assertThat(base.nanos()).isEqualTo(100 * MILLISECOND);
    assertThat(base.isSettled()).isTrue();
    measure(false, 112, 113);
    assertThat(base.nanos()).as("the median may rise yet").isEqualTo(110 * MILLISECOND);
  }

  @Test
  void aStartReliesOnThreeSoThatAQueueThatGrowsThenIsSeen() {
    measure(true, 100, 101, 130, 140, 150, 160, 170);
    assertThat(base.nanos()).isEqualTo(101 * MILLISECOND);
  }

  @Test
  void singleAcknowledgmentsThatComeMuchTooSoonArePassedOver() {
    measure(false, 100, 100, 100, 100, 100, 20, 100, 100, 100, 20, 100);
    assertThat(base.nanos()).isEqualTo(100 * MILLISECOND);
  }

  @Test
  void isTheLeastOfTheLastHalfMinute() {
    measure(false, 100, 100, 100, 100, 100, 100);
    for (int tick = 0; tick < 1100; tick++)
      measure(false, 130);
    assertThat(base.nanos()).as("after 27 s").isEqualTo(100 * MILLISECOND);
    for (int tick = 0; tick < 200; tick++)
      measure(false, 130);
    assertThat(base.nanos()).as("after 32 s").isEqualTo(130 * MILLISECOND);
  }

  @Test
  void aLongerPathIsTakenAtOnce() {
    measure(false, 100, 100, 100, 100, 100, 100);
    base.lengthen(150 * MILLISECOND, now);
    assertThat(base.nanos()).isEqualTo(150 * MILLISECOND);
  }

  @Test
  void whereAllWasWrongNothingOfItIsLeftInTheMedian() {
    measure(true, 60, 60, 60, 60, 60);
    base.begin(100 * MILLISECOND, now);
    measure(false, 100, 100);
    assertThat(base.nanos()).isEqualTo(100 * MILLISECOND);
  }

  private void measure(boolean starting, long... millis) {
    for (long rtt : millis)
      base.measure(rtt * MILLISECOND, starting, now += TICK);
  }
}
