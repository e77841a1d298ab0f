package dev.gap.mtcp.engine;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class EchoProbeTest {
  /** 16 Mbit/s are asked of 2: what is to be sent soon is more than the send buffer takes. */
  @Test
  void messagesThatTheBufferDoesNotTakeAtOnceComeBackToo() {
    int messages = 60;
    int bytes = 200_000;
    Rig rig = new Rig(Rig.link(20, 2, 0), 1);
    EchoProbe echo = new EchoProbe(rig, messages, bytes, Duration.ofMillis(100));
    assertThat(rig.run(echo::isDone, Duration.ofMinutes(5))).isTrue();
    assertThat(echo.millis()[0]).as("the first, in ms").isBetween(800.0, 5000.0);
    assertThat(echo.millis()[messages - 1]).as("the last, which waited for all before it, in ms")
        .isBetween(40_000.0, 80_000.0);
  }
}
