package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Small messages on a path that loses: copies keep them from waiting for the retransmission timeout. */
class TailGuardScenarioTest {
  private static final int MESSAGES = 400;

  @ParameterizedTest(name = "loss {0}: p50 {1} ms, p99 {2} ms")
  @CsvSource({"0, 101, 101", "0.05, 101, 125", "0.1, 101, 155", "0.2, 103, 240"})
  void echoesComeSoonThoughThePathLoses(double loss, double p50, double p99) {
    double[] millis = LongStream.rangeClosed(1, 5).boxed().flatMapToDouble(seed -> echoTimes(loss, seed)).toArray();
    assertThat(EchoProbe.percentile(millis, 0, 0.5)).as("p50").isLessThanOrEqualTo(p50);
    assertThat(EchoProbe.percentile(millis, 0, 0.99)).as("p99").isLessThanOrEqualTo(p99);
  }

  private static DoubleStream echoTimes(double loss, long seed) {
    Rig rig = new Rig(Rig.link(50, 100, loss), seed);
    EchoProbe echo = new EchoProbe(rig, MESSAGES);
    assertThat(rig.run(echo::isDone, Duration.ofMinutes(1))).isTrue();
    return Arrays.stream(echo.millis());
  }
}
