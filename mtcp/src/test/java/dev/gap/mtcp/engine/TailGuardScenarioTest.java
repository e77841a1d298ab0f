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
  private static final int BYTES = 200;

  @ParameterizedTest(name = "loss {0}: p50 {1} ms, p99 {2} ms")
  @CsvSource({"0, 101, 101", "0.05, 101, 125", "0.1, 101, 155", "0.2, 103, 240"})
  void echoesComeSoonThoughThePathLoses(double loss, double p50, double p99) {
    double[] millis = LongStream.rangeClosed(1, 5).boxed().flatMapToDouble(seed -> echoTimes(loss, seed)).sorted()
        .toArray();
    assertThat(millis[millis.length / 2]).as("p50").isLessThanOrEqualTo(p50);
    assertThat(millis[millis.length * 99 / 100]).as("p99").isLessThanOrEqualTo(p99);
  }

  /** {@return round trips of messages sent 30 ms apart, in milliseconds} */
  private static DoubleStream echoTimes(double loss, long seed) {
    Rig rig = new Rig(Rig.link(50, 100, loss), seed);
    Connection near = rig.dial();
    Connection far = rig.accepted();
    byte[] buffer = new byte[64 << 10];
    rig.application(() -> {
      int n = far.read(buffer, 0, buffer.length);
      if (n <= 0) return;
      far.write(buffer, 0, n);
      rig.far.update(far, rig.now());
    });
    double[] millis = new double[MESSAGES];
    long[] sentAt = new long[MESSAGES];
    long[] received = new long[1];
    rig.application(() -> {
      int n = near.read(buffer, 0, buffer.length);
      for (; n > 0; n--) {
        if (++received[0] % BYTES != 0) continue;
        int message = (int) (received[0] / BYTES) - 1;
        millis[message] = (rig.now() - sentAt[message]) / 1e6;
      }
    });
    for (int i = 0; i < MESSAGES; i++) {
      int message = i;
      rig.network.after(Duration.ofMillis(30L * (i + 1)), () -> {
        sentAt[message] = rig.now();
        near.write(new byte[BYTES], 0, BYTES);
        rig.near.update(near, rig.now());
      });
    }
    assertThat(rig.run(() -> received[0] == (long) MESSAGES * BYTES, Duration.ofMinutes(1))).isTrue();
    return Arrays.stream(millis);
  }
}
