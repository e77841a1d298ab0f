package dev.gap.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

final class FirstFlightTest {
  private static final long US = 1000;
  private static final long MS = 1000 * US;
  private static final int DATAGRAM = 1472;
  private static final int FLIGHT = 64;
  private static final double START = 2.885;

  private final FirstFlight flight = new FirstFlight(FLIGHT * DATAGRAM, DATAGRAM);

  @Test
  void aFlightThatTheBottleneckSpreadsHasTold() {
    assertThat(arrive(FLIGHT, 100 * US, 300 * MS, 300 * MS)).isTrue();
    assertThat(flight.bytes()).isEqualTo(FLIGHT * DATAGRAM);
    assertThat(flight.train().isSpread()).isTrue();
  }

  @Test
  void oneThatComesBackAllAtOnceAfterALongTimeIsFollowedByALongerOne() {
    assertThat(arrive(FLIGHT, 12 * US, 300 * MS, 300 * MS)).isFalse();
    assertThat(flight.bytes()).isEqualTo(8 * FLIGHT * DATAGRAM);
    assertThat(flight.shown()).isCloseTo(8 * FLIGHT * DATAGRAM / 0.3, within(1e4));
  }

  /** There a few round trips cost little, and what follows is as fast as the path may be. */
  @Test
  void onAShortPathItIsOver() {
    assertThat(arrive(FLIGHT, 12 * US, 20 * MS, 20 * MS)).isTrue();
    assertThat(flight.bytes()).isEqualTo(FLIGHT * DATAGRAM);
  }

  @Test
  void oneOfWhichHalfWasReportedAtOnceAndTheRestWithinOneReportIsFollowedTo() {
    assertThat(report(FLIGHT - 23, 300 * MS, 300 * MS)).isFalse();
    assertThat(report(23, 300 * MS, 300 * MS + 500 * US)).isFalse();
    assertThat(flight.bytes()).isEqualTo(8 * FLIGHT * DATAGRAM);
  }

  @Test
  void theSecondTellsWhatAFastPathCarries() {
    arrive(FLIGHT, 12 * US, 300 * MS, 300 * MS);
    assertThat(arrive(7 * FLIGHT, 12 * US, 301 * MS, 602 * MS)).isTrue();
    assertThat(flight.train().isSpread()).isTrue();
    assertThat(flight.train().rate()).isCloseTo(DATAGRAM * 1e9 / (12 * US), within(3e6));
  }

  @Test
  void whereLessWasSentThanTheSecondMayBeItIsOverAllTheSameAndHasShownNoMoreThanTheFirst() {
    arrive(FLIGHT, 12 * US, 300 * MS, 300 * MS);
    assertThat(arrive(100, 12 * US, 300 * MS, 602 * MS)).isFalse();
    assertThat(arrive(1, 12 * US, 300 * MS, 902 * MS)).isTrue();
    assertThat(flight.shown()).isCloseTo(FLIGHT * DATAGRAM / 0.3, within(1e4));
  }

  @Test
  void oneOfWhichMostWasLostIsOverAndHasShownWhatArrived() {
    for (int i = 0; i < 10; i++)
      report(1, 100 * MS, (100 + 4 * i) * MS);
    assertThat(lose(31, 0)).isFalse();
    assertThat(lose(1, 0)).isTrue();
    assertThat(flight.shown()).isCloseTo(10 * DATAGRAM / 0.1, within(1.0));
  }

  @Test
  void whatItsAnswersLetFollowIsNoPartOfIt() {
    for (int i = 0; i < 10; i++)
      report(1, 100 * MS, (100 + 40 * i) * MS);
    lose(32, 0);
    assertThat(flight.shown()).isCloseTo(3 * DATAGRAM / 0.1, within(1.0));
  }

  @Test
  void oneThatWasLostWithNothingArrivingIsSentOnceMoreAsItWas() {
    assertThat(lose(FLIGHT, 0)).isFalse();
    report(5, 100 * MS, 400 * MS);
    assertThat(flight.onLost(DATAGRAM, 350 * MS)).isFalse();
    assertThat(flight.shown()).isCloseTo(FLIGHT * DATAGRAM / 0.1, within(1.0));
  }

  @Test
  void ofTheLongerOneAPartMayBeLost() {
    arrive(FLIGHT, 12 * US, 300 * MS, 300 * MS);
    assertThat(lose(FLIGHT, 0)).isFalse();
  }

  /** Of a path of 100 Mbit/s and 100 ms some skip the delay of 50 ms. */
  @Test
  void theFewThatOvertookTheOthersTellNeitherRoundTripNorRate() {
    for (int i = 0; i < 8; i++)
      report(1, (50 + i) * MS, (50 + i) * MS);
    for (int i = 1; i <= 12; i++)
      report(4, 100 * MS + i * 480L * US, 100 * MS + i * 480L * US);
    assertThat(flight.rttNanos()).isBetween(100 * MS, 102 * MS);
    assertThat(flight.train().isSpread()).isTrue();
    assertThat(flight.train().rate()).isCloseTo(DATAGRAM * 1e9 / (120 * US), within(1e5));
  }

  /** What the answers let follow comes a round trip later, not late: a short queue had most of the flight overflow. */
  @Test
  void theFewThatCameThroughAreATrainAllTheSame() {
    for (int i = 0; i < 12; i++)
      report(1, 40 * MS, 60 * MS + i * 250L * US);
    report(1, 40 * MS, 100 * MS + 300 * US);
    flight.train().onOverflow();
    assertThat(flight.train().rate()).isCloseTo(DATAGRAM * 1e9 / (250 * US), within(1e5));
  }

  @Test
  void anAcknowledgmentThatOvertakesOthersSaysNothingOfHowFarApartArrivalsWere() {
    AckClock clock = new AckClock();
    for (int i = 0; i < 2; i++)
      reportBy(clock, 50 + i, 1, 100 * MS, (100 + i) * MS);
    for (int i = 1; i <= 12; i++)
      reportBy(clock, 53 + i, 4, 103 * MS, (103 + i) * MS);
    double rate = flight.train().rate();
    reportBy(clock, 116, 10, 117 * MS, 117 * MS);
    assertThat(flight.train().rate()).isEqualTo(rate);
    assertThat(flight.rttNanos()).isGreaterThanOrEqualTo(100 * MS);
  }

  /** A single one that was sent later arrives: so it is after an outage, and the path may be as fast as any. */
  @Test
  void aFlightOfWhichNothingArrivedSaysNothingOfTheQueue() {
    report(1, 300 * MS, 1100 * MS);
    assertThat(lose(FLIGHT - 1, 0)).isFalse();
    assertThat(flight.shown()).isCloseTo(FLIGHT * DATAGRAM / 0.3, within(1e4));
  }

  /** Datagrams that were sent at {@code sentNanos} are found lost. {@return whether that was all} */
  private boolean lose(int datagrams, long sentNanos) {
    boolean over = false;
    for (int i = 0; i < datagrams; i++)
      over = flight.onLost(DATAGRAM, sentNanos);
    return over;
  }

  /** Datagrams that arrive one after the other and are reported every half millisecond. {@return whether that was all} */
  private boolean arrive(int datagrams, long apart, long rtt, long from) {
    boolean over = report(1, rtt, from);
    int waiting = 0;
    long last = from;
    for (int i = 1; i < datagrams && !over; i++) {
      waiting++;
      long now = from + i * apart;
      if (now - last < 500 * US && i < datagrams - 1) continue;
      last = i == datagrams - 1 ? last + 500 * US : now;
      over = report(waiting, rtt, last);
      waiting = 0;
    }
    return over;
  }

  private boolean report(int datagrams, long rtt, long now) {
    return reportBy(new AckClock(), (int) (now / MS), datagrams, rtt, now);
  }

  private boolean reportBy(AckClock clock, int timestamp, int datagrams, long rtt, long now) {
    clock.take(timestamp, 50 * MS, now);
    for (int i = 0; i < datagrams; i++)
      flight.onDelivered(DATAGRAM, now - rtt, false, rtt, clock);
    return flight.onRtt(rtt, START, now);
  }
}
