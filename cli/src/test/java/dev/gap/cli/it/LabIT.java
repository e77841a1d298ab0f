package dev.gap.cli.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.gap.lab.bench.Lab;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code gap lab} as its users run it: gap itself, in both profiles, over an emulated link that loses. */
@Timeout(300)
final class LabIT {
  /** Three measurements of a few seconds each, on a slow machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @TempDir
  Path folder;

  @Test
  void measuresGapInBothProfilesOverALinkThatLoses() throws IOException {
    Lab.missing().ifPresent(reason -> Assumptions.abort("SKIPPED, not tested: gap lab: " + reason));
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), "dev.gap.cli.Main"));
    command.addAll(List.of("lab", "--systems", "gap,gap-p1", "--loss", "5", "--delay", "10", "--rate", "20",
        "--seconds", "3", "--out", "out"));
    try (Running lab = Running.start(folder, "lab", Map.of(), command)) {
      assertThat(lab.await(PATIENCE)).as("%s%s", lab.out(), lab.err()).isZero();
      assertThat(lab.out()).contains("## Downloads", "| link     | gap ", "| link     | gap-p1 ");
    }
    List<Map<String, String>> rows = rows(folder.resolve("out/results.csv"));
    assertThat(rows).extracting(row -> row.get("system")).containsExactly("gap", "gap-p1");
    for (Map<String, String> row : rows) {
      assertThat(row).containsEntry("verified", "true").containsEntry("loss_down", "0.05").containsEntry("loss_up",
          "0.05").containsEntry("note", "");
      // on an idle machine 17 to 18; the link lets no more than 20 through, whatever the machine
      assertThat(Double.parseDouble(row.get("goodput_mbps"))).as("%s", row).isBetween(1.0, 20.0);
      assertThat(Double.parseDouble(row.get("first_byte_ms"))).as("a round trip at least: %s", row)
          .isGreaterThanOrEqualTo(20);
      assertThat(Double.parseDouble(row.get("sent_per_delivered"))).as("headers, and what was lost: %s", row)
          .isGreaterThan(1.05);
    }
  }

  private static List<Map<String, String>> rows(Path csv) throws IOException {
    try (Stream<String> lines = Files.lines(csv)) {
      List<List<String>> cells = lines.map(line -> Arrays.asList(line.split(",", -1))).toList();
      List<String> head = cells.getFirst();
      return cells.stream().skip(1).map(row -> IntStream.range(0, head.size()).boxed()
          .collect(Collectors.toMap(head::get, row::get))).toList();
    }
  }
}
