package dev.gap.mtcp.engine.secure;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class ReplayWindowTest {
  private final ReplayWindow window = new ReplayWindow();

  /** All that was ever marked, which a window of any size must agree with. */
  private static final class Model {
    final Set<Long> seen = new HashSet<>();
    long highest = -1;

    boolean isFresh(long number) {
      return !seen.contains(number) && number > highest - ReplayWindow.SIZE;
    }

    boolean mark(long number) {
      seen.add(number);
      boolean newest = number > highest;
      highest = Math.max(highest, number);
      return newest;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithASetOfAllNumbersOverRandomSequences(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Model model = new Model();
    for (int i = 0; i < 50_000; i++) {
      long number = next(random, model.highest);
      boolean fresh = model.isFresh(number);
      assertThat(window.isFresh(number)).as("seed %d, step %d, number %d", seed, i, number).isEqualTo(fresh);
      if (fresh) assertThat(window.mark(number)).as("seed %d, step %d", seed, i).isEqualTo(model.mark(number));
    }
  }

  /** Mostly near the highest, sometimes a jump about as long as the window or over all of it, sometimes very old. */
  private static long next(SplittableRandom random, long highest) {
    long number = switch (random.nextInt(100)) {
      case 0 -> highest + random.nextLong(1, 4 * ReplayWindow.SIZE);
      case 1 -> highest + ReplayWindow.SIZE + random.nextInt(-130, 131);
      case 2 -> highest - ReplayWindow.SIZE + random.nextInt(-130, 131);
      case 3 -> random.nextLong(0, Math.max(1, highest));
      case 4 -> highest + 64L * random.nextInt(1, 140);
      case 5, 6, 7, 8, 9 -> highest - random.nextInt(0, ReplayWindow.SIZE);
      default -> highest + random.nextInt(-70, 10);
    };
    return Math.max(0, number);
  }

  @Test
  void aNumberIsFreshOnce() {
    assertThat(window.isFresh(0)).isTrue();
    assertThat(window.mark(0)).isTrue();
    assertThat(window.isFresh(0)).isFalse();
  }

  @Test
  void askingMarksNothing() {
    window.mark(100);
    assertThat(window.isFresh(50)).isTrue();
    assertThat(window.isFresh(50)).isTrue();
    assertThat(window.isFresh(5000)).isTrue();
    assertThat(window.mark(101)).isTrue();
  }

  @Test
  void theOldestOfTheWindowIsFreshAndTheOneBeforeIsNot() {
    window.mark(100_000);
    assertThat(window.isFresh(100_000 - ReplayWindow.SIZE + 1)).isTrue();
    assertThat(window.isFresh(100_000 - ReplayWindow.SIZE)).isFalse();
    assertThat(window.isFresh(0)).isFalse();
  }

  @Test
  void aFirstNumberFarUpLeavesTheWindowBelowItFresh() {
    window.mark(70_000);
    for (long n = 70_000 - ReplayWindow.SIZE + 1; n < 70_000; n++)
      assertThat(window.isFresh(n)).as("%d", n).isTrue();
  }

  @Test
  void theHighestNumbersOfThirtyTwoBitsCount() {
    long highest = 0xFFFFFFFFL;
    assertThat(window.mark(highest)).isTrue();
    assertThat(window.isFresh(highest)).isFalse();
    assertThat(window.isFresh(highest - 1)).isTrue();
    assertThat(window.mark(highest - 1)).isFalse();
  }
}
