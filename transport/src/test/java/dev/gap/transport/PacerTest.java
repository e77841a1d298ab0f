package dev.gap.transport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class PacerTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1000 * MS;
  private static final int BYTES = 1200;
  /** 2.5 ms of credit and the datagram that uses it up. */
  private static final double BURST_SECONDS = 0.0025;

  private final Pacer pacer = new Pacer();

  @Test
  void letsTheFirstDatagramGoAtOnce() {
    assertThat(pacer.nextSendNanos(17)).isEqualTo(17);
    assertThat(pacer.nextSendNanos(-17)).isEqualTo(-17);
  }

  @ParameterizedTest
  @ValueSource(longs = {2_400, 125_000, 1_250_000, 7_777_777, 125_000_000})
  void sendsExactlyTheRateOverASecond(long rate) {
    long start = 5 * SECOND;
    long first = sendFor(start, start + SECOND, rate);
    // the first second has the burst on top
    assertThat(first).isBetween(rate - BYTES, (long) (rate * (1 + BURST_SECONDS)) + 2 * BYTES);
    long more = sendFor(start + SECOND, start + 5 * SECOND, rate);
    assertThat(more).isBetween(4 * rate - 2 * BYTES, 4 * rate + 2 * BYTES + rate / 5000);
  }

  @Test
  void aLoopThatWakesLateStillReachesTheRate() {
    long rate = 10_000_000;
    long sent = 0;
    for (long now = 0; now < SECOND; now += 2 * MS)
      sent += burst(now, rate);
    assertThat(sent).isBetween(rate * 99 / 100, rate * 101 / 100);
  }

  @Test
  void aBurstAfterIdlingIsBoundedByTheCredit() {
    long rate = 10_000_000;
    long credit = (long) (rate * BURST_SECONDS);
    assertThat(burst(0, rate)).as("at the start").isBetween(credit, credit + BYTES);
    assertThat(burst(60 * SECOND, rate)).as("after a minute").isBetween(credit, credit + BYTES);
    assertThat(burst(60 * SECOND, rate)).as("at once again").isZero();
  }

  @Test
  void aSlowRateSpacesDatagramsApart() {
    pacer.onSent(BYTES, 12_000, 0, 0);
    pacer.onSent(BYTES, 12_000, 0, pacer.nextSendNanos(0));
    long second = pacer.nextSendNanos(0);
    assertThat(second).isBetween(190 * MS, 200 * MS);
    pacer.onSent(BYTES, 12_000, 0, second);
    assertThat(pacer.nextSendNanos(second)).isEqualTo(second + 100 * MS);
  }

  @Test
  void aStalledHostMakesUpForSoMuchAtOnce() {
    long rate = 10_000_000;
    burst(0, rate);
    long sent = 0;
    for (long now = 20 * MS; pacer.nextSendNanos(now) <= now; sent += BYTES)
      pacer.onSent(BYTES, rate, 8 * MS, now);
    assertThat(sent).isBetween(rate * 8 / 1000, rate * 8 / 1000 + BYTES);
  }

  @Test
  void aHostThatHadNothingToSendMakesUpForNoMoreThanTheCredit() {
    long rate = 10_000_000;
    burst(0, rate);
    pacer.onHeld();
    long sent = 0;
    for (long now = 20 * MS; pacer.nextSendNanos(now) <= now; sent += BYTES)
      pacer.onSent(BYTES, rate, 8 * MS, now);
    long credit = (long) (rate * BURST_SECONDS);
    assertThat(sent).isBetween(credit, credit + BYTES);
  }

  @Test
  void theRateMayChangeAtAnyDatagram() {
    long now = 0;
    burst(now, 1_000_000);
    now = pacer.nextSendNanos(now);
    pacer.onSent(BYTES, 1_200_000, 0, now);
    assertThat(pacer.nextSendNanos(now)).isEqualTo(now + MS);
    now += MS;
    pacer.onSent(BYTES, 12_000_000, 0, now);
    assertThat(pacer.nextSendNanos(now)).isEqualTo(now + MS / 10);
  }

  @Test
  void anUnlimitedRateNeverWaits() {
    for (int i = 0; i < 10_000; i++) {
      assertThat(pacer.nextSendNanos(SECOND)).isLessThanOrEqualTo(SECOND);
      pacer.onSent(BYTES, RateController.UNLIMITED, 0, SECOND);
    }
    assertThat(pacer.nextSendNanos(SECOND)).isLessThanOrEqualTo(SECOND);
  }

  @Test
  void aRateOfNothingIsSlowButDoesNotFail() {
    burst(0, 0);
    assertThat(pacer.nextSendNanos(0)).isGreaterThan(60 * SECOND);
  }

  /** Sends all that may be sent at {@code now}. */
  private long burst(long now, long rate) {
    long sent = 0;
    while (pacer.nextSendNanos(now) <= now) {
      pacer.onSent(BYTES, rate, 0, now);
      sent += BYTES;
    }
    return sent;
  }

  private long sendFor(long from, long to, long rate) {
    long sent = 0;
    for (long now = Math.max(from, pacer.nextSendNanos(from)); now < to; now = pacer.nextSendNanos(now)) {
      pacer.onSent(BYTES, rate, 0, now);
      sent += BYTES;
    }
    return sent;
  }
}
