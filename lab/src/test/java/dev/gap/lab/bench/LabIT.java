package dev.gap.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.gap.lab.LinkSpec;

import static org.assertj.core.api.Assertions.assertThat;

/** A whole measurement, with the kernel's TCP as the system. */
@Timeout(60)
final class LabIT {
  private static final LinkSpec LINK = LinkSpec.PERFECT.withRate(20_000_000).withDelay(Duration.ofMillis(5));

  @BeforeEach
  void needsRoot() {
    RealLink.assumePossible();
  }

  private static Lab.Plan plan(double seconds) {
    Systems systems = new Systems(List.of(), new BenchModule(null, s -> {}));
    List<BenchSystem> chosen = Stream.of("tcp-cubic", "kwik").map(name -> systems.named(name).orElseThrow()).toList();
    return new Lab.Plan(List.of(Scenario.usual().withLink(LINK, LINK).withEcho()), chosen, seconds, 1, 1);
  }

  private static List<String> namespaces() throws IOException {
    Path folder = Path.of("/run/netns");
    if (!Files.exists(folder)) return List.of();
    try (Stream<Path> names = Files.list(folder)) {
      return names.map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("gaplab-" + ProcessHandle.current().pid())).toList();
    }
  }

  @Test
  void measuresWhatIsThereAndSaysWhatIsNot() throws IOException {
    List<String> said = new ArrayList<>();
    Results results;
    try (Lab lab = new Lab(plan(1), said::add)) {
      results = lab.run();
    }
    assertThat(results.isSound()).as("%s", said).isTrue();
    assertThat(said).hasSize(5);
    assertThat(said.get(1)).matches("\\[1/4\\] link tcp-cubic download: 1[5-9]\\.[0-9] Mbit/s.*");
    assertThat(said.get(2)).matches("\\[2/4\\] link tcp-cubic echo: p50 1[0-9], .* 33 of 33");
    assertThat(said.get(3)).contains("kwik download: not built");
    assertThat(results.markdown()).contains("| kwik      | - ");
    assertThat(namespaces()).isEmpty();
  }

  @Test
  void endsAtOnceAndLeavesNothing() throws Exception {
    List<String> said = new ArrayList<>();
    Lab lab = new Lab(plan(30), said::add);
    Thread run = Thread.ofPlatform().start(() -> {
      try {
        lab.run();
      } catch (IOException e) {
        // the warm-up was ended
      }
    });
    while (namespaces().size() < 2)
      Thread.onSpinWait();
    lab.close();
    assertThat(run.join(Duration.ofSeconds(20))).isTrue();
    assertThat(namespaces()).isEmpty();
  }
}
