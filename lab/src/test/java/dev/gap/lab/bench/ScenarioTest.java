package dev.gap.lab.bench;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gap.lab.LinkSpec;
import dev.gap.lab.bench.Scenario.Measure;

import static org.assertj.core.api.Assertions.assertThat;

final class ScenarioTest {
  @Test
  void thoseOfTheReadmeHaveNames() {
    List<String> names = Scenario.all().stream().map(Scenario::name).toList();
    assertThat(names).containsExactly("loss-0", "loss-1", "loss-5", "loss-10", "loss-20", "loss-30", "burst", "jitter",
        "fast-long", "echo-5", "echo-10", "echo-20");
    assertThat(Scenario.named("burst")).get().extracting(s -> s.down().burst()).isEqualTo(4.0);
    assertThat(Scenario.named("echo-10")).get().extracting(Scenario::measures).asString().isEqualTo("[ECHO]");
    assertThat(Scenario.named("nonsense")).isEmpty();
  }

  @Test
  void describesItsLink() {
    assertThat(Scenario.usual().describe()).isEqualTo("100 Mbit/s, 50 ms, queue 100 ms, loss 0 %");
    assertThat(Scenario.named("burst").orElseThrow().describe())
        .isEqualTo("100 Mbit/s, 50 ms, queue 100 ms, loss 10 % in bursts of 4");
  }

  @Test
  void describesEachDirectionIfTheyDiffer() {
    LinkSpec down = LinkSpec.PERFECT.withDelay(Duration.ofNanos(1_500_000)).withReorder(0.01).withDuplicate(0.025);
    LinkSpec up = LinkSpec.PERFECT.withRate(1_000_000).withQueue(Duration.ZERO).withJitter(Duration.ofMillis(3));
    assertThat(Scenario.usual().withLink(up, down).describe())
        .isEqualTo("down no limit, 1.5 ms, loss 0 %, reordered 1 %, duplicated 2.5 %; "
            + "up 1 Mbit/s, 0 ms, jitter 3 ms, endless queue, loss 0 %");
  }

  @Test
  void echoesCanBeMeasuredToo() {
    assertThat(Scenario.usual().measures()).containsExactly(Measure.DOWNLOAD);
    assertThat(Scenario.usual().withEcho().measures()).containsExactlyInAnyOrder(Measure.DOWNLOAD, Measure.ECHO);
  }
}
