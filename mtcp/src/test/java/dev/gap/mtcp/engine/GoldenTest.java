package dev.gap.mtcp.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import org.junit.jupiter.api.Test;

import dev.gap.lab.LinkSpec;
import dev.gap.lab.LinkStats;
import dev.gap.mtcp.engine.Rig.Download;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The golden table: what downloads of twelve seconds get over a list of links, exactly. A change of a mechanism shows its
 * effect here in seconds; if it is wanted, {@code mvn -pl mtcp -am test -Dtest=GoldenTest -Dgolden.update=true -Dsurefire.failIfNoSpecifiedTests=false} writes the table
 * anew.
 */
class GoldenTest {
  private static final String FILE = "golden-mtcp.txt";
  private static final Duration LENGTH = Duration.ofSeconds(12);

  /** @param stalls how long hosts do nothing on average, about once in 20 ms, or zero */
  private record Scenario(String name, LinkSpec link, RatePolicy rate, Duration stalls) {
    Scenario(String name, LinkSpec link, RatePolicy rate) {
      this(name, link, rate, Duration.ZERO);
    }
  }

  private static List<Scenario> scenarios() {
    RatePolicy auto = new RatePolicy.Auto();
    return List.of(new Scenario("loss 0 %", Rig.link(50, 100, 0), auto),
        new Scenario("loss 1 %", Rig.link(50, 100, 0.01), auto),
        new Scenario("loss 5 %", Rig.link(50, 100, 0.05), auto),
        new Scenario("loss 10 %", Rig.link(50, 100, 0.1), auto),
        new Scenario("loss 20 %", Rig.link(50, 100, 0.2), auto),
        new Scenario("loss 30 %", Rig.link(50, 100, 0.3), auto),
        new Scenario("loss 10 % in bursts of 4", Rig.link(50, 100, 0.1).withBurst(4), auto),
        new Scenario("jitter 10 ms", Rig.link(50, 100, 0).withJitter(Duration.ofMillis(10)), auto),
        new Scenario("jitter 30 ms", Rig.link(50, 100, 0).withJitter(Duration.ofMillis(30)), auto),
        new Scenario("500 Mbit/s, 200 ms, loss 1 %", Rig.link(100, 500, 0.01), auto),
        new Scenario("50 Mbit/s, 300 ms, loss 5 %", Rig.link(150, 50, 0.05), auto),
        new Scenario("20 Mbit/s, 600 ms, loss 2 %", Rig.link(300, 20, 0.02), auto),
        new Scenario("2 % overtake the others", Rig.link(50, 100, 0).withReorder(0.02), auto),
        new Scenario("5 % overtake, loss 5 %", Rig.link(50, 100, 0.05).withReorder(0.05), auto),
        new Scenario("2 Mbit/s, loss 10 % in bursts", Rig.link(20, 2, 0.1).withBurst(3), auto),
        new Scenario("600 ms, loss 10 %", Rig.link(300, 100, 0.1), auto),
        new Scenario("loss 10 %, hosts that stall", Rig.link(50, 100, 0.1), auto, Duration.ofMillis(3)),
        new Scenario("5 Mbit/s, 40 ms, loss 2 %", Rig.link(20, 5, 0.02), auto),
        new Scenario("queue of 3 ms, loss 2 %", Rig.link(20, 50, 0.02).withQueue(Duration.ofMillis(3)), auto),
        new Scenario("rate none, window 1024, loss 5 %", Rig.link(50, 100, 0.05), new RatePolicy.None()),
        new Scenario("rate 50 mbps, loss 20 %", Rig.link(50, 100, 0.2), new RatePolicy.Fixed(50_000_000)));
  }

  @Test
  void theTableOfScenariosIsAsItWas() throws IOException {
    StringBuilder table = new StringBuilder();
    table.append("scenario                         goodput Mbit/s   sent/delivered   queue ms mean/max   overflow\n");
    for (Scenario scenario : scenarios())
      table.append(run(scenario));
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(Path.of("src/test/resources", FILE), table);
      return;
    }
    assertThat(table.toString()).isEqualTo(golden());
  }

  private static String run(Scenario scenario) {
    Rig rig = new Rig(scenario.link(), scenario.link(), 7, near(scenario),
        EndpointConfig.acceptingUpTo(8).withRate(scenario.rate()));
    if (!scenario.stalls().isZero()) {
      rig.network.setStalls(Rig.NEAR, Duration.ofMillis(20), scenario.stalls());
      rig.network.setStalls(Rig.FAR, Duration.ofMillis(20), scenario.stalls());
    }
    Download download = rig.new Download(4L << 30);
    rig.network.runFor(LENGTH);
    LinkStats down = rig.network.link(Rig.FAR, Rig.NEAR).stats();
    double goodput = download.sink.received * 8e3 / (rig.now() - download.sink.firstByteAt);
    return String.format(Locale.ROOT, "%-32s %14.2f %16.4f %13.2f / %-6.2f %8d%n", scenario.name(), goodput,
        (double) down.bytesIn() / download.sink.received, down.meanQueueDelayNanos() / 1e6,
        down.maxQueueDelayNanos() / 1e6,
        down.overflowed());
  }

  /** Without a rate only the window limits: a small one, or it floods. */
  private static EndpointConfig near(Scenario scenario) {
    EndpointConfig config = EndpointConfig.dialing().withRate(scenario.rate());
    if (!(scenario.rate() instanceof RatePolicy.None)) return config;
    return config.withConnection(ConnectionConfig.DEFAULT.withWindow(new WindowPolicy.Fixed(1024)));
  }

  private static String golden() {
    try (InputStream in = GoldenTest.class.getResourceAsStream("/" + FILE)) {
      return new String(Objects.requireNonNull(in, FILE + " is missing").readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
