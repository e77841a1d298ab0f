package dev.gap.cli.it;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** The network goes away, or becomes another, in the middle of a download. */
@Timeout(180)
final class ChangingNetworkIT {
  private static final long MIB = 1 << 20;

  @RegisterExtension
  static final Bed BED = new Bed();

  @Test
  void theNearAddressChangesFiveTimesDuringADownloadAndNotAByteIsLost() {
    Site.Page page = BED.site().publish("roaming", 150 * MIB);
    BED.relay("delay=30", "loss=0.01", "rate=60e6");
    BED.server();
    BED.local();
    Download download = BED.download("curl", page);
    String address = Namespaces.NEAR_ADDRESS;
    for (int i = 3; i <= 7; i++) {
      Wait.pass(Duration.ofSeconds(3));
      assertThat(download.isRunning()).as("there is something left to download: %s", download.error()).isTrue();
      long bytes = download.bytes();
      String next = "10.88.1." + i;
      BED.net().moveNear(address, next);
      address = next;
      download.awaitBytes(bytes + MIB, Duration.ofSeconds(5));
    }
    Duration time = download.awaitIntact(page, Duration.ofMinutes(1));
    Bed.report("150 MiB at 60 Mbit/s over six addresses: %.1f s".formatted(time.toMillis() / 1e3));
    assertThat(time).isLessThan(Duration.ofSeconds(45));
    BED.net().moveNear(address, Namespaces.NEAR_ADDRESS);
  }

  @Test
  void aSixtySecondBlackoutInTheMiddleOfADownloadLosesNothing() {
    Site.Page page = BED.site().publish("interrupted", 64 * MIB);
    Running relay = BED.relay("delay=20", "loss=0.01", "rate=60e6");
    BED.server();
    BED.local();
    Download download = BED.download("curl", page);
    download.awaitBytes(20 * MIB, Duration.ofSeconds(20));

    relay.tell("blackout on");
    relay.awaitText("did blackout on", Duration.ofSeconds(2));
    Wait.pass(Duration.ofSeconds(2));
    long before = download.bytes();
    assertThat(before).isLessThan(page.bytes());
    Wait.pass(Duration.ofSeconds(58));
    assertThat(download.isRunning()).as("curl still waits: %s", download.error()).isTrue();
    assertThat(download.bytes()).as("bytes during the blackout").isEqualTo(before);
    relay.tell("stats");
    relay.tell("blackout off");
    Duration silence = Wait.until("bytes flow again", Duration.ofSeconds(20), () -> download.bytes() > before);
    Bed.report("bytes flow again %d ms after a blackout of 60 s, in which were sent%n%s".formatted(silence.toMillis(),
        relay.out()));

    download.awaitIntact(page, Duration.ofSeconds(40));
    assertThat(silence).as("silence after the blackout").isLessThan(Duration.ofMillis(2500));
  }
}
