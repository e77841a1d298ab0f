package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Many connections over one path share it: nobody waits behind a bulk transfer's queue, and nobody gets much more. */
class FairnessScenarioTest {
  private static final int DOWNLOADS = 10;
  private static final int MESSAGES = 400;
  /** Until the downloads have found the path's rate, each of them has a first flight in its queue. */
  private static final int STARTING = 60;

  @ParameterizedTest(name = "profile {0}, {1} ms each way")
  @CsvSource({"1, 50", "2, 50", "1, 20", "2, 20", "1, 100", "2, 100"})
  void anInteractiveConnectionStaysQuickBesideTenDownloadsThatShareThePath(int profile, int delayMillis) {
    Rig rig = Rig.ofProfile(profile, Rig.link(delayMillis, 100, 0), 1);
    EchoProbe echo = new EchoProbe(rig, MESSAGES);
    List<Rig.Download> downloads = Stream.generate(() -> rig.new Download(1L << 30)).limit(DOWNLOADS).toList();
    long began = rig.now();
    assertThat(rig.run(echo::isDone, Duration.ofMinutes(1))).isTrue();

    double roundTrip = 2.0 * delayMillis;
    assertThat(EchoProbe.percentile(echo.millis(), 0, 0.99)).as("p99").isLessThanOrEqualTo(1.5 * roundTrip + 20);
    assertThat(EchoProbe.percentile(echo.millis(), STARTING, 0.99)).as("p99 once the rate is found")
        .isLessThanOrEqualTo(roundTrip + 45);
    double fair = downloads.stream().mapToLong(d -> d.sink.received).sum() / (double) DOWNLOADS;
    assertThat(fair * DOWNLOADS * 8e9 / (rig.now() - began)).as("bits a second in all").isGreaterThan(85e6);
    assertThat(downloads).allSatisfy(d -> assertThat(d.sink.received / fair).isBetween(0.8, 1.2));
  }
}
