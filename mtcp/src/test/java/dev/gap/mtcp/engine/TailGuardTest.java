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
    guard.drop();
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
    guard.drop();
    guard.onSent(1, 1, 2000 * MS, 0);
    assertThat(guard.dueNanos()).isEqualTo(10 * MS);
  }

  @Test
  void moreThanEightGoWithout() {
    for (int seq = 0; seq < 9; seq++)
      guard.onSent(seq, 1, RTT, seq);
    for (int seq = 0; seq < 8; seq++) {
      assertThat(guard.seq()).isEqualTo(seq);
      guard.drop();
    }
    assertThat(guard.dueNanos()).isEqualTo(PacketEngine.NEVER);
  }
}
