package dev.gap.tcp.engine;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.HandDriven.Seen;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpError;
import dev.gap.tcp.engine.connection.TcpState;
import dev.gap.tcp.engine.wire.Flags;

import static dev.gap.tcp.engine.HandDriven.MILLI;
import static dev.gap.tcp.engine.HandDriven.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

/** How connections end, and what abuse does not end them, with a peer played by hand. */
class ClosingScenarioTest {
  private static final int[] MSS_OPTION = {2, 4, 5, 0xb4};

  private final HandDriven peer = new HandDriven();

  private TcpConnection open() {
    TcpConnection c = peer.accepted(MSS_OPTION);
    peer.all();
    return c;
  }

  /** The peer ends its stream. */
  private void fin() {
    peer.send(peer.plain(Flags.ACK | Flags.FIN));
    peer.next++;
  }

  @Test
  void whoClosesFirstWaitsForAMinute() {
    TcpConnection c = open();
    peer.finish(c);
    assertThat(peer.one().is(Flags.FIN | Flags.ACK)).isTrue();
    assertThat(c.state()).isEqualTo(TcpState.FIN_WAIT_1);
    peer.acknowledge(2);
    assertThat(c.state()).isEqualTo(TcpState.FIN_WAIT_2);
    fin();
    assertThat(c.state()).isEqualTo(TcpState.TIME_WAIT);
    assertThat(peer.one().ack()).isEqualTo(2);
    assertThat(peer.engine.timeWaitCount()).isOne();
    peer.pass(59 * SECOND);
    assertThat(peer.engine.flowCount()).isOne();
    peer.pass(2 * SECOND);
    assertThat(peer.engine.flowCount()).isZero();
  }

  @Test
  void whoClosesLastIsGoneAtOnce() {
    TcpConnection c = open();
    fin();
    assertThat(c.state()).isEqualTo(TcpState.CLOSE_WAIT);
    assertThat(c.isInputEnded()).isTrue();
    peer.pass(SECOND);
    peer.finish(c);
    assertThat(c.state()).isEqualTo(TcpState.LAST_ACK);
    assertThat(peer.one().has(Flags.FIN)).isTrue();
    peer.acknowledge(2);
    peer.all();
    assertThat(c.state()).isEqualTo(TcpState.CLOSED);
    assertThat(c.error()).isNull();
    assertThat(peer.engine.flowCount()).isZero();
  }

  @Test
  void bothMayCloseAtTheSameTime() {
    TcpConnection c = open();
    peer.finish(c);
    peer.all();
    fin();
    assertThat(c.state()).isEqualTo(TcpState.CLOSING);
    assertThat(peer.one().ack()).isEqualTo(2);
    peer.acknowledge(2);
    assertThat(c.state()).isEqualTo(TcpState.TIME_WAIT);
    peer.pass(61 * SECOND);
    assertThat(peer.engine.flowCount()).isZero();
  }

  @Test
  void aFinThatComesAgainIsAcknowledgedAgainAndTheWaitBeginsAnew() {
    TcpConnection c = open();
    peer.finish(c);
    peer.all();
    peer.acknowledge(2);
    fin();
    peer.all();
    peer.pass(50 * SECOND);
    peer.send(peer.at(1, 2, Flags.FIN | Flags.ACK));
    assertThat(peer.one().ack()).isEqualTo(2);
    peer.pass(50 * SECOND);
    assertThat(peer.engine.flowCount()).isOne();
    peer.pass(11 * SECOND);
    assertThat(peer.engine.flowCount()).isZero();
  }

  @Test
  void aNewSynReopensWhatWaits() {
    TcpConnection c = open();
    peer.finish(c);
    peer.all();
    peer.acknowledge(2);
    fin();
    peer.all();
    int before = peer.iss;
    peer.send(TestPacket.tcp(HandDriven.PEER, HandDriven.PEER_PORT, HandDriven.HOST, HandDriven.HOST_PORT)
        .flags(Flags.SYN).numbers((int) (HandDriven.PEER_ISS + 1000L), 0));
    Seen answer = peer.one();
    assertThat(answer.is(Flags.SYN | Flags.ACK)).isTrue();
    // above all that was used: RFC 6191
    assertThat(peer.iss - before).isGreaterThan(2);
    assertThat(peer.engine.timeWaitCount()).isZero();
  }

  @Test
  void whatComesRightAfterTheEndIsNotForTheConnectionAnyMore() {
    // both may come before anything was sent in between
    TcpConnection c = open();
    peer.finish(c);
    peer.all();
    peer.acknowledge(2);
    fin();
    peer.send(peer.at(1, 2, Flags.FIN | Flags.ACK));
    List<Seen> answers = peer.all();
    assertThat(answers).hasSize(2).allMatch(s -> s.is(Flags.ACK) && s.ack() == 2);
    assertThat(answers.getLast().window()).isEqualTo(answers.getFirst().window());
    peer.pass(61 * SECOND);
    assertThat(peer.engine.flowCount()).isZero();
  }

  @Test
  void aNewSynRightAfterTheFinReopensThePort() {
    TcpConnection c = open();
    peer.finish(c);
    peer.all();
    peer.acknowledge(2);
    fin();
    peer.send(TestPacket.tcp(HandDriven.PEER, HandDriven.PEER_PORT, HandDriven.HOST, HandDriven.HOST_PORT)
        .flags(Flags.SYN).numbers((int) (HandDriven.PEER_ISS + 1000L), 0));
    assertThat(peer.all()).extracting(Seen::flags).containsExactly(Flags.ACK, Flags.SYN | Flags.ACK);
    assertThat(peer.engine.stats().resetsSent).isZero();
  }

  @Test
  void aNewSynRightAfterTheLastAcknowledgmentOpensAnew() {
    TcpConnection c = open();
    fin();
    peer.finish(c);
    peer.all();
    peer.acknowledge(2);
    assertThat(c.state()).isEqualTo(TcpState.CLOSED);
    peer.send(peer.syn());
    assertThat(peer.one().is(Flags.SYN | Flags.ACK)).isTrue();
  }

  @Test
  void whoseConnectionHasJustBeenResetMayConnectFromItsPortAtOnce() {
    TcpConnection c = peer.connected(peer.engine.newSettings(), MSS_OPTION);
    peer.all();
    peer.send(peer.plain(Flags.RST));
    assertThat(c.state()).isEqualTo(TcpState.CLOSED);
    peer.connect(peer.engine.newSettings());
    assertThat(peer.one().is(Flags.SYN)).isTrue();
  }

  @Test
  void whatWaitsDoesNotKeepAliveHoweverLateItIsReadAndClosed() {
    TcpConfig d = TcpConfig.DEFAULT;
    HandDriven each = new HandDriven(d.with(Changed.of(d.timing(), "keepalive", true, "keepaliveIdle",
        Duration.ofSeconds(20), "keepaliveInterval", Duration.ofSeconds(5))));
    TcpConnection c = each.accepted(MSS_OPTION);
    each.finish(c);
    each.all();
    each.acknowledge(2);
    each.data(100);
    each.send(each.plain(Flags.ACK | Flags.FIN));
    each.all();
    assertThat(c.state()).isEqualTo(TcpState.TIME_WAIT);
    assertThat(each.read(c, 1000)).isEqualTo(100);
    each.close(c);
    assertThat(each.pass(600 * SECOND)).isEmpty();
    assertThat(c.error()).isNull();
    assertThat(each.engine.nextTimeoutNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aPeerThatNeverClosesIsForgottenByWhoHasClosed() {
    TcpConnection c = open();
    peer.close(c);
    peer.all();
    peer.acknowledge(2);
    assertThat(c.state()).isEqualTo(TcpState.FIN_WAIT_2);
    peer.pass(59 * SECOND);
    assertThat(peer.engine.flowCount()).isOne();
    peer.pass(2 * SECOND);
    assertThat(peer.engine.flowCount()).isZero();
  }

  @Test
  void whoHasOnlyEndedItsStreamWaitsWithoutEnd() {
    TcpConnection c = open();
    peer.finish(c);
    peer.all();
    peer.acknowledge(2);
    peer.pass(3600 * SECOND);
    assertThat(c.state()).isEqualTo(TcpState.FIN_WAIT_2);
    peer.data(10);
    assertThat(c.readable()).isEqualTo(10);
  }

  @Test
  void closingWithUnreadDataResets() {
    // RFC 2525 section 2.17
    TcpConnection c = open();
    peer.data(10);
    peer.close(c);
    List<Seen> seen = peer.all();
    assertThat(seen.getLast().has(Flags.RST)).isTrue();
    assertThat(peer.engine.flowCount()).isZero();
  }

  @Test
  void dataForAConnectionThatNobodyReadsAnyMoreResets() {
    TcpConnection c = open();
    peer.close(c);
    peer.all();
    peer.acknowledge(2);
    peer.data(10);
    assertThat(peer.all()).anyMatch(s -> s.has(Flags.RST));
    assertThat(c.state()).isEqualTo(TcpState.CLOSED);
  }

  @Test
  void anAbortTellsThePeer() {
    TcpConnection c = open();
    peer.write(c, 10);
    peer.all();
    c.abort();
    peer.engine.settle(c, peer.now);
    Seen reset = peer.one();
    assertThat(reset.has(Flags.RST)).isTrue();
    assertThat(reset.sequence()).isEqualTo(11);
    assertThat(c.error()).isEqualTo(TcpError.ABORTED);
    assertThat(c.sender().buffered()).isZero();
    assertThat(peer.engine.flowCount()).isZero();
  }

  @Test
  void onlyAResetWithTheRightNumberResets() {
    // RFC 5961 section 3.2
    TcpConnection c = open();
    peer.send(peer.at(100, 1, Flags.RST));
    Seen challenge = peer.one();
    assertThat(challenge.is(Flags.ACK)).isTrue();
    assertThat(challenge.ack()).isOne();
    peer.send(peer.at(-1, 1, Flags.RST));
    peer.send(peer.at(10_000_000, 1, Flags.RST));
    assertThat(c.state()).isEqualTo(TcpState.ESTABLISHED);
    peer.all();
    peer.send(peer.at(1, 1, Flags.RST));
    assertThat(c.state()).isEqualTo(TcpState.CLOSED);
    assertThat(c.error()).isEqualTo(TcpError.RESET);
    assertThat(peer.all()).isEmpty();
    assertThat(peer.engine.flowCount()).isZero();
  }

  @Test
  void oneConnectionCannotUseUpTheChallengesOfAll() {
    // RFC 5961 section 7
    open();
    int challenges = 0;
    for (int i = 0; i < 2000; i++) {
      peer.send(peer.at(100 + i, 1, Flags.RST));
      challenges += peer.all().size();
      peer.now += MILLI;
    }
    assertThat(challenges).isBetween(2, 5);
    assertThat(peer.engine.stats().challengesSuppressed).isZero();
  }

  @Test
  void aSynInMidLifeIsChallenged() {
    // RFC 5961 section 4.2
    TcpConnection c = open();
    for (int sequence : new int[]{-1000, 0, 1, 100, 1_000_000}) {
      peer.now += SECOND;
      peer.send(peer.at(sequence, 1, Flags.SYN));
      assertThat(peer.all()).as("SYN at %d", sequence).allMatch(s -> s.is(Flags.ACK) && s.ack() == 1);
    }
    assertThat(c.state()).isEqualTo(TcpState.ESTABLISHED);
  }

  @Test
  void dataWithAnAbsurdAcknowledgmentIsNotTaken() {
    // RFC 5961 section 5.2
    TcpConnection c = open();
    for (int ack : new int[]{2, 1000, 1_000_000, -100_000, -1_000_000_000}) {
      peer.now += SECOND;
      peer.send(peer.at(1, ack, Flags.ACK | Flags.PSH).payload(new byte[10]));
      assertThat(c.readable()).as("acknowledgment of %d", ack).isZero();
    }
    peer.data(10);
    assertThat(c.readable()).isEqualTo(10);
  }

  @Test
  void answersToNonsenseAreFew() {
    // RFC 5961 section 7, and the loops of acknowledgments that two such stacks would make
    open();
    int answers = 0;
    for (int i = 0; i < 1000; i++) {
      peer.send(peer.at(-100_000, 1, Flags.ACK));
      peer.send(peer.at(1, 1_000_000, Flags.ACK));
      answers += peer.all().size();
    }
    assertThat(answers).isLessThan(10);
  }

  @Test
  void keepaliveFindsADeadPeer() {
    TcpConnection c = open();
    c.options().setKeepalive(true, peer.now);
    c.options().setKeepaliveTimes(30 * SECOND, 5 * SECOND, 4, peer.now);
    peer.engine.settle(c, peer.now);
    long begun = peer.now;
    List<Seen> probes = peer.pass(29 * SECOND);
    assertThat(probes).isEmpty();
    probes = peer.pass(100 * SECOND);
    assertThat(probes.stream().filter(s -> s.is(Flags.ACK))).hasSize(4).allMatch(s -> s.sequence() == 0);
    assertThat(c.error()).isEqualTo(TcpError.TIMED_OUT);
    assertThat(probes.getLast().at() - begun).isEqualTo(50 * SECOND);
    assertThat(peer.engine.flowCount()).isZero();
  }

  @Test
  void keepaliveLeavesALivingPeerAlone() {
    TcpConnection c = open();
    c.options().setKeepalive(true, peer.now);
    c.options().setKeepaliveTimes(30 * SECOND, 5 * SECOND, 4, peer.now);
    peer.engine.settle(c, peer.now);
    for (int i = 0; i < 100; i++) {
      Seen probe = peer.next(40 * SECOND);
      assertThat(probe).isNotNull();
      peer.now += 10 * MILLI;
      peer.send(peer.ack());
    }
    assertThat(c.state()).isEqualTo(TcpState.ESTABLISHED);
  }

  @Test
  void aListenerThatClosesResetsWhatNobodyHasAccepted() {
    var listener = peer.listen(peer.engine.newSettings());
    peer.send(peer.syn());
    peer.one();
    peer.send(peer.ack());
    assertThat(listener.waiting()).isOne();
    peer.engine.close(listener, peer.now);
    assertThat(peer.all()).anyMatch(s -> s.has(Flags.RST));
    assertThat(peer.engine.flowCount()).isZero();
    peer.send(peer.syn());
    assertThat(peer.one().has(Flags.RST)).isTrue();
  }

  @Test
  void urgentDataIsKeptApartAndTheStreamGoesOnWithoutIt() {
    TcpConnection c = open();
    byte[] bytes = {1, 2, 3, 4, 5, 6};
    peer.send(peer.plain(Flags.ACK | Flags.URG).urgent(3).payload(bytes));
    peer.next += 6;
    assertThat(c.urgentByte(false)).isEqualTo(3);
    byte[] read = new byte[10];
    assertThat(c.read(read, 0, 10, false, peer.now)).isEqualTo(2);
    assertThat(c.isAtMark()).isTrue();
    assertThat(c.read(read, 2, 8, false, peer.now)).isEqualTo(3);
    assertThat(read).startsWith((byte) 1, (byte) 2, (byte) 4, (byte) 5, (byte) 6);
    assertThat(c.readable()).isZero();
  }

  @Test
  void urgentDataInLineStaysAndStopsTheReader() {
    var settings = peer.engine.newSettings();
    settings.inlineUrgent = true;
    TcpConnection c = peer.accepted(settings, MSS_OPTION);
    peer.all();
    peer.send(peer.plain(Flags.ACK | Flags.URG).urgent(3).payload((byte) 1, (byte) 2, (byte) 3, (byte) 4));
    byte[] read = new byte[10];
    assertThat(c.read(read, 0, 10, false, peer.now)).isEqualTo(2);
    assertThat(c.isAtMark()).isTrue();
    assertThat(c.urgentByte(true)).isNegative();
    assertThat(c.read(read, 2, 8, false, peer.now)).isEqualTo(2);
    assertThat(read).startsWith((byte) 1, (byte) 2, (byte) 3, (byte) 4);
  }
}
