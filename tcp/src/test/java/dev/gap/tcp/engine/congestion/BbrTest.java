package dev.gap.tcp.engine.congestion;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** BBR finds the rate and the round-trip time of a path, and goes by them: draft-cardwell-iccrg-bbr-congestion-control-00. */
class BbrTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000_000_000;

  @Test
  void itFillsALinkWithoutFillingItsQueue() {
    for (int rate : new int[]{500, 2000, 10_000}) {
      for (long base : new long[]{20 * MS, 100 * MS}) {
        int product = (int) (rate * base / SECOND);
        Bottleneck link = new Bottleneck(new Bbr(), rate, base, 20 * product + 100);
        link.run(5 * SECOND);
        long delivered = link.run(30 * SECOND);
        String where = "%d segments a second, %d ms".formatted(rate, base / MS);
        assertThat((double) delivered).as(where).isBetween(27.5 * rate, 30.1 * rate);
        // a loss-based control would fill twenty products
        assertThat(link.meanQueue()).as(where).isLessThan(1.5 * product + 15);
        assertThat(link.losses).as(where).isZero();
      }
    }
  }

  @Test
  void itPacesAtAboutTheRateOfTheLink() {
    Bbr bbr = new Bbr();
    Bottleneck link = new Bottleneck(bbr, 2000, 50 * MS, 1000);
    link.run(3 * SECOND);
    double least = Double.MAX_VALUE;
    double most = 0;
    for (int i = 0; i < 60; i++) {
      link.run(50 * MS);
      double share = bbr.pacingRate() / (2000.0 * Bottleneck.MSS);
      least = Math.min(least, share);
      most = Math.max(most, share);
    }
    // gains of 0.75 and 1.25, one round each
    assertThat(least).isBetween(0.70, 0.80);
    assertThat(most).isBetween(1.20, 1.32);
  }

  @Test
  void aLossDoesNotReduceTheThreshold() {
    Bbr bbr = new Bbr();
    Cwnd cwnd = new Cwnd(100);
    assertThat(bbr.isModel()).isTrue();
    assertThat(bbr.thresholdAfterLoss(cwnd, 100)).isEqualTo(cwnd.threshold());
    cwnd.set(10);
    assertThat(bbr.windowAfterUndo(cwnd)).isEqualTo(100);
  }

  @Test
  void withAShortQueueItStillUsesTheLink() {
    Bottleneck link = new Bottleneck(new Bbr(), 2000, 50 * MS, 20);
    link.run(5 * SECOND);
    assertThat(link.run(20 * SECOND)).isGreaterThan(34_000);
  }

  @Test
  void everyTenSecondsItLetsTheQueueRunEmptyToMeasureTheRoundTrip() {
    Bottleneck link = new Bottleneck(new Bbr(), 1000, 100 * MS, 5000);
    link.run(3 * SECOND);
    int smallest = Integer.MAX_VALUE;
    int rounds = 0;
    boolean was = false;
    while (link.now() < 45 * SECOND) {
      link.run(20 * MS);
      smallest = Math.min(smallest, link.cwnd.window());
      boolean probes = link.cwnd.window() <= 4;
      if (probes && !was) rounds++;
      was = probes;
    }
    assertThat(smallest).isEqualTo(4);
    assertThat(rounds).isBetween(2, 5);
  }

  @Test
  void thereIsRoomForThreeBurstsBesidesWhatThePathHolds() {
    // of a millisecond, from 24 Mbit/s on; and of two segments below
    for (int[] path : new int[][]{{20_000, 20}, {2_000, 2}}) {
      Bottleneck link = new Bottleneck(new Bbr(), path[0], MS, 500);
      link.run(SECOND);
      int product = path[0] / 1000;
      assertThat(link.cwnd.window()).as("at %d segments a second", path[0])
          .isBetween(2 * product + 3 * path[1] - 1, 3 * product + 4 * path[1] + 2);
    }
  }

  @Test
  void whatTheApplicationLimitsDoesNotLowerTheRate() {
    Bbr bbr = new Bbr();
    Bottleneck link = new Bottleneck(bbr, 2000, 50 * MS, 1000);
    link.run(3 * SECOND);
    long rate = bbr.pacingRate();
    AckSample sample = new AckSample();
    sample.applicationLimited = true;
    sample.mss = Bottleneck.MSS;
    sample.totalDelivered = 1_000_000;
    for (int i = 0; i < 5; i++) {
      sample.newlyDelivered = 1;
      sample.totalDelivered += 1;
      sample.priorDelivered = sample.totalDelivered - 1;
      sample.deliveryRate = 1000;
      sample.rttNanos = 51 * MS;
      sample.nowNanos = link.now() + i * 51L * MS;
      bbr.onAck(link.cwnd, sample);
    }
    assertThat(bbr.pacingRate()).isGreaterThan(rate / 2);
  }
}
