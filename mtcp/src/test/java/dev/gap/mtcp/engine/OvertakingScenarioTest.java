package dev.gap.mtcp.engine;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.lab.LinkSpec;
import dev.gap.mtcp.engine.Rig.Download;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

/** A path on which some datagrams skip the delay of 50 ms, and some are lost. */
class OvertakingScenarioTest {
  private static final LinkSpec LINK = Rig.link(50, 100, 0.05).withReorder(0.05);
  /** In profile 2 the first of these took what had overtaken for the path's round trip for four seconds, and got 12 Mbit/s. */
  private static final int[] SEEDS = {8, 12, 17};

  @ParameterizedTest(name = "profile {0}")
  @ValueSource(ints = {1, 2})
  void whatOvertakesOthersIsNotTakenForTheRoundTrip(int profile) {
    for (int seed : SEEDS) {
      Rig rig = Rig.ofProfile(profile, LINK, seed);
      Download download = rig.new Download(1L << 30);
      assertThat(rig.run(() -> download.sink.firstByteAt >= 0, Duration.ofSeconds(5))).isTrue();
      rig.network.runFor(Duration.ofSeconds(1));
      assertThat(requireNonNull(download.served).info().smoothedRttNanos()).as("round trip, seed %d", seed)
          .isGreaterThan(Duration.ofMillis(80).toNanos());
    }
  }

  /**
   * Of these starts, whose first flight was taken to be as slow as the few that came long before the others, three seconds brought 20 to
   * 28.8 MB, and up to 3900 datagrams overflowed.
   */
  @ParameterizedTest(name = "profile {0}, seed {1}")
  @CsvSource({"1, 7", "1, 10", "1, 24", "2, 8", "2, 13", "2, 21"})
  void theFewThatComeLongBeforeTheOthersAreNotTakenForTheFirstFlight(int profile, long seed) {
    Rig rig = Rig.ofProfile(profile, Rig.link(50, 100, 0).withReorder(0.02), seed);
    Download download = rig.new Download(1L << 30);
    rig.network.runFor(Duration.ofSeconds(3));
    assertThat(download.sink.received).as("bytes in three seconds").isGreaterThan(29_000_000);
    assertThat(rig.network.link(Rig.FAR, Rig.NEAR).stats().overflowed()).as("datagrams that overflowed")
        .isLessThan(800);
  }
}
