package dev.gap.tcp.engine.congestion;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.TcpConfig.SlowStart;

import static org.assertj.core.api.Assertions.assertThat;

/** NewReno: RFC 5681 and, for bytes counted, RFC 3465. */
class NewRenoTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000_000_000;

  private final Cwnd cwnd = new Cwnd(10);
  private final AckSample sample = new AckSample();

  private void ack(CongestionControl control, int segments) {
    sample.windowLimited = true;
    sample.newlyDelivered = segments;
    control.onAck(cwnd, sample);
  }

  @Test
  void inSlowStartTheWindowDoublesEachRound() {
    NewReno reno = new NewReno(SlowStart.PLAIN, 0);
    for (int i = 0; i < 10; i++)
      ack(reno, 1);
    assertThat(cwnd.window()).isEqualTo(20);
    for (int i = 0; i < 10; i++)
      ack(reno, 2);
    assertThat(cwnd.window()).isEqualTo(40);
  }

  @Test
  void inAvoidanceItGrowsByASegmentEachRound() {
    NewReno reno = new NewReno(SlowStart.PLAIN, 0);
    cwnd.setThreshold(10);
    for (int round = 0; round < 20; round++) {
      int window = cwnd.window();
      for (int i = 0; i < window; i++)
        ack(reno, 1);
      assertThat(cwnd.window()).isEqualTo(window + 1);
    }
  }

  @Test
  void whatSlowStartLeavesOverCountsTowardsAvoidance() {
    NewReno reno = new NewReno(SlowStart.PLAIN, 0);
    cwnd.setThreshold(12);
    ack(reno, 14);
    assertThat(cwnd.window()).isEqualTo(13);
  }

  @Test
  void aLimitBoundsWhatOneAcknowledgmentAdds() {
    // RFC 3465 section 2.2: L = 2
    NewReno reno = new NewReno(SlowStart.PLAIN, 2);
    ack(reno, 8);
    assertThat(cwnd.window()).isEqualTo(12);
    ack(reno, 1);
    assertThat(cwnd.window()).isEqualTo(13);
  }

  @Test
  void aWindowThatIsNotUsedDoesNotGrow() {
    NewReno reno = new NewReno(SlowStart.PLAIN, 0);
    sample.windowLimited = false;
    sample.newlyDelivered = 10;
    reno.onAck(cwnd, sample);
    assertThat(cwnd.window()).isEqualTo(10);
  }

  @Test
  void aLossHalvesTheWindowButNotBelowTwo() {
    NewReno reno = new NewReno(SlowStart.PLAIN, 0);
    assertThat(reno.thresholdAfterLoss(cwnd, 10)).isEqualTo(5);
    cwnd.set(3);
    assertThat(reno.thresholdAfterLoss(cwnd, 3)).isEqualTo(2);
    cwnd.set(1);
    assertThat(reno.thresholdAfterLoss(cwnd, 1)).isEqualTo(2);
  }

  @Test
  void aLossThatWasNoneIsUndone() {
    NewReno reno = new NewReno(SlowStart.PLAIN, 0);
    cwnd.set(40);
    cwnd.set(reno.thresholdAfterLoss(cwnd, 40));
    assertThat(reno.windowAfterUndo(cwnd)).isEqualTo(40);
    cwnd.set(50);
    assertThat(reno.windowAfterUndo(cwnd)).isEqualTo(50);
  }

  @Test
  void overALinkItMakesSawTeethAndFillsIt() {
    Bottleneck link = new Bottleneck(new NewReno(SlowStart.PLAIN, 0), 1000, 50 * MS, 50);
    link.run(10 * SECOND);
    long before = link.reductions;
    long delivered = link.run(60 * SECOND);
    assertThat(delivered).isBetween(54_000L, 60_000L);
    assertThat(link.reductions - before).isBetween(5L, 40L);
    assertThat(link.losses).isLessThan(1000);
  }
}
