package dev.gap.transport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gap.transport.FluidPath.Seen;

import static org.assertj.core.api.Assertions.assertThat;

/** What the automatic rate promises, in a closed loop with {@link FluidPath}; rates are in parts of the capacity. */
final class AutoRateTest {
  private static final long SEED = 20_260_728;
  private static final long MS = 1_000_000;
  private static final double MBIT = 125_000;
  private static final int INITIAL_WINDOW = FluidPath.INITIAL_FLIGHT * FluidPath.DATAGRAM;

  private final AutoRate rate = new AutoRate(INITIAL_WINDOW, FluidPath.DATAGRAM);

  @Test
  void sendsAnInitialFlightAtOnceBeforeAnythingIsKnown() {
    assertThat(rate.inflightLimit()).isEqualTo(INITIAL_WINDOW);
    assertThat(rate.pacingRate()).isGreaterThanOrEqualTo(INITIAL_WINDOW * 100L);
    assertThat(rate.capacity()).isZero();
  }

  @Test
  void theFirstRoundTripGivesAFirstRate() {
    rate.onRtt(50 * MS, MS);
    assertThat(rate.capacity()).isEqualTo(INITIAL_WINDOW * 20L);
    assertThat(rate.pacingRate()).isGreaterThanOrEqualTo(rate.capacity());
    assertThat(rate.inflightLimit()).isGreaterThanOrEqualTo(INITIAL_WINDOW);
  }

  @Test
  void aRoundWithoutASampleOfTheRoundTripChangesNothing() {
    rate.onRtt(50 * MS, MS);
    long before = rate.pacingRate();
    rate.onRound(new PathRound(60 * MS, 50 * MS, 10_000, 10, 9_990, Long.MAX_VALUE, false));
    assertThat(rate.pacingRate()).isEqualTo(before);
    assertThat(rate.loss()).isZero();
  }

  @Test
  void neverStopsSendingHoweverLittleArrives() {
    rate.onRtt(50 * MS, MS);
    for (int i = 1; i < 200; i++)
      rate.onRound(new PathRound(i * 1000L * MS, 1000 * MS, 10_000, 0, 10_000, 900 * MS, false));
    assertThat(rate.pacingRate()).isPositive();
    assertThat(rate.inflightLimit()).isGreaterThanOrEqualTo(INITIAL_WINDOW);
    assertThat(rate.loss()).isBetween(0.0, 0.9);
  }

  @ParameterizedTest(name = "{0} Mbit/s, {1} ms, loss {2}")
  @CsvSource({"1, 50, 0", "10, 10, 0", "10, 50, 0", "10, 200, 0", "100, 10, 0", "100, 50, 0", "100, 50, 0.1",
      "10, 50, 0.1"})
  void fillsAnIdlePathWithinAboutEightRounds(double mbit, long rttMillis, double loss) {
    FluidPath path = path(mbit, rttMillis).withLoss(loss);
    path.runRounds(8);
    double delivered = path.runRounds(4).delivered() / (1 - loss);
    assertThat(delivered / (mbit * MBIT)).as("seed %d", SEED).isGreaterThan(0.8);
  }

  @ParameterizedTest(name = "{0} Mbit/s, {1} ms, loss {2}")
  @CsvSource({"10, 10, 0", "10, 10, 0.1", "10, 10, 0.3", "10, 50, 0", "10, 50, 0.01", "10, 50, 0.1", "10, 50, 0.3",
      "10, 200, 0.1", "10, 200, 0.3", "100, 10, 0.1", "100, 10, 0.3", "100, 50, 0", "100, 50, 0.01", "100, 50, 0.1",
      "100, 50, 0.2", "100, 50, 0.3"})
  void lossAloneDoesNotLowerTheRate(double mbit, long rttMillis, double loss) {
    FluidPath path = path(mbit, rttMillis).withLoss(loss);
    path.runRounds(20);
    Seen seen = path.runMillis(Math.max(4000, 40 * rttMillis));
    assertThat(seen.delivered() / (1 - loss) / (mbit * MBIT)).as("seed %d", SEED).isGreaterThan(0.85);
  }

  @ParameterizedTest(name = "{0} Mbit/s, {1} ms, loss {2}")
  @CsvSource({"10, 50, 0", "10, 50, 0.1", "10, 50, 0.3", "100, 50, 0.01", "100, 50, 0.3", "100, 10, 0.3"})
  void sendsHardlyMoreThanArrivesAndIsLost(double mbit, long rttMillis, double loss) {
    FluidPath path = path(mbit, rttMillis).withLoss(loss);
    path.runRounds(20);
    Seen seen = path.runMillis(4000);
    assertThat(seen.sent() * (1 - loss) / seen.delivered()).as("seed %d", SEED).isLessThan(1.1);
  }

  @ParameterizedTest(name = "{0} Mbit/s, {1} ms, loss {2}")
  @CsvSource({"10, 10, 0", "10, 10, 0.3", "10, 50, 0", "10, 50, 0.1", "10, 50, 0.3", "100, 10, 0", "100, 10, 0.3",
      "100, 50, 0", "100, 50, 0.1", "100, 50, 0.3"})
  void theStandingQueueStaysShort(double mbit, long rttMillis, double loss) {
    FluidPath path = path(mbit, rttMillis).withLoss(loss);
    path.runRounds(20);
    assertThat(path.runMillis(6000).queueMillis()).as("seed %d", SEED).isLessThan(30);
  }

  @ParameterizedTest(name = "{0} Mbit/s, {1} ms, loss {2}")
  @CsvSource({"10, 10, 0", "10, 10, 0.1", "100, 10, 0", "100, 10, 0.1", "100, 50, 0", "100, 50, 0.1"})
  void aShortQueueIsFilledWithoutFlooding(double mbit, long rttMillis, double loss) {
    FluidPath path = path(mbit, rttMillis).withLoss(loss).withQueue(20);
    path.runRounds(20);
    Seen seen = path.runMillis(4000);
    assertThat(seen.delivered() / (1 - loss) / (mbit * MBIT)).as("seed %d", SEED).isGreaterThan(0.85);
    assertThat(seen.sent() * (1 - loss) / seen.delivered()).as("seed %d", SEED).isLessThan(1.1);
  }

  @ParameterizedTest(name = "{0} Mbit/s, {1} ms")
  @CsvSource({"10, 50", "100, 10", "100, 50", "10, 200"})
  void aHalvedCapacityIsFollowedWithinAboutFiveRounds(double mbit, long rttMillis) {
    FluidPath path = steady(mbit, rttMillis);
    path.setCapacity(mbit * MBIT / 2);
    path.runRounds(5);
    Seen after = path.runRounds(4);
    assertThat(after.sent() / (mbit * MBIT / 2)).as("seed %d", SEED).isBetween(0.6, 1.15);
    path.runRounds(20);
    Seen later = path.runMillis(4000);
    assertThat(later.sent() / (mbit * MBIT / 2)).as("seed %d, later", SEED).isBetween(0.85, 1.1);
  }

  @ParameterizedTest(name = "{0} Mbit/s, {1} ms")
  @CsvSource({"10, 50", "100, 10", "100, 50"})
  void aDoubledCapacityIsFoundWithinAboutEightRounds(double mbit, long rttMillis) {
    FluidPath path = steady(mbit, rttMillis);
    path.setCapacity(2 * mbit * MBIT);
    path.runRounds(8);
    assertThat(path.runRounds(4).delivered() / (2 * mbit * MBIT)).as("seed %d", SEED).isGreaterThan(0.8);
  }

  @ParameterizedTest(name = "{0} Mbit/s, {1} ms")
  @CsvSource({"10, 50", "100, 50", "10, 100"})
  void aLongerPathIsFilledAgainAfterAWhile(double mbit, long rttMillis) {
    FluidPath path = steady(mbit, rttMillis);
    path.setBaseRtt(2 * rttMillis);
    path.runMillis(100 * rttMillis);
    Seen seen = path.runMillis(6000);
    assertThat(seen.delivered() / (mbit * MBIT)).as("seed %d", SEED).isGreaterThan(0.85);
    double product = mbit * MBIT * 2 * rttMillis / 1000;
    assertThat((double) rate.inflightLimit()).isGreaterThan(product);
  }

  @Test
  void aPauseDoesNotLowerTheRate() {
    FluidPath path = steady(100, 50);
    path.setPaused(true);
    path.runMillis(3000);
    path.setPaused(false);
    path.runRounds(2);
    assertThat(path.runRounds(4).delivered() / (100 * MBIT)).as("seed %d", SEED).isGreaterThan(0.8);
  }

  @Test
  void lossIsEstimatedAsItIs() {
    FluidPath path = path(100, 50).withLoss(0.2);
    path.runRounds(60);
    assertThat(rate.loss()).as("seed %d", SEED).isBetween(0.15, 0.25);
    path.withLoss(0);
    path.runRounds(60);
    assertThat(rate.loss()).as("seed %d", SEED).isLessThan(0.03);
  }

  private FluidPath path(double mbit, long rttMillis) {
    return new FluidPath(rate, mbit * MBIT, rttMillis, SEED);
  }

  private FluidPath steady(double mbit, long rttMillis) {
    FluidPath path = path(mbit, rttMillis);
    path.runMillis(Math.max(3000, 40 * rttMillis));
    return path;
  }
}
