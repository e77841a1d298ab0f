package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gap.lab.LinkSpec;

import static org.assertj.core.api.Assertions.assertThat;

/** Small messages on a path that loses: copies keep them from waiting for the retransmission timeout. */
class TailGuardScenarioTest {
  private static final int MESSAGES = 400;
  /** One message in a hundred is no more than four of one run: among twenty, one unlucky run does not decide. */
  private static final int SEEDS = 20;

  @ParameterizedTest(name = "profile {0}, loss {1}: p50 {2} ms, p99 {3} ms")
  @CsvSource({"1, 0, 101, 101", "2, 0, 101, 101", "1, 0.05, 101, 125", "2, 0.05, 101, 125", "1, 0.1, 101, 150",
      "2, 0.1, 101, 150", "1, 0.2, 103, 240", "2, 0.2, 103, 240"})
  void echoesComeSoonThoughThePathLoses(int profile, double loss, double p50, double p99) {
    assertEchoes(profile, Rig.link(50, 100, loss), p50, p99);
  }

  /** A burst may take a message and its copies alike: such a one waits for the timeout, and longer if that meets a burst too. */
  @ParameterizedTest(name = "profile {0}: p50 {1} ms, p99 {2} ms")
  @CsvSource({"1, 101, 310", "2, 101, 310"})
  void echoesComeThoughThePathLosesInBursts(int profile, double p50, double p99) {
    assertEchoes(profile, Rig.link(50, 100, 0.1).withBurst(4), p50, p99);
  }

  private static void assertEchoes(int profile, LinkSpec link, double p50, double p99) {
    double[] millis = LongStream.rangeClosed(1, SEEDS).parallel().boxed()
        .flatMapToDouble(seed -> echoTimes(profile, link, seed)).toArray();
    assertThat(EchoProbe.percentile(millis, 0, 0.5)).as("p50").isLessThanOrEqualTo(p50);
    assertThat(EchoProbe.percentile(millis, 0, 0.99)).as("p99").isLessThanOrEqualTo(p99);
  }

  private static DoubleStream echoTimes(int profile, LinkSpec link, long seed) {
    Rig rig = Rig.ofProfile(profile, link, seed);
    EchoProbe echo = new EchoProbe(rig, MESSAGES);
    assertThat(rig.run(echo::isDone, Duration.ofMinutes(1))).as("seed %d", seed).isTrue();
    return Arrays.stream(echo.millis());
  }
}
