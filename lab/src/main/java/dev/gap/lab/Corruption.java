package dev.gap.lab;

import java.util.random.RandomGenerator;

/** Flips one random bit of a datagram now and then. */
final class Corruption {
  private final RandomGenerator random;
  private final Chance chance;

  Corruption(double probability, RandomGenerator random) {
    this.random = random;
    chance = new Chance(probability, random);
  }

  /** Goes on with another probability, 0 to 1. */
  void change(double newProbability) {
    chance.change(newProbability);
  }

  /** {@return whether one of the first {@code length} bytes of {@code data} has just been changed} */
  boolean strikes(byte[] data, int length) {
    if (length == 0 || !chance.happens()) return false;
    int bit = random.nextInt(length * 8);
    data[bit >>> 3] ^= (byte) (1 << (bit & 7));
    return true;
  }
}
