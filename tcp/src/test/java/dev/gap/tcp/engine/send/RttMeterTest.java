package dev.gap.tcp.engine.send;

import java.time.Duration;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.Changed;
import dev.gap.tcp.engine.TcpConfig;

import static org.assertj.core.api.Assertions.assertThat;

/** Round-trip times and what timeouts follow from them: RFC 6298. */
class RttMeterTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000_000_000;
  private static final TcpConfig LINUX = TcpConfig.DEFAULT;
  /** The least timeout is one of the whole, as the RFC has it. */
  private static final TcpConfig RFC = LINUX.with(Changed.of(LINUX.habits(), "rtoFloorIsWhole", true))
      .with(Changed.of(LINUX.timing(), "rtoMin", Duration.ofSeconds(1)));

  private long una;

  /** A sample that is a round trip of its own. */
  private void sample(RttMeter meter, long nanos, long now) {
    una += 1000;
    meter.sample(nanos, una, una + 500, now);
  }

  @Test
  void beforeAnySampleTheTimeoutIsASecond() {
    RttMeter meter = new RttMeter(LINUX);
    assertThat(meter.hasSample()).isFalse();
    assertThat(meter.smoothedNanos()).isZero();
    assertThat(meter.rtoNanos()).isEqualTo(SECOND);
  }

  @Test
  void afterATimeoutThatWasAMistakeTheNextSampleCountsLikeTheFirst() {
    RttMeter meter = new RttMeter(RFC);
    for (int i = 0; i < 50; i++)
      sample(meter, 1500 * MS, i * SECOND);
    meter.beforeTimeout(MS);
    meter.backOff();
    meter.bePatient(una + 500);
    // what was sent before does not count so
    meter.sample(2000 * MS, una + 400, una + 500, 60 * SECOND);
    assertThat(meter.smoothedNanos()).isBetween(1500 * MS, 1570 * MS);
    meter.sample(4000 * MS, una + 1000, una + 2000, 61 * SECOND);
    assertThat(meter.smoothedNanos()).isEqualTo(4000 * MS);
    assertThat(meter.rtoNanos()).isEqualTo(12 * SECOND);
    // only once
    una += 3000;
    for (int i = 0; i < 9; i++)
      sample(meter, 4000 * MS, (62 + i) * SECOND);
    assertThat(meter.rtoNanos()).isLessThan(12 * SECOND);
  }

  @Test
  void noLessIsThoughtOfThePathThanBeforeTheMistake() {
    RttMeter meter = new RttMeter(RFC);
    for (int i = 0; i < 50; i++)
      sample(meter, 1500 * MS, i * SECOND);
    meter.beforeTimeout(MS);
    meter.bePatient(una + 500);
    meter.sample(20 * MS, una + 1000, una + 2000, 61 * SECOND);
    assertThat(meter.smoothedNanos()).isEqualTo(1502 * MS);
  }

  @Test
  void theFirstSampleSetsEverything() {
    // section 2.2: SRTT = R, RTTVAR = R/2
    RttMeter meter = new RttMeter(LINUX);
    sample(meter, 300 * MS, 0);
    assertThat(meter.smoothedNanos()).isEqualTo(300 * MS);
    assertThat(meter.deviationNanos()).isEqualTo(150 * MS);
    assertThat(meter.rtoNanos()).isEqualTo(300 * MS + 4 * 150 * MS);
    assertThat(meter.minNanos()).isEqualTo(300 * MS);
  }

  @Test
  void laterSamplesMoveTheMeanByAnEighth() {
    // section 2.3: RTTVAR = 3/4 RTTVAR + 1/4 |SRTT - R'|, SRTT = 7/8 SRTT + 1/8 R'
    RttMeter meter = new RttMeter(RFC);
    sample(meter, 800 * MS, 0);
    sample(meter, 1600 * MS, SECOND);
    assertThat(meter.smoothedNanos()).isEqualTo(900 * MS);
    assertThat(meter.deviationNanos()).isEqualTo(500 * MS);
  }

  @Test
  void aSteadyPathGetsTheLeastVarianceAndNoLess() {
    RttMeter meter = new RttMeter(LINUX);
    for (int i = 0; i < 200; i++)
      sample(meter, 100 * MS, i * SECOND);
    assertThat(meter.smoothedNanos()).isEqualTo(100 * MS);
    // Linux: the floor of 200 ms is one of the variance
    assertThat(meter.rtoNanos()).isBetween(300 * MS, 310 * MS);
  }

  @Test
  void aWholeFloorIsOneOfTheTimeout() {
    RttMeter meter = new RttMeter(RFC);
    for (int i = 0; i < 200; i++)
      sample(meter, 100 * MS, i * SECOND);
    // section 2.4
    assertThat(meter.rtoNanos()).isEqualTo(SECOND);
  }

  @Test
  void theTimeoutIsNeverMoreThanTheMost() {
    RttMeter meter = new RttMeter(LINUX);
    sample(meter, 100 * SECOND, 0);
    assertThat(meter.rtoNanos()).isEqualTo(120 * SECOND);
  }

  @Test
  void eachBackoffDoublesUpToTheMost() {
    RttMeter meter = new RttMeter(LINUX);
    sample(meter, 100 * MS, 0);
    long base = meter.rtoNanos();
    for (int i = 1; i < 100; i++) {
      meter.backOff();
      long expected = i < 12 ? Math.min(120 * SECOND, base << i) : 120 * SECOND;
      assertThat(meter.rtoNanos()).as("%d backoffs", i).isEqualTo(expected);
      assertThat(meter.backoffs()).isEqualTo(i);
    }
    assertThat(meter.baseNanos()).isEqualTo(base);
  }

  @Test
  void aSampleEndsTheBackoff() {
    RttMeter meter = new RttMeter(LINUX);
    sample(meter, 100 * MS, 0);
    meter.backOff();
    meter.backOff();
    sample(meter, 100 * MS, SECOND);
    assertThat(meter.backoffs()).isZero();
    meter.backOff();
    meter.resetBackoff();
    assertThat(meter.backoffs()).isZero();
  }

  @Test
  void aPathThatBecomesLongerWidensTheTimeoutAtOnce() {
    RttMeter meter = new RttMeter(LINUX);
    for (int i = 0; i < 50; i++)
      sample(meter, 50 * MS, i * SECOND);
    long before = meter.rtoNanos();
    sample(meter, 1000 * MS, 51 * SECOND);
    assertThat(meter.rtoNanos()).isGreaterThan(2 * before);
  }

  @Test
  void onePathThatBecomesShorterDoesNotWidenTheTimeoutMuch() {
    RttMeter meter = new RttMeter(LINUX);
    for (int i = 0; i < 50; i++)
      sample(meter, 1000 * MS, i * SECOND);
    sample(meter, 50 * MS, 51 * SECOND);
    assertThat(meter.rtoNanos()).isLessThan(1300 * MS);
  }

  @Test
  void theLeastRoundTripIsForgottenAfterFiveMinutes() {
    RttMeter meter = new RttMeter(LINUX);
    sample(meter, 10 * MS, 0);
    for (int i = 1; i <= 200; i++)
      sample(meter, 100 * MS, i * SECOND);
    assertThat(meter.minNanos()).isEqualTo(10 * MS);
    for (int i = 201; i <= 420; i++)
      sample(meter, 100 * MS, i * SECOND);
    assertThat(meter.minNanos()).isEqualTo(100 * MS);
  }

  @Test
  void whateverIsMeasuredTimeoutsStayWithinTheirBounds() {
    for (long seed = 1; seed <= 20; seed++) {
      Random random = new Random(seed);
      TcpConfig config = random.nextBoolean() ? LINUX : RFC;
      RttMeter meter = new RttMeter(config);
      long now = random.nextLong() >> 4;
      for (int i = 0; i < 2000; i++) {
        now += random.nextLong(10 * SECOND);
        long rtt = (long) Math.exp(random.nextDouble() * 25);
        meter.sample(rtt, random.nextInt(100_000), random.nextInt(100_000), now);
        if (random.nextInt(10) == 0) meter.backOff();
        assertThat(meter.rtoNanos()).as("seed %d, sample %d of %d", seed, i, rtt)
            .isBetween(config.timing().rtoMin().toNanos(), config.timing().rtoMax().toNanos());
        assertThat(meter.minNanos()).as("seed %d, sample %d of %d", seed, i, rtt).isBetween(1L, Math.max(1, rtt));
      }
    }
  }
}
