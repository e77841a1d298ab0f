package dev.gap.tcp.engine;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.HandDriven.Seen;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpState;
import dev.gap.tcp.engine.wire.Flags;
import dev.gap.tcp.engine.wire.IpPacket;
import dev.gap.tcp.engine.wire.Segment;

import static dev.gap.tcp.engine.HandDriven.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

/** The user timeout option, RFC 5482, with a peer played by hand. */
class UserTimeoutScenarioTest {
  private static final int[] MSS_OPTION = {2, 4, 5, 0xb4};
  private static final int ADVERTISED = 150;
  private static final int MINUTES = 0x80;

  private final HandDriven peer = new HandDriven(exchanging(ADVERTISED));

  private static TcpConfig exchanging(int advertised) {
    TcpConfig d = TcpConfig.DEFAULT;
    return d.with(Changed.of(d.timing(), "userTimeouts", new TcpConfig.UserTimeouts(true,
        Duration.ofSeconds(advertised), Duration.ofSeconds(100), Duration.ofSeconds(3600))));
  }

  /** {@return the option as it stands in a segment, 0 if there is none} */
  private static int told(Seen seen) {
    IpPacket ip = new IpPacket();
    Segment segment = new Segment();
    assertThat(ip.parse(seen.packet(), 0, seen.packet().length, true) && segment.parse(ip, true)).isTrue();
    return segment.userTimeout();
  }

  private static int[] option(int high, int low) {
    return new int[]{28, 4, high, low};
  }

  /** {@return for how many seconds the connection sends again what nobody acknowledges} */
  private static long secondsUntilTheEnd(HandDriven each, TcpConnection c) {
    each.write(c, 100);
    each.all();
    long began = each.now;
    while (c.state() != TcpState.CLOSED && each.now - began < 7200 * SECOND)
      each.pass(SECOND);
    return (each.now - began) / SECOND;
  }

  private long secondsAfter(int... optionOfSynAck) {
    HandDriven each = new HandDriven(exchanging(ADVERTISED));
    TcpConnection c = each.connected(each.engine.newSettings(), optionOfSynAck);
    each.all();
    return secondsUntilTheEnd(each, c);
  }

  @Test
  void itIsNeitherToldNorHeededUnlessConfigured() {
    HandDriven each = new HandDriven();
    TcpConnection c = each.connect(each.engine.newSettings());
    assertThat(told(each.one())).isZero();
    each.send(each.synAck().options(option(0, 200)));
    assertThat(each.all()).allMatch(seen -> told(seen) == 0);
    assertThat(secondsUntilTheEnd(each, c)).as("15 retries").isGreaterThan(900);
  }

  @Test
  void whoConnectsTellsItInTheSynAndTheFirstSegmentAfterIt() {
    TcpConnection c = peer.connect(peer.engine.newSettings());
    assertThat(told(peer.one())).isEqualTo(ADVERTISED);
    peer.send(peer.synAck().options(MSS_OPTION));
    assertThat(told(peer.one())).isEqualTo(ADVERTISED);
    peer.write(c, 100);
    assertThat(told(peer.one())).isZero();
  }

  @Test
  void whoAcceptsTellsItInTheSynAckAndTheFirstSegmentAfterIt() {
    peer.listen(peer.engine.newSettings());
    peer.send(peer.syn().options(MSS_OPTION));
    assertThat(told(peer.one())).isEqualTo(ADVERTISED);
    peer.send(peer.ack());
    peer.data(100);
    assertThat(told(peer.one())).isEqualTo(ADVERTISED);
  }

  @Test
  void aSegmentThatTellsItIsNotTooLarge() {
    SocketSettings settings = peer.engine.newSettings();
    TcpConnection c = peer.accepted(settings, MSS_OPTION);
    peer.write(c, 3000);
    assertThat(peer.all()).allMatch(seen -> seen.packet().length <= 1500).anyMatch(seen -> told(seen) == ADVERTISED);
  }

  @Test
  void theLargerOfBothCountsWithinItsBounds() {
    assertThat(secondsAfter(option(0, 200))).as("200 s").isBetween(200L, 202L);
    assertThat(secondsAfter(option(0, 120))).as("120 s, less than ours").isBetween(150L, 152L);
    assertThat(secondsAfter(option(MINUTES, 5))).as("5 min").isBetween(300L, 302L);
    assertThat(secondsAfter(option(0xff, 0xff))).as("32767 min").isBetween(3600L, 3602L);
    HandDriven each = new HandDriven(exchanging(1));
    TcpConnection c = each.connected(each.engine.newSettings(), option(0, 1));
    each.all();
    assertThat(secondsUntilTheEnd(each, c)).as("1 s").isBetween(100L, 102L);
  }

  @Test
  void whatIsReservedIsIgnored() {
    assertThat(secondsAfter(option(0, 0))).as("zero seconds").isGreaterThan(900);
    assertThat(secondsAfter(option(MINUTES, 0))).as("zero minutes").isGreaterThan(900);
    assertThat(secondsAfter(28, 3, 9, 0)).as("a wrong length").isGreaterThan(900);
  }

  @Test
  void itIsHeededInMidLifeAndInTheSynOfAPeer() {
    TcpConnection c = peer.accepted(peer.engine.newSettings(), option(0, 200));
    peer.send(peer.plain(Flags.ACK).options(option(1, 44)));
    peer.all();
    assertThat(secondsUntilTheEnd(peer, c)).isBetween(300L, 302L);
    HandDriven each = new HandDriven(exchanging(ADVERTISED));
    TcpConnection other = each.accepted(each.engine.newSettings(), option(0, 200));
    each.all();
    assertThat(secondsUntilTheEnd(each, other)).isBetween(200L, 202L);
  }

  @Test
  void whatTheApplicationSaysIsToldAndStays() {
    SocketSettings settings = peer.engine.newSettings();
    settings.userTimeoutNanos = 40 * SECOND;
    TcpConnection c = peer.connect(settings);
    assertThat(told(peer.one())).isEqualTo(40);
    peer.send(peer.synAck().options(option(1, 44)));
    peer.all();
    c.options().setUserTimeout(40_000 * SECOND);
    peer.write(c, 100);
    assertThat(told(peer.one())).as("minutes, since there are too many seconds").isEqualTo(MINUTES << 8 | 667);
    c.options().setUserTimeout(50 * SECOND);
    assertThat(secondsUntilTheEnd(peer, c)).isBetween(48L, 52L);
  }
}
