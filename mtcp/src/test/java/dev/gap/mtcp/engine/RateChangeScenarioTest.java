package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gap.mtcp.engine.LinkWatch.Seen;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The path's rate falls to the half and rises again in the midst of a download over 50 ms each way, each time at another moment
 * of the rate's own cycle. Round trips are counted from the change, the first being number 1.
 */
final class RateChangeScenarioTest {
  private static final int CHANGES = 4;
  private static final long SEED = 1;
  private static final Duration ROUND = Duration.ofMillis(100);
  private static final int ROUNDS = 12;

  /** What followed a change, round trip by round trip. */
  private record Change(int number, long atMillis, List<Seen> rounds) {
    Seen round(int i) {
      return rounds.get(i - 1);
    }

    double mean(int from, int to, ToDoubleFunction<Seen> what) {
      return IntStream.rangeClosed(from, to).mapToObj(this::round).mapToDouble(what).average().orElseThrow();
    }
  }

  /** Changes a link of {@code from} Mbit/s to {@code to} and back again and again. {@return what followed each change} */
  private static List<Change> changes(int profile, double loss, double from, double to, long seed) {
    Rig rig = Rig.ofProfile(profile, Rig.link(50, from, loss), seed);
    Rig.Download download = rig.new Download(1L << 32);
    LinkWatch watch = new LinkWatch(rig);
    rig.network.runFor(Duration.ofSeconds(2));
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < CHANGES; i++) {
      rig.network.setSpec(Rig.FAR, Rig.NEAR, Rig.link(50, i % 2 == 0 ? to : from, loss));
      long at = rig.now() / 1_000_000;
      changes.add(new Change(i, at, IntStream.range(0, ROUNDS).mapToObj(r -> watch.watch(download, ROUND)).toList()));
      rig.network.runFor(Duration.ofMillis(1300 + 170L * i));
    }
    return changes;
  }

  /**
   * It yields in two round trips and stays: in the third to seventh it sends what the path takes and the queue drains. As it runs
   * empty the rate looks for more room, for one round trip with up to 1.8 of the path's rate, and yields again.
   */
  @ParameterizedTest(name = "profile {0}, loss {1}")
  @CsvSource({"1, 0", "1, 0.05", "2, 0", "2, 0.05"})
  void aHalvedRateIsFollowedWithinFiveRoundTripsAndADoubledOneIsUsed(int profile, double loss) {
    List<Change> changes = changes(profile, loss, 100, 50, SEED);
    for (Change change : changes) {
      if (change.number() % 2 == 0) assertHalvedIsFollowed(change);
      else assertDoubledIsUsed(change);
    }
  }

  private static void assertHalvedIsFollowed(Change change) {
    assertThat(change.rounds().subList(2, 6)).as("sent: %s", change)
        .allSatisfy(seen -> assertThat(seen.sent()).isLessThan(1.15));
    assertThat(change.round(7).sent()).as("sent then: %s", change).isLessThan(1.25);
    assertThat(change.mean(6, ROUNDS, Seen::sent)).as("sent in all: %s", change).isLessThan(1.1);
    assertThat(change.mean(6, 7, Seen::queueMillis)).as("queue: %s", change).isLessThan(20);
    assertThat(change.rounds().subList(3, 7)).as("overflow: %s", change)
        .allSatisfy(seen -> assertThat(seen.overflowed()).isZero());
    assertThat(change.rounds().subList(5, ROUNDS)).as("delivered: %s", change)
        .allSatisfy(seen -> assertThat(seen.delivered()).isGreaterThan(0.8));
  }

  private static void assertDoubledIsUsed(Change change) {
    assertThat(change.round(6).delivered()).as("delivered: %s", change).isGreaterThan(0.85);
    assertThat(change.round(7).delivered()).as("delivered: %s", change).isGreaterThan(0.85);
    assertThat(change.mean(6, ROUNDS, Seen::delivered)).as("delivered in all: %s", change).isGreaterThan(0.92);
    assertThat(change.mean(6, ROUNDS, Seen::sent)).as("sent in all: %s", change).isLessThan(1.15);
  }
}
