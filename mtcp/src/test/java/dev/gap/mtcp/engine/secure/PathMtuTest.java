package dev.gap.mtcp.engine.secure;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.transport.PacketEngine;

import static org.assertj.core.api.Assertions.assertThat;

final class PathMtuTest {
  private static final InetSocketAddress V4 = new InetSocketAddress("192.0.2.1", 2286);
  private static final InetSocketAddress V6 = new InetSocketAddress("2001:db8::1", 2286);
  private static final long RTO = TimeUnit.MILLISECONDS.toNanos(150);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final List<Integer> probes = new ArrayList<>();
  private long now = -7 * SECOND;

  private PathMtu to(InetSocketAddress peer, int largest) {
    return new PathMtu(peer, largest, new SplittableRandom(9), now);
  }

  /** A path that carries datagrams of up to {@code carried} bytes, 0 for none, for a while. Small ones go beside the probes. */
  private void run(PathMtu mtu, int carried, long seconds) {
    long end = now + seconds * SECOND;
    while (mtu.deadline() != PacketEngine.NEVER && mtu.deadline() - end < 0) {
      now = Math.max(now, mtu.deadline());
      int probe = mtu.pollProbe(RTO, now);
      if (probe == 0) continue;
      probes.add(probe);
      if (carried > 0 && mtu.isConfirming()) mtu.onAnswer(mtu.smallToken(), now + RTO);
      if (probe <= carried) mtu.onAnswer(mtu.token(), now + RTO);
    }
    now = end;
  }

  @Test
  void beginsAtWhatEveryPathCarries() {
    assertThat(to(V4, 1472).size()).isEqualTo(1200);
  }

  @Test
  void anOrdinaryPathIsFoundWithOneProbe() {
    PathMtu mtu = to(V4, 1472);
    run(mtu, 1472, 60);
    assertThat(mtu.size()).isEqualTo(1472);
    assertThat(probes).containsExactly(1472);
  }

  @Test
  void onIpv6TheHeaderTakesTwentyMore() {
    PathMtu mtu = to(V6, 1472);
    run(mtu, 1452, 60);
    assertThat(mtu.size()).isEqualTo(1452);
    assertThat(probes).containsExactly(1452);
  }

  @ParameterizedTest
  @ValueSource(ints = {1472, 1452, 1432, 1400, 1372, 1332, 1292, 1280, 1232, 1200})
  void aNarrowerPathIsFoundAndNothingLargerIsBelieved(int carried) {
    PathMtu mtu = to(V4, 1472);
    run(mtu, carried, 60);
    assertThat(mtu.size()).isBetween(Math.max(1200, carried - 59), carried);
    assertThat(probes.size()).isLessThanOrEqualTo(48);
  }

  @ParameterizedTest
  @ValueSource(ints = {1200, 1201, 1300, 1400, 1465, 1472})
  void nothingLargerThanAllowedIsTried(int largest) {
    PathMtu mtu = to(V4, largest);
    run(mtu, 65_535, 3600);
    assertThat(mtu.size()).isLessThanOrEqualTo(largest);
    assertThat(probes).allMatch(probe -> probe <= largest);
  }

  @Test
  void fiveLostProbesInARowDoNotMatter() {
    PathMtu mtu = to(V4, 1472);
    for (int i = 0; i < 5; i++) {
      assertThat(mtu.pollProbe(RTO, now)).isEqualTo(1472);
      now = mtu.deadline();
    }
    run(mtu, 1472, 60);
    assertThat(mtu.size()).isEqualTo(1472);
  }

  @Test
  void probesAreSpacedByTheTimeoutAndThreeTenthsOfASecondAtLeast() {
    PathMtu mtu = to(V4, 1472);
    mtu.pollProbe(RTO, now);
    assertThat(mtu.deadline()).isEqualTo(now + 3 * SECOND / 10);
    assertThat(mtu.pollProbe(RTO, now)).isZero();
    now = mtu.deadline();
    mtu.pollProbe(SECOND, now);
    assertThat(mtu.deadline()).isEqualTo(now + SECOND);
  }

  @Test
  void onlyTheAnswerToAProbeCounts() {
    PathMtu mtu = to(V4, 1472);
    assertThat(mtu.onAnswer(mtu.token(), now)).as("before any probe").isFalse();
    mtu.pollProbe(RTO, now);
    assertThat(mtu.onAnswer(mtu.token() + 1, now)).isFalse();
    assertThat(mtu.size()).isEqualTo(1200);
    assertThat(mtu.onAnswer(mtu.token(), now)).isTrue();
    assertThat(mtu.onAnswer(mtu.token(), now)).as("a second time").isFalse();
    assertThat(mtu.size()).isEqualTo(1472);
  }

  @Test
  void theAnswerToALargerProbeThatCameTooLateIsNotTakenForASmallerOne() {
    PathMtu mtu = to(V4, 1472);
    mtu.pollProbe(RTO, now);
    long late = mtu.token();
    for (int probe = 1472; probe == 1472; probe = mtu.pollProbe(RTO, now))
      now = mtu.deadline();
    assertThat(mtu.onAnswer(late, now)).isFalse();
    assertThat(mtu.size()).isEqualTo(1200);
  }

  @Test
  void afterTenMinutesAPathThatHasGrownIsFound() {
    PathMtu mtu = to(V4, 1472);
    run(mtu, 1400, 60);
    assertThat(mtu.size()).isEqualTo(1400);
    run(mtu, 1472, 11 * 60);
    assertThat(mtu.size()).isEqualTo(1472);
  }

  @Test
  void aSuspectedSizeThatStillGetsThroughStays() {
    PathMtu mtu = to(V4, 1472);
    run(mtu, 1472, 60);
    mtu.suspect(now);
    run(mtu, 1472, 60);
    assertThat(mtu.size()).isEqualTo(1472);
    assertThat(probes).containsExactly(1472, 1472);
  }

  @Test
  void aBlackHoleIsFoundByFiveProbesAndThePathIsSearchedAgain() {
    PathMtu mtu = to(V4, 1472);
    run(mtu, 1472, 60);
    probes.clear();
    mtu.suspect(now);
    run(mtu, 1400, 2);
    assertThat(mtu.size()).isEqualTo(1200);
    assertThat(probes).startsWith(1472, 1472, 1472, 1472, 1472);
    run(mtu, 1400, 120);
    assertThat(mtu.size()).isEqualTo(1400);
  }

  @Test
  void afterABlackHoleTheSearchWaitsHalfAMinute() {
    PathMtu mtu = to(V4, 1472);
    run(mtu, 1472, 60);
    mtu.suspect(now);
    run(mtu, 1200, 2);
    assertThat(mtu.size()).isEqualTo(1200);
    probes.clear();
    run(mtu, 1200, 20);
    assertThat(probes).isEmpty();
    run(mtu, 1200, 20);
    assertThat(probes).isNotEmpty();
  }

  @Test
  void anOutageTakesNothingFromTheSize() {
    PathMtu mtu = to(V4, 1472);
    run(mtu, 1472, 60);
    mtu.suspect(now);
    run(mtu, 0, 30);
    assertThat(mtu.size()).isEqualTo(1472);
    probes.clear();
    run(mtu, 1472, 60);
    assertThat(mtu.size()).isEqualTo(1472);
    assertThat(probes).as("asked until it is answered").containsExactly(1472);
  }

  @Test
  void aPathThatIsNarrowerAfterAnOutageIsFoundAsSoonAsABlackHole() {
    PathMtu mtu = to(V4, 1472);
    run(mtu, 1472, 60);
    mtu.suspect(now);
    run(mtu, 0, 30);
    run(mtu, 1400, 3);
    assertThat(mtu.size()).isEqualTo(1200);
    run(mtu, 1400, 120);
    assertThat(mtu.size()).isEqualTo(1400);
  }

  @Test
  void onlyProbesBesideWhichSomethingSmallCameBackCount() {
    PathMtu mtu = to(V4, 1472);
    run(mtu, 1472, 60);
    mtu.suspect(now);
    for (int i = 0; i < 20; i++) {
      mtu.pollProbe(RTO, now);
      // twice, since two are sent; and each fifth time
      for (int j = 0; j < 2 && i % 5 == 4; j++)
        mtu.onAnswer(mtu.smallToken(), now);
      now = mtu.deadline();
    }
    assertThat(mtu.pollProbe(RTO, now)).as("four have missed").isEqualTo(1472);
    mtu.onAnswer(mtu.smallToken(), now);
    now = mtu.deadline();
    assertThat(mtu.pollProbe(RTO, now)).as("five have").isZero();
    assertThat(mtu.size()).isEqualTo(1200);
  }

  @Test
  void aSmallAnswerIsNoneToTheProbe() {
    PathMtu mtu = to(V4, 1472);
    assertThat(mtu.onAnswer(mtu.smallToken(), now)).as("without a suspicion").isFalse();
    run(mtu, 1472, 60);
    mtu.suspect(now);
    mtu.pollProbe(RTO, now);
    assertThat(mtu.onAnswer(mtu.smallToken(), now)).isFalse();
    assertThat(mtu.isConfirming()).isTrue();
    assertThat(mtu.onAnswer(mtu.token(), now)).as("the size is as it was").isFalse();
    assertThat(mtu.isConfirming()).isFalse();
  }

  @Test
  void theAnswerToAProbeThatWasNotCountedIsGood() {
    PathMtu mtu = to(V4, 1472);
    run(mtu, 1472, 60);
    mtu.suspect(now);
    mtu.pollProbe(RTO, now);
    long late = mtu.token();
    now = mtu.deadline();
    mtu.pollProbe(RTO, now);
    mtu.onAnswer(late, now);
    assertThat(mtu.isConfirming()).isFalse();
  }

  @Test
  void aSmallDatagramGoesBesideAProbeOfTheSizeInUseOnly() {
    PathMtu mtu = to(V4, 1472);
    assertThat(mtu.isConfirming()).isFalse();
    run(mtu, 1472, 60);
    mtu.suspect(now);
    assertThat(mtu.isConfirming()).isTrue();
    run(mtu, 1472, 60);
    assertThat(mtu.isConfirming()).isFalse();
  }

  @Test
  void theBaseSizeIsNotSuspected() {
    PathMtu mtu = to(V4, 1472);
    run(mtu, 1200, 60);
    probes.clear();
    mtu.suspect(now);
    assertThat(mtu.pollProbe(RTO, now)).isZero();
    assertThat(mtu.size()).isEqualTo(1200);
  }
}
