package dev.gap.lab;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class BottleneckTest {
  /** 1000 bytes with overhead take exactly 1 ms. */
  private static final LinkSpec SPEC = LinkSpec.PERFECT.withRate(8_000_000).withQueue(Duration.ofMillis(3));
  private static final int LENGTH = 1000 - LinkSpec.UDP_OVERHEAD_BYTES;
  private static final long MS = 1_000_000;

  @Test
  void sendsOneDatagramAfterTheOther() {
    Bottleneck bottleneck = new Bottleneck(SPEC);

    assertThat(bottleneck.admit(LENGTH, 0)).isEqualTo(MS);
    assertThat(bottleneck.admit(LENGTH, 0)).isEqualTo(2 * MS);
    assertThat(bottleneck.admit(LENGTH, MS / 2)).isEqualTo(3 * MS);
    assertThat(bottleneck.admit(LENGTH, 10 * MS)).isEqualTo(11 * MS);
  }

  @Test
  void countsWaitsWithoutTransmission() {
    Bottleneck bottleneck = new Bottleneck(SPEC);

    for (int i = 0; i < 4; i++)
      bottleneck.admit(LENGTH, 0);

    assertThat(bottleneck.maxDelayNanos()).isEqualTo(3 * MS);
    assertThat(bottleneck.meanDelayNanos()).isEqualTo((0 + 1 + 2 + 3) * MS / 4);
  }

  @Test
  void dropsTheTailOfAFullQueueAndTakesAgainWhenItHasDrained() {
    Bottleneck bottleneck = new Bottleneck(SPEC);
    for (int i = 0; i < 4; i++)
      assertThat(bottleneck.admit(LENGTH, 0)).isEqualTo((i + 1) * MS);

    assertThat(bottleneck.admit(LENGTH, 0)).isEqualTo(Bottleneck.OVERFLOW);
    assertThat(bottleneck.admit(LENGTH, MS - 1)).isEqualTo(Bottleneck.OVERFLOW);
    assertThat(bottleneck.admit(LENGTH, MS)).isEqualTo(5 * MS);
  }

  @Test
  void neverOverflowsWithoutABound() {
    Bottleneck bottleneck = new Bottleneck(SPEC.withQueue(Duration.ZERO));

    for (int i = 1; i <= 10_000; i++)
      assertThat(bottleneck.admit(LENGTH, 0)).isEqualTo(i * MS);
  }

  @Test
  void takesNoTimeAtAnUnlimitedRate() {
    Bottleneck bottleneck = new Bottleneck(SPEC.withRate(0));

    for (int i = 0; i < 100; i++)
      assertThat(bottleneck.admit(LENGTH, 5)).isEqualTo(5);
    assertThat(bottleneck.maxDelayNanos()).isZero();
  }

  @Test
  void drainsItsBacklogAtAChangedRate() {
    Bottleneck bottleneck = new Bottleneck(SPEC);
    bottleneck.admit(LENGTH, 0);
    bottleneck.admit(LENGTH, 0);

    double factor = bottleneck.change(SPEC.withRate(800_000).withQueue(Duration.ofMillis(100)), MS);

    assertThat(factor).isEqualTo(10);
    // the second datagram had 1 ms to go, which is 10 ms now; the third takes 10 ms itself
    assertThat(bottleneck.admit(LENGTH, MS)).isEqualTo(MS + 10 * MS + 10 * MS);
  }

  @Test
  void letsItsBacklogGoAtOnceWhenTheLimitIsLifted() {
    Bottleneck bottleneck = new Bottleneck(SPEC);
    bottleneck.admit(LENGTH, 0);

    assertThat(bottleneck.change(SPEC.withRate(0), 7)).isZero();
    assertThat(bottleneck.admit(LENGTH, 7)).isEqualTo(7);
  }
}
