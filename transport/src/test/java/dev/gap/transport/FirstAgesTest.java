package dev.gap.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FirstAgesTest {
  private final FirstAges ages = new FirstAges();

  @Test
  void areNoneAtFirst() {
    assertThat(ages.isEmpty()).isTrue();
    ages.add(100);
    assertThat(ages.isEmpty()).isFalse();
    assertThat(ages.median()).isEqualTo(100);
  }

  @Test
  void aFewThatOvertookTheOthersDoNotCount() {
    for (long age : new long[]{50, 52, 51, 100, 101, 102, 103, 104})
      ages.add(age);
    assertThat(ages.median()).isEqualTo(101);
  }

  @Test
  void ofThoseThatAreForgottenNothingIsLeft() {
    for (int i = 0; i < 20; i++)
      ages.add(50);
    ages.clear();
    assertThat(ages.isEmpty()).isTrue();
    ages.add(100);
    assertThat(ages.median()).isEqualTo(100);
  }

  @Test
  void laterOnesHaveWaitedInTheQueueOfTheFirst() {
    for (int i = 0; i < 64; i++)
      ages.add(100 + 10 * i);
    assertThat(ages.median()).isEqualTo(140);
  }
}
