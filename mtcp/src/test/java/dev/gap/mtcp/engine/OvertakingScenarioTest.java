package dev.gap.mtcp.engine;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
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
}
