package dev.gap.tcp.engine.congestion;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The window and the threshold: RFC 5681 section 3.1. */
class CwndTest {
  private final Cwnd cwnd = new Cwnd(10);

  @Test
  void atFirstItIsInSlowStart() {
    assertThat(cwnd.window()).isEqualTo(10);
    assertThat(cwnd.threshold()).isEqualTo(Cwnd.INFINITE);
    assertThat(cwnd.inSlowStart()).isTrue();
  }

  @Test
  void slowStartAddsWhatWasAcknowledgedUpToTheThreshold() {
    assertThat(cwnd.slowStart(7)).isZero();
    assertThat(cwnd.window()).isEqualTo(17);
    cwnd.setThreshold(20);
    assertThat(cwnd.slowStart(5)).isEqualTo(2);
    assertThat(cwnd.window()).isEqualTo(20);
    assertThat(cwnd.inSlowStart()).isFalse();
  }

  @Test
  void avoidanceAddsASegmentForEachWindow() {
    cwnd.setThreshold(10);
    for (int i = 0; i < 9; i++)
      cwnd.add(10, 1);
    assertThat(cwnd.window()).isEqualTo(10);
    cwnd.add(10, 1);
    assertThat(cwnd.window()).isEqualTo(11);
    cwnd.add(10, 25);
    assertThat(cwnd.window()).isEqualTo(13);
    for (int i = 0; i < 5; i++)
      cwnd.add(10, 1);
    assertThat(cwnd.window()).isEqualTo(14);
  }

  @Test
  void anewMeansFromZero() {
    cwnd.add(10, 9);
    cwnd.resetCount();
    cwnd.add(10, 9);
    assertThat(cwnd.window()).isEqualTo(10);
  }

  @Test
  void theWindowIsNeverLessThanASegmentNorWithoutBound() {
    cwnd.set(0);
    assertThat(cwnd.window()).isOne();
    cwnd.set(-5);
    assertThat(cwnd.window()).isOne();
    cwnd.set(Integer.MAX_VALUE);
    int most = cwnd.window();
    assertThat(most).isLessThan(Integer.MAX_VALUE / 2);
    cwnd.slowStart(Integer.MAX_VALUE);
    assertThat(cwnd.window()).isEqualTo(most);
    cwnd.add(0, 1000);
    assertThat(cwnd.window()).isEqualTo(most);
  }
}
