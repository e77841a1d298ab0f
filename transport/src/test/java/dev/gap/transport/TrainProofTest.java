package dev.gap.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class TrainProofTest {
  private static final long MS = 1_000_000;
  private static final long QUEUE = 25 * MS;

  private final TrainProof proof = new TrainProof();
  private long now;

  @Test
  void aRoundTripThatGrowsRefutesTheRateAndWhatArrivesThenIsThePaths() {
    proof.begin(300 * MS);
    assertThat(refutes(100)).isFalse();
    assertThat(refutes(110)).isFalse();
    assertThat(refutes(126)).as("one may be a stall").isFalse();
    assertThat(refutes(140)).isTrue();
    assertThat(proof.leastRttNanos()).isEqualTo(100 * MS);
    assertThat(proof.rate()).isEqualTo(4e6);
    assertThat(refutes(160)).as("once").isFalse();
  }

  @Test
  void oneThatStaysBearsItOut() {
    proof.begin(300 * MS);
    for (long rtt : new long[]{100, 120, 130, 110, 130, 105})
      assertThat(refutes(rtt)).isFalse();
  }

  @Test
  void aLeapIsNoQueue() {
    proof.begin(300 * MS);
    for (long rtt : new long[]{50, 100, 100, 102, 110})
      assertThat(refutes(rtt)).isFalse();
  }

  @Test
  void whatComesLaterSaysNothing() {
    assertThat(refutes(100)).as("before").isFalse();
    proof.begin(60 * MS);
    assertThat(refutes(100)).isFalse();
    assertThat(refutes(150)).isFalse();
    assertThat(refutes(150)).isFalse();
  }

  /** A measurement of 25 ms in which 100 kB arrive. */
  private boolean refutes(long rttMillis) {
    now += 25 * MS;
    return proof.isRefuted(new PathRound(now, 25 * MS, 100_000, 100_000, 0, rttMillis * MS, 10, 0, false), QUEUE);
  }
}
