package dev.gap.lab;

import java.util.random.RandomGenerator;

/** Something that happens now and then, each time independently. */
final class Chance {
  private final RandomGenerator random;
  private double probability;

  Chance(double probability, RandomGenerator random) {
    this.probability = probability;
    this.random = random;
  }

  /** Goes on with another probability, 0 to 1. */
  void change(double newProbability) {
    probability = newProbability;
  }

  /** {@return whether it happens this time} */
  boolean happens() {
    return probability > 0 && random.nextDouble() < probability;
  }
}
