package dev.gap.mtcp;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class RehearsalTest {
  @ParameterizedTest(name = "profile 2: {0}")
  @ValueSource(booleans = {true, false})
  void carriesDataFromEngineToEngineAndOverTheLoopbackInterface(boolean secure) {
    Rehearsal rehearsal = new Rehearsal(secure);

    rehearsal.run();

    assertThat(rehearsal.datagrams()).isGreaterThan(100);
    assertThat(rehearsal.loopbackBytes()).isPositive();
  }
}
