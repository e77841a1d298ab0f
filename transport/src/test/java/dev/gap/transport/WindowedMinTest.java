package dev.gap.transport;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class WindowedMinTest {
  private static final long WINDOW = 1000;

  private final WindowedMin min = new WindowedMin(WINDOW);

  @Test
  void hasNoValueAtFirst() {
    assertThat(min.get()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void givesTheLeastOfWhatWasSeen() {
    min.update(50, 0);
    min.update(30, 10);
    min.update(40, 20);
    assertThat(min.get()).isEqualTo(30);
  }

  @Test
  void remembersAValueForHalfTheWindowAtLeast() {
    min.update(1, 10_000);
    for (long now = 10_001; now < 10_000 + WINDOW / 2; now++)
      min.update(9, now);
    assertThat(min.get()).isEqualTo(1);
  }

  @Test
  void forgetsAValueOlderThanTheWindow() {
    min.update(1, 10_000);
    for (long now = 10_001; now <= 10_000 + WINDOW; now++)
      min.update(9, now);
    assertThat(min.get()).isEqualTo(9);
  }

  @Test
  void aLongSilenceForgetsEverythingAtTheNextValue() {
    min.update(1, 10_000);
    min.update(9, 10_000 + 5 * WINDOW);
    assertThat(min.get()).isEqualTo(9);
  }

  @Test
  void expiryForgetsWithoutANewValue() {
    min.update(1, 10_000);
    min.expire(10_000 + WINDOW / 2);
    assertThat(min.get()).isEqualTo(1);
    min.expire(10_000 + WINDOW);
    assertThat(min.get()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aLongSilenceForgetsEverythingOnceAskedTo() {
    min.update(1, 10_000);
    min.expire(10_000 + 5 * WINDOW);
    assertThat(min.get()).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1_000_000_000_000L, -WINDOW, -1, Long.MAX_VALUE - WINDOW / 4})
  void timeMayBeginAnywhereAndPassZeroAndTheGreatestValue(long origin) {
    min.update(1, origin);
    for (long age = 1; age < WINDOW / 2; age++)
      min.update(9, origin + age);
    assertThat(min.get()).isEqualTo(1);
    for (long age = WINDOW / 2; age <= WINDOW; age++)
      min.update(9, origin + age);
    assertThat(min.get()).isEqualTo(9);
  }

  @Test
  void timeMayBeginWithAnExpiryOrAReset() {
    WindowedMin reset = new WindowedMin(WINDOW);
    reset.reset(7, -500_000);
    reset.update(8, -500_000 + WINDOW / 4);
    assertThat(reset.get()).isEqualTo(7);
    min.expire(-500_000);
    min.update(3, -500_000 + WINDOW / 4);
    min.update(5, -500_000 + WINDOW / 2 + 1);
    assertThat(min.get()).isEqualTo(3);
  }

  @Test
  void resetForgetsAllButOneValue() {
    min.update(1, 0);
    min.update(2, 600);
    min.reset(7, 700);
    assertThat(min.get()).isEqualTo(7);
    min.update(8, 701);
    assertThat(min.get()).isEqualTo(7);
  }

  @Test
  void negatedValuesGiveAMaximum() {
    min.update(-3, 0);
    min.update(-8, 1);
    min.update(-5, 2);
    assertThat(-min.get()).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void liesBetweenTheLeastOfHalfAWindowAndOfOneAndAHalf(long seed) {
    Random random = new Random(seed);
    int steps = 3000;
    long[] times = new long[steps];
    long[] values = new long[steps];
    long now = 0;
    for (int i = 0; i < steps; i++) {
      now += random.nextInt(40) == 0 ? random.nextInt(1500) : random.nextInt(20);
      times[i] = now;
      values[i] = random.nextInt(1000);
      min.update(values[i], now);
      assertThat(min.get()).as("seed %d, step %d", seed, i)
          .isLessThanOrEqualTo(least(times, values, i, now - WINDOW / 2 + 1))
          .isGreaterThanOrEqualTo(least(times, values, i, now - 3 * WINDOW / 2));
    }
  }

  private static long least(long[] times, long[] values, int upTo, long since) {
    long least = Long.MAX_VALUE;
    for (int i = upTo; i >= 0 && times[i] >= since; i--)
      least = Math.min(least, values[i]);
    return least;
  }
}
