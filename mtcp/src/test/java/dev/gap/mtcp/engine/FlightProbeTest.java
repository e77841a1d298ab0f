package dev.gap.mtcp.engine;

import org.junit.jupiter.api.Test;

import dev.gap.transport.PacketEngine;

import static org.assertj.core.api.Assertions.assertThat;

final class FlightProbeTest {
  private static final long MS = 1_000_000;
  private static final long START = -500 * MS;

  private final FlightProbe probe = new FlightProbe();

  @Test
  void aFlightThatIsAnsweredSoonOrShortNeedsNone() {
    assertThat(probe.dueNanos()).isEqualTo(PacketEngine.NEVER);
    probe.onSent(true, START);
    probe.onAnswered();
    assertThat(probe.dueNanos()).isEqualTo(PacketEngine.NEVER);
    probe.onSent(true, START);
    probe.onSent(false, START);
    assertThat(probe.dueNanos()).isEqualTo(PacketEngine.NEVER);
  }

  @Test
  void oneIsDueEveryThreeTenthsOfASecondUntilThereIsAnAnswer() {
    probe.onSent(true, START);
    probe.onSent(true, START + 30 * MS);
    for (int i = 1; i < 10; i++) {
      assertThat(probe.dueNanos()).isEqualTo(START + i * 300L * MS);
      assertThat(probe.isProbed()).isEqualTo(i > 1);
      probe.onProbed(START + i * 300L * MS);
    }
    probe.onAnswered();
    assertThat(probe.dueNanos()).isEqualTo(PacketEngine.NEVER);
    assertThat(probe.isProbed()).isFalse();
  }
}
