package dev.gap.mtcp.engine.secure;

import org.junit.jupiter.api.Test;

import dev.gap.transport.PacketEngine;

import static org.assertj.core.api.Assertions.assertThat;

final class PatienceTest {
  private static final long SECOND = 1_000_000_000;
  private static final long START = 7 * SECOND;
  private static final long TIMEOUT = 300 * SECOND;

  private final Patience patience = new Patience(TIMEOUT, START);

  @Test
  void silenceIsBorneForTheTimeout() {
    assertThat(patience.isOver(false, START, START + TIMEOUT - 1)).isFalse();
    assertThat(patience.isOver(false, START, START + TIMEOUT)).isTrue();
  }

  @Test
  void whoWaitsForNothingWaitsForever() {
    assertThat(patience.isOver(false, PacketEngine.NEVER, START + 1000 * TIMEOUT)).isFalse();
    assertThat(patience.isOver(false, PacketEngine.NEVER, -START)).as("clocks begin anywhere").isFalse();
  }

  @Test
  void withoutKeysConnectionsWaitForTheTimeoutToo() {
    assertThat(patience.isOver(true, PacketEngine.NEVER, START + SECOND)).isFalse();
    assertThat(patience.isOver(true, PacketEngine.NEVER, START + SECOND + TIMEOUT - 1)).isFalse();
    assertThat(patience.isOver(true, PacketEngine.NEVER, START + SECOND + TIMEOUT)).isTrue();
  }

  @Test
  void keysStartTheWaitOver() {
    patience.isOver(true, PacketEngine.NEVER, START);
    patience.isOver(false, PacketEngine.NEVER, START + TIMEOUT - SECOND);
    assertThat(patience.isOver(true, PacketEngine.NEVER, START + TIMEOUT)).isFalse();
  }

  @Test
  void theLongerOfBothWaitsCounts() {
    patience.isOver(true, START + 100 * SECOND, START + 100 * SECOND);
    assertThat(patience.isOver(true, START, START + TIMEOUT)).isTrue();
  }

  @Test
  void aTurnThatIsMuchTooLateComesAfterASleep() {
    assertThat(patience.wakes(START + 40 * SECOND)).isFalse();
    assertThat(patience.wakes(START + 80 * SECOND + 1)).isTrue();
    assertThat(patience.wakes(START + 81 * SECOND)).as("it is awake").isFalse();
  }

  @Test
  void aSleepIsNobodysSilence() {
    patience.isOver(true, PacketEngine.NEVER, START);
    assertThat(patience.wakes(START + 10 * TIMEOUT)).isTrue();
    assertThat(patience.isOver(true, PacketEngine.NEVER, START + 10 * TIMEOUT)).isFalse();
    assertThat(patience.isOver(true, PacketEngine.NEVER, START + 11 * TIMEOUT)).isTrue();
  }
}
