package dev.gap.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EarlyArrivalsTest {
  private static final long MS = 1_000_000;

  private final EarlyArrivals early = new EarlyArrivals();

  @Test
  void eachWaitsUntilItIsDue() {
    early.add(100, 10 * MS, 0);
    early.add(200, 20 * MS, 0);
    assertThat(early.take(10 * MS)).isZero();
    assertThat(early.take(11 * MS)).isEqualTo(100);
    assertThat(early.take(11 * MS)).isZero();
    assertThat(early.take(30 * MS)).isEqualTo(200);
  }

  @Test
  void oneDueBeforeAnotherDoesNotWaitForIt() {
    early.add(100, 20 * MS, 0);
    early.add(200, 10 * MS, 0);
    assertThat(early.take(11 * MS)).isEqualTo(200);
    assertThat(early.take(21 * MS)).isEqualTo(100);
  }

  @Test
  void worksWhereverTheClockStands() {
    for (long start : new long[]{Long.MIN_VALUE / 2, -10 * MS, 5_000 * MS + 1}) {
      assertThat(early.add(100, start + 10 * MS, start)).isTrue();
      assertThat(early.take(start + 9 * MS)).isZero();
      assertThat(early.take(start + 11 * MS)).isEqualTo(100);
    }
  }

  @Test
  void whatIsDueMuchLaterIsRefused() {
    assertThat(early.add(1, 1023 * MS, 0)).isTrue();
    assertThat(early.add(1, 1024 * MS, 0)).isFalse();
    assertThat(early.take(512 * MS)).isZero();
    assertThat(early.add(1, 1024 * MS, 512 * MS)).isTrue();
    assertThat(early.take(Long.MAX_VALUE)).isEqualTo(2);
  }

  @Test
  void forgetsAll() {
    early.add(100, 10 * MS, 0);
    early.clear();
    assertThat(early.take(Long.MAX_VALUE)).isZero();
  }
}
