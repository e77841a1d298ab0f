package dev.gap.mtcp.engine;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RedundancyTest {
  private final Redundancy redundancy = new Redundancy();

  @Test
  void twoCopiesAtFirst() {
    assertThat(redundancy.copies()).isEqualTo(2);
  }

  @Test
  void eachLossOfAllAsksForOneMoreUpToFive() {
    int[] expected = {3, 4, 5, 5};
    for (int copies : expected) {
      redundancy.onLost();
      assertThat(redundancy.copies()).isEqualTo(copies);
    }
  }

  @Test
  void whereNoneIsLostOneRemains() {
    for (int i = 0; i < 10_000; i++)
      redundancy.onArrived();
    assertThat(redundancy.copies()).isOne();
  }

  /** Of single losses {@code loss} each, with {@code stays} the share lost of what follows a loss at once. */
  @ParameterizedTest(name = "{0} lost, {1} after a loss: {2} to {3} copies")
  @CsvSource({"0.01, 0.01, 1, 1.2", "0.05, 0.05, 1, 2", "0.2, 0.2, 2.5, 4", "0.3, 0.3, 4, 5", "0.1, 0.75, 4.5, 5"})
  void itFindsHowManyLeaveOneInAThousandLost(double loss, double stays, double least, double most) {
    SplittableRandom random = new SplittableRandom(3);
    double sum = 0;
    int messages = 40_000;
    for (int i = 0; i < messages; i++) {
      boolean lost = random.nextDouble() < loss;
      for (int copy = 0; lost && copy < redundancy.copies(); copy++)
        lost = random.nextDouble() < stays;
      if (lost) redundancy.onLost();
      else redundancy.onArrived();
      sum += redundancy.copies();
    }
    assertThat(sum / messages).isBetween(least, most);
  }
}
