package dev.gap.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class DeliveryMeterTest {
  private static final long MS = 1_000_000;
  private static final long START = 1000 * MS;
  private static final long TICK = 100 * MS;
  private static final long RTT = 80 * MS;
  private static final int ENOUGH = 16;

  private final DeliveryMeter meter = new DeliveryMeter();

  @Test
  void noRoundEndsBeforeAnythingArrives() {
    assertThat(meter.pollRound(TICK, START)).isNull();
    meter.onSent(1000, START);
    assertThat(meter.pollRound(TICK, START + TICK)).isNull();
    meter.onLost(1000);
    assertThat(meter.pollRound(TICK, START + 10 * TICK)).isNull();
    arrive(1000);
    assertThat(meter.pollRound(TICK, START + 11 * TICK)).extracting(PathRound::durationNanos).isEqualTo(11 * TICK);
  }

  @Test
  void aRoundEndsWhenItsTimeHasPassed() {
    meter.onSent(1000, START);
    arrive(1000);
    assertThat(meter.pollRound(TICK, START + TICK - 1)).isNull();
    assertThat(meter.pollRound(TICK, START + TICK)).extracting(PathRound::endNanos).isEqualTo(START + TICK);
    arrive(1000);
    assertThat(meter.pollRound(TICK, START + 2 * TICK - 1)).isNull();
    assertThat(meter.pollRound(TICK, START + 2 * TICK)).isNotNull();
  }

  @Test
  void howLongARoundTakesMayChangeWhileItIsUnderWay() {
    meter.onSent(1000, START);
    arrive(1000);
    assertThat(meter.pollRound(TICK, START + TICK / 2)).isNull();
    assertThat(meter.pollRound(TICK / 4, START + TICK / 2)).extracting(PathRound::durationNanos).isEqualTo(TICK / 2);
  }

  @Test
  void aRoundTellsWhatThePathDid() {
    meter.onSent(1000, START);
    meter.onSent(1000, START + 10 * MS);
    meter.onSent(500, START + 20 * MS);
    meter.onLost(500);
    arrive(1000);

    assertThat(meter.pollRound(TICK, START + TICK))
        .isEqualTo(new PathRound(START + TICK, TICK, 2500, 1000, 500, RTT, 1, 0, false));
  }

  @Test
  void aRoundWithFewSamplesOfTheRoundTripTakesUpToFourTimesAsLong() {
    meter.onSent(1000, START);
    meter.onDelivered(1000, START, START);
    meter.onAcknowledgment(RTT);
    assertThat(meter.pollRound(TICK, START + 4 * TICK - 1)).isNull();
    assertThat(meter.pollRound(TICK, START + 4 * TICK))
        .isEqualTo(new PathRound(START + 4 * TICK, 4 * TICK, 1000, 1000, 0, RTT, 1, 0, false));
  }

  @Test
  void aRoundMayHaveNoSampleOfTheRoundTrip() {
    meter.onSent(1000, START);
    meter.onDelivered(1000, START, START);
    assertThat(meter.pollRound(TICK, START + 4 * TICK))
        .isEqualTo(new PathRound(START + 4 * TICK, 4 * TICK, 1000, 1000, 0, Long.MAX_VALUE, 0, 0, false));
  }

  @Test
  void theNextRoundStartsFromNothing() {
    firstRound();
    meter.onSent(700, START + TICK + MS);
    arrive(700);
    assertThat(meter.pollRound(TICK, START + 2 * TICK + MS))
        .isEqualTo(new PathRound(START + 2 * TICK + MS, TICK + MS, 700, 700, 0, RTT, 1, 0, false));
  }

  @Test
  void aRoundHasALengthEvenIfItNeedsNoTime() {
    meter.onSent(1000, START);
    arrive(1000);
    assertThat(meter.pollRound(0, START)).isNull();
    assertThat(meter.pollRound(0, START + 1)).extracting(PathRound::durationNanos).isEqualTo(1L);
  }

  @Test
  void idlenessBeforeTheFirstRoundIsNoPartOfIt() {
    meter.onIdle(START - 1000 * TICK);
    meter.onSent(1000, START);
    arrive(1000);
    assertThat(meter.pollRound(TICK, START + TICK)).extracting(PathRound::appLimited).isEqualTo(false);
  }

  @Test
  void idlenessBeforeARestartIsNoPartOfTheRoundAfterIt() {
    meter.onSent(1000, START);
    meter.onIdle(START);
    meter.restart();
    meter.onIdle(START + TICK);
    meter.onSent(1000, START + 50 * TICK);
    arrive(1000);
    assertThat(meter.pollRound(TICK, START + 51 * TICK)).extracting(PathRound::appLimited).isEqualTo(false);
  }

  @Test
  void aSenderIdleForMuchOfTheRoundIsLimitedByItself() {
    meter.onSent(1000, START);
    meter.onIdle(START + 10 * MS);
    meter.onIdle(START + 50 * MS); // it has been idle since 10 ms
    meter.onSent(1000, START + 60 * MS);
    arrive(1000);
    assertThat(meter.pollRound(TICK, START + TICK)).extracting(PathRound::appLimited).isEqualTo(true);
  }

  @Test
  void aSenderIdleForAMomentHasFilledThePath() {
    meter.onSent(1000, START);
    meter.onIdle(START + 10 * MS);
    meter.onSent(1000, START + 11 * MS);
    arrive(1000);
    assertThat(meter.pollRound(TICK, START + TICK)).extracting(PathRound::appLimited).isEqualTo(false);
  }

  @Test
  void manyShortPausesAddUp() {
    for (long t = 0; t < 100; t += 2) {
      meter.onSent(1000, START + t * MS);
      meter.onIdle(START + t * MS);
    }
    arrive(1000);
    assertThat(meter.pollRound(TICK, START + TICK)).extracting(PathRound::appLimited).isEqualTo(true);
  }

  @Test
  void idlingThatGoesOnCountsInTheNextRoundFromItsBeginning() {
    firstRound();
    meter.onSent(1000, START + TICK + MS);
    meter.onIdle(START + TICK + 2 * MS);
    arrive(1000);
    assertThat(meter.pollRound(TICK, START + 2 * TICK)).extracting(PathRound::appLimited).isEqualTo(true);

    // idle for one millisecond more: little, in a third round of 100
    meter.onSent(1000, START + 2 * TICK + MS);
    arrive(1000);
    assertThat(meter.pollRound(TICK, START + 3 * TICK)).extracting(PathRound::appLimited).isEqualTo(false);
  }

  @Test
  void spuriousLossIsTakenBack() {
    meter.onSent(3000, START);
    meter.onLost(2000);
    meter.onSpuriousLoss(1000);
    arrive(1000);
    assertThat(meter.pollRound(TICK, START + TICK)).extracting(PathRound::lostBytes).isEqualTo(1000L);
  }

  @Test
  void lossTakenBackLateIsTakenFromTheNextRound() {
    meter.onSent(3000, START);
    meter.onLost(1000);
    arrive(1000);
    assertThat(meter.pollRound(TICK, START + TICK)).extracting(PathRound::lostBytes).isEqualTo(1000L);

    meter.onSpuriousLoss(1000);
    meter.onSent(3000, START + TICK);
    arrive(1000);
    assertThat(meter.pollRound(TICK, START + 2 * TICK)).extracting(PathRound::lostBytes).isEqualTo(0L);

    meter.onLost(3000);
    meter.onSent(3000, START + 2 * TICK);
    arrive(1000);
    assertThat(meter.pollRound(TICK, START + 3 * TICK)).extracting(PathRound::lostBytes).isEqualTo(2000L);
  }

  @Test
  void restartForgetsTheRoundUnderWay() {
    meter.onSent(1000, START);
    arrive(1000);
    meter.onLost(500);
    meter.onIdle(START);
    meter.restart();
    assertThat(meter.pollRound(TICK, START + 60_000 * MS)).isNull();

    long later = START + 60_000 * MS;
    // what was sent before the restart arrives, but begins no round
    arrive(1000);
    assertThat(meter.pollRound(TICK, later - MS)).isNull();
    meter.onSent(700, later);
    arrive(700);
    assertThat(meter.pollRound(TICK, later + TICK))
        .isEqualTo(new PathRound(later + TICK, TICK, 700, 1700, 0, RTT, 2, 0, false));
  }

  @Test
  void ratesAreBytesASecond() {
    PathRound round = new PathRound(START, 100 * MS, 2000, 1000, 0, TICK, 16, 0, false);
    assertThat(round.sendRate()).isEqualTo(20_000);
    assertThat(round.deliveryRate()).isEqualTo(10_000);
  }

  @Test
  void theRoundTripIsTheMedianOfItsAcknowledgments() {
    meter.onSent(1000, START);
    for (int i = 0; i < 8; i++)
      arrive(100);
    meter.onAcknowledgment(RTT / 2);
    for (int i = 0; i < 3; i++)
      meter.onAcknowledgment(4 * RTT);
    assertThat(meter.pollRound(TICK, START + TICK)).extracting(PathRound::rttNanos).isEqualTo(RTT);
  }

  @Test
  void aFewOddAcknowledgmentsAreWeighedWithThoseBefore() {
    meter.onSent(1000, START);
    for (int i = 0; i < 8; i++)
      arrive(100);
    meter.pollRound(TICK, START + TICK);
    for (int i = 0; i < 3; i++)
      meter.onAcknowledgment(RTT / 2);
    meter.onDelivered(1000, START, START);
    assertThat(meter.pollRound(TICK / 4, START + 2 * TICK)).extracting(PathRound::rttNanos).isEqualTo(RTT);
  }

  @Test
  void restartForgetsAcknowledgmentsAndWhatWasEarly() {
    meter.onSent(1000, START);
    for (int i = 0; i < 8; i++)
      arrive(100);
    meter.onDelivered(1000, START + 2 * TICK, START);
    meter.restart();
    meter.onSent(1000, START + TICK);
    meter.onAcknowledgment(3 * RTT);
    for (int i = 0; i < ENOUGH; i++)
      meter.onDelivered(10, START, START);
    PathRound round = meter.pollRound(TICK, START + 2 * TICK);
    assertThat(round).extracting(PathRound::rttNanos).isEqualTo(3 * RTT);
    assertThat(round).extracting(PathRound::deliveredBytes).isEqualTo(10L * ENOUGH);
  }

  @Test
  void whatIsReportedSoonerThanTheRoundTripCountsWhenItWasDue() {
    meter.onSent(1000, START);
    arrive(160);
    meter.onDelivered(1000, START + TICK + TICK / 2, START + TICK / 2);
    assertThat(meter.pollRound(TICK, START + TICK)).extracting(PathRound::deliveredBytes).isEqualTo(160L);
    arrive(160);
    assertThat(meter.pollRound(TICK, START + 2 * TICK)).extracting(PathRound::deliveredBytes).isEqualTo(1160L);
  }

  /** Bytes arrive, in datagrams enough for a measurement of the round trip. */
  private void arrive(int bytes) {
    for (int i = 0; i < ENOUGH; i++)
      meter.onDelivered(bytes / ENOUGH + (i < bytes % ENOUGH ? 1 : 0), START, START);
    meter.onAcknowledgment(RTT);
  }

  /** A first round, from {@link #START} to {@link #START} + {@link #TICK}. */
  private void firstRound() {
    meter.onSent(1000, START);
    meter.onSent(1000, START + 50 * MS);
    arrive(1000);
    assertThat(meter.pollRound(TICK, START + TICK)).isNotNull();
  }
}
