package dev.gap.mtcp.engine.secure;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.gap.transport.PacketEngine;

import static org.assertj.core.api.Assertions.assertThat;

final class PathValidationTest {
  private static final InetSocketAddress OLD = new InetSocketAddress("192.0.2.1", 1000);
  private static final InetSocketAddress NEW = new InetSocketAddress("198.51.100.1", 2000);
  private static final InetSocketAddress OTHER = new InetSocketAddress("203.0.113.1", 3000);
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int CHALLENGE = 49;

  private final PathValidation validation = new PathValidation(new SplittableRandom(4));
  private long now = -5000 * MILLI;

  private void nominate(InetSocketAddress from, int bytes) {
    validation.nominate(from, 10 * MILLI, now);
    validation.onReceived(from, bytes);
  }

  private @Nullable InetSocketAddress poll() {
    return validation.pollChallenge(CHALLENGE, now);
  }

  @Test
  void withoutACandidateThereIsNothingToDo() {
    assertThat(poll()).isNull();
    assertThat(validation.deadline()).isEqualTo(PacketEngine.NEVER);
    assertThat(validation.onResponse(validation.challenge(), OLD)).isFalse();
    assertThat(validation.maySend(OLD, 1)).isFalse();
  }

  @Test
  void aCandidateIsChallengedAtOnceAndTakenOnItsResponse() {
    nominate(NEW, 100);
    assertThat(validation.deadline()).isEqualTo(now);
    assertThat(poll()).isEqualTo(NEW);
    assertThat(validation.onResponse(validation.challenge(), NEW)).isTrue();
    assertThat(validation.deadline()).isEqualTo(PacketEngine.NEVER);
    assertThat(validation.onResponse(validation.challenge(), NEW)).as("a second time").isFalse();
  }

  @Test
  void aResponseCountsOnlyFromTheCandidateAndOnlyIfItIsRight() {
    nominate(NEW, 100);
    poll();
    byte[] challenge = validation.challenge();
    assertThat(validation.onResponse(challenge, OLD)).isFalse();
    assertThat(validation.onResponse(challenge, OTHER)).isFalse();
    assertThat(validation.onResponse(challenge, new InetSocketAddress(NEW.getAddress(), 2001))).isFalse();
    assertThat(validation.onResponse(new byte[16], NEW)).isFalse();
    assertThat(validation.onResponse(Arrays.copyOf(challenge, 8), NEW)).isFalse();
    assertThat(validation.onResponse(challenge, NEW)).isTrue();
  }

  @Test
  void atMostThreeTimesWhatCameFromTheCandidateGoesToIt() {
    nominate(NEW, 100);
    assertThat(validation.maySend(NEW, 301)).isFalse();
    assertThat(validation.maySend(NEW, 200)).isTrue();
    assertThat(validation.maySend(NEW, 100)).isTrue();
    assertThat(validation.maySend(NEW, 1)).isFalse();
    validation.onReceived(NEW, 1);
    assertThat(validation.maySend(NEW, 3)).isTrue();
    assertThat(validation.maySend(NEW, 1)).isFalse();
  }

  @Test
  void whatComesFromElsewhereGivesTheCandidateNothing() {
    nominate(NEW, 10);
    validation.onReceived(OTHER, 10_000);
    validation.onReceived(OLD, 10_000);
    assertThat(validation.maySend(NEW, 31)).isFalse();
    assertThat(validation.maySend(OTHER, 1)).isFalse();
  }

  @Test
  void challengesCountTowardsTheThreeTimes() {
    nominate(NEW, 33);
    int bytes = 0;
    for (int i = 0; i < 9; i++, now += 100 * MILLI) {
      if (poll() != null) bytes += CHALLENGE;
    }
    assertThat(bytes).isEqualTo(2 * CHALLENGE);
  }

  @Test
  void aCandidateIsChallengedAtMostTenTimesASecond() {
    nominate(NEW, 100_000);
    int challenges = 0;
    for (int i = 0; i < 1000; i++, now += MILLI) {
      if (poll() != null) challenges++;
    }
    assertThat(challenges).isEqualTo(10);
  }

  @Test
  void changingBackAndForthDoesNotGetMoreChallenges() {
    int challenges = 0;
    for (int i = 0; i < 1000; i++, now += MILLI) {
      nominate(i % 2 == 0 ? NEW : OTHER, 1000);
      if (poll() != null) challenges++;
      validation.cancel();
    }
    assertThat(challenges).isLessThanOrEqualTo(10);
  }

  @Test
  void thereIsOneCandidateAtATime() {
    nominate(NEW, 100);
    byte[] challenge = validation.challenge();
    nominate(OTHER, 100);
    assertThat(poll()).isEqualTo(NEW);
    assertThat(validation.challenge()).isEqualTo(challenge);
    assertThat(validation.onResponse(challenge, OTHER)).isFalse();
  }

  @Test
  void aCancelledCandidateIsNotTakenAnyMore() {
    nominate(NEW, 100);
    poll();
    byte[] challenge = validation.challenge();
    validation.cancel();
    now += 200 * MILLI;
    assertThat(poll()).isNull();
    assertThat(validation.onResponse(challenge, NEW)).isFalse();
  }

  @Test
  void eachCandidateHasItsOwnChallenge() {
    nominate(NEW, 100);
    byte[] first = validation.challenge();
    validation.cancel();
    nominate(NEW, 100);
    assertThat(validation.challenge()).isNotEqualTo(first);
    assertThat(validation.onResponse(first, NEW)).isFalse();
  }

  @Test
  void aCandidateThatDoesNotAnswerIsGivenUpAfterASecond() {
    nominate(NEW, 100_000);
    poll();
    byte[] challenge = validation.challenge();
    now += 999 * MILLI;
    assertThat(poll()).isEqualTo(NEW);
    now += 100 * MILLI;
    assertThat(poll()).isNull();
    assertThat(validation.deadline()).isEqualTo(PacketEngine.NEVER);
    assertThat(validation.onResponse(challenge, NEW)).isFalse();
    nominate(OTHER, 100);
    assertThat(poll()).isEqualTo(OTHER);
  }

  @Test
  void onALongPathPatienceIsThreeTimeouts() {
    validation.nominate(NEW, 1000 * MILLI, now);
    validation.onReceived(NEW, 100_000);
    now += 2999 * MILLI;
    assertThat(poll()).isEqualTo(NEW);
    now += 101 * MILLI;
    assertThat(poll()).isNull();
  }

  @Test
  void theChallengeHandedOutIsACopy() {
    nominate(NEW, 100);
    byte[] copy = validation.challenge();
    byte[] before = copy.clone();
    Arrays.fill(copy, (byte) 0);
    assertThat(validation.onResponse(before, NEW)).isTrue();
  }
}
