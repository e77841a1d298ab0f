package dev.gap.transport;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class RandomLossTest {
  private static final long SEED = 20_260_728;
  private static final int DATAGRAM = 1400;

  private final RandomLoss loss = new RandomLoss(DATAGRAM);
  private final Random random = new Random(SEED);
  private long now;

  @Test
  void noLossIsKnownAtFirst() {
    assertThat(loss.share()).isZero();
    assertThat(loss.isExceeded()).isFalse();
  }

  @Test
  void whatIsLostWhileTheBottleneckMayBeFullIsNotTakenForRandom() {
    lose(0.3, 2000);
    assertThat(loss.share()).isZero();
    assertThat(loss.isExceeded()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01, 0.05, 0.2, 0.5})
  void whatIsLostWhileTheBottleneckIsNotFullIsRandom(double share) {
    loss.beginUnloaded(now);
    lose(share, 3000);
    assertThat(loss.share()).as("seed %d", SEED).isBetween(share * 0.85 - 0.005, share * 1.15 + 0.005);
    assertThat(loss.isExceeded()).as("seed %d", SEED).isFalse();
  }

  @Test
  void whatIsForgottenIsLearntAnew() {
    loss.beginUnloaded(now);
    lose(0.4, 3000);
    loss.forget();
    assertThat(loss.share()).isZero();
    lose(0.4, 100);
    assertThat(loss.share()).as("as soon as at first, seed %d", SEED).isBetween(0.25, 0.5);
  }

  @Test
  void anOutageIsNoRandomLoss() {
    loss.beginUnloaded(now);
    lose(0.05, 1000);
    for (int i = 0; i < 1000; i++)
      loss.onResolved(DATAGRAM, true, now++);
    lose(0.05, 100);

    assertThat(loss.share()).as("seed %d", SEED).isBetween(0.03, 0.09);
    assertThat(loss.isExceeded()).as("seed %d", SEED).isFalse();
  }

  @Test
  void whatAnAcknowledgmentTellsAllAtOnceIsNoOutage() {
    loss.beginUnloaded(now);
    for (int i = 0; i < 10; i++) {
      for (int sent = 1; sent < 200; sent += 2)
        loss.onResolved(DATAGRAM, false, now + sent);
      for (int sent = 0; sent < 200; sent += 2)
        loss.onResolved(DATAGRAM, true, now + sent);
      now += 200;
    }

    assertThat(loss.share()).isBetween(0.45, 0.55);
  }

  @Test
  void whatWasTakenForLostAndWasNotIsTakenBack() {
    loss.beginUnloaded(now);
    for (int i = 0; i < 1000; i++) {
      loss.onResolved(DATAGRAM, true, now);
      loss.onSpurious(DATAGRAM, now);
      loss.onResolved(DATAGRAM, false, now++);
    }
    assertThat(loss.share()).isLessThan(0.005);
    assertThat(loss.recent()).isLessThan(0.005);

    loss.endUnloaded(now);
    lose(0.5, 1000);
    assertThat(loss.share()).as("what a full queue drops does not bring it back").isLessThan(0.005);
  }

  @Test
  void whatIsTakenBackWhereNothingWasLostTakesNothing() {
    loss.beginUnloaded(now);
    for (int i = 0; i < 100; i++)
      loss.onSpurious(DATAGRAM, now);
    assertThat(loss.share()).isZero();
    lose(0.2, 3000);
    assertThat(loss.share()).as("seed %d", SEED).isBetween(0.165, 0.235);
  }

  @Test
  void theTimeOfSendingDecidesAndNotThatOfTheFate() {
    loss.beginUnloaded(1000);
    loss.endUnloaded(2000);
    for (int i = 0; i < 500; i++)
      loss.onResolved(DATAGRAM, true, 999);
    for (int i = 0; i < 500; i++)
      loss.onResolved(DATAGRAM, true, 2000);
    assertThat(loss.share()).isZero();
    for (int i = 0; i < 500; i++)
      loss.onResolved(DATAGRAM, i % 2 == 0, 1000 + i);
    assertThat(loss.share()).isBetween(0.4, 0.55);
  }

  @Test
  void theNextUnloadedTimeReplacesTheLast() {
    loss.beginUnloaded(1000);
    loss.endUnloaded(2000);
    loss.beginUnloaded(5000);
    for (int i = 0; i < 500; i++)
      loss.onResolved(DATAGRAM, true, 1500);
    assertThat(loss.share()).isZero();
    for (int i = 0; i < 500; i++)
      loss.onResolved(DATAGRAM, i % 5 != 0, 5000 + i);
    assertThat(loss.share()).isGreaterThan(0.5);
  }

  @Test
  void theShareFallsAtOnceWithTheLossOfLate() {
    loss.beginUnloaded(now);
    lose(0.3, 2000);
    loss.endUnloaded(now);
    lose(0, 2500);
    assertThat(loss.share()).as("seed %d", SEED).isLessThan(0.02);
  }

  @Test
  void muchMoreLossThanTheShareExceedsIt() {
    loss.beginUnloaded(now);
    lose(0.1, 2000);
    loss.endUnloaded(now);
    lose(0.1, 300);
    assertThat(loss.isExceeded()).as("seed %d", SEED).isFalse();
    lose(0.4, 400);
    assertThat(loss.isExceeded()).as("seed %d", SEED).isTrue();
    assertThat(loss.share()).as("seed %d", SEED).isBetween(0.05, 0.15);
  }

  @Test
  void aFewLossesAtTheBeginningSayLittle() {
    loss.beginUnloaded(now);
    loss.onResolved(DATAGRAM, true, now++);
    loss.onResolved(DATAGRAM, true, now++);
    assertThat(loss.share()).isBetween(0.05, 0.33);
  }

  /** A slow path has no more in a round trip. */
  @Test
  void twoDozenSayMostOfIt() {
    loss.beginUnloaded(now);
    for (int i = 0; i < 24; i++)
      loss.onResolved(DATAGRAM, i % 3 == 0, now++);
    assertThat(loss.share()).isBetween(0.25, 0.34);
  }

  @Test
  void theShareIsNeverMoreThanSevenTenths() {
    loss.beginUnloaded(now);
    lose(1, 5000);
    assertThat(loss.share()).isEqualTo(0.7);
  }

  @Test
  void smallDatagramsCountForLittle() {
    loss.beginUnloaded(now);
    lose(0, 1000);
    for (int i = 0; i < 100; i++)
      loss.onResolved(14, true, now++);
    assertThat(loss.share()).isBetween(0.0, 0.005);
  }

  @Test
  void timeMayBeginAnywhere() {
    now = Long.MAX_VALUE - 1000;
    loss.beginUnloaded(now);
    lose(0.2, 3000);
    assertThat(loss.share()).as("seed %d", SEED).isBetween(0.15, 0.25);
  }

  private void lose(double share, int datagrams) {
    for (int i = 0; i < datagrams; i++)
      loss.onResolved(DATAGRAM, random.nextDouble() < share, now++);
  }
}
