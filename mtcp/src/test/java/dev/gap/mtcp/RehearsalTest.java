package dev.gap.mtcp;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class RehearsalTest {
  @ParameterizedTest(name = "profile 2: {0}")
  @ValueSource(booleans = {true, false})
  void carriesDataFromEngineToEngineAndOverTheLoopbackInterface(boolean secure) {
    // in the 600 ms that it has otherwise a busy machine made 24 datagrams
    Rehearsal rehearsal = new Rehearsal(secure, Duration.ofMinutes(1).toNanos());

    rehearsal.run();

    assertThat(rehearsal.datagrams()).isGreaterThanOrEqualTo(20_000);
    assertThat(rehearsal.loopbackBytes()).isGreaterThanOrEqualTo(24 << 20);
  }
}
