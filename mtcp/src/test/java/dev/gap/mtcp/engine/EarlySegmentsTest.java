package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.util.Objects;

import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.EarlySegments.Early;
import dev.gap.mtcp.engine.wire.SegmentView;
import dev.gap.transport.PacketEngine;

import static org.assertj.core.api.Assertions.assertThat;

final class EarlySegmentsTest {
  private static final long SECOND = 1_000_000_000;
  private static final InetSocketAddress FROM = HandDriven.NEAR;

  private final EarlySegments early = new EarlySegments();

  @Test
  void givesThoseOfAConnectionInTheOrderOfArrival() {
    add(1, 3, 0);
    add(2, 1, 0);
    add(1, 1, 0);
    add(1, 2, 0);

    assertThat(pollSeq(1)).isEqualTo(3);
    assertThat(pollSeq(1)).isEqualTo(1);
    assertThat(pollSeq(1)).isEqualTo(2);
    assertThat(early.pollFor(1)).isNull();
    assertThat(early.size()).isEqualTo(1);
  }

  @Test
  void keepsItsOwnCopyOfBytesAndAddress() {
    SegmentView view = TestSegment.data(1, "hello").view();
    early.add(view, FROM, 0);
    byte[] expected = TestSegment.data(1, "hello").plain();
    view.bytes()[34] ^= 1;

    Early kept = Objects.requireNonNull(early.pollFor(TestSegment.ID));
    assertThat(kept.bytes()).isEqualTo(expected);
    assertThat(kept.from()).isEqualTo(FROM);
  }

  @Test
  void theOldestGiveWayToNewer() {
    for (int i = 0; i < 1000; i++)
      add(i, 1, i);

    assertThat(early.size()).isEqualTo(128);
    assertThat(early.pollFor(1000 - 129)).isNull();
    assertThat(early.pollFor(1000 - 128)).isNotNull();
    assertThat(early.pollFor(999)).isNotNull();
  }

  @Test
  void expiresAfterTenSecondsOldestFirst() {
    assertThat(early.deadline()).isEqualTo(PacketEngine.NEVER);
    add(1, 1, 5);
    add(2, 1, 7);

    assertThat(early.deadline()).isEqualTo(10 * SECOND + 5);
    assertThat(early.pollExpired(10 * SECOND + 4)).isNull();
    assertThat(Objects.requireNonNull(early.pollExpired(10 * SECOND + 5)).id()).isEqualTo(1);
    assertThat(early.pollExpired(10 * SECOND + 5)).isNull();
    assertThat(early.deadline()).isEqualTo(10 * SECOND + 7);
  }

  private void add(long id, int seq, long nowNanos) {
    early.add(TestSegment.data(seq, "x").withId(id).view(), FROM, nowNanos);
  }

  private int pollSeq(long id) {
    byte[] bytes = Objects.requireNonNull(early.pollFor(id)).bytes();
    return TestSegment.read(bytes, bytes.length).seq();
  }
}
