package dev.gap.transport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class AckClockTest {
  private static final long MS = 1_000_000;
  private static final long RTT = 100 * MS;
  private static final int WAY_BACK = 50;

  private final AckClock clock = new AckClock();
  private int peer = 1_000_000;

  @Test
  void theFirstFewAreTakenAsTheyCome() {
    for (int i = 0; i < 4; i++) {
      long came = take(i * 3, WAY_BACK - 10 * i);
      assertThat(clock.usualNanos()).isEqualTo(came);
      assertThat(clock.nowNanos()).isEqualTo(came);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1_000_000, Integer.MAX_VALUE - 58, -58})
  void oneThatOvertookOthersIsTakenForWhenItWouldHaveComeWhereverTheClockStands(int start) {
    peer = start;
    for (int i = 0; i < 20; i++)
      take(3 * i, WAY_BACK);
    take(60, 0);
    assertThat(clock.usualNanos()).isEqualTo((60 + WAY_BACK) * MS);
    take(63, 5);
    assertThat(clock.usualNanos()).isEqualTo((63 + WAY_BACK) * MS);
  }

  @Test
  void oneThatWasHeldUpIsTakenForWhenItWouldHaveCome() {
    for (int i = 0; i < 20; i++)
      take(3 * i, WAY_BACK);
    take(60, 90);
    assertThat(clock.usualNanos()).isEqualTo((60 + WAY_BACK) * MS);
  }

  @Test
  void littleMoreOrLessIsTheClocksGrain() {
    for (int i = 0; i < 20; i++)
      take(3 * i, WAY_BACK);
    long came = take(60, WAY_BACK + 3);
    assertThat(clock.usualNanos()).isEqualTo(came);
  }

  @Test
  void ofAShortPathTheClockSaysNothing() {
    for (int i = 0; i < 20; i++)
      clock.take(peer + 3 * i, 5 * MS, (3 * i + 1) * MS);
    clock.take(peer + 60, 5 * MS, 65 * MS);
    assertThat(clock.usualNanos()).isEqualTo(65 * MS);
    clock.take(peer + 61, 10 * MS, 66 * MS);
    assertThat(clock.usualNanos()).isEqualTo(62 * MS);
  }

  @Test
  void aWayBackThatStaysLongerBecomesTheUsualOne() {
    for (int i = 0; i < 64; i++)
      take(3 * i, WAY_BACK);
    for (int i = 64; i < 64 + 17; i++)
      take(3 * i, WAY_BACK + 40);
    long came = take(300, WAY_BACK + 40);
    assertThat(clock.usualNanos()).isEqualTo(came);
  }

  @Test
  void aClockThatWasSetIsNoWayBack() {
    for (int i = 0; i < 20; i++)
      take(3 * i, WAY_BACK);
    peer += 3_600_000;
    long came = take(60, WAY_BACK);
    assertThat(clock.usualNanos()).isEqualTo(came);
  }

  @Test
  void allAreAsFarApartAsTheyWereSent() {
    take(0, WAY_BACK);
    long first = clock.spacedNanos();
    take(8, 0);
    assertThat(clock.spacedNanos() - first).isEqualTo(8 * MS);
    take(4, WAY_BACK);
    assertThat(clock.spacedNanos() - first).isEqualTo(4 * MS);
  }

  @Test
  void oneThatComesMuchSoonerThanTheOnlyOneBeforeItOvertakes() {
    take(0, WAY_BACK);
    assertThat(clock.isOvertaking()).isFalse();
    take(3, 0);
    assertThat(clock.isOvertaking()).isTrue();
    take(6, WAY_BACK);
    assertThat(clock.isOvertaking()).isFalse();
  }

  @Test
  void oneThatComesLaterThanTheFirstOrALittleSoonerOvertakesNone() {
    take(0, 0);
    for (int i = 1; i < 20; i++) {
      take(3 * i, WAY_BACK);
      assertThat(clock.isOvertaking()).isFalse();
    }
    take(60, WAY_BACK - 24);
    assertThat(clock.isOvertaking()).isFalse();
    take(63, WAY_BACK - 26);
    assertThat(clock.isOvertaking()).isTrue();
  }

  @Test
  void afterItIsClearedNothingIsKnown() {
    for (int i = 0; i < 20; i++)
      take(3 * i, WAY_BACK);
    clock.clear();
    long came = take(60, 10);
    assertThat(clock.usualNanos()).isEqualTo(came);
    assertThat(clock.spacedNanos()).isEqualTo(came);
  }

  /** Takes one that was sent at {@code sentMillis}. {@return when it came, in nanoseconds} */
  private long take(int sentMillis, int wayMillis) {
    long came = (sentMillis + wayMillis) * MS;
    clock.take(peer + sentMillis, RTT, came);
    return came;
  }
}
