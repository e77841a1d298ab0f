package dev.gap.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

final class ArrivalTrainTest {
  private static final long MS = 1_000_000;
  private static final int DATAGRAM = 1000;

  private final ArrivalTrain train = new ArrivalTrain();
  private long sentAt = -50 * MS;
  /** By how much the reports' own clock is ahead of when they come. */
  private long ahead;
  private int overtaken;

  @Test
  void saysNothingAboutFewDatagrams() {
    report(0, 1);
    report(1, 10);
    report(2, 10);
    assertThat(train.rate()).isZero();
    assertThat(train.isSpread()).isFalse();
  }

  @Test
  void theSpacingOfTheReportsIsTheRateOfThePath() {
    report(0, 1);
    for (int i = 1; i <= 6; i++)
      report(i, 10);
    assertThat(train.isSpread()).isTrue();
    assertThat(train.datagrams()).isEqualTo(60);
    assertThat(train.rate()).isEqualTo(10e6);
  }

  @Test
  void aLastReportThatWaitedForMoreDoesNotLowerIt() {
    report(0, 1);
    for (int i = 1; i <= 5; i++)
      report(i, 10);
    report(9, 2);
    assertThat(train.rate()).isEqualTo(10e6);
  }

  @Test
  void oneThatOvertookTheOthersDoesNotLowerIt() {
    report(-45, 1);
    report(-40, 1);
    for (int i = 0; i <= 8; i++)
      report(i, 6);
    assertThat(train.rate()).isEqualTo(6e6);
    assertThat(train.isSpread()).isTrue();
  }

  @Test
  void aReportThatOvertookOthersDoesNotRaiseIt() {
    report(0, 1);
    for (int i = 1; i <= 4; i++)
      report(i, 6);
    report(5, 24);
    for (int i = 9; i <= 14; i++)
      report(i, 6);
    assertThat(train.rate()).isBetween(5e6, 9e6);
  }

  @Test
  void allInTwoReportsTellOnlyWhatThePathCarriesAtLeast() {
    report(0, 1);
    report(2, 40);
    assertThat(train.rate()).isEqualTo(20e6);
    assertThat(train.isSpread()).isFalse();
  }

  @Test
  void whereAQueueOverflowedHalfADozenOneByOneAreEnough() {
    for (int i = 0; i <= 5; i++)
      report(i, 1);
    assertThat(train.isSpread()).isFalse();
    train.onOverflow();
    assertThat(train.isSpread()).isTrue();
    assertThat(train.rate()).isEqualTo(1e6);
  }

  @Test
  void afterAPauseANewTrainBegins() {
    report(0, 1);
    report(1, 30);
    report(200, 1);
    assertThat(train.rate()).isZero();
    assertThat(train.datagrams()).isZero();
  }

  @Test
  void whatWasSentNoFasterThanItArrivesIsNoTrain() {
    for (int i = 0; i < 200; i++) {
      sentAt = i * 30L * MS;
      report(100 + i * 30L, 1);
    }
    assertThat(train.isSpread()).isFalse();
  }

  /** Sent 8 ms after the first, but here a millisecond after it. */
  @Test
  void aReportThatOvertookOthersIsAsFarFromThemAsItWasSent() {
    report(0, 1);
    ahead = 7 * MS;
    report(1, 70);
    assertThat(train.rate()).isEqualTo(10e6);
  }

  @Test
  void whatIsSpreadUnevenlyWasNotSpreadByABottleneckAlone() {
    report(0, 1);
    report(1, 30);
    report(6, 10);
    report(12, 20);
    report(14, 20);
    assertThat(train.isSpread()).isFalse();
    assertThat(train.rate()).as("the middle one").isEqualTo(5e6);
  }

  /** What a varying delay spreads can be as even as what a bottleneck does. */
  @Test
  void whatArrivesInAnotherOrderThanItWasSentInWasNotSpreadByABottleneckAlone() {
    report(0, 1);
    report(2, 10);
    overtaken = 3;
    report(4, 10);
    report(6, 10);
    report(8, 10);
    assertThat(train.isSpread()).isFalse();
    assertThat(train.rate()).isEqualTo(5e6);
  }

  @Test
  void aFewThatOvertookOthersAreNoVaryingDelay() {
    for (int i = 0; i <= 6; i++)
      report(2L * i, 10);
    overtaken = 10;
    report(14, 10);
    overtaken = 1;
    report(16, 10);
    assertThat(train.isSpread()).isTrue();
  }

  /** Of a jitter of 10 ms, in lumps as a busy host reports it. */
  @Test
  void whereOneOfThreeReportsIsTurnedItIs() {
    report(0, 10);
    report(4, 20);
    overtaken = 1;
    report(8, 20);
    assertThat(train.isSpread()).isFalse();
  }

  @Test
  void whatAnswersLetFollowIsNoPartOfIt() {
    for (int i = 0; i < 30; i++)
      report(6L * i, 1);
    sentAt = 100 * MS;
    for (int i = 30; i < 33; i++)
      report(6L * i, 40);
    assertThat(train.isSpread()).isTrue();
    assertThat(train.rate()).as("what came together").isCloseTo(DATAGRAM * 1000.0 / 6, within(1.0));
    assertThat(train.datagrams()).isEqualTo(29 + 3 * 40);
  }

  /** A proxy's answer that it has connected, the head of a response, and then the bulk. */
  @Test
  void aFewThatWereSentSomeTimeBeforeAreNoPartOfIt() {
    for (int i = 0; i < 4; i++) {
      report(2L * i, 1);
      sentAt += 2 * MS;
    }
    for (int i = 0; i <= 6; i++)
      report(8 + i, 10);
    assertThat(train.isSpread()).isTrue();
    assertThat(train.rate()).isEqualTo(10e6);
    assertThat(train.datagrams()).isEqualTo(73);
  }

  /** What a queue of 100 ms at 2 Mbit/s holds. */
  @Test
  void halfAsManyAreEnoughWhereEachIsReportedByItself() {
    for (int i = 0; i < 12; i++)
      report(6L * i, 1);
    assertThat(train.rate()).isZero();
    report(72, 1);
    assertThat(train.isSpread()).isTrue();
    assertThat(train.rate()).isCloseTo(DATAGRAM * 1000.0 / 6, within(1.0));
  }

  private void report(long atMillis, int datagrams) {
    for (int i = 0; i < datagrams; i++)
      train.onDelivered(DATAGRAM, sentAt, i < overtaken, 50 * MS, atMillis * MS + ahead, atMillis * MS);
  }
}
