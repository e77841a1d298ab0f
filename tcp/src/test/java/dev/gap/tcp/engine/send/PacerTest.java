package dev.gap.tcp.engine.send;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.congestion.CongestionControl;

import static org.assertj.core.api.Assertions.assertThat;

/** Pacing: draft-cardwell-iccrg-bbr-congestion-control-00, sections 4.2.1 and 4.2.2. */
class PacerTest {
  private static final long MICRO = 1_000;
  private static final long SECOND = 1_000_000_000;
  private static final int SEGMENT = 1000;
  /** A segment each 10 us. */
  private static final long RATE = 100_000_000;
  private static final long BURST = 10 * SEGMENT;

  private final Pacer pacer = new Pacer();

  /** Sends what may go out. {@return how many segments that are} */
  private int flush(long now) {
    int sent = 0;
    while (pacer.isOpen(now)) {
      pacer.onSent(SEGMENT, RATE, BURST, now);
      sent++;
    }
    return sent;
  }

  @Test
  void aBurstGoesOutAtOnceSegmentBySegmentAndTheNextWaitsUntilTheRateAllowsIt() {
    assertThat(flush(0)).isEqualTo(10);
    assertThat(pacer.opensAt()).isEqualTo(100 * MICRO);
    assertThat(flush(100 * MICRO - 1)).isZero();
    assertThat(flush(100 * MICRO)).isEqualTo(10);
  }

  @Test
  void whatGoesOutInOnePieceWaitsAsLongAfterwards() {
    pacer.onSent(25 * SEGMENT, RATE, BURST, 0);
    assertThat(pacer.isOpen(250 * MICRO - 1)).isFalse();
    assertThat(pacer.isOpen(250 * MICRO)).isTrue();
  }

  @Test
  void theRateIsKeptThoughEachTimerIsLate() {
    long sent = 0;
    for (long now = 0; now < SECOND; now = pacer.opensAt() + 50 * MICRO)
      sent += flush(now);
    assertThat((double) sent * SEGMENT).isBetween(0.99 * RATE, 1.01 * RATE);
  }

  @Test
  void ofATimerThatIsVeryLateHalfABurstIsMadeUpFor() {
    flush(0);
    assertThat(flush(SECOND)).isEqualTo(10);
    assertThat(pacer.opensAt()).isEqualTo(SECOND + 50 * MICRO);
    assertThat(flush(SECOND + 50 * MICRO - 1)).isZero();
  }

  @Test
  void whatIsLeftOfABurstGoesOutOnceTheWindowLetsIt() {
    pacer.onSent(SEGMENT, RATE, BURST, 0);
    assertThat(flush(5 * MICRO)).isEqualTo(9);
    assertThat(pacer.opensAt()).isEqualTo(100 * MICRO);
  }

  @Test
  void whatIsNotPacedWaitsForNothing() {
    for (int i = 0; i < 1000; i++) {
      pacer.onSent(SEGMENT, CongestionControl.UNLIMITED, BURST, 0);
      assertThat(pacer.isOpen(0)).isTrue();
    }
  }
}
