package dev.gap.lab;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class GivenRandomTest {
  private static GivenRandom of(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++)
      bytes[i] = (byte) values[i];
    return new GivenRandom(bytes);
  }

  @Test
  void smallChoicesTakeOneByteEach() {
    GivenRandom random = of(7, 255, 3, 1);
    assertThat(random.nextInt(10)).isEqualTo(7);
    assertThat(random.nextInt(5, 8)).isEqualTo(5);
    assertThat(random.nextBoolean()).isTrue();
    assertThat(random.isExhausted()).isFalse();
    assertThat(random.nextInt(256)).isEqualTo(1);
    assertThat(random.isExhausted()).isTrue();
  }

  @Test
  void largeOnesTakeAsManyAsTheyNeed() {
    assertThat(of(1, 2).nextInt(65_536)).isEqualTo(0x102);
    assertThat(of(1, 2, 3, 4).nextInt()).isEqualTo(0x01020304);
    assertThat(of(128, 0, 0, 0, 0, 0, 0, 0).nextLong()).isEqualTo(Long.MIN_VALUE);
    assertThat(of(255, 255, 255, 255, 255, 255, 255, 255).nextLong(1 << 20)).isBetween(0L, (1L << 20) - 1);
    assertThat(of(128, 0).nextDouble()).isEqualTo(0.5);
  }

  @Test
  void afterTheLastByteEveryChoiceIsTheFirst() {
    GivenRandom random = of();
    assertThat(random.nextInt(10)).isZero();
    assertThat(random.nextInt(-5, 5)).isEqualTo(-5);
    assertThat(random.nextDouble()).isZero();
    byte[] bytes = {1, 2};
    random.nextBytes(bytes);
    assertThat(bytes).containsOnly(0);
  }
}
