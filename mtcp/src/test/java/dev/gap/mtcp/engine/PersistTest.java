package dev.gap.mtcp.engine;

import org.junit.jupiter.api.Test;

import dev.gap.transport.PacketEngine;

import static org.assertj.core.api.Assertions.assertThat;

final class PersistTest {
  private static final long MS = 1_000_000;
  private static final long RTO = 300 * MS;

  private final Persist persist = new Persist();

  @Test
  void anOpenWindowNeedsNoProbe() {
    assertThat(persist.deadline(false, RTO, 0)).isEqualTo(PacketEngine.NEVER);
    assertThat(persist.pollDue(Long.MAX_VALUE - 1)).isFalse();
  }

  @Test
  void aClosedWindowIsProbedAfterATimeoutThenAfterTwiceAsLongEachTimeUpToTwoSeconds() {
    long at = 7 * MS + RTO;
    assertThat(persist.deadline(true, RTO, 7 * MS)).isEqualTo(at);
    for (long wait : new long[]{600, 1200, 2000, 2000}) {
      assertThat(persist.pollDue(at - 1)).isFalse();
      assertThat(persist.pollDue(at)).isTrue();
      at += wait * MS;
      assertThat(persist.deadline(true, RTO, at - MS)).isEqualTo(at);
    }
  }

  @Test
  void aWindowThatOpenedStartsItOver() {
    persist.deadline(true, RTO, 0);
    assertThat(persist.pollDue(RTO)).isTrue();
    assertThat(persist.deadline(false, RTO, RTO)).isEqualTo(PacketEngine.NEVER);
    assertThat(persist.pollDue(3 * RTO)).isFalse();
    assertThat(persist.deadline(true, RTO, 10 * RTO)).isEqualTo(11 * RTO);
  }
}
