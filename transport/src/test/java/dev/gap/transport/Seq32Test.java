package dev.gap.transport;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class Seq32Test {
  private static final long SEED = 20_260_728;
  private static final long WRAP = 1L << 32;

  @ParameterizedTest
  @CsvSource({"0, 1", "-1, 0", "2147483647, -2147483648", "-2147483648, -1", "-5, 5", "0, 2147483647"})
  void anEarlierNumberComesBeforeALaterOneAcrossTheWrap(int earlier, int later) {
    assertThat(Seq32.before(earlier, later)).isTrue();
    assertThat(Seq32.before(later, earlier)).isFalse();
    assertThat(Seq32.atOrBefore(earlier, later)).isTrue();
    assertThat(Seq32.atOrBefore(later, earlier)).isFalse();
    assertThat(Seq32.later(earlier, later)).isEqualTo(later);
    assertThat(Seq32.later(later, earlier)).isEqualTo(later);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 7})
  void aNumberIsAtButNotBeforeItself(int n) {
    assertThat(Seq32.before(n, n)).isFalse();
    assertThat(Seq32.atOrBefore(n, n)).isTrue();
    assertThat(Seq32.later(n, n)).isEqualTo(n);
  }

  @Test
  void aWindowHoldsItsStartButNotItsEnd() {
    assertThat(Seq32.inWindow(100, 100, 10)).isTrue();
    assertThat(Seq32.inWindow(109, 100, 10)).isTrue();
    assertThat(Seq32.inWindow(110, 100, 10)).isFalse();
    assertThat(Seq32.inWindow(99, 100, 10)).isFalse();
  }

  @Test
  void aWindowMayWrap() {
    assertThat(Seq32.inWindow(-1, -2, 4)).isTrue();
    assertThat(Seq32.inWindow(1, -2, 4)).isTrue();
    assertThat(Seq32.inWindow(2, -2, 4)).isFalse();
    assertThat(Seq32.inWindow(-3, -2, 4)).isFalse();
  }

  @Test
  void anEmptyWindowHoldsNothing() {
    assertThat(Seq32.inWindow(5, 5, 0)).isFalse();
  }

  @Test
  void theSizeOfAWindowIsUnsigned() {
    assertThat(Seq32.inWindow(Integer.MIN_VALUE + 4, 5, Integer.MIN_VALUE)).isTrue();
    assertThat(Seq32.inWindow(Integer.MIN_VALUE + 5, 5, Integer.MIN_VALUE)).isFalse();
    assertThat(Seq32.inWindow(3, 5, -1)).isTrue();
    assertThat(Seq32.inWindow(4, 5, -1)).isFalse();
  }

  @Test
  void unwrapFindsTheNumberNearestToTheReference() {
    assertThat(Seq32.unwrap(5, 0)).isEqualTo(5);
    assertThat(Seq32.unwrap(-1, 0)).isEqualTo(-1);
    assertThat(Seq32.unwrap(0, WRAP - 1)).isEqualTo(WRAP);
    assertThat(Seq32.unwrap(-1, WRAP)).isEqualTo(WRAP - 1);
    assertThat(Seq32.unwrap(Integer.MIN_VALUE, Integer.MAX_VALUE)).isEqualTo(1L << 31);
    assertThat(Seq32.unwrap(3, 7 * WRAP - 2)).isEqualTo(7 * WRAP + 3);
  }

  @Test
  void unwrapIsTheInverseOfTruncationNearTheReference() {
    Random random = new Random(SEED);
    for (int i = 0; i < 10_000; i++) {
      long reference = random.nextLong() >> 2;
      long meant = reference + random.nextInt();
      assertThat(Seq32.unwrap((int) meant, reference)).as("seed %d, step %d", SEED, i).isEqualTo(meant);
    }
  }
}
