package dev.gap.lab;

import java.util.BitSet;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

final class CorruptionTest {
  @Test
  void flipsExactlyOneBitAnywhereWithinTheLength() {
    Corruption corruption = new Corruption(1, new SplittableRandom(1));
    BitSet everFlipped = new BitSet();

    for (int i = 0; i < 2000; i++) {
      byte[] data = new byte[20];
      assertThat(corruption.strikes(data, 10)).isTrue();
      BitSet flipped = BitSet.valueOf(data);
      assertThat(flipped.cardinality()).isEqualTo(1);
      everFlipped.or(flipped);
    }

    assertThat(everFlipped.cardinality()).isEqualTo(80);
    assertThat(everFlipped.length()).isEqualTo(80);
  }

  @Test
  void strikesTheGivenShare() {
    Corruption corruption = new Corruption(0.05, new SplittableRandom(1));
    byte[] data = new byte[4];
    int struck = 0;
    for (int i = 0; i < 100_000; i++)
      struck += corruption.strikes(data, 4) ? 1 : 0;

    assertThat(struck).isCloseTo(5000, within(250));
  }

  @Test
  void leavesEmptyDatagramsAlone() {
    assertThat(new Corruption(1, new SplittableRandom(1)).strikes(new byte[0], 0)).isFalse();
  }
}
