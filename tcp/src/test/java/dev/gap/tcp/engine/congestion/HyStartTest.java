package dev.gap.tcp.engine.congestion;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.TcpConfig.SlowStart;

import static org.assertj.core.api.Assertions.assertThat;

/** HyStart++: RFC 9406 section 4. */
class HyStartTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000_000_000;

  private final HyStart start = new HyStart();
  private final AckSample sample = new AckSample();
  private long acknowledged;

  /** A round of acknowledgments. {@return whether slow start ended in it} */
  private boolean round(int acks, long rtt) {
    boolean ends = false;
    for (int i = 0; i < acks; i++) {
      sample.acknowledged = acknowledged + i;
      sample.sendNext = acknowledged + acks;
      sample.rttNanos = rtt;
      ends |= start.onAck(sample, 100);
    }
    acknowledged += acks;
    return ends;
  }

  private boolean isConservative() { return start.growth(8) < 8; }

  private int grownBySingles(int acks) {
    int grown = 0;
    for (int i = 0; i < acks; i++)
      grown += start.growth(1);
    return grown;
  }

  @Test
  void whileRoundTripsAreSteadySlowStartGoesOn() {
    for (int i = 0; i < 20; i++)
      assertThat(round(16, 100 * MS)).isFalse();
    assertThat(isConservative()).isFalse();
    assertThat(start.growth(5)).isEqualTo(5);
  }

  @Test
  void aRoundTripThatGrowsByAnEighthMakesItConservative() {
    round(16, 100 * MS);
    round(16, 112 * MS);
    assertThat(isConservative()).isFalse();
    round(16, 126 * MS);
    assertThat(isConservative()).isTrue();
    // a quarter of the growth, however acknowledgments come
    assertThat(start.growth(8)).isEqualTo(2);
    assertThat(grownBySingles(400)).isBetween(100, 101);
  }

  @Test
  void theThresholdIsFourMillisecondsAtLeastAndSixteenAtMost() {
    round(16, 5 * MS);
    round(16, 8 * MS);
    assertThat(isConservative()).isFalse();
    start.reset();
    round(16, 5 * MS);
    round(16, 9 * MS);
    assertThat(isConservative()).isTrue();
    start.reset();
    round(16, 800 * MS);
    round(16, 815 * MS);
    assertThat(isConservative()).isFalse();
    start.reset();
    round(16, 800 * MS);
    round(16, 816 * MS);
    assertThat(isConservative()).isTrue();
  }

  @Test
  void fewerThanEightSamplesSayNothing() {
    round(16, 100 * MS);
    round(7, 200 * MS);
    assertThat(isConservative()).isFalse();
  }

  @Test
  void theLeastOfARoundCountsNotTheMost() {
    round(16, 100 * MS);
    for (int i = 0; i < 16; i++) {
      sample.acknowledged = acknowledged + i;
      sample.sendNext = acknowledged + 16;
      sample.rttNanos = i == 3 ? 101 * MS : 300 * MS;
      start.onAck(sample, 100);
    }
    assertThat(isConservative()).isFalse();
  }

  @Test
  void afterFiveConservativeRoundsSlowStartEnds() {
    round(16, 100 * MS);
    round(16, 150 * MS);
    assertThat(isConservative()).isTrue();
    int rounds = 0;
    while (!round(16, 150 * MS))
      rounds++;
    assertThat(rounds).isBetween(3, 5);
  }

  @Test
  void aRoundTripThatShrinksAgainShowsThatItWasAMistake() {
    round(16, 100 * MS);
    round(16, 150 * MS);
    assertThat(isConservative()).isTrue();
    round(16, 120 * MS);
    assertThat(isConservative()).isFalse();
  }

  @Test
  void afterAResetNothingIsKnown() {
    round(16, 100 * MS);
    round(16, 150 * MS);
    start.reset();
    assertThat(isConservative()).isFalse();
    round(16, 500 * MS);
    assertThat(isConservative()).isFalse();
  }

  @Test
  void withItSlowStartLosesFarLess() {
    Bottleneck with = new Bottleneck(new Cubic(SlowStart.HYSTART_PLUS_PLUS), 5000, 100 * MS, 1500);
    Bottleneck without = new Bottleneck(new Cubic(SlowStart.PLAIN), 5000, 100 * MS, 1500);
    with.run(4 * SECOND);
    without.run(4 * SECOND);
    assertThat(without.losses).isGreaterThan(500);
    assertThat(with.losses).isLessThan(without.losses / 4);
    assertThat(with.run(5 * SECOND)).isGreaterThan(23_000);
  }
}
