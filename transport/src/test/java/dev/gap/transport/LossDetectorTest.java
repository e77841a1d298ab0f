package dev.gap.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class LossDetectorTest {
  private static final long MS = 1_000_000;
  private static final long RTT = 100 * MS;

  private final LossDetector loss = new LossDetector();

  @Test
  void nothingIsPassedOverBeforeAnythingArrives() {
    assertThat(loss.isPassedOver(0)).isFalse();
    assertThat(loss.isPassedOver(-5 * MS)).isFalse();
    loss.beginAcknowledgment();
    assertThat(loss.isPassedOver(0)).isFalse();
  }

  @Test
  void onlyASegmentSentEarlierThanOneThatArrivedIsPassedOver() {
    acknowledge(110 * MS, 10 * MS);
    assertThat(loss.isPassedOver(9 * MS)).isTrue();
    assertThat(loss.isPassedOver(10 * MS)).isFalse();
    assertThat(loss.isPassedOver(11 * MS)).isFalse();
  }

  @Test
  void whatIsPassedOverIsLostARoundTripAndAReorderingWindowAfterItWasSent() {
    acknowledge(110 * MS, 10 * MS);
    assertThat(loss.lostAtNanos(5 * MS, RTT)).isEqualTo(5 * MS + RTT + loss.reorderingWindowNanos(RTT));
    assertThat(loss.lostAtNanos(9 * MS, RTT)).isEqualTo(9 * MS + RTT + loss.reorderingWindowNanos(RTT));
  }

  @Test
  void theRoundTripIsThatOfTheLatestSentThatArrived() {
    acknowledge(110 * MS, 10 * MS);
    acknowledge(170 * MS, 20 * MS);
    assertThat(loss.lostAtNanos(15 * MS, RTT)).isEqualTo(165 * MS + loss.reorderingWindowNanos(RTT));
    // a later arrival of one sent earlier does not count
    acknowledge(180 * MS, 5 * MS);
    assertThat(loss.lostAtNanos(15 * MS, RTT)).isEqualTo(165 * MS + loss.reorderingWindowNanos(RTT));
  }

  @Test
  void oneThatCameSoonerThanUsualSaysNothingAboutTheOthers() {
    acknowledge(40 * MS, 10 * MS);
    assertThat(loss.lostAtNanos(5 * MS, RTT)).isEqualTo(5 * MS + RTT + loss.reorderingWindowNanos(RTT));
    assertThat(loss.lostAtNanos(5 * MS, 20 * MS)).isEqualTo(35 * MS + loss.reorderingWindowNanos(20 * MS));
  }

  @Test
  void aLittleReorderingIsToleratedFromTheStart() {
    // sent at 9 ms, passed over by one sent at 10 ms, and here 2 ms after it would have been in order
    acknowledge(110 * MS, 10 * MS);
    assertThat(loss.lostAtNanos(9 * MS, RTT)).isGreaterThan(111 * MS);
    assertThat(loss.reorderingWindowNanos(RTT)).isEqualTo(RTT / 32);
  }

  @Test
  void theWindowIsNeverZeroHoweverShortTheRoundTrip() {
    assertThat(loss.reorderingWindowNanos(0)).isPositive();
    assertThat(loss.reorderingWindowNanos(10_000)).isPositive();
  }

  @Test
  void theWindowGrowsTowardsTheLatenessThatIsSeen() {
    late(0, 40);
    assertThat(loss.latenessNanos()).isEqualTo(10 * MS);
    for (int i = 1; i < 20; i++)
      late(i * 200L, 40);
    assertThat(loss.latenessNanos()).isBetween(35 * MS, 40 * MS);
    assertThat(loss.reorderingWindowNanos(RTT)).isGreaterThan(39 * MS);
  }

  @Test
  void aPathAsLateAsBeforeLosesNothingOnceItsLatenessIsKnown() {
    for (int i = 0; i < 20; i++)
      late(i * 200L, 40);
    for (int round = 20; round <= 40; round++) {
      long base = round * 200L * MS;
      acknowledge(base + RTT + MS, base + MS);
      assertThat(loss.isPassedOver(base)).isTrue();
      assertThat(loss.lostAtNanos(base, RTT)).as("round %d", round).isGreaterThan(base + RTT + 40 * MS);
      acknowledge(base + RTT + 40 * MS, base);
    }
  }

  @Test
  void theWindowIsAtMostARoundTrip() {
    acknowledge(110 * MS, 10 * MS);
    acknowledge(3000 * MS, 9 * MS);
    acknowledge(3001 * MS, 2901 * MS);
    assertThat(loss.reorderingWindowNanos(RTT)).isEqualTo(RTT);
  }

  @Test
  void arrivalsInOneAcknowledgmentSayNothingAboutTheirOrder() {
    long before = loss.reorderingWindowNanos(RTT);
    acknowledge(110 * MS, 10 * MS);
    acknowledge(240 * MS, 100 * MS, 60 * MS, 20 * MS);
    assertThat(loss.reorderingWindowNanos(RTT)).isEqualTo(before);
  }

  @Test
  void oneReportThatWasHeldUpIsSoonForgotten() {
    late(0, 80);
    assertThat(loss.latenessNanos()).isEqualTo(20 * MS);
    inOrder(200, 10_000);
    assertThat(loss.reorderingWindowNanos(RTT)).isLessThan(RTT / 16);
  }

  @Test
  void latenessThatIsSeenInOneAcknowledgmentOfTwentyIsKept() {
    for (int i = 0; i < 60; i++) {
      late(i * 4000L, 40);
      inOrder(i * 4000L + 400, i * 4000L + 2300);
    }
    assertThat(loss.latenessNanos()).isGreaterThan(14 * MS);
  }

  @Test
  void latenessCountsFromTheRoundTripThatAnEarlierAcknowledgmentReported() {
    acknowledge(110 * MS, 10 * MS);
    // the second arrival is a little older than the first of its own acknowledgment, and passed over by none before
    acknowledge(160 * MS, 30 * MS, 20 * MS);
    loss.beginAcknowledgment();
    assertThat(loss.latenessNanos()).isZero();
    acknowledge(165 * MS, 25 * MS); // a round trip of 130 ms was reported: 10 ms late
    loss.beginAcknowledgment();
    assertThat(loss.latenessNanos()).isEqualTo(10 * MS / 4);
  }

  @Test
  void anArrivalSoonerThanTheRoundTripIsNotLate() {
    acknowledge(210 * MS, 10 * MS);
    acknowledge(211 * MS, 12 * MS);
    acknowledge(212 * MS, 111 * MS);
    acknowledge(213 * MS, 115 * MS);
    acknowledge(214 * MS, 116 * MS);
    assertThat(loss.latenessNanos()).isZero();
  }

  @Test
  void aLostRetransmissionIsFoundLikeAnyOther() {
    acknowledge(110 * MS, 10 * MS);
    long resentAt = 130 * MS;
    assertThat(loss.isPassedOver(resentAt)).isFalse();
    acknowledge(231 * MS, 131 * MS);
    assertThat(loss.isPassedOver(resentAt)).isTrue();
    assertThat(loss.lostAtNanos(resentAt, RTT)).isBetween(resentAt + RTT, resentAt + 3 * RTT / 2);
  }

  /** One segment arrives late by {@code millis}, after another that was sent later. */
  private void late(long atMillis, long millis) {
    acknowledge((atMillis + 110) * MS, (atMillis + 10) * MS);
    acknowledge((atMillis + 109 + millis) * MS, (atMillis + 9) * MS);
    loss.beginAcknowledgment();
  }

  /** Arrivals in order, one each tenth of a second, each a round trip after it was sent. */
  private void inOrder(long fromMillis, long toMillis) {
    for (long t = fromMillis; t < toMillis; t += 100)
      acknowledge(t * MS, (t - 100) * MS);
  }

  /** One acknowledgment that reports the arrival of segments sent at these times. */
  private void acknowledge(long nowNanos, long... sentNanos) {
    loss.beginAcknowledgment();
    for (long sent : sentNanos)
      loss.onArrival(sent, nowNanos);
  }
}
