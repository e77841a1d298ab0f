package dev.gap.cli;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SessionWatchTest {
  @Test
  void aWrongClockIsToldWithTheDirectionAndTheAmount() {
    assertThat(SessionWatch.clocks(7_205_123)).contains("clock is 2h5s ahead of this one's").contains("--skew");
    assertThat(SessionWatch.clocks(-301_000)).contains("clock is 5m1s behind this one's");
  }
}
