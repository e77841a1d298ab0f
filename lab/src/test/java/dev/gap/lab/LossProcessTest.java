package dev.gap.lab;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

final class LossProcessTest {
  private static final int DATAGRAMS = 4_000_000;

  @ParameterizedTest(name = "loss {0} in bursts of {1}")
  @CsvSource({"0.01, 1", "0.2, 1", "0.5, 1", "0.01, 4", "0.1, 3", "0.3, 10", "0.6, 2", "0.02, 1.5"})
  void losesTheGivenShareInBurstsOfTheGivenLength(double loss, double burst) {
    LossProcess process = new LossProcess(spec(loss, burst), new SplittableRandom(1));

    int lost = 0;
    int bursts = 0;
    boolean losing = false;
    for (int i = 0; i < DATAGRAMS; i++) {
      boolean loses = process.loses();
      if (loses)
        lost++;
      if (loses && !losing)
        bursts++;
      losing = loses;
    }

    assertThat((double) lost / DATAGRAMS).isCloseTo(loss, within(loss * 0.03));
    // independent losses come in a row by chance: 1 / (1 - loss) on average
    double expectedBurst = burst == 1 ? 1 / (1 - loss) : burst;
    assertThat((double) lost / bursts).isCloseTo(expectedBurst, within(expectedBurst * 0.03));
  }

  @Test
  void losesNothingOrEverythingIfToldTo() {
    LossProcess none = new LossProcess(spec(0, 5), new SplittableRandom(1));
    LossProcess all = new LossProcess(spec(1, 1), new SplittableRandom(1));

    for (int i = 0; i < 1000; i++) {
      assertThat(none.loses()).isFalse();
      assertThat(all.loses()).isTrue();
    }
  }

  @Test
  void stopsLosingWhenLossIsTurnedOffInABurst() {
    LossProcess process = new LossProcess(spec(0.9, 50), new SplittableRandom(1));
    while (!process.loses()) {
      // on to the first burst
    }

    process.change(spec(0, 50));

    assertThat(process.loses()).isFalse();
  }

  private static LinkSpec spec(double loss, double burst) {
    return LinkSpec.PERFECT.withLoss(loss).withBurst(burst);
  }
}
