package dev.gap.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ObjIntConsumer;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Scenarios with exact results, so that a change to the model or its randomness cannot go unnoticed. When a change is
 * meant, {@code mvn -pl lab test -Dgolden.update=true} writes the new results, to be read in the diff.
 */
final class GoldenLinksTest {
  private static final String FILE = "golden-links.txt";
  private static final int DATAGRAMS = 20_000;

  /** Datagrams of 1200 bytes at a fixed distance in time over one link, with something to do before each. */
  record Scenario(String name, LinkSpec spec, long distanceNanos, ObjIntConsumer<Link<Integer>> before) {
    Scenario(String name, LinkSpec spec, long distanceNanos) {
      this(name, spec, distanceNanos, (link, i) -> {});
    }

    String run() {
      Link<Integer> link = new Link<>(spec, 42);
      byte[] data = new byte[1200];
      for (int i = 0; i < DATAGRAMS; i++) {
        before.accept(link, i);
        link.admit(i, data, data.length, i * distanceNanos);
        while (link.poll(i * distanceNanos, (label, bytes, length) -> {})) {
          // only the counters matter
        }
      }
      while (link.poll(Long.MAX_VALUE - 1, (label, bytes, length) -> {})) {
        // only the counters matter
      }
      LinkStats s = link.stats();
      return String.format(Locale.ROOT, "%-20s %7d %7d %6d %9d %9d %6d %8d %11d %11d", name, s.packetsIn(),
          s.packetsOut(), s.lost(), s.overflowed(), s.blackoutDropped(), s.duplicated(), s.corrupted(),
          s.meanQueueDelayNanos(), s.maxQueueDelayNanos());
    }
  }

  private static List<Scenario> scenarios() {
    LinkSpec clean = LinkSpec.PERFECT.withDelay(Duration.ofMillis(50));
    LinkSpec tenMegabits = clean.withRate(10_000_000);
    return List.of(new Scenario("perfect", clean, 100_000), new Scenario("loss 1%", clean.withLoss(0.01), 100_000),
        new Scenario("loss 30%", clean.withLoss(0.3), 100_000),
        new Scenario("loss 5% bursts of 4", clean.withLoss(0.05).withBurst(4), 100_000),
        new Scenario("loss 60% bursts of 2", clean.withLoss(0.6).withBurst(2), 100_000),
        new Scenario("jitter 20 ms", clean.withJitter(Duration.ofMillis(20)), 100_000),
        new Scenario("reorder 5%", clean.withReorder(0.05), 100_000),
        new Scenario("duplicate 3%", clean.withDuplicate(0.03), 100_000),
        new Scenario("corrupt 2%", clean.withCorrupt(0.02), 100_000),
        new Scenario("half load", tenMegabits, 2_000_000), new Scenario("double load", tenMegabits, 500_000),
        new Scenario("small queue", tenMegabits.withQueue(Duration.ofMillis(5)), 900_000),
        new Scenario("endless queue", tenMegabits.withQueue(Duration.ZERO), 900_000),
        new Scenario("rate drops at half", tenMegabits, 1_000_000, (link, i) -> {
          if (i == DATAGRAMS / 2)
            link.setSpec(tenMegabits.withRate(1_000_000), i * 1_000_000L);
        }), new Scenario("outage of a tenth", tenMegabits, 1_000_000,
            (link, i) -> link.setBlackout(i >= DATAGRAMS / 2 && i < DATAGRAMS * 6 / 10)),
        new Scenario("all at once", tenMegabits.withLoss(0.1).withBurst(3).withJitter(Duration.ofMillis(5))
            .withReorder(0.02).withDuplicate(0.01).withCorrupt(0.01), 800_000));
  }

  @Test
  void linksGiveExactlyTheGoldenResults() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(String.format(Locale.ROOT, "%-20s %7s %7s %6s %9s %9s %6s %8s %11s %11s", "scenario", "in", "out", "lost",
        "overflow", "blackout", "dup", "corrupt", "mean-queue", "max-queue"));
    for (Scenario scenario : scenarios())
      lines.add(scenario.run());

    if (Boolean.getBoolean("golden.update"))
      Files.write(Path.of("src/test/resources", FILE), lines);
    else
      assertThat(lines).containsExactlyElementsOf(golden());
  }

  private static List<String> golden() throws IOException {
    try (InputStream file = Objects.requireNonNull(GoldenLinksTest.class.getResourceAsStream("/" + FILE))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
