package dev.gap.mtcp.engine;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.gap.transport.PacketEngine;

import static org.assertj.core.api.Assertions.assertThat;

final class FarewellTest {
  private static final long MS = 1_000_000;
  private static final long RTO = 200 * MS;

  private final Farewell farewell = new Farewell();

  @Test
  void aConnectionThatGoesOnHasNothingToSay() {
    assertThat(farewell.isOver()).isFalse();
    assertThat(farewell.isSaid()).isFalse();
    assertThat(farewell.reason()).isNull();
    assertNothingDue();
  }

  @Test
  void whoHasFinishedAcknowledgesOnceMore() {
    farewell.end(CloseReason.FINISHED);
    assertThat(farewell.isOver()).isTrue();
    assertThat(farewell.isSaid()).as("the peer cannot know yet").isFalse();
    assertThat(farewell.isDue(0)).isTrue();
    assertThat(farewell.pollLastAck()).isTrue();
    assertThat(farewell.pollLastAck()).as("once").isFalse();
    assertThat(farewell.isSaid()).isTrue();
    assertNothingDue();
  }

  @Test
  void threeResetsGoToAPeerThatTakesThemATimeoutApart() {
    farewell.reset(true, 5 * MS);
    assertThat(farewell.reason()).isEqualTo(CloseReason.RESET);
    for (int i = 0; i < 3; i++) {
      long at = 5 * MS + i * RTO;
      assertThat(farewell.isSaid()).isFalse();
      assertThat(farewell.deadline()).isEqualTo(at);
      assertThat(farewell.isDue(at - 1)).isFalse();
      assertThat(farewell.isDue(at)).isTrue();
      assertThat(farewell.pollReset(RTO, at)).isTrue();
    }
    assertThat(farewell.isSaid()).isTrue();
    assertNothingDue();
  }

  @Test
  void oneResetGoesToAPeerThatMayMakeAConnectionOfTheNext() {
    farewell.reset(false, 0);
    assertThat(farewell.pollReset(RTO, 0)).isTrue();
    assertThat(farewell.isSaid()).isTrue();
    assertNothingDue();
  }

  @ParameterizedTest
  @EnumSource(value = CloseReason.class, names = "FINISHED", mode = EnumSource.Mode.EXCLUDE)
  void otherEndsAreWordless(CloseReason reason) {
    farewell.end(reason);
    assertThat(farewell.reason()).isEqualTo(reason);
    assertThat(farewell.isSaid()).isTrue();
    assertNothingDue();
  }

  private void assertNothingDue() {
    assertThat(farewell.isDue(Long.MAX_VALUE)).isFalse();
    assertThat(farewell.deadline()).isEqualTo(PacketEngine.NEVER);
    assertThat(farewell.pollLastAck()).isFalse();
    assertThat(farewell.pollReset(RTO, 0)).isFalse();
  }
}
