package dev.gap.tcp.engine.congestion;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DelayHyStartTest {
  private static final long MS = 1_000_000;

  private final DelayHyStart start = new DelayHyStart();
  private final AckSample sample = new AckSample();
  private long acknowledged;

  /** A round of acknowledgments, {@code spacing} apart. {@return the index of the one that ends slow start, or -1} */
  private int round(int acks, long rtt, long spacing, int window) {
    int end = -1;
    sample.sendNext = acknowledged + acks;
    for (int i = 0; i < acks; i++) {
      sample.acknowledged = ++acknowledged;
      sample.rttNanos = rtt;
      sample.nowNanos += spacing;
      if (start.onAck(sample, window) && end < 0) end = i;
    }
    return end;
  }

  @Test
  void aRoundThatIsSlowerByAnEighthEndsSlowStartAtItsNinthSample() {
    assertThat(round(10, 80 * MS, 5 * MS, 20)).isEqualTo(-1);
    assertThat(round(20, 91 * MS, 5 * MS, 40)).isEqualTo(8);
  }

  @Test
  void lessThanAnEighthDoesNot() {
    assertThat(round(10, 80 * MS, 5 * MS, 20)).isEqualTo(-1);
    assertThat(round(20, 89 * MS, 5 * MS, 40)).isEqualTo(-1);
  }

  @Test
  void smallWindowsAreLeftAlone() {
    assertThat(round(10, 80 * MS, 5 * MS, 10)).isEqualTo(-1);
    assertThat(round(20, 200 * MS, 5 * MS, 15)).isEqualTo(-1);
  }

  @Test
  void aTrainOfAcknowledgmentsOfHalfARoundTripEndsSlowStart() {
    assertThat(round(30, 20 * MS, 1 * MS, 30)).isEqualTo(11);
  }

  @Test
  void aGapBreaksTheTrain() {
    assertThat(round(30, 20 * MS, 3 * MS, 30)).isEqualTo(-1);
  }
}
