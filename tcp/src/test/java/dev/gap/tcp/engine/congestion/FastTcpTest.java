package dev.gap.tcp.engine.congestion;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** FAST TCP keeps a few segments in the queue, whatever the path (Wei et al. 2006, section III). */
class FastTcpTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000_000_000;

  @Test
  void itFillsALinkWithTwentySegmentsInItsQueueAndNoLoss() {
    for (int rate : new int[]{500, 2000, 10_000}) {
      for (long base : new long[]{10 * MS, 50 * MS, 200 * MS}) {
        Bottleneck link = new Bottleneck(new FastTcp(), rate, base, 2000);
        // ten segments a round trip, from where slow start has left off
        link.run(60 * SECOND);
        long delivered = link.run(20 * SECOND);
        String where = "%d segments a second, %d ms".formatted(rate, base / MS);
        assertThat((double) delivered).as(where).isBetween(19.5 * rate, 20.1 * rate);
        assertThat(link.meanQueue()).as(where).isBetween(10.0, 30.0);
        assertThat(link.losses).as(where).isZero();
      }
    }
  }

  @Test
  void aLossHalvesTheWindowAndItComesBack() {
    FastTcp fast = new FastTcp();
    Cwnd cwnd = new Cwnd(100);
    assertThat(fast.thresholdAfterLoss(cwnd, 100)).isEqualTo(50);
    cwnd.set(50);
    assertThat(fast.windowAfterUndo(cwnd)).isEqualTo(100);
    // too short a queue for its twenty segments
    Bottleneck link = new Bottleneck(new FastTcp(), 1000, 50 * MS, 10);
    link.run(10 * SECOND);
    assertThat(link.run(30 * SECOND)).isGreaterThan(15_000);
  }

  @Test
  void theWindowNeverMoreThanDoublesInAStep() {
    FastTcp fast = new FastTcp();
    Cwnd cwnd = new Cwnd(2);
    cwnd.setThreshold(2);
    AckSample sample = new AckSample();
    sample.windowLimited = true;
    sample.newlyDelivered = 2;
    sample.rttNanos = 100 * MS;
    sample.acknowledged = 2;
    sample.sendNext = 4;
    fast.onAck(cwnd, sample);
    assertThat(cwnd.window()).isLessThanOrEqualTo(4).isGreaterThan(2);
  }

  @Test
  void aWindowThatIsNotUsedDoesNotGrow() {
    FastTcp fast = new FastTcp();
    Cwnd cwnd = new Cwnd(10);
    AckSample sample = new AckSample();
    sample.windowLimited = false;
    sample.newlyDelivered = 10;
    sample.rttNanos = 100 * MS;
    for (int i = 1; i < 10; i++) {
      sample.acknowledged = 10L * i;
      sample.sendNext = 10L * i + 10;
      fast.onAck(cwnd, sample);
    }
    assertThat(cwnd.window()).isEqualTo(10);
  }
}
