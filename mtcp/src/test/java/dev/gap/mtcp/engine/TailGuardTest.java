package dev.gap.mtcp.engine;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import dev.gap.transport.PacketEngine;

import static org.assertj.core.api.Assertions.assertThat;

class TailGuardTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long RTT = 128 * MS;

  private final TailGuard guard = new TailGuard();

  @Test
  void nothingIsDueAtFirst() {
    assertThat(guard.dueNanos()).isEqualTo(PacketEngine.NEVER);
  }

  @Test
  void asManyCopiesFollowAsWereAskedForEachALittleLater() {
    guard.onSent(7, 2, RTT, 0);
    assertThat(guard.dueNanos()).isEqualTo(2 * MS);
    assertThat(guard.seq()).isEqualTo(7);
    guard.onCopied(RTT, 3 * MS);
    assertThat(guard.dueNanos()).isEqualTo(5 * MS);
    guard.onCopied(RTT, 5 * MS);
    assertThat(guard.dueNanos()).isEqualTo(PacketEngine.NEVER);

    guard.onSent(8, 1, RTT, 0);
    guard.onCopied(RTT, 2 * MS);
    assertThat(guard.dueNanos()).isEqualTo(PacketEngine.NEVER);
  }

  @Test
  void theEarliestIsDueFirst() {
    guard.onSent(1, 1, RTT, 10 * MS);
    guard.onSent(2, 1, RTT, 5 * MS);
    assertThat(guard.seq()).isEqualTo(2);
    guard.forget(2);
    assertThat(guard.seq()).isEqualTo(1);
    assertThat(guard.dueNanos()).isEqualTo(12 * MS);
  }

  @Test
  void aSegmentSentAgainStartsAnew() {
    guard.onSent(1, 1, RTT, 0);
    guard.onSent(1, 2, RTT, 50 * MS);
    assertThat(guard.dueNanos()).isEqualTo(52 * MS);
    guard.onCopied(RTT, 52 * MS);
    guard.onCopied(RTT, 54 * MS);
    assertThat(guard.dueNanos()).isEqualTo(PacketEngine.NEVER);
  }

  @Test
  void copiesAreBetweenOneAndTenMillisecondsApart() {
    guard.onSent(1, 1, MS, 0);
    assertThat(guard.dueNanos()).isEqualTo(MS);
    guard.forget(1);
    guard.onSent(1, 1, 2000 * MS, 0);
    assertThat(guard.dueNanos()).isEqualTo(10 * MS);
  }

  @Test
  void afterTheSecondTheTimeToTheNextDoubles() {
    guard.onSent(1, 5, RTT, 0);
    long[] due = {2, 4, 8, 16, 32};
    for (long millis : due) {
      assertThat(guard.dueNanos()).isEqualTo(millis * MS);
      guard.onCopied(RTT, millis * MS);
    }
    assertThat(guard.dueNanos()).isEqualTo(PacketEngine.NEVER);
  }

  @Test
  void whatIsForgottenIsNotCopiedAndTheOthersAre() {
    for (int seq = 1; seq <= 3; seq++)
      guard.onSent(seq, 2, RTT, seq);
    guard.forget(1);
    guard.forget(7);
    assertThat(guard.seq()).isEqualTo(2);
    assertThat(guard.dueNanos()).isEqualTo(2 * MS + 2);
    guard.onCopied(RTT, 3 * MS);
    assertThat(guard.seq()).isEqualTo(3);
    guard.forget(3);
    guard.forget(2);
    assertThat(guard.dueNanos()).isEqualTo(PacketEngine.NEVER);
  }

  @Test
  void moreThanThirtyTwoAtOnceGoWithout() {
    for (int seq = 0; seq < 33; seq++)
      guard.onSent(seq, 1, RTT, seq);
    for (int seq = 0; seq < 32; seq++) {
      assertThat(guard.seq()).isEqualTo(seq);
      guard.forget(seq);
    }
    assertThat(guard.dueNanos()).isEqualTo(PacketEngine.NEVER);
  }
}
