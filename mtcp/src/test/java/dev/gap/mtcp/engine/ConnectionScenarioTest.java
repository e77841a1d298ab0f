package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.lab.LinkSpec;
import dev.gap.mtcp.engine.Rig.Download;
import dev.gap.mtcp.engine.Rig.Sink;
import dev.gap.mtcp.engine.Rig.Source;

import static org.assertj.core.api.Assertions.assertThat;

/** How connections begin, carry, end and fail, over a link in virtual time. */
class ConnectionScenarioTest {
  private static final LinkSpec CLEAN = Rig.link(50, 100, 0);
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Test
  void theFirstBytesArriveAfterHalfARoundTrip() {
    Rig rig = new Rig(CLEAN, 1);
    Connection dialed = rig.dial();
    dialed.write(new byte[]{1, 2, 3}, 0, 3);
    rig.near.update(dialed, rig.now());
    Connection[] served = new Connection[1];
    boolean readable = rig.run(() -> {
      if (served[0] == null) served[0] = rig.far.accept();
      return served[0] != null && served[0].readableBytes() == 3;
    }, LIMIT);
    assertThat(readable).isTrue();
    assertThat(Duration.ofNanos(rig.now())).isBetween(Duration.ofMillis(50), Duration.ofMillis(51));
  }

  @Test
  void eachDirectionEndsByItself() {
    Rig rig = new Rig(CLEAN, 2);
    Connection dialed = rig.dial();
    rig.new Source(rig.near, dialed, 1000);
    Connection served = rig.accepted();
    Sink request = rig.new Sink(rig.far, served);
    request.closing = false;
    assertThat(rig.run(() -> request.received == 1000 && served.isInputFinished(), LIMIT)).isTrue();
    assertThat(dialed.closeReason()).isNull();
    rig.new Source(rig.far, served, 5_000_000);
    Sink answer = rig.new Sink(rig.near, dialed);
    assertThat(rig.run(() -> answer.finished, LIMIT)).isTrue();
    assertThat(answer.received).isEqualTo(5_000_000);
    assertThat(rig.run(() -> rig.near.connectionCount() + rig.far.connectionCount() == 0, LIMIT)).isTrue();
    assertThat(dialed.closeReason()).isEqualTo(CloseReason.FINISHED);
    assertThat(served.closeReason()).isEqualTo(CloseReason.FINISHED);
  }

  @Test
  void aConnectionIsForgottenOnlyWhenItsPeerCanKnow() {
    Rig rig = new Rig(CLEAN, 24);
    Download download = rig.new Download(10_000);
    assertThat(rig.run(() -> download.sink.finished && rig.far.connectionCount() == 0, LIMIT)).isTrue();
    long at = rig.now();
    assertThat(rig.run(() -> rig.near.connectionCount() == 0, LIMIT)).isTrue();
    // one way, without a timeout
    assertThat(rig.now() - at).isLessThan(Duration.ofMillis(60).toNanos());
  }

  @Test
  void aResetEndsTheOtherSideAtOnce() {
    Rig rig = new Rig(CLEAN, 3);
    Connection dialed = rig.dial();
    Connection served = rig.accepted();
    served.reset();
    rig.far.update(served, rig.now());
    long at = rig.now();
    assertThat(rig.run(() -> dialed.closeReason() != null, LIMIT)).isTrue();
    assertThat(dialed.closeReason()).isEqualTo(CloseReason.RESET_BY_PEER);
    assertThat(rig.now() - at).isLessThan(Duration.ofMillis(60).toNanos());
  }

  @Test
  void closingWithUnreadDataResets() {
    Rig rig = new Rig(CLEAN, 4);
    Connection dialed = rig.dial();
    rig.new Source(rig.near, dialed, 1000);
    Connection served = rig.accepted();
    assertThat(rig.run(() -> served.readableBytes() > 0, LIMIT)).isTrue();
    served.close();
    rig.far.update(served, rig.now());
    assertThat(served.closeReason()).isEqualTo(CloseReason.RESET);
    assertThat(rig.run(() -> dialed.closeReason() == CloseReason.RESET_BY_PEER, LIMIT)).isTrue();
  }

  @Test
  void dataAfterTheReaderClosedResets() {
    Rig rig = new Rig(CLEAN, 5);
    Connection dialed = rig.dial();
    Connection served = rig.accepted();
    served.close();
    rig.far.update(served, rig.now());
    rig.new Source(rig.near, dialed, 1000);
    assertThat(rig.run(() -> dialed.closeReason() == CloseReason.RESET_BY_PEER, LIMIT)).isTrue();
  }

  @Test
  void keepaliveFindsADeadPeerInTheConfiguredTimeAndReleasesIt() {
    Rig rig = idlePair(6, ConnectionConfig.DEFAULT.withKeepalive(Duration.ofSeconds(2), Duration.ofSeconds(1), 3));
    long silence = rig.now();
    rig.network.blackout(Rig.NEAR, Rig.FAR, true);
    assertThat(rig.run(() -> rig.far.connectionCount() == 0, LIMIT)).isTrue();
    assertThat(Duration.ofNanos(rig.now() - silence)).isBetween(Duration.ofSeconds(4), Duration.ofMillis(5300));
  }

  @Test
  void anIdleConnectionOutlivesManyKeepaliveTimesWhileThePeerAnswers() {
    Rig rig = idlePair(7, ConnectionConfig.DEFAULT);
    rig.network.runFor(Duration.ofMinutes(30));
    assertThat(rig.near.connectionCount()).isOne();
    assertThat(rig.far.connectionCount()).isOne();
  }

  private static Rig idlePair(long seed, ConnectionConfig config) {
    Rig rig = new Rig(CLEAN, CLEAN, seed, EndpointConfig.dialing().withConnection(config),
        EndpointConfig.acceptingUpTo(8).withConnection(config));
    rig.dial();
    rig.accepted();
    rig.network.runFor(Duration.ofSeconds(1));
    return rig;
  }

  @Test
  void theRetransmissionTimeoutDoesNotBackOff() {
    Rig rig = new Rig(CLEAN, 8);
    Connection dialed = rig.dial();
    rig.accepted();
    rig.network.runFor(Duration.ofSeconds(1));
    rig.network.blackout(Rig.NEAR, Rig.FAR, true);
    List<Long> sent = new ArrayList<>();
    rig.network.tap((now, from, to, bytes, length) -> {
      // copies that guard it follow within a quarter of a round trip
      boolean copy = !sent.isEmpty() && now - sent.getLast() < 30_000_000;
      if (from.equals(Rig.NEAR) && length > 32 && !copy) sent.add(now);
    });
    dialed.write(new byte[100], 0, 100);
    rig.near.update(dialed, rig.now());
    rig.network.runFor(Duration.ofSeconds(20));
    List<Long> gaps = new ArrayList<>();
    for (int i = 1; i < sent.size(); i++)
      gaps.add((sent.get(i) - sent.get(i - 1)) / 1_000_000);
    // one sample of 100 ms: SRTT + 4 RTTVAR = 300 ms, again and again
    assertThat(gaps).hasSizeGreaterThan(60).allSatisfy(gap -> assertThat(gap).isBetween(100L, 310L));
  }

  @Test
  void aConnectionWithoutAnySignOfLifeIsGivenUpAfterTheTimeout() {
    ConnectionConfig config = ConnectionConfig.DEFAULT.withTimeout(Duration.ofSeconds(30));
    Rig rig = new Rig(CLEAN, CLEAN, 9, EndpointConfig.dialing().withConnection(config),
        EndpointConfig.acceptingUpTo(8));
    rig.network.blackout(Rig.NEAR, Rig.FAR, true);
    Connection dialed = rig.dial();
    assertThat(rig.run(() -> dialed.closeReason() != null, LIMIT)).isTrue();
    assertThat(dialed.closeReason()).isEqualTo(CloseReason.TIMED_OUT);
    assertThat(Duration.ofNanos(rig.now())).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
    assertThat(rig.near.connectionCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void everyByteArrivesOverAHostilePath(long seed) {
    LinkSpec hostile = Rig.link(20, 50, 0.15).withBurst(3).withJitter(Duration.ofMillis(15)).withReorder(0.02)
        .withDuplicate(0.1).withCorrupt(0.05);
    Rig rig = new Rig(hostile, seed);
    Download download = rig.new Download(1_000_000);
    assertThat(download.finish(LIMIT)).as("seed %d", seed).isTrue();
    assertThat(download.sink.received).isEqualTo(1_000_000);
    assertThat(rig.run(() -> rig.near.connectionCount() == 0, LIMIT)).as("seed %d", seed).isTrue();
  }

  @Test
  void dataThatOvertakesTheOpeningSegmentIsNotLost() {
    for (long seed = 30; seed < 60; seed++) {
      Rig rig = new Rig(Rig.link(50, 0, 0).withJitter(Duration.ofMillis(30)), CLEAN, seed, EndpointConfig.dialing(),
          EndpointConfig.acceptingUpTo(8));
      Connection dialed = rig.dial();
      Source source = rig.new Source(rig.near, dialed, 20_000);
      Connection served = rig.accepted();
      Sink sink = rig.new Sink(rig.far, served);
      assertThat(rig.run(() -> sink.finished, LIMIT)).isTrue();
      assertThat(sink.received).isEqualTo(source.sent);
      // without a timeout: one way, and the jitter
      assertThat(Duration.ofNanos(rig.now())).as("seed %d", seed).isLessThan(Duration.ofMillis(170));
    }
  }

  @Test
  void anUnknownSegmentMakesNoConnectionAndIsAnsweredByAReset() {
    Rig rig = new Rig(CLEAN, 21);
    Rig other = new Rig(CLEAN, 22);
    other.dial();
    other.network.tap((now, from, to, bytes, length) -> {
      if (from.equals(Rig.FAR)) rig.network.inject(Rig.NEAR, Rig.FAR, bytes, length);
    });
    Connection served = other.accepted();
    other.new Source(other.far, served, 100_000);
    other.network.runFor(Duration.ofSeconds(1));
    rig.network.runFor(Duration.ofSeconds(2));
    assertThat(rig.far.connectionCount()).isZero();
    assertThat(rig.far.stats().snapshot().resetsAnswered()).isPositive();
  }

  @Test
  void withAnotherKeyNothingIsAnswered() {
    Rig rig = new Rig(CLEAN, 23);
    Endpoint stranger = Rig.stranger(1);
    rig.network.attach(Rig.address(3, 1), stranger);
    rig.network.connect(Rig.address(3, 1), Rig.FAR, CLEAN, CLEAN);
    Connection dialed = stranger.connect(Rig.FAR, 0);
    stranger.update(dialed, 0);
    rig.network.runFor(Duration.ofSeconds(5));
    assertThat(dialed.isHeard()).isFalse();
    assertThat(rig.far.stats().snapshot().sent()).isZero();
    assertThat(rig.far.stats().snapshot().unauthentic()).isPositive();
  }
}
