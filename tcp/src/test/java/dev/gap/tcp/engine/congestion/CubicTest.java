package dev.gap.tcp.engine.congestion;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.TcpConfig.SlowStart;

import static org.assertj.core.api.Assertions.assertThat;

/** CUBIC: RFC 9438, section by section. */
class CubicTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000_000_000;

  private final Cubic cubic = new Cubic(SlowStart.PLAIN);
  private final Cwnd cwnd = new Cwnd(10);
  private final AckSample sample = new AckSample();
  private long now = 5 * SECOND;

  /** A round trip in which every segment of the window is acknowledged by itself. */
  private void round(long rtt) {
    int window = cwnd.window();
    for (int i = 0; i < window; i++) {
      now += rtt / window;
      sample.nowNanos = now;
      sample.minRttNanos = rtt;
      sample.rttNanos = rtt;
      sample.newlyDelivered = 1;
      sample.windowLimited = true;
      cubic.onAck(cwnd, sample);
    }
  }

  private void lose() {
    int threshold = cubic.thresholdAfterLoss(cwnd, cwnd.window());
    cwnd.setThreshold(threshold);
    cwnd.set(threshold);
    cwnd.resetCount();
  }

  @Test
  void aLossTakesThreeTenths() {
    // section 4.6: beta is 0.7
    cwnd.set(1000);
    assertThat(cubic.thresholdAfterLoss(cwnd, 1000)).isEqualTo(700);
    cwnd.set(2);
    assertThat(cubic.thresholdAfterLoss(cwnd, 2)).isEqualTo(2);
  }

  @Test
  void afterALossTheWindowFollowsTheCubicFunction() {
    // section 4.2: W(t) = 0.4 (t - K)^3 + Wmax, K = cbrt(Wmax (1 - beta) / 0.4)
    cwnd.set(1000);
    lose();
    long begun = now;
    double k = Math.cbrt(300 / 0.4);
    long rtt = 100 * MS;
    while (now - begun < 14 * SECOND) {
      round(rtt);
      double t = (now - begun) / 1e9;
      double expected = 1000 + 0.4 * Math.pow(t - k, 3);
      assertThat((double) cwnd.window()).as("after %.1f s", t).isBetween(expected * 0.96, expected * 1.06);
    }
    assertThat(cwnd.window()).isGreaterThan(1010);
  }

  @Test
  void nearTheLastMaximumItHardlyGrows() {
    cwnd.set(1000);
    lose();
    long begun = now;
    while (now - begun < (long) (7.5 * SECOND))
      round(100 * MS);
    int before = cwnd.window();
    while (now - begun < (long) (10.5 * SECOND))
      round(100 * MS);
    assertThat(cwnd.window() - before).isLessThan(15);
  }

  @Test
  void onShortPathsItIsAsFastAsReno() {
    // section 4.3: alpha = 3 (1 - beta) / (1 + beta), about half a segment each round trip
    cwnd.set(20);
    lose();
    int window = cwnd.window();
    for (int i = 0; i < 10; i++)
      round(5 * MS);
    assertThat(cwnd.window() - window).isBetween(4, 7);
    // above the last maximum a whole one
    for (int i = 0; i < 10; i++)
      round(5 * MS);
    window = cwnd.window();
    for (int i = 0; i < 10; i++)
      round(5 * MS);
    assertThat(cwnd.window() - window).isBetween(8, 12);
  }

  @Test
  void afterATimeoutTheCurveBeginsAnew() {
    // section 4.8: what was reached before the timeout holds nothing back when slow start ends
    cwnd.set(1000);
    cwnd.setThreshold(cubic.thresholdAfterLoss(cwnd, 1000));
    cubic.onTimeout();
    cwnd.set(700);
    cwnd.resetCount();
    long begun = now;
    while (now - begun < 3 * SECOND)
      round(100 * MS);
    assertThat(cwnd.window()).isGreaterThan(1500);
  }

  @Test
  void withoutALossItGrowsByATwentiethAtLeast() {
    cwnd.set(100);
    cwnd.setThreshold(100);
    round(100 * MS);
    assertThat(cwnd.window()).isBetween(104, 106);
  }

  @Test
  void longQueuesDoNotMakeItFaster() {
    // the round trip that counts is the one without queues
    cwnd.set(1000);
    lose();
    sample.smoothedRttNanos = 4 * SECOND;
    for (int i = 0; i < 10; i++)
      round(100 * MS);
    double k = Math.cbrt(300 / 0.4);
    assertThat((double) cwnd.window()).isBetween(1000 - 0.4 * Math.pow(k - 0.9, 3), 1000 - 0.4 * Math.pow(k - 1.3, 3));
  }

  @Test
  void theSameWindowIsLookedAtThirtyTwoTimesASecond() {
    cwnd.set(100);
    cwnd.setThreshold(100);
    sample.windowLimited = true;
    sample.minRttNanos = 100 * MS;
    sample.newlyDelivered = 0;
    sample.nowNanos = now;
    cubic.onAck(cwnd, sample);
    // ten seconds on, the curve goes up steeply; but it is not looked at before a 32nd of a second has passed
    sample.minRttNanos = 10 * SECOND;
    sample.nowNanos = now + 30 * MS;
    sample.newlyDelivered = 19;
    cubic.onAck(cwnd, sample);
    assertThat(cwnd.window()).isEqualTo(100);
    sample.nowNanos = now + 32 * MS;
    sample.newlyDelivered = 10;
    cubic.onAck(cwnd, sample);
    assertThat(cwnd.window()).isGreaterThanOrEqualTo(105);
  }

  @Test
  void itNeverGrowsByMoreThanHalfInARoundTrip() {
    // section 4.2: the target is at most 1.5 times the window
    cwnd.set(100);
    lose();
    round(100 * MS);
    now += 100 * SECOND;
    int window = cwnd.window();
    round(100 * MS);
    assertThat(cwnd.window()).isLessThanOrEqualTo(window * 3 / 2 + 1).isGreaterThan(window * 5 / 4);
  }

  @Test
  void aFlowThatLosesBeforeItsLastMaximumMakesRoom() {
    // section 4.7: fast convergence
    cwnd.set(1000);
    lose();
    cwnd.set(800);
    lose();
    assertThat(cwnd.window()).isEqualTo(560);
    long begun = now;
    double most = 800 * 0.85;
    double k = Math.cbrt((most - 560) / 0.4);
    while (now - begun < k * 1e9)
      round(100 * MS);
    assertThat((double) cwnd.window()).isBetween(most * 0.97, most * 1.05);
  }

  @Test
  void idleTimeDoesNotCount() {
    // section 5.8
    cwnd.set(1000);
    lose();
    for (int i = 0; i < 10; i++)
      round(100 * MS);
    int window = cwnd.window();
    now += 60 * SECOND;
    cubic.onIdleEnds(60 * SECOND);
    round(100 * MS);
    assertThat(cwnd.window() - window).isLessThan(20);
  }

  @Test
  void aWindowThatIsNotUsedDoesNotGrow() {
    sample.windowLimited = false;
    sample.newlyDelivered = 10;
    cubic.onAck(cwnd, sample);
    assertThat(cwnd.window()).isEqualTo(10);
  }

  @Test
  void inSlowStartTheWindowDoublesEachRound() {
    round(50 * MS);
    assertThat(cwnd.window()).isEqualTo(20);
    round(50 * MS);
    assertThat(cwnd.window()).isEqualTo(40);
  }

  @Test
  void aLossThatWasNoneIsUndone() {
    cwnd.set(1000);
    lose();
    assertThat(cubic.windowAfterUndo(cwnd)).isEqualTo(1000);
  }

  @Test
  void overALongFatLinkItIsFasterThanReno() {
    Bottleneck mine = new Bottleneck(new Cubic(SlowStart.PLAIN), 10_000, 200 * MS, 300);
    Bottleneck renos = new Bottleneck(new NewReno(SlowStart.PLAIN, 0), 10_000, 200 * MS, 300);
    mine.run(10 * SECOND);
    renos.run(10 * SECOND);
    long cubics = mine.run(60 * SECOND);
    long others = renos.run(60 * SECOND);
    assertThat(cubics).isGreaterThan(others).isGreaterThan(500_000);
  }
}
