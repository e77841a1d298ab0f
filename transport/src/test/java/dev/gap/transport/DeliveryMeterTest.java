package dev.gap.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class DeliveryMeterTest {
  private static final long MS = 1_000_000;
  private static final long START = 1000 * MS;
  private static final long RTT = 100 * MS;

  private final DeliveryMeter meter = new DeliveryMeter();

  @Test
  void noRoundEndsBeforeAnythingArrives() {
    assertThat(meter.pollRound(START)).isNull();
    meter.onSent(1000, START);
    assertThat(meter.pollRound(START + RTT)).isNull();
  }

  @Test
  void aRoundEndsWhenAPacketSentAfterItBeganArrives() {
    firstRound();
    meter.onSent(700, START + RTT + MS);

    // sent before the second round began: it belongs to it, but does not end it
    meter.onDelivered(1000, START + 50 * MS);
    assertThat(meter.pollRound(START + RTT + 50 * MS)).isNull();
    meter.onDelivered(700, START + RTT + MS);
    assertThat(meter.pollRound(START + 2 * RTT + MS)).isNotNull();
    assertThat(meter.pollRound(START + 2 * RTT + 2 * MS)).isNull();
  }

  @Test
  void aRoundTellsWhatThePathDid() {
    meter.onSent(1000, START);
    meter.onSent(1000, START + 10 * MS);
    meter.onSent(500, START + 20 * MS);
    meter.onDelivered(1000, START);
    meter.onRtt(120 * MS);
    meter.onRtt(100 * MS);
    meter.onRtt(110 * MS);
    meter.onLost(500);

    assertThat(meter.pollRound(START + RTT))
        .isEqualTo(new PathRound(START + RTT, RTT, 2500, 1000, 500, 100 * MS, false));
  }

  @Test
  void theNextRoundStartsFromNothing() {
    firstRound();
    meter.onSent(700, START + RTT + MS);
    meter.onDelivered(700, START + RTT + MS);
    assertThat(meter.pollRound(START + 2 * RTT + MS))
        .isEqualTo(new PathRound(START + 2 * RTT + MS, RTT + MS, 700, 700, 0, Long.MAX_VALUE, false));
  }

  @Test
  void aRoundHasALength() {
    meter.onSent(1000, START);
    meter.onDelivered(1000, START);
    assertThat(meter.pollRound(START)).isNull();
    assertThat(meter.pollRound(START + 1)).extracting(PathRound::durationNanos).isEqualTo(1L);
  }

  @Test
  void aSenderIdleForMuchOfTheRoundIsLimitedByItself() {
    meter.onSent(1000, START);
    meter.onIdle(START + 10 * MS);
    meter.onIdle(START + 50 * MS); // it has been idle since 10 ms
    meter.onSent(1000, START + 60 * MS);
    meter.onDelivered(1000, START);
    assertThat(meter.pollRound(START + RTT)).extracting(PathRound::appLimited).isEqualTo(true);
  }

  @Test
  void aSenderIdleForAMomentHasFilledThePath() {
    meter.onSent(1000, START);
    meter.onIdle(START + 10 * MS);
    meter.onSent(1000, START + 11 * MS);
    meter.onDelivered(1000, START);
    assertThat(meter.pollRound(START + RTT)).extracting(PathRound::appLimited).isEqualTo(false);
  }

  @Test
  void manyShortPausesAddUp() {
    for (long t = 0; t < 100; t += 2) {
      meter.onSent(1000, START + t * MS);
      meter.onIdle(START + t * MS);
    }
    meter.onDelivered(1000, START);
    assertThat(meter.pollRound(START + RTT)).extracting(PathRound::appLimited).isEqualTo(true);
  }

  @Test
  void idlingThatGoesOnCountsInTheNextRoundFromItsBeginning() {
    firstRound();
    meter.onSent(1000, START + RTT + MS);
    meter.onIdle(START + RTT + 2 * MS);
    meter.onDelivered(1000, START + RTT + MS);
    assertThat(meter.pollRound(START + 2 * RTT)).extracting(PathRound::appLimited).isEqualTo(true);

    // idle for one millisecond more: little, in a third round of 100
    meter.onSent(1000, START + 2 * RTT + MS);
    meter.onDelivered(1000, START + 2 * RTT + MS);
    assertThat(meter.pollRound(START + 3 * RTT)).extracting(PathRound::appLimited).isEqualTo(false);
  }

  @Test
  void spuriousLossIsTakenBack() {
    meter.onSent(3000, START);
    meter.onLost(2000);
    meter.onSpuriousLoss(1000);
    meter.onDelivered(1000, START);
    assertThat(meter.pollRound(START + RTT)).extracting(PathRound::lostBytes).isEqualTo(1000L);
  }

  @Test
  void lossTakenBackLateIsTakenFromTheNextRound() {
    meter.onSent(3000, START);
    meter.onLost(1000);
    meter.onDelivered(1000, START);
    assertThat(meter.pollRound(START + RTT)).extracting(PathRound::lostBytes).isEqualTo(1000L);

    meter.onSpuriousLoss(1000);
    meter.onSent(3000, START + RTT);
    meter.onDelivered(1000, START + RTT);
    assertThat(meter.pollRound(START + 2 * RTT)).extracting(PathRound::lostBytes).isEqualTo(0L);

    meter.onLost(3000);
    meter.onSent(3000, START + 2 * RTT);
    meter.onDelivered(1000, START + 2 * RTT);
    assertThat(meter.pollRound(START + 3 * RTT)).extracting(PathRound::lostBytes).isEqualTo(2000L);
  }

  @Test
  void restartForgetsTheRoundUnderWay() {
    meter.onSent(1000, START);
    meter.onDelivered(1000, START);
    meter.onLost(500);
    meter.onRtt(3 * MS);
    meter.onIdle(START);
    meter.restart();
    assertThat(meter.pollRound(START + 60_000 * MS)).isNull();

    long later = START + 60_000 * MS;
    meter.onSent(700, later);
    // what was sent before the restart ends nothing
    meter.onDelivered(1000, START + MS);
    assertThat(meter.pollRound(later + MS)).isNull();
    meter.onDelivered(700, later);
    assertThat(meter.pollRound(later + RTT))
        .isEqualTo(new PathRound(later + RTT, RTT, 700, 1700, 0, Long.MAX_VALUE, false));
  }

  @Test
  void ratesAreBytesASecond() {
    PathRound round = new PathRound(START, 100 * MS, 2000, 1000, 0, RTT, false);
    assertThat(round.sendRate()).isEqualTo(20_000);
    assertThat(round.deliveryRate()).isEqualTo(10_000);
  }

  /** A first round, from {@link #START} to {@link #START} + {@link #RTT}. */
  private void firstRound() {
    meter.onSent(1000, START);
    meter.onSent(1000, START + 50 * MS);
    meter.onDelivered(1000, START);
    assertThat(meter.pollRound(START + RTT)).isNotNull();
  }
}
