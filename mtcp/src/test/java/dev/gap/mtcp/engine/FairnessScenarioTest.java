package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Many connections over one path share it: nobody waits behind a bulk transfer's queue, and nobody gets much more. */
class FairnessScenarioTest {
  private static final int DOWNLOADS = 10;
  private static final int MESSAGES = 400;
  /** Until the downloads have found the path's rate, each of them has a first flight in its queue. */
  private static final int STARTING = 60;

  private final Rig rig = new Rig(Rig.link(50, 100, 0), 1);
  private final EchoProbe echo = new EchoProbe(rig, MESSAGES);
  private final List<Rig.Download> downloads = new ArrayList<>();

  private void download() {
    for (int i = 0; i < DOWNLOADS; i++)
      downloads.add(rig.new Download(1L << 30));
    assertThat(rig.run(echo::isDone, Duration.ofMinutes(1))).isTrue();
  }

  @Test
  void anInteractiveConnectionStaysQuickBesideTenDownloads() {
    download();
    double roundTrip = 100;
    assertThat(EchoProbe.percentile(echo.millis(), 0, 0.99)).isLessThanOrEqualTo(1.5 * roundTrip + 20);
    assertThat(EchoProbe.percentile(echo.millis(), STARTING, 0.99)).isLessThanOrEqualTo(roundTrip + 45);
  }

  @Test
  void tenDownloadsShareThePath() {
    download();
    double fair = downloads.stream().mapToLong(d -> d.sink.received).sum() / (double) DOWNLOADS;
    assertThat(fair * DOWNLOADS * 8 / 12).as("bits a second in all").isGreaterThan(85e6);
    assertThat(downloads).allSatisfy(d -> assertThat(d.sink.received / fair).isBetween(0.8, 1.2));
  }
}
