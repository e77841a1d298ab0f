package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.lab.LinkSpec;

import static org.assertj.core.api.Assertions.assertThat;

/** Small messages on a path that loses: copies keep them from waiting for the retransmission timeout. */
class TailGuardScenarioTest {
  private static final int MESSAGES = 400;
  private static final int FEW_SEEDS = 6;
  private static final int SMALL = 200;
  /** One message in a hundred is no more than four of one run: among twenty, one unlucky run does not decide. */
  private static final int SEEDS = 20;

  @ParameterizedTest(name = "profile {0}, loss {1}: p50 {2} ms, p99 {3} ms")
  @CsvSource({"1, 0, 101, 101", "2, 0, 101, 101", "1, 0.05, 101, 110", "2, 0.05, 101, 110", "1, 0.1, 101, 130",
      "2, 0.1, 101, 130", "1, 0.2, 103, 205", "2, 0.2, 103, 205", "1, 0.3, 103, 225", "2, 0.3, 103, 225"})
  void echoesComeSoonThoughThePathLoses(int profile, double loss, double p50, double p99) {
    assertEchoes(profile, Rig.link(50, 100, loss), p50, p99);
  }

  /** A burst may take a message and its first copies alike; what is lost so often has more. */
  @ParameterizedTest(name = "profile {0}")
  @ValueSource(ints = {1, 2})
  void echoesComeThoughThePathLosesInBursts(int profile) {
    double[] millis = echoTimes(profile, Rig.link(50, 100, 0.1).withBurst(4), SMALL, 30, SEEDS);
    assertThat(EchoProbe.percentile(millis, 0, 0.9)).as("p90").isLessThanOrEqualTo(130);
    assertThat(EchoProbe.percentile(millis, 0, 0.99)).as("p99").isLessThanOrEqualTo(240);
  }

  /** What overtook the others, or came soon by luck, does not make all others seem to wait in a queue: without copies p90 is 200 and 190 ms. */
  @ParameterizedTest(name = "profile {0}, {1}: p90 {2} ms, p99 {3} ms")
  @CsvSource({"1, 'loss=0.1,reorder=0.02', 105, 210", "2, 'loss=0.1,reorder=0.02', 105, 210",
      "1, 'rate=10,jitter=20,loss=0.05', 130, 250", "2, 'rate=10,jitter=20,loss=0.05', 130, 250"})
  void echoesAreGuardedThoughTheDelayVaries(int profile, String link, double p90, double p99) {
    double[] millis = echoTimes(profile, StatedLink.parse(link).spec(), SMALL, 30, SEEDS);
    assertThat(EchoProbe.percentile(millis, 0, 0.9)).as("p90").isLessThanOrEqualTo(p90);
    assertThat(EchoProbe.percentile(millis, 0, 0.99)).as("p99").isLessThanOrEqualTo(p99);
  }

  /** Ten are in flight, and each the last there is to send: a game, a voice, a screen. */
  @ParameterizedTest(name = "profile {0}, {1} Mbit/s")
  @CsvSource({"1, 10", "2, 10", "1, 5", "2, 5"})
  void aSteadyFlowOfFullSegmentsThatLeavesRoomIsGuardedToo(int profile, double megabits) {
    double[] millis = echoTimes(profile, Rig.link(50, megabits, 0.05), 1400, 10, FEW_SEEDS);
    assertThat(EchoProbe.percentile(millis, 0, 0.5)).as("p50").isLessThanOrEqualTo(106);
    assertThat(EchoProbe.percentile(millis, 0, 0.8)).as("p80").isLessThanOrEqualTo(120);
  }

  /** Without any guard p50 would be 290, 230, 225 and 500 to 700 ms: every loss keeps what follows waiting. Copies of a part made the last 1200. */
  @ParameterizedTest(name = "profile {0}, {1} bytes each {2} ms, {3} Mbit/s: p50 {4} ms")
  @CsvSource({"1, 8000, 20, 10, 310", "2, 8000, 20, 10, 310", "1, 4000, 20, 5, 260", "2, 4000, 20, 5, 260",
      "1, 1400, 10, 2, 350",
      "2, 1400, 10, 2, 350", "1, 4000, 20, 2, 850", "2, 4000, 20, 2, 1100"})
  void copiesDoNotCrowdOutWhatTheyGuard(int profile, int bytes, int interval, double megabits, double p50) {
    double[] millis = echoTimes(profile, Rig.link(50, megabits, 0.05), bytes, interval, FEW_SEEDS);
    assertThat(EchoProbe.percentile(millis, 0, 0.5)).as("p50").isLessThanOrEqualTo(p50);
  }

  private static void assertEchoes(int profile, LinkSpec link, double p50, double p99) {
    double[] millis = echoTimes(profile, link, SMALL, 30, SEEDS);
    assertThat(EchoProbe.percentile(millis, 0, 0.5)).as("p50").isLessThanOrEqualTo(p50);
    assertThat(EchoProbe.percentile(millis, 0, 0.99)).as("p99").isLessThanOrEqualTo(p99);
  }

  private static double[] echoTimes(int profile, LinkSpec link, int bytes, int intervalMillis, int seeds) {
    return LongStream.rangeClosed(1, seeds).parallel().boxed()
        .flatMapToDouble(seed -> echoTimes(Rig.ofProfile(profile, link, seed), bytes, intervalMillis, seed)).toArray();
  }

  private static DoubleStream echoTimes(Rig rig, int bytes, int intervalMillis, long seed) {
    EchoProbe echo = new EchoProbe(rig, MESSAGES, bytes, Duration.ofMillis(intervalMillis));
    assertThat(rig.run(echo::isDone, Duration.ofMinutes(1))).as("seed %d", seed).isTrue();
    return Arrays.stream(echo.millis());
  }
}
