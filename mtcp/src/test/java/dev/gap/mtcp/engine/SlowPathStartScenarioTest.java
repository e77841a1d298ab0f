package dev.gap.mtcp.engine;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gap.lab.LinkStats;
import dev.gap.mtcp.engine.Rig.Download;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A download over a slow path with a queue of a few datagrams: most of the first flight, 64 datagrams, is dropped, and little sent
 * later should be. Before the first flight heeded what it lost it was 600 on the second of these, and 800 to 980 on the others, in twelve seconds.
 */
class SlowPathStartScenarioTest {
  private static final Duration LENGTH = Duration.ofSeconds(6);

  @ParameterizedTest(name = "profile {0}, {1} Mbit/s, {2} ms each way, queue {3} ms, loss {4}")
  @CsvSource({"1, 1, 50, 100, 0, 80", "1, 2, 50, 50, 0, 80", "1, 3, 10, 20, 0.02, 400", "1, 1, 20, 100, 0.02, 400",
      "2, 1, 50, 100, 0, 80", "2, 2, 50, 50, 0, 80", "2, 3, 10, 20, 0.02, 400", "2, 1, 20, 100, 0.02, 400"})
  void dropsLittleMoreThanTheFirstFlight(int profile, double megabits, int delay, int queue, double loss, long most) {
    Rig rig = Rig.ofProfile(profile, Rig.link(delay, megabits, loss).withQueue(Duration.ofMillis(queue)), 7);
    Download download = rig.new Download(4L << 30);
    rig.network.runFor(LENGTH);
    LinkStats down = rig.network.link(Rig.FAR, Rig.NEAR).stats();
    assertThat(down.overflowed()).as("datagrams dropped").isBetween(50L, most);
    double goodput = download.sink.received * 8e3 / (rig.now() - download.sink.firstByteAt);
    assertThat(goodput).as("Mbit/s").isGreaterThan(0.8 * megabits * (1 - loss));
  }
}
