package dev.gap.mtcp.engine;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** An outage right at the beginning of a download, over a path of which nothing was known before. 100 Mbit/s, 300 ms each way. */
final class FirstFlightOutageScenarioTest {
  private static final Duration ROUND = Duration.ofMillis(600);

  /**
   * In so many milliseconds from the request's arrival on nothing comes back, or nothing comes through at all. Without a probe (four
   * seeds) 0.66 to 0.79 of what the path carries in a round trip came in the first four after 700 ms of it, and 0.16 to 0.55 after 1200 ms.
   */
  @ParameterizedTest(name = "profile {0}, both directions {1}, {2} ms from {3} on")
  @CsvSource({"1, false, 700, 0", "2, false, 700, 0", "1, false, 1200, 250", "2, false, 1200, 250", "1, true, 1200, 0",
      "2, true, 1200, 0"})
  void theStartGoesOnOnceThePathIsBack(int profile, boolean both, int millis, int from) {
    Rig rig = Rig.ofProfile(profile, Rig.link(300, 100, 0), 1);
    Rig.Download download = rig.new Download(1L << 32);
    assertThat(rig.run(() -> download.source != null && download.source.sent > 0, Duration.ofSeconds(20))).isTrue();
    rig.network.runFor(Duration.ofMillis(from));
    setOutage(rig, both, true);
    rig.network.runFor(Duration.ofMillis(millis));
    setOutage(rig, both, false);
    long before = download.sink.received;
    rig.network.runFor(ROUND.multipliedBy(4));
    double rounds = (download.sink.received - before) * 8.0 / 100e6 / 0.6;
    assertThat(rounds).as("what the path carries in so many round trips").isGreaterThan(both ? 0.8 : 1.3);
    assertThat(dropped(rig)).as("datagrams dropped").isLessThan(4000);
  }

  private static void setOutage(Rig rig, boolean both, boolean on) {
    rig.network.link(Rig.NEAR, Rig.FAR).setBlackout(on);
    if (both) rig.network.link(Rig.FAR, Rig.NEAR).setBlackout(on);
  }

  private static long dropped(Rig rig) {
    return rig.network.link(Rig.FAR, Rig.NEAR).stats().packetsIn()
        - rig.network.link(Rig.FAR, Rig.NEAR).stats().packetsOut();
  }
}
