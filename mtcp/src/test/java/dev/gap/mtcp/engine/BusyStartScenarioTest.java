package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.stream.IntStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The start of a download as it is on a real machine: a proxy says a few words before there is anything to carry, and the hosts do something
 * else every other moment. Both hid how a bottleneck spreads the first flight, and the start that follows where nothing is known then
 * overflowed the queue in profile 2: at 100 Mbit/s by 490 datagrams on average, with 10 % loss by 510, at 200 by 2280.
 */
class BusyStartScenarioTest {
  private static final Duration LENGTH = Duration.ofSeconds(2);
  private static final int SEEDS = 4;
  /** The first bytes of the pattern, each sent by itself. */
  private static final int WORDS = 3;

  private record Start(double megabits, long overflowed) {}

  @ParameterizedTest(name = "profile {0}, {2} Mbit/s, {1} ms each way, loss {3}")
  @CsvSource({"1, 50, 100, 0, 85, 50", "2, 50, 100, 0, 84.5, 50", "1, 50, 100, 0.1, 66, 50", "2, 50, 100, 0.1, 65, 50",
      "2, 100, 200, 0.01, 112, 1300"})
  void overflowsLittle(int profile, int delay, double megabits, double loss, double least, double most) {
    var starts = IntStream.rangeClosed(1, SEEDS)
        .mapToObj(seed -> download(Rig.ofProfile(profile, Rig.link(delay, megabits, loss), seed)))
        .toList();
    assertThat(starts.stream().mapToLong(Start::overflowed).average().orElseThrow()).as("datagrams dropped")
        .isLessThan(most);
    assertThat(starts.stream().mapToDouble(Start::megabits).average().orElseThrow()).as("Mbit/s").isGreaterThan(least);
  }

  private static Start download(Rig rig) {
    rig.network.setStalls(Rig.NEAR, Duration.ofMillis(1), Duration.ofNanos(600_000));
    rig.network.setStalls(Rig.FAR, Duration.ofMillis(1), Duration.ofNanos(600_000));
    Connection dialed = rig.dial();
    Rig.Sink sink = rig.new Sink(rig.near, dialed);
    dialed.write(new byte[3], 0, 3);
    rig.near.update(dialed, rig.now());
    Connection served = rig.accepted();
    for (int word = 0; word < WORDS; word++) {
      served.write(new byte[]{(byte) (31 * word)}, 0, 1);
      rig.far.update(served, rig.now());
      rig.network.runFor(Duration.ofMillis(2 + word));
    }
    rig.new Source(rig.far, served, 4L << 30).sent = WORDS;
    rig.network.runFor(LENGTH);
    double megabits = sink.received * 8e3 / (rig.now() - sink.firstByteAt);
    return new Start(megabits, rig.network.link(Rig.FAR, Rig.NEAR).stats().overflowed());
  }
}
