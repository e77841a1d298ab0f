package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;

import org.junit.jupiter.api.Test;

import dev.gap.transport.PacketEngine;

import static org.assertj.core.api.Assertions.assertThat;

final class MigrationTest {
  private static final long MS = 1_000_000;
  private static final int BARE = 32;
  private static final InetSocketAddress NEW = new InetSocketAddress("203.0.113.1", 1111);
  private static final InetSocketAddress THIRD = new InetSocketAddress("203.0.113.2", 2222);

  private final Migration migration = new Migration();

  @Test
  void aTimestampAdvancesOnlyPastAllBefore() {
    assertThat(migration.advances(100)).isTrue();
    assertThat(migration.advances(100)).isFalse();
    assertThat(migration.advances(99)).isFalse();
    assertThat(migration.advances(101)).isTrue();
    assertThat(migration.advances(Integer.MAX_VALUE)).isTrue();
    assertThat(migration.advances(Integer.MIN_VALUE)).as("timestamps wrap").isTrue();
    assertThat(migration.advances(Integer.MAX_VALUE)).isFalse();
  }

  @Test
  void anOldSegmentNominatesNothing() {
    assertThat(migration.onOther(NEW, false, 0, 1000, 0)).isFalse();
    assertThat(migration.deadline()).isEqualTo(PacketEngine.NEVER);
    assertThat(migration.pollChallenge(BARE, 500, 0)).isNull();
  }

  @Test
  void theNewestNominatesAndIsChallengedAtOnceButNotFollowed() {
    assertThat(migration.onOther(NEW, true, 0, 1000, 7 * MS)).isFalse();
    assertThat(migration.deadline()).isEqualTo(7 * MS);
    assertThat(migration.pollChallenge(BARE, 500, 7 * MS)).isEqualTo(NEW);
  }

  @Test
  void movesWhenTheChallengeIsEchoed() {
    nominate(NEW, 1000);
    migration.pollChallenge(BARE, 500, 0);
    assertThat(migration.onOther(NEW, true, 499, BARE, 50 * MS)).isFalse();
    assertThat(migration.onOther(NEW, true, 500, BARE, 60 * MS)).isTrue();
    assertThat(migration.deadline()).as("it is over").isEqualTo(PacketEngine.NEVER);
  }

  @Test
  void anEchoFromAThirdAddressProvesNothing() {
    nominate(NEW, 1000);
    migration.pollChallenge(BARE, 500, 0);
    assertThat(migration.onOther(THIRD, false, 500, BARE, 50 * MS)).isFalse();
    assertThat(migration.onOther(THIRD, true, 500, BARE, 51 * MS)).as("it is challenged itself first").isFalse();
    assertThat(migration.pollChallenge(BARE, 551, 51 * MS)).isEqualTo(THIRD);
    assertThat(migration.onOther(NEW, false, 551, BARE, 90 * MS)).as("no longer nominated").isFalse();
    assertThat(migration.onOther(THIRD, false, 551, BARE, 91 * MS)).isTrue();
  }

  @Test
  void anEchoBeforeAnyChallengeProvesNothing() {
    nominate(NEW, 1000);
    assertThat(migration.onOther(NEW, true, 500, 1000, 10 * MS)).isFalse();
  }

  @Test
  void aNewerSegmentFromTheOldAddressCancels() {
    nominate(NEW, 1000);
    migration.pollChallenge(BARE, 500, 0);
    migration.onCurrent(false);
    assertThat(migration.deadline()).as("an old one does not").isNotEqualTo(PacketEngine.NEVER);
    migration.onCurrent(true);
    assertThat(migration.deadline()).isEqualTo(PacketEngine.NEVER);
    assertThat(migration.onOther(NEW, false, 500, BARE, 50 * MS)).isFalse();
    assertThat(migration.pollChallenge(BARE, 600, 500 * MS)).isNull();
  }

  @Test
  void challengesAgainEveryHundredMilliseconds() {
    nominate(NEW, 10_000);
    assertThat(migration.pollChallenge(BARE, 0, 0)).isEqualTo(NEW);
    assertThat(migration.pollChallenge(BARE, 0, 0)).isNull();
    assertThat(migration.deadline()).isEqualTo(100 * MS);
    assertThat(migration.pollChallenge(BARE, 99, 100 * MS - 1)).isNull();
    assertThat(migration.pollChallenge(BARE, 100, 100 * MS)).isEqualTo(NEW);
    // the first challenge's echo still proves it
    assertThat(migration.onOther(NEW, false, 0, BARE, 150 * MS)).isTrue();
  }

  @Test
  void sendsAtMostThreeTimesWhatCame() {
    nominate(NEW, BARE);
    int sent = 0;
    int received = BARE;
    for (int i = 0; i < 25; i++) {
      if (migration.pollChallenge(BARE, i * 100, i * 100L * MS) != null)
        sent += BARE;
      assertThat(sent).as("step %d", i).isLessThanOrEqualTo(3 * received);
    }
    assertThat(sent).isEqualTo(3 * BARE);
    migration.onOther(NEW, false, -1, BARE, 2500 * MS);
    assertThat(migration.pollChallenge(BARE, 2500, 2500 * MS)).as("more came, more may go").isEqualTo(NEW);
  }

  @Test
  void aNominationExpiresAfterThreeSeconds() {
    nominate(NEW, 100_000);
    long lastChallenge = 0;
    for (long now = migration.deadline(); now != PacketEngine.NEVER; now = migration.deadline()) {
      if (migration.pollChallenge(BARE, (int) (now / MS), now) != null)
        lastChallenge = now;
      assertThat(now).isLessThanOrEqualTo(3000 * MS);
    }
    assertThat(lastChallenge).isEqualTo(2900 * MS);
    assertThat(migration.onOther(NEW, false, 2900, BARE, 3100 * MS)).isFalse();
  }

  @Test
  void whileTheTimestampStandsStillItDoesNotTellWhenItWasSent() {
    assertThat(migration.isDated(500)).isTrue();
    assertThat(migration.limitTsVal(500)).isEqualTo(500);
    nominate(NEW, 1000);
    migration.pollChallenge(BARE, 601, 0);
    assertThat(migration.limitTsVal(800)).isEqualTo(600);
    migration.pollChallenge(BARE, 901, 300 * MS);
    migration.onCurrent(true);
    assertThat(migration.limitTsVal(1000)).as("it goes on").isEqualTo(1000);
    assertThat(migration.isDated(599)).isTrue();
    assertThat(migration.isDated(600)).isFalse();
    assertThat(migration.isDated(601)).as("the challenge").isFalse();
    assertThat(migration.isDated(901)).as("the last challenge").isFalse();
    assertThat(migration.isDated(902)).isTrue();
  }

  @Test
  void ofAddressesThatAlternateNoChallengeIsForgottenWithinAMinute() {
    challengeAndCancel(1000);
    challengeAndCancel(31_000);
    assertThat(migration.isDated(999)).as("half a minute later the first is not forgotten").isFalse();
    assertThat(migration.isDated(31_000)).isFalse();
    challengeAndCancel(200_000);
    assertThat(migration.isDated(31_000)).as("minutes later it is").isTrue();
    assertThat(migration.isDated(200_000)).isFalse();
    assertThat(migration.isDated(200_001)).isTrue();
  }

  private void challengeAndCancel(int tsVal) {
    nominate(NEW, 1000);
    migration.pollChallenge(BARE, tsVal, 0);
    migration.onCurrent(true);
  }

  private void nominate(InetSocketAddress address, int length) {
    assertThat(migration.onOther(address, true, 0, length, 0)).isFalse();
  }
}
