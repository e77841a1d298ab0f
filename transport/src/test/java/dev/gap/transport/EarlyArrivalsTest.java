package dev.gap.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EarlyArrivalsTest {
  private static final long MS = 1_000_000;

  private final EarlyArrivals early = new EarlyArrivals();

  @Test
  void eachWaitsUntilItIsDue() {
    early.add(100, 10 * MS);
    early.add(200, 20 * MS);
    assertThat(early.take(10 * MS - 1)).isZero();
    assertThat(early.take(10 * MS)).isEqualTo(100);
    assertThat(early.take(10 * MS)).isZero();
    assertThat(early.take(30 * MS)).isEqualTo(200);
  }

  @Test
  void thoseOfOneTimeTakeOnePlace() {
    for (int i = 0; i < 1000; i++)
      assertThat(early.add(1, 10 * MS + i)).isTrue();
    assertThat(early.take(10 * MS)).isEqualTo(1000);
  }

  @Test
  void oneDueBeforeTheLastWaitsWithIt() {
    early.add(100, 20 * MS);
    early.add(200, 10 * MS);
    assertThat(early.take(10 * MS)).isZero();
    assertThat(early.take(20 * MS)).isEqualTo(300);
  }

  @Test
  void moreThanThereIsRoomForIsRefused() {
    int taken = 0;
    while (early.add(1, taken * MS))
      taken++;
    assertThat(early.take(0)).isEqualTo(1);
    assertThat(early.add(1, taken * MS)).isTrue();
    early.clear();
    assertThat(early.take(Long.MAX_VALUE)).isZero();
  }
}
