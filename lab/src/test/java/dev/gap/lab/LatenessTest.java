package dev.gap.lab;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class LatenessTest {
  @Test
  void ofNothingIsNothing() {
    assertThat(new Lateness().summary()).isEqualTo(new Lateness.Summary(0, 0, 0));
  }

  @Test
  void saysWhatNearlyAllDidNotExceed() {
    Lateness lateness = new Lateness();
    for (int i = 0; i < 995; i++)
      lateness.record(1000);
    for (int i = 0; i < 5; i++)
      lateness.record(5_000_000);
    lateness.record(-3);
    assertThat(lateness.summary()).isEqualTo(new Lateness.Summary(1001, 1023, 5_000_000));
  }

  @Test
  void neverSaysMoreThanTheLatest() {
    Lateness lateness = new Lateness();
    lateness.record(1025);
    assertThat(lateness.summary()).isEqualTo(new Lateness.Summary(1, 1025, 1025));
  }
}
