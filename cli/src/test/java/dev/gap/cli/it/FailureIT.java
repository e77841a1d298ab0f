package dev.gap.cli.it;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** The server is gone, or not ours: clients learn of it soon, and never take it for success. */
@Timeout(120)
final class FailureIT {
  private static final long MIB = 1 << 20;

  @RegisterExtension
  static final Bed BED = new Bed();

  @Test
  void aRestartedServerResetsItsClientsQuickly() {
    Site.Page page = BED.site().publish("page", 200 * MIB);
    BED.relay("delay=10", "rate=60e6");
    Running server = BED.server();
    BED.local();
    Download download = BED.download("curl", page);
    download.awaitBytes(4 * MIB, Duration.ofSeconds(20));
    server.kill();
    BED.server();
    long restarted = System.nanoTime();
    int exit = download.awaitExit(Duration.ofMinutes(1));
    double seconds = (System.nanoTime() - restarted) / 1e9;
    Bed.report("a restarted server's client is reset after %.1f s, exit code %d: %s".formatted(seconds, exit,
        download.error().strip()));
    assertThat(exit).as("curl says: %s", download.error()).isIn(18, 56);
    assertThat(download.error()).contains("reset");
    assertThat(download.bytes()).isLessThan(page.bytes());

    Site.Page next = BED.site().publish("next", 2 * MIB);
    BED.download("next", next).awaitIntact(next, Duration.ofSeconds(20));
    assertThat(seconds).as("seconds until the client was reset").isLessThan(5);
  }

  @Test
  void aKilledClientsConnectionsEndAtTheServerSoonAfterItIsBack() {
    Site.Page page = BED.site().publish("big", 200 * MIB);
    BED.relay("delay=10", "rate=60e6");
    BED.server();
    Running local = BED.local();
    Download download = BED.download("curl", page);
    download.awaitBytes(4 * MIB, Duration.ofSeconds(20));
    assertThat(connectionsToSite()).isPositive();
    local.kill();
    BED.local();
    long back = System.nanoTime();
    Wait.until("the server has let go", Duration.ofSeconds(20), () -> connectionsToSite() == 0);
    double seconds = (System.nanoTime() - back) / 1e9;
    Bed.report("a killed client's connections ended %.1f s after it was back".formatted(seconds));
    assertThat(seconds).as("seconds until they ended").isLessThan(6);
    Site.Page next = BED.site().publish("after", 2 * MIB);
    BED.download("after", next).awaitIntact(next, Duration.ofSeconds(20));
  }

  private static long connectionsToSite() {
    List<String> command = BED.net().in(Namespaces.Place.FAR,
        List.of("ss", "-Htn", "state", "established", "dport", "= :" + Site.PORT));
    return Shell.run(command.toArray(String[]::new)).lines().count();
  }

  @Test
  void aDownloadGoesOnAfterBothSidesWereStoppedForAWhile() {
    Site.Page page = BED.site().publish("stopped", 20 * MIB);
    BED.relay("delay=10", "rate=60e6");
    List<Running> sides = List.of(BED.server(), BED.local());
    Download download = BED.download("curl", page);
    download.awaitBytes(4 * MIB, Duration.ofSeconds(20));
    sides.forEach(s -> Shell.run("kill", "-STOP", String.valueOf(s.pid())));
    // longer than three times what counts as an outage, or as a lost server
    Wait.pass(Duration.ofSeconds(15));
    sides.forEach(s -> Shell.run("kill", "-CONT", String.valueOf(s.pid())));
    Duration time = download.awaitIntact(page, Duration.ofSeconds(60));
    Bed.report("20 MiB over 60 Mbit/s with a stop of 15 s: %.1f s".formatted(time.toMillis() / 1e3));
  }

  @Test
  void aWrongKeyIsReportedWithinTenSeconds() {
    Site.Page page = BED.site().publish("secret", 1000);
    BED.relay("delay=10");
    BED.server();
    Running local = BED.local("--key", "another key than the server's");
    long start = System.nanoTime();
    Download download = BED.download("curl", page);
    local.awaitText("does not answer", Duration.ofSeconds(10));
    int exit = download.awaitExit(Duration.ofSeconds(12));
    Bed.report("a wrong key: curl ended after %.1f s with %d: %s".formatted((System.nanoTime() - start) / 1e9, exit,
        download.error().strip()));
    assertThat(exit).as("curl says: %s", download.error()).isEqualTo(56);
    assertThat(download.error()).contains("reset");
    assertThat(download.bytes()).isZero();
  }
}
