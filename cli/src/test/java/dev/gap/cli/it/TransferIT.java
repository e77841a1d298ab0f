package dev.gap.cli.it;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.gap.cli.it.Namespaces.Place;

import static org.assertj.core.api.Assertions.assertThat;

/** Much data, many connections, slow readers: every byte arrives, and memory stays within bounds. */
@Timeout(240)
final class TransferIT {
  private static final long MIB = 1 << 20;

  @RegisterExtension
  static final Bed BED = new Bed();

  @Test
  void oneGibibyteArrivesIntactThroughFivePercentLoss() {
    Site.Page page = BED.site().publish("gibibyte", 1024 * MIB);
    BED.relay("delay=20", "loss=0.05", "rate=600e6");
    BED.server();
    BED.local();
    Duration time = BED.download("curl", page).awaitIntact(page, Duration.ofMinutes(3));
    Bed.report("1 GiB through 5 %% loss and 40 ms: %.1f s, %.0f Mbit/s".formatted(time.toMillis() / 1e3,
        page.bytes() * 8e-3 / time.toMillis()));
  }

  @Test
  void aThousandParallelDownloadsAllArrive() {
    Site.Page page = BED.site().publish("small", 128 << 10);
    BED.relay("delay=20", "loss=0.02");
    BED.server();
    BED.local();
    Duration time = downloadAtOnce(1000, page);
    Bed.report("1000 downloads of 128 KiB: %.1f s".formatted(time.toMillis() / 1e3));
  }

  @Test
  void firstSegmentsLostOnALongPathDoNotEndTheirConnections() {
    Site.Page page = BED.site().publish("tiny", 2000);
    BED.relay("delay=300", "loss=0.1");
    BED.server();
    Running local = BED.local().awaitText("session with the server is open", Duration.ofSeconds(20));
    Duration time = downloadAtOnce(100, page);
    Bed.report("100 downloads of 2000 bytes, 600 ms, 10 %% loss: %.1f s".formatted(time.toMillis() / 1e3));
    assertThat(local.err()).as("there is a server").doesNotContain("does not answer");
  }

  private static Duration downloadAtOnce(int count, Site.Page page) {
    long start = System.nanoTime();
    Running many = BED.java(Place.NEAR, "many", ManyDownloadsMain.class, String.valueOf(Bed.PROXY_PORT),
        Namespaces.FAR_NAME, String.valueOf(Site.PORT), page.path(), page.sha256(), String.valueOf(count));
    int exit = many.await(Duration.ofMinutes(2));
    assertThat(many.out()).as("what became of %d downloads", count).isEqualTo("intact " + count + "\n");
    assertThat(exit).isZero();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void aSlowReaderCostsAtMostItsWindow() {
    Site.Page page = BED.site().publish("middling", 256 * MIB);
    BED.relay("delay=5");
    Running server = BED.server();
    Running local = BED.local();
    BED.download("warm-up", page).awaitIntact(page, Duration.ofMinutes(1));
    Memory before = Memory.of(local, server);

    Download slow = BED.download("slow", page, "--limit-rate", "200k");
    Wait.pass(Duration.ofSeconds(5));
    Duration fast = BED.download("fast", page).awaitIntact(page, Duration.ofMinutes(1));
    Wait.pass(Duration.ofSeconds(8));

    assertThat(slow.isRunning()).as("the slow download goes on").isTrue();
    assertThat(slow.bytes()).isBetween(MIB, page.bytes() / 4);
    Memory after = Memory.of(local, server);
    Bed.report("fast beside slow: %.1f s; memory before %s, after %s".formatted(fast.toMillis() / 1e3, before, after));
    assertThat(after.localLiveMib() - before.localLiveMib()).as("MiB more in use at the near end").isLessThan(50);
    assertThat(after.serverLiveMib() - before.serverLiveMib()).as("MiB more in use at the far end").isLessThan(50);
    assertThat(after.localResidentMib() - before.localResidentMib()).as("MiB more at the near end").isLessThan(150);
    assertThat(after.serverResidentMib() - before.serverResidentMib()).as("MiB more at the far end").isLessThan(150);
  }

  /** What both ends have taken from the system, and what of their heaps is really in use. */
  private record Memory(long localResidentMib, long serverResidentMib, long localLiveMib, long serverLiveMib) {
    static Memory of(Running local, Running server) {
      return new Memory(local.residentMib(), server.residentMib(), local.liveHeapMib(), server.liveHeapMib());
    }
  }
}
