package dev.gap.tcp.engine.connection;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.Changed;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.connection.Keepalive.Due;

import static org.assertj.core.api.Assertions.assertThat;

/** When a quiet peer is asked, and when it is given up: RFC 9293 section 3.8.4. */
class KeepaliveTest {
  private static final long SECOND = 1_000_000_000;
  private static final long NEVER = Long.MAX_VALUE;
  private static final TcpConfig.Timing TIMING = Changed.of(TcpConfig.DEFAULT.timing(), "keepalive", false,
      "keepaliveIdle", Duration.ofSeconds(100), "keepaliveInterval", Duration.ofSeconds(10), "keepaliveProbes", 3);

  private final Keepalive keepalive = new Keepalive(TIMING);

  @Test
  void itIsOffUnlessAskedFor() {
    keepalive.start(0);
    assertThat(keepalive.isOn()).isFalse();
    assertThat(keepalive.deadline()).isEqualTo(NEVER);
    assertThat(keepalive.onTimeout(0, false, 0, 1000 * SECOND)).isEqualTo(Due.NOTHING);
    Keepalive always = new Keepalive(Changed.of(TIMING, "keepalive", true));
    always.start(0);
    assertThat(always.deadline()).isEqualTo(100 * SECOND);
  }

  @Test
  void aPeerThatSaysNothingIsAskedThreeTimesAndGivenUp() {
    keepalive.set(true, 0);
    long now = 100 * SECOND;
    for (int i = 1; i <= 3; i++) {
      assertThat(keepalive.deadline()).isEqualTo(now);
      assertThat(keepalive.onTimeout(0, false, 0, now - 1)).isEqualTo(Due.NOTHING);
      assertThat(keepalive.onTimeout(0, false, 0, now)).isEqualTo(Due.PROBE);
      assertThat(keepalive.sent()).isEqualTo(i);
      now += 10 * SECOND;
    }
    assertThat(keepalive.onTimeout(0, false, 0, now)).isEqualTo(Due.GIVE_UP);
    assertThat(keepalive.deadline()).isEqualTo(NEVER);
  }

  @Test
  void anAnswerBeginsTheCountAnew() {
    keepalive.set(true, 0);
    assertThat(keepalive.onTimeout(0, false, 0, 100 * SECOND)).isEqualTo(Due.PROBE);
    keepalive.onHeard();
    assertThat(keepalive.sent()).isZero();
    assertThat(keepalive.onTimeout(101 * SECOND, false, 0, 110 * SECOND)).isEqualTo(Due.NOTHING);
    assertThat(keepalive.deadline()).isEqualTo(201 * SECOND);
    assertThat(keepalive.onTimeout(101 * SECOND, false, 0, 201 * SECOND)).isEqualTo(Due.PROBE);
  }

  @Test
  void aPeerThatTalksIsNotAsked() {
    keepalive.set(true, 0);
    assertThat(keepalive.onTimeout(60 * SECOND, false, 0, 100 * SECOND)).isEqualTo(Due.NOTHING);
    assertThat(keepalive.deadline()).isEqualTo(160 * SECOND);
  }

  @Test
  void whileDataIsUnderWayRetransmissionsAskInstead() {
    keepalive.set(true, 0);
    assertThat(keepalive.onTimeout(0, true, 0, 100 * SECOND)).isEqualTo(Due.NOTHING);
    assertThat(keepalive.deadline()).isEqualTo(200 * SECOND);
  }

  @Test
  void aUserTimeoutCountsInsteadOfProbes() {
    keepalive.set(true, 0);
    assertThat(keepalive.onTimeout(0, false, 115 * SECOND, 100 * SECOND)).isEqualTo(Due.PROBE);
    assertThat(keepalive.onTimeout(0, false, 115 * SECOND, 110 * SECOND)).isEqualTo(Due.PROBE);
    assertThat(keepalive.onTimeout(0, false, 115 * SECOND, 120 * SECOND)).isEqualTo(Due.GIVE_UP);
  }

  @Test
  void timesMayBeChangedInMidLife() {
    keepalive.set(true, 0);
    keepalive.setIdle(20 * SECOND, 5 * SECOND, 10 * SECOND);
    assertThat(keepalive.deadline()).isEqualTo(25 * SECOND);
    keepalive.setIdle(SECOND, 5 * SECOND, 10 * SECOND);
    assertThat(keepalive.deadline()).isEqualTo(10 * SECOND);
    keepalive.setInterval(2 * SECOND);
    keepalive.setMost(1);
    assertThat(keepalive.onTimeout(5 * SECOND, false, 0, 10 * SECOND)).isEqualTo(Due.PROBE);
    assertThat(keepalive.deadline()).isEqualTo(12 * SECOND);
    assertThat(keepalive.onTimeout(5 * SECOND, false, 0, 12 * SECOND)).isEqualTo(Due.GIVE_UP);
  }

  @Test
  void stoppedItAsksNobody() {
    keepalive.set(true, 0);
    keepalive.stop();
    assertThat(keepalive.deadline()).isEqualTo(NEVER);
    assertThat(keepalive.onTimeout(0, false, 0, 1000 * SECOND)).isEqualTo(Due.NOTHING);
  }
}
