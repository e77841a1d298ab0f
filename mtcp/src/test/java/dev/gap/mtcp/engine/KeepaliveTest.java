package dev.gap.mtcp.engine;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class KeepaliveTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1000 * MS;
  private static final long RTO = 200 * MS;
  private static final long START = 1000 * SECOND;
  private static final long TIMEOUT = 300 * SECOND;

  private final Keepalive keepalive = new Keepalive(ConnectionConfig.DEFAULT, START);

  @Test
  void aQuietConnectionIsProbedAfterTheIdleTime() {
    assertThat(keepalive.deadline(RTO, false)).isEqualTo(START + 20 * SECOND);
    assertThat(keepalive.verdict(false, START + 20 * SECOND)).isNull();
    keepalive.onHeard(true, START + 5 * SECOND);
    assertThat(keepalive.deadline(RTO, false)).isEqualTo(START + 25 * SECOND);
  }

  @Test
  void unansweredProbesFollowAtTheIntervalAndTheirCountEndsIt() {
    long now = START + 20 * SECOND;
    for (int i = 0; i < 6; i++) {
      assertThat(keepalive.deadline(RTO, false)).as("probe %d", i).isEqualTo(now);
      assertThat(keepalive.verdict(false, now)).as("probe %d", i).isNull();
      keepalive.onProbe(now);
      now += 5 * SECOND;
    }
    assertThat(keepalive.deadline(RTO, false)).isEqualTo(now);
    assertThat(keepalive.verdict(false, now)).isEqualTo(CloseReason.PEER_DEAD);
  }

  @Test
  void anAnswerStartsOver() {
    for (int i = 0; i < 5; i++)
      keepalive.onProbe(START + (20 + 5 * i) * SECOND);
    keepalive.onHeard(false, START + 41 * SECOND);
    assertThat(keepalive.deadline(RTO, false)).isEqualTo(START + 61 * SECOND);
    assertThat(keepalive.verdict(false, START + 61 * SECOND)).isNull();
  }

  @Test
  void silenceAmidATransferIsProbedEveryTwoTimeouts() {
    long last = transfer(16);
    assertThat(keepalive.deadline(RTO, false)).isEqualTo(last + 2 * RTO);
    keepalive.onProbe(last + 2 * RTO);
    assertThat(keepalive.deadline(RTO, false)).isEqualTo(last + 4 * RTO);
  }

  @Test
  void aShortTimeoutIsNoReasonToProbeTooOften() {
    long last = transfer(16);
    assertThat(keepalive.deadline(100 * MS, false)).isEqualTo(last + 250 * MS);
  }

  @Test
  void silenceAmidATransferIsGivenUpAtTheTimeoutAlone() {
    long last = transfer(100);
    int probes = 0;
    long now = keepalive.deadline(RTO, false);
    while (keepalive.verdict(false, now) == null) {
      keepalive.onProbe(now);
      probes++;
      long next = keepalive.deadline(RTO, false);
      assertThat(next).isGreaterThan(now);
      now = next;
    }
    assertThat(now).isEqualTo(last + TIMEOUT);
    assertThat(keepalive.verdict(false, now)).isEqualTo(CloseReason.TIMED_OUT);
    assertThat(probes).isGreaterThan(700);
  }

  @Test
  void fifteenSegmentsAreNoTransfer() {
    long last = transfer(15);
    assertThat(keepalive.deadline(RTO, false)).isEqualTo(last + 20 * SECOND);
  }

  @Test
  void segmentsWithoutDataAreNoTransfer() {
    for (int i = 0; i < 1000; i++)
      keepalive.onHeard(false, START + i * MS);
    assertThat(keepalive.deadline(RTO, false)).isEqualTo(START + 999 * MS + 20 * SECOND);
  }

  @Test
  void aTransferIsForgottenWhenThePeerIsHeardWithoutDataForASecond() {
    long last = transfer(100);
    keepalive.onHeard(false, last + 600 * MS);
    assertThat(keepalive.deadline(RTO, false)).isEqualTo(last + 600 * MS + 2 * RTO);
    keepalive.onHeard(false, last + 1200 * MS);
    assertThat(keepalive.deadline(RTO, false)).isEqualTo(last + 1200 * MS + 20 * SECOND);
  }

  @Test
  void aTransferIsForgottenAtOnceAfterALongSilence() {
    long last = transfer(100);
    keepalive.onHeard(false, last + 10 * SECOND);
    assertThat(keepalive.deadline(RTO, false)).isEqualTo(last + 30 * SECOND);
  }

  @Test
  void whatIsOutstandingIsProbeEnoughUntilTheTimeout() {
    assertThat(keepalive.deadline(RTO, true)).isEqualTo(START + TIMEOUT);
    assertThat(keepalive.verdict(true, START + TIMEOUT - 1)).isNull();
    assertThat(keepalive.verdict(true, START + TIMEOUT)).isEqualTo(CloseReason.TIMED_OUT);
  }

  @Test
  void settingsAreFollowed() {
    ConnectionConfig config = ConnectionConfig.DEFAULT.withKeepalive(Duration.ofHours(2), Duration.ofSeconds(75), 1)
        .withTimeout(Duration.ofSeconds(30));
    Keepalive seeds = new Keepalive(config, START);
    assertThat(seeds.deadline(RTO, false)).isEqualTo(START + 7200 * SECOND);
    seeds.onProbe(START + 7200 * SECOND);
    assertThat(seeds.deadline(RTO, false)).isEqualTo(START + 7275 * SECOND);
    assertThat(seeds.verdict(false, START + 7275 * SECOND)).isEqualTo(CloseReason.PEER_DEAD);
    assertThat(seeds.deadline(RTO, true)).isEqualTo(START + 30 * SECOND);
  }

  /** Segments of data, a millisecond apart. {@return when the last came} */
  private long transfer(int segments) {
    for (int i = 1; i <= segments; i++)
      keepalive.onHeard(true, START + i * MS);
    return START + segments * MS;
  }
}
