package dev.gap.mtcp.engine;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TriesTest {
  private final Tries tries = new Tries();

  @Test
  void theFirstThreeTransmissionsAreOrdinaryHoweverFewNeedThem() {
    sent(1, 1000);
    assertThat(tries.onSent(1, false)).isFalse();
    assertThat(tries.onSent(2, false)).isFalse();
    assertThat(tries.onSent(3, false)).isFalse();
  }

  @Test
  void aFourthIsRareWhereFewNeedIt() {
    sent(1, 6400);
    for (int i = 1; i <= 100; i++)
      assertThat(tries.onSent(4, false)).as("the %d. in 6400", i).isTrue();
    assertThat(tries.onSent(4, false)).isFalse();
  }

  @Test
  void whereNoWindowIsLeftForAThirdTheSecondIsRareAlready() {
    sent(1, 1000);
    assertThat(tries.onSent(1, true)).isFalse();
    assertThat(tries.onSent(2, true)).isTrue();
    sent(2, 15);
    assertThat(tries.onSent(2, true)).as("one in 64 is not").isFalse();
    assertThat(tries.onSent(3, true)).isTrue();
  }

  @Test
  void whereMuchIsLostMoreTransmissionsAreOrdinary() {
    sent(1, 1000);
    sent(4, 27);
    sent(5, 8);
    assertThat(tries.onSent(4, false)).isFalse();
    assertThat(tries.onSent(5, false)).isTrue();
  }

  @Test
  void withoutManyThatWentOnceNothingIsRare() {
    sent(1, 63);
    assertThat(tries.onSent(5, false)).isFalse();
  }

  @Test
  void itFollowsAPathThatChanges() {
    for (int round = 0; round < 100; round++) {
      sent(1, 1000);
      sent(5, 60);
    }
    assertThat(tries.onSent(5, false)).isFalse();
    sent(1, 100_000);
    assertThat(tries.onSent(5, false)).isTrue();
  }

  @Test
  void theHundredthTransmissionIsCountedToo() {
    sent(1, 640);
    for (int n = 16; n < 26; n++)
      assertThat(tries.onSent(4 * n, false)).isTrue();
    assertThat(tries.onSent(100, false)).isFalse();
  }

  private void sent(int n, int times) {
    for (int i = 0; i < times; i++)
      tries.onSent(n, false);
  }
}
