package dev.gap.tcp.engine.connection;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Timestamps: RFC 7323 sections 4 and 5. */
class TimestampsTest {
  private static final long MS = 1_000_000;
  private static final long DAY = 86_400_000 * MS;

  private final Timestamps stamps = new Timestamps(1000);

  @Test
  void aTickIsAMillisecond() {
    assertThat(stamps.at(0)).isEqualTo(1000);
    assertThat(stamps.at(7 * MS)).isEqualTo(1007);
    assertThat(stamps.at(7 * MS + 999_999)).isEqualTo(1007);
  }

  @Test
  void ticksNeverGoBackAcrossTheOriginOfTime() {
    int before = stamps.at(-3 * MS);
    for (long now = -3 * MS; now < 3 * MS; now += 100_000) {
      int tick = stamps.at(now);
      assertThat(tick - before).as("at %d", now).isBetween(0, 1);
      before = tick;
    }
  }

  @Test
  void ticksWrap() {
    Timestamps late = new Timestamps(-1);
    assertThat(late.at(0)).isEqualTo(-1);
    assertThat(late.at(MS)).isZero();
    assertThat(new Timestamps(Integer.MAX_VALUE).at(MS)).isEqualTo(Integer.MIN_VALUE);
  }

  @Test
  void anythingIsAcceptableBeforeTheFirst() {
    assertThat(stamps.isAcceptable(0, 0)).isTrue();
    assertThat(stamps.isAcceptable(Integer.MIN_VALUE, 0)).isTrue();
  }

  @Test
  void whatIsOlderThanTheLastIsNotAcceptable() {
    stamps.set(5000, 0);
    assertThat(stamps.isAcceptable(5000, MS)).isTrue();
    assertThat(stamps.isAcceptable(5001, MS)).isTrue();
    assertThat(stamps.isAcceptable((int) (5000L + Integer.MAX_VALUE), MS)).isTrue();
    assertThat(stamps.isAcceptable(4990, MS)).isFalse();
    assertThat(stamps.isAcceptable(5000 - Integer.MAX_VALUE, MS)).isFalse();
  }

  @Test
  void whatIsOlderAcrossTheWrapIsNotAcceptableEither() {
    stamps.set(Integer.MIN_VALUE + 5, 0);
    assertThat(stamps.isAcceptable(Integer.MAX_VALUE - 5, 0)).isFalse();
    assertThat(stamps.isAcceptable(Integer.MIN_VALUE + 6, 0)).isTrue();
    stamps.set(-3, 0);
    assertThat(stamps.isAcceptable(3, 0)).isTrue();
  }

  @Test
  void afterTwentyFourDaysTheLastSaysNothingAnyMore() {
    stamps.set(5000, 0);
    assertThat(stamps.isAcceptable(100, 23 * DAY)).isFalse();
    assertThat(stamps.isAcceptable(100, 25 * DAY)).isTrue();
    stamps.lastAck = 10;
    stamps.update(100, 10, 25 * DAY);
    assertThat(stamps.recent).isEqualTo(100);
  }

  @Test
  void onlyASegmentAtTheLastAcknowledgmentIsRemembered() {
    stamps.set(5000, 0);
    stamps.lastAck = 1000;
    stamps.update(5010, 1001, MS);
    assertThat(stamps.recent).isEqualTo(5000);
    stamps.update(5010, 1000, MS);
    assertThat(stamps.recent).isEqualTo(5010);
    stamps.update(5005, 900, 2 * MS);
    assertThat(stamps.recent).isEqualTo(5010);
    stamps.update(5020, 900, 3 * MS);
    assertThat(stamps.recent).isEqualTo(5020);
    assertThat(stamps.recentNanos).isEqualTo(3 * MS);
  }

  @Test
  void anEchoTellsTheRoundTripInTicks() {
    int sent = stamps.at(10 * MS);
    assertThat(stamps.roundTrip(sent, 35 * MS)).isEqualTo(25 * MS);
    assertThat(stamps.roundTrip(sent, 10 * MS)).isEqualTo(MS);
    assertThat(stamps.roundTrip(sent + 5, 10 * MS)).isNegative();
  }

  @Test
  void theRoundTripOfAnEchoIsNeverLessThanThatOfTheSegment() {
    for (long sent = -5 * MS; sent < 5 * MS; sent += 70_000) {
      for (long rtt = 0; rtt < 5 * MS; rtt += 130_000)
        assertThat(stamps.roundTrip(stamps.at(sent), sent + rtt)).as("sent at %d, answered after %d", sent, rtt)
            .isBetween(rtt, Math.max(rtt, 0) + 2 * MS);
    }
  }
}
