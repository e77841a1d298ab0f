package dev.gap.tcp.engine;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.HandDriven.Seen;
import dev.gap.tcp.engine.TcpConfig.Algorithm;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpError;
import dev.gap.tcp.engine.connection.TcpState;
import dev.gap.tcp.engine.wire.Flags;

import static dev.gap.tcp.engine.HandDriven.MILLI;
import static dev.gap.tcp.engine.HandDriven.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

/** Loss and how it is found and repaired, with a peer played by hand. */
class LossScenarioTest {
  private static final int MSS = 1000;
  private static final int[] SACK_OPTIONS = {2, 4, 3, 0xe8, 4, 2};
  private static final int[] PLAIN_OPTIONS = {2, 4, 3, 0xe8};

  private final HandDriven peer = new HandDriven();

  private TcpConnection open(int... options) {
    SocketSettings settings = peer.engine.newSettings();
    settings.sendBuffer = 200_000;
    settings.initialWindow = 10;
    TcpConnection c = peer.connected(settings, options);
    peer.all();
    return c;
  }

  private List<Seen> write(TcpConnection c, int segments) {
    peer.write(c, segments * MSS);
    return peer.all();
  }

  @Test
  void threeDuplicatesBringTheMissingSegmentAgainAtOnce() {
    TcpConnection c = open(PLAIN_OPTIONS);
    assertThat(write(c, 10)).hasSize(10);
    peer.now += 10 * MILLI;
    List<Seen> again = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      peer.send(peer.ack());
      again.addAll(peer.all());
    }
    assertThat(again).anyMatch(s -> s.sequence() == 1 && s.length() == MSS);
  }

  @Test
  void aFirstSampleOfTheRateIsTakenFromTheFirstSegmentNotFromTheStartOfTheClock() {
    peer.now += 600 * SECOND;
    SocketSettings settings = peer.engine.newSettings();
    settings.sendBuffer = 200_000;
    settings.initialWindow = 10;
    settings.algorithm = Algorithm.BBR;
    TcpConnection c = peer.connected(settings, SACK_OPTIONS);
    peer.all();
    peer.write(c, 30 * MSS);
    peer.pass(50 * MILLI);
    // the first is lost, and the others are told of at once
    peer.send(peer.ack().options(peer.sackOption(1001, 10_001)));
    assertThat(peer.pass(SECOND)).hasSizeGreaterThan(3);
  }

  @Test
  void selectiveAcknowledgmentsTellWhichSegmentsAreMissing() {
    TcpConnection c = open(SACK_OPTIONS);
    write(c, 10);
    peer.now += 10 * MILLI;
    // the first and the third are lost
    peer.send(peer.ack().options(peer.sackOption(1001, 2001)));
    peer.send(peer.ack().options(peer.sackOption(3001, 10_001, 1001, 2001)));
    List<Seen> again = peer.pass(30 * MILLI);
    assertThat(again.stream().map(Seen::sequence)).contains(1, 2001).doesNotContain(1001, 3001);
  }

  @Test
  void reorderingIsWaitedForAFractionOfARoundTripNotATimeout() {
    TcpConnection c = open(SACK_OPTIONS);
    write(c, 10);
    peer.now += 40 * MILLI;
    // a round trip of 40 ms becomes known
    peer.acknowledge(10_001);
    write(c, 10);
    peer.now += 40 * MILLI;
    // one segment overtakes: too little to say what is lost; and something is acknowledged, too
    peer.acked = 12_001;
    peer.send(peer.ack().options(peer.sackOption(13_001, 14_001)));
    peer.all();
    long at = peer.now;
    Seen again = peer.next(SECOND);
    assertThat(again).isNotNull();
    if (again == null) return;
    // RFC 8985 section 6.2: a quarter of the round trip, not the 200 ms of a timeout
    assertThat(again.sequence()).isEqualTo(12_001);
    assertThat(again.at() - at).isLessThan(50 * MILLI);
  }

  @Test
  void aTailThatIsLostIsProbedBeforeTheTimeout() {
    TcpConnection c = open(SACK_OPTIONS);
    write(c, 10);
    peer.now += 40 * MILLI;
    peer.acknowledge(10_001);
    List<Seen> tail = write(c, 5);
    long at = peer.now;
    long timeout = c.info(peer.now).rtoNanos();
    Seen probe = peer.next(10 * SECOND);
    assertThat(probe).isNotNull();
    if (probe == null) return;
    assertThat(probe.sequence()).isEqualTo(tail.getLast().sequence());
    assertThat(probe.at() - at).isLessThan(timeout);
  }

  @Test
  void timeoutsDoubleUntilThePeerIsGivenUp() {
    TcpConnection c = open(PLAIN_OPTIONS);
    write(c, 1);
    List<Seen> again = peer.pass(3600 * SECOND);
    assertThat(again).hasSizeBetween(10, 20).allMatch(s -> s.sequence() == 1);
    for (int i = 2; i < again.size(); i++) {
      long gap = again.get(i).at() - again.get(i - 1).at();
      long before = again.get(i - 1).at() - again.get(i - 2).at();
      assertThat(gap).as("gap %d", i).isEqualTo(Math.min(2 * before, 120 * SECOND));
    }
    assertThat(c.error()).isEqualTo(TcpError.TIMED_OUT);
    // R2 of RFC 9293 section 3.8.3: at least 100 seconds
    assertThat(again.getLast().at() - again.getFirst().at()).isGreaterThan(100 * SECOND);
    assertThat(peer.engine.flowCount()).isZero();
  }

  @Test
  void aConnectionThatMakesProgressIsNotGivenUpHoweverSlowItIs() {
    TcpConnection c = open(PLAIN_OPTIONS);
    write(c, 100);
    // each segment arrives only when it has timed out twice: the repair of one window takes longer than a peer may be silent
    for (int i = 0; i < 10; i++) {
      for (int k = 0; k < 100 && c.sender().info().timeouts() < 2 && c.error() == null; k++)
        peer.next(200 * SECOND);
      assertThat(c.error()).as("at %d, after %d ms", peer.acked, peer.now / MILLI).isNull();
      peer.now += 10 * MILLI;
      peer.acknowledge(peer.acked + MSS);
      peer.all();
    }
    assertThat(peer.now).isGreaterThan(1000 * SECOND);
  }

  @Test
  void afterATimeoutTheWindowIsOneSegment() {
    TcpConnection c = open(PLAIN_OPTIONS);
    write(c, 10);
    Seen first = peer.next(10 * SECOND);
    assertThat(first).isNotNull();
    assertThat(c.sender().info().cwnd()).isOne();
    assertThat(peer.all()).isEmpty();
    assertThat(c.sender().info().ssthresh()).isBetween(2, 7);
  }

  @Test
  void aTimeoutThatWasAMistakeIsUndone() {
    TcpConnection c = openWithStamps();
    write(c, 10);
    int window = c.sender().info().cwnd();
    int stampOfFirst = peer.hostStamp;
    for (int i = 0; i < 3 && c.sender().info().timeouts() == 0; i++)
      peer.next(10 * SECOND);
    assertThat(c.sender().info().cwnd()).isOne();
    // what arrives then are the originals: their timestamps tell (RFC 3522)
    peer.hostStamp = stampOfFirst;
    peer.now += 5 * MILLI;
    peer.acknowledge(10_001);
    peer.pass(10 * MILLI);
    assertThat(c.sender().info().cwnd()).isGreaterThanOrEqualTo(window);
  }

  @Test
  void afterATimeoutThatWasAMistakeTimeoutsArePatient() {
    // RFC 4015 section 3: a path that has become slow for good does not run into the next timeout
    TcpConnection c = openWithStamps();
    write(c, 10);
    int stampOfFirst = peer.hostStamp;
    long before = c.info(peer.now).rtoNanos();
    peer.pass(900 * MILLI);
    assertThat(c.sender().info().timeouts()).isPositive();
    peer.hostStamp = stampOfFirst;
    peer.acknowledge(10_001);
    assertThat(c.sender().info().timeouts()).isZero();
    write(c, 1);
    int stampOfNew = peer.hostStamp;
    peer.now += 150 * MILLI;
    peer.hostStamp = stampOfNew;
    peer.acknowledge(11_001);
    // as of a first sample: the round trip and twice as much again
    assertThat(c.info(peer.now).rttNanos()).isBetween(150 * MILLI, 152 * MILLI);
    assertThat(c.info(peer.now).rtoNanos()).isBetween(450 * MILLI, 456 * MILLI).isGreaterThan(before);
  }

  private TcpConnection openWithStamps() {
    SocketSettings settings = peer.engine.newSettings();
    settings.sendBuffer = 200_000;
    TcpConnection c = peer.connect(settings);
    Seen syn = peer.one();
    assertThat(syn.stamps()).isTrue();
    peer.now += 10 * MILLI;
    int stamp = (int) (peer.now / MILLI);
    peer.send(peer.synAck().options(2, 4, 3, 0xf4, 8, 10, stamp >>> 24, stamp >>> 16, stamp >>> 8, stamp,
        syn.stamp() >>> 24, syn.stamp() >>> 16, syn.stamp() >>> 8, syn.stamp(), 4, 2));
    peer.stamps = true;
    peer.all();
    return c;
  }

  @Test
  void sackBlocksThatCannotBeTrueAreIgnored() {
    TcpConnection c = open(SACK_OPTIONS);
    write(c, 5);
    int[][] lies = {{6000, 9000}, {3001, 2001}, {-5000, -4000}, {100_000, 200_000}, {5001, 5002}, {1, 1},
        {Integer.MIN_VALUE, Integer.MAX_VALUE}};
    for (int[] lie : lies)
      peer.send(peer.ack().options(peer.sackOption(lie)));
    assertThat(c.sender().info().sacked()).isZero();
    assertThat(c.sender().buffered()).isEqualTo(5000);
    peer.acknowledge(5001);
    assertThat(c.sender().buffered()).isZero();
  }

  @Test
  void aReceiverThatForgetsWhatItAcknowledgedSelectivelyGetsItAgain() {
    TcpConnection c = open(SACK_OPTIONS);
    write(c, 5);
    peer.now += 10 * MILLI;
    peer.send(peer.ack().options(peer.sackOption(1001, 5001)));
    peer.all();
    // RFC 2018 section 8: what it had it has dropped
    int until = 1;
    for (int i = 0; i < 60 && until < 5001; i++) {
      Seen again = peer.next(300 * SECOND);
      assertThat(again).as("after %d", until).isNotNull();
      if (again == null) return;
      peer.now += 5 * MILLI;
      if (again.sequence() == until) until = again.end();
      peer.acknowledge(until);
    }
    assertThat(until).isEqualTo(5001);
    assertThat(c.sender().buffered()).isZero();
  }

  @Test
  void aSmallerPathMakesSegmentsSmallerAndSendsThemAgainAtOnce() {
    SocketSettings settings = peer.engine.newSettings();
    TcpConnection c = peer.connected(settings, 2, 4, 5, 0xb4);
    peer.all();
    peer.write(c, 3000);
    List<Seen> large = peer.all();
    assertThat(large.getFirst().length()).isEqualTo(1460);
    peer.receive(TestPacket.tooBig(HandDriven.ROUTER, HandDriven.HOST, large.getFirst().packet(), 1200));
    List<Seen> small = peer.pass(50 * MILLI);
    assertThat(small).isNotEmpty().allMatch(s -> s.packet().length <= 1200);
    assertThat(small.getFirst().sequence()).isOne();
    assertThat(c.info(peer.now).pathMtu()).isEqualTo(1200);
  }

  @Test
  void routersAreNotBelievedEverything() {
    SocketSettings settings = peer.engine.newSettings();
    TcpConnection c = peer.connected(settings, 2, 4, 5, 0xb4);
    peer.all();
    peer.write(c, 3000);
    byte[] sent = peer.all().getFirst().packet();
    // about a number that is not in flight: RFC 5927 section 4
    byte[] other = TestPacket.tcp(HandDriven.HOST, HandDriven.HOST_PORT, HandDriven.PEER, HandDriven.PEER_PORT)
        .numbers(peer.iss + 1_000_000, 0).flags(Flags.ACK).build();
    peer.receive(TestPacket.tooBig(HandDriven.ROUTER, HandDriven.HOST, other, 700));
    assertThat(c.info(peer.now).sendMss()).isEqualTo(1460);
    peer.receive(TestPacket.tooBig(HandDriven.ROUTER, HandDriven.HOST, sent, 1));
    assertThat(c.info(peer.now).pathMtu()).isEqualTo(552);
    peer.receive(TestPacket.icmp(HandDriven.ROUTER, HandDriven.HOST, 3, 3, 0, java.util.Arrays.copyOf(sent, 28)));
    peer.receive(TestPacket.icmp(HandDriven.ROUTER, HandDriven.HOST, 3, 1, 0, java.util.Arrays.copyOf(sent, 28)));
    // RFC 5927 section 5.2: what is open is not ended by ICMP
    assertThat(c.state()).isEqualTo(TcpState.ESTABLISHED);
  }
}
