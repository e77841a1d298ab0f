package dev.gap.mtcp.engine;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The last segment is lost where none was lost for a minute, so no copy guards it: the timeout finds it, the same each time. */
class LostTailScenarioTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int BULK = 4_000_000;
  private static final int TAIL = 200;
  private static final double ONE_WAY_MILLIS = 50;
  /** What is late on the path makes the timeout longer. */
  private static final double LATE_MILLIS = 10;

  private final byte[] buffer = new byte[8192];
  private long written;
  private long received;

  @ParameterizedTest(name = "profile {0}, the first {1} transmissions are lost")
  @CsvSource({"1, 1", "2, 1", "1, 4", "2, 4"})
  void anUnguardedTailWaitsForTheTimeoutWhichDoesNotBackOff(int profile, int lost) {
    Rig rig = Rig.ofProfile(profile, Rig.link(50, 100, 0.05), 1);
    Connection near = rig.dial();
    Connection far = rig.accepted();
    rig.application(() -> pump(rig, near, far));
    assertThat(rig.run(() -> received == BULK && far.isOutputAcknowledged(), LIMIT)).isTrue();
    rig.network.setSpec(Rig.FAR, Rig.NEAR, Rig.link(50, 100, 0));
    rig.network.setSpec(Rig.NEAR, Rig.FAR, Rig.link(50, 100, 0));
    rig.network.runFor(Duration.ofSeconds(62));

    double timeout = far.path().rtoNanos() / 1e6;
    // so short, the first time, that a copy would get through; the timeouts come at 1, 2, 3, ... and not at 1, 3, 7
    double dark = lost == 1 ? 1 : (lost - 0.5) * timeout;
    assertThat(millisThatATailTakes(rig, far, dark)).as("%d timeouts of %.1f ms and the way", lost, timeout)
        .isBetween(lost * timeout + ONE_WAY_MILLIS - 1, lost * (timeout + LATE_MILLIS) + ONE_WAY_MILLIS);
  }

  /** {@return how long a small message takes of which nothing gets through for {@code darkMillis}} */
  private double millisThatATailTakes(Rig rig, Connection far, double darkMillis) {
    long sentAt = rig.now();
    rig.network.link(Rig.FAR, Rig.NEAR).setBlackout(true);
    rig.network.after(Duration.ofNanos((long) (darkMillis * 1e6)),
        () -> rig.network.link(Rig.FAR, Rig.NEAR).setBlackout(false));
    far.write(buffer, 0, TAIL);
    rig.far.update(far, rig.now());
    assertThat(rig.run(() -> received == BULK + TAIL, LIMIT)).isTrue();
    return (rig.now() - sentAt) / 1e6;
  }

  private void pump(Rig rig, Connection near, Connection far) {
    long before = written;
    while (written < BULK && far.writableBytes() >= buffer.length)
      written += far.write(buffer, 0, (int) Math.min(buffer.length, BULK - written));
    if (written > before) rig.far.update(far, rig.now());
    for (int n = near.read(buffer, 0, buffer.length); n > 0; n = near.read(buffer, 0, buffer.length))
      received += n;
    rig.near.update(near, rig.now());
  }
}
