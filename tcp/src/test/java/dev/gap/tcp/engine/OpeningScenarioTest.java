package dev.gap.tcp.engine;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.HandDriven.Seen;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpError;
import dev.gap.tcp.engine.connection.TcpState;
import dev.gap.tcp.engine.stack.TcpListener;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.Flags;

import static dev.gap.tcp.engine.HandDriven.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

/** How connections begin, with a peer played by hand: RFC 9293 sections 3.5 and 3.10.7. */
class OpeningScenarioTest {
  private static final int[] ALL_OPTIONS = {2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 9, 0, 0, 0, 0, 1, 3, 3, 7};

  private final HandDriven peer = new HandDriven();

  @Test
  void aSynGoesOutAgainAfterDoubledTimesUntilNobodyIsThere() {
    TcpConnection c = peer.connect(peer.engine.newSettings());
    List<Seen> syns = peer.pass(300 * SECOND);
    assertThat(syns).hasSize(7).allMatch(s -> s.is(Flags.SYN) && s.sequence() == 0);
    for (int i = 1; i < 7; i++)
      assertThat(syns.get(i).at() - syns.get(i - 1).at()).as("after SYN %d", i).isEqualTo(SECOND << (i - 1));
    assertThat(c.state()).isEqualTo(TcpState.CLOSED);
    assertThat(c.error()).isEqualTo(TcpError.TIMED_OUT);
    assertThat(peer.engine.flowCount()).isZero();
  }

  @Test
  void aSynAckGoesOutAgainTooUntil63SecondsHavePassed() {
    peer.listen(peer.engine.newSettings());
    peer.send(peer.syn());
    List<Seen> answers = peer.pass(63 * SECOND - 1);
    assertThat(answers).hasSize(6).allMatch(s -> s.is(Flags.SYN | Flags.ACK) && s.ack() == 1);
    for (int i = 1; i < 6; i++)
      assertThat(answers.get(i).at() - answers.get(i - 1).at()).as("after SYN-ACK %d", i)
          .isEqualTo(SECOND << (i - 1));
    assertThat(peer.engine.flowCount()).isOne();
    assertThat(peer.pass(1)).isEmpty();
    assertThat(peer.engine.flowCount()).isZero();
  }

  private static TestPacket synFrom(int port) {
    return TestPacket.tcp(HandDriven.PEER, port, HandDriven.HOST, HandDriven.HOST_PORT).flags(Flags.SYN)
        .numbers(HandDriven.PEER_ISS, 0);
  }

  @Test
  void noMoreHandshakesAreUnderWayThanAllowed() {
    TcpConfig d = TcpConfig.DEFAULT;
    HandDriven each = new HandDriven(
        d.with(Changed.of(d.opening(), "synBacklog", 3, "cookies", TcpConfig.Cookies.NEVER)));
    TcpListener listener = each.listen(each.engine.newSettings());
    for (int port = 1; port <= 5; port++)
      each.send(synFrom(port));
    assertThat(each.all()).hasSize(3);
    assertThat(each.engine.stats().synsDropped).isEqualTo(2);
    // one that is done makes room
    each.send(TestPacket.tcp(HandDriven.PEER, 3, HandDriven.HOST, HandDriven.HOST_PORT).flags(Flags.ACK)
        .numbers(HandDriven.PEER_ISS + 1, each.iss + 1));
    assertThat(listener.waiting()).isOne();
    each.send(synFrom(4));
    assertThat(each.all()).filteredOn(s -> s.has(Flags.SYN)).hasSize(1);
  }

  @Test
  void aCookieCountsEvenWhenTheSynCameOnceMoreAndFoundRoom() {
    // RFC 4987 section 3.6: the peer cannot know that of two answers the second is remembered
    TcpConfig d = TcpConfig.DEFAULT;
    HandDriven each = new HandDriven(d.with(Changed.of(d.opening(), "synBacklog", 1)));
    TcpListener listener = each.listen(each.engine.newSettings());
    each.send(synFrom(1));
    int other = each.one().sequence() + each.iss;
    each.send(each.syn());
    each.one();
    int cookie = each.iss;
    each.send(TestPacket.tcp(HandDriven.PEER, 1, HandDriven.HOST, HandDriven.HOST_PORT).flags(Flags.RST)
        .numbers(HandDriven.PEER_ISS + 1, other + 1));
    each.send(each.syn());
    each.one();
    assertThat(each.iss).isNotEqualTo(cookie);
    assertThat(each.engine.flowCount()).isOne();
    each.send(TestPacket.tcp(HandDriven.PEER, HandDriven.PEER_PORT, HandDriven.HOST, HandDriven.HOST_PORT)
        .flags(Flags.ACK).numbers(HandDriven.PEER_ISS + 1, cookie + 1));
    assertThat(each.all()).isEmpty();
    assertThat(listener.waiting()).isOne();
    assertThat(each.engine.flowCount()).isOne();
    // the handshake is over: there is room for another, of which what is no cookie is still reset
    each.send(synFrom(2));
    each.one();
    assertThat(each.engine.stats().cookiesSent).isOne();
    each.send(TestPacket.tcp(HandDriven.PEER, 2, HandDriven.HOST, HandDriven.HOST_PORT).flags(Flags.ACK)
        .numbers(HandDriven.PEER_ISS + 1, each.iss + 77));
    assertThat(each.one().has(Flags.RST)).isTrue();
  }

  @Test
  void noMoreFastOpensWaitForTheirHandshakeThanAllowed() {
    // RFC 7413 section 5.1: the others do without, and their data comes again
    TcpConfig d = TcpConfig.DEFAULT;
    HandDriven each = new HandDriven(d.with(Changed.of(d.features(), "fastOpenServer", true)));
    TcpListener listener = each.listen(each.engine.newSettings());
    listener.setFastOpen(2, true);
    for (int port = 1; port <= 3; port++)
      each.send(synFrom(port).payload(new byte[10]));
    assertThat(each.all()).extracting(Seen::ack).containsExactly(11, 11, 1);
    assertThat(listener.waiting()).isEqualTo(2);
    // one that is reset makes room
    each.send(TestPacket.tcp(HandDriven.PEER, 1, HandDriven.HOST, HandDriven.HOST_PORT).flags(Flags.RST)
        .numbers(HandDriven.PEER_ISS + 11, 0));
    each.all();
    each.send(synFrom(4).payload(new byte[10]));
    assertThat(each.all()).extracting(Seen::ack).containsExactly(11);
  }

  @Test
  void theOptionsOfASynAckAreThoseThatTheSynOffered() {
    peer.listen(peer.engine.newSettings());
    peer.send(peer.syn());
    Seen bare = peer.one();
    assertThat(bare.stamps()).isFalse();
    assertThat(bare.scale()).isNegative();
    assertThat(bare.mss()).isEqualTo(1460);
    HandDriven other = new HandDriven();
    other.listen(other.engine.newSettings());
    other.send(other.syn().options(ALL_OPTIONS));
    Seen full = other.one();
    assertThat(full.stamps()).isTrue();
    assertThat(full.scale()).isNotNegative();
  }

  @Test
  void aResetAnswersWhatTheSynOfNobodyKnows() {
    TcpConnection c = peer.connect(peer.engine.newSettings());
    peer.one();
    // an acknowledgment of something else: RFC 9293 figure 9
    peer.send(peer.at(0, 77, Flags.SYN | Flags.ACK));
    Seen reset = peer.one();
    assertThat(reset.is(Flags.RST)).isTrue();
    assertThat(reset.sequence()).isEqualTo(77);
    assertThat(c.state()).isEqualTo(TcpState.SYN_SENT);
    peer.send(peer.at(0, 77, Flags.RST | Flags.ACK));
    assertThat(c.state()).isEqualTo(TcpState.SYN_SENT);
    peer.send(peer.at(0, 1, Flags.RST | Flags.ACK));
    assertThat(c.state()).isEqualTo(TcpState.CLOSED);
    assertThat(c.error()).isEqualTo(TcpError.REFUSED);
  }

  @Test
  void whereNobodyListensASynIsReset() {
    peer.send(peer.syn().payload(new byte[10]));
    Seen reset = peer.one();
    assertThat(reset.is(Flags.RST | Flags.ACK)).isTrue();
    assertThat(reset.ack()).isEqualTo(11);
    assertThat(peer.engine.flowCount()).isZero();
    // resets are never answered
    peer.send(peer.at(5, 5, Flags.RST));
    peer.send(peer.at(5, 5, Flags.RST | Flags.ACK));
    assertThat(peer.all()).isEmpty();
  }

  @Test
  void aSynAckThatComesTwiceDoesNoHarm() {
    TcpConfig d = TcpConfig.DEFAULT;
    for (boolean strict : new boolean[]{true, false}) {
      HandDriven each = new HandDriven(d.with(Changed.of(d.abuse(), "strictSyn", strict)));
      TcpConnection c = each.connected(each.engine.newSettings());
      each.all();
      each.send(each.synAck());
      assertThat(c.state()).as("strict %s", strict).isEqualTo(TcpState.ESTABLISHED);
      // so that a peer whose ACK was lost learns of it
      assertThat(each.all()).hasSize(1).allMatch(s -> s.is(Flags.ACK) && s.ack() == 1);
    }
  }

  @Test
  void aSynThatComesTwiceIsAnsweredTwice() {
    TcpListener listener = peer.listen(peer.engine.newSettings());
    peer.send(peer.syn());
    Seen first = peer.one();
    peer.send(peer.syn());
    Seen second = peer.one();
    assertThat(second.flags()).isEqualTo(first.flags());
    assertThat(peer.engine.flowCount()).isOne();
    peer.send(peer.ack());
    assertThat(listener.waiting()).isOne();
  }

  @Test
  void aHandshakeUnderWayAnswersStrangeSegmentsWithItsOwnWindow() {
    TcpConfig d = TcpConfig.DEFAULT;
    HandDriven each = new HandDriven(d.with(Changed.of(d.buffers(), "receive", 60_000, "receiveMax", 6_000_000)));
    each.listen(each.engine.newSettings());
    each.window = 1000;
    each.send(each.syn().options(ALL_OPTIONS));
    Seen answer = each.one();
    each.send(each.at(100_000, 1, Flags.ACK).options(HandDriven.stampOption(10, answer.stamp())));
    Seen challenge = each.one();
    assertThat(challenge.is(Flags.ACK)).isTrue();
    assertThat(challenge.ack()).isOne();
    int told = challenge.window() << answer.scale();
    assertThat(told).as("window told").isBetween(answer.window() - (1 << answer.scale()),
        answer.window() + (1 << answer.scale()));
    // RFC 7323 section 3.2
    assertThat(challenge.stamps()).isTrue();
  }

  @Test
  void whatTheSynAckHasOfferedStands() {
    TcpConfig d = TcpConfig.DEFAULT;
    for (int buffer = 3000; buffer < 300_000; buffer = buffer * 5 / 4) {
      for (int[] options : new int[][]{{}, ALL_OPTIONS, {2, 4, 2, 0, 1, 3, 3, 2}, {8, 10, 0, 0, 0, 1, 0, 0, 0, 0}}) {
        HandDriven each = new HandDriven(d.with(Changed.of(d.buffers(), "receive", buffer)));
        each.listen(each.engine.newSettings());
        each.send(each.syn().options(options));
        Seen answer = each.one();
        each.stamps = answer.stamps();
        int scale = Math.max(0, answer.scale());
        int edge = 1 + answer.window();
        each.send(each.ack());
        for (int i = 0; i < 8; i++) {
          each.data(200);
          for (Seen s : each.pass(SECOND)) {
            int told = s.ack() + (s.window() << scale);
            assertThat(told).as("buffer %d, %d options, segment %d", buffer, options.length, i)
                .isGreaterThan(edge - (1 << scale));
            edge = Math.max(edge, told);
          }
        }
      }
    }
  }

  @Test
  void bothSidesMayOpenAtTheSameTime() {
    // RFC 9293 figure 7
    TcpConnection c = peer.connect(peer.engine.newSettings());
    assertThat(peer.one().is(Flags.SYN)).isTrue();
    peer.send(peer.syn().options(ALL_OPTIONS));
    assertThat(c.state()).isEqualTo(TcpState.SYN_RECEIVED);
    Seen answer = peer.one();
    assertThat(answer.is(Flags.SYN | Flags.ACK)).isTrue();
    assertThat(answer.sequence()).isZero();
    assertThat(answer.ack()).isOne();
    peer.send(peer.synAck().options(ALL_OPTIONS));
    assertThat(c.state()).isEqualTo(TcpState.ESTABLISHED);
  }

  @Test
  void theWindowOfACrossingSynAckIsNotScaled() {
    SocketSettings settings = peer.engine.newSettings();
    settings.sendBuffer = 100_000;
    settings.initialWindow = 50;
    TcpConnection c = peer.connect(settings);
    peer.one();
    peer.window = 3000;
    peer.send(peer.syn().options(2, 4, 5, 0xb4, 1, 3, 3, 7));
    peer.one();
    peer.send(peer.synAck().options(2, 4, 5, 0xb4, 1, 3, 3, 7));
    peer.write(c, 50_000);
    // RFC 7323 section 2.2
    for (Seen s : peer.all())
      assertThat(s.end()).isLessThanOrEqualTo(1 + 3000);
  }

  @Test
  void aFinBeforeTheHandshakeIsOverDoesNotTakeThePlaceOfTheSynAck() {
    TcpConnection c = peer.connect(peer.engine.newSettings());
    peer.one();
    peer.send(peer.syn());
    assertThat(c.state()).isEqualTo(TcpState.SYN_RECEIVED);
    peer.finish(c);
    List<Seen> first = peer.pass(10 * SECOND);
    assertThat(first).isNotEmpty();
    assertThat(first.getFirst().is(Flags.SYN | Flags.ACK)).isTrue();
    assertThat(first.stream().filter(s -> s.has(Flags.SYN))).as("the answer goes out again").hasSizeGreaterThan(2);
    peer.send(peer.ack());
    List<Seen> then = peer.pass(SECOND);
    assertThat(then).anyMatch(s -> s.has(Flags.FIN) && s.sequence() == 1);
    peer.acked = 2;
    peer.send(peer.ack());
    assertThat(c.state()).isEqualTo(TcpState.FIN_WAIT_2);
  }

  @Test
  void aServerThatClosesAFastOpenConnectionAtOnceStillAnswersTheSyn() {
    TcpConfig d = TcpConfig.DEFAULT;
    HandDriven each = new HandDriven(d.with(Changed.of(d.features(), "fastOpenServer", true)));
    TcpListener listener = each.listen(each.engine.newSettings());
    listener.setFastOpen(5, true);
    each.send(each.syn().payload(new byte[10]));
    TcpConnection c = HandDriven.accept(listener);
    assertThat(each.read(c, 100)).isEqualTo(10);
    each.finish(c);
    List<Seen> seen = each.pass(3 * SECOND);
    assertThat(seen).anyMatch(s -> s.is(Flags.SYN | Flags.ACK) && s.ack() == 11);
  }

  @Test
  void aHostMayTalkToItself() {
    TcpListener listener = peer.listen(peer.engine.newSettings());
    TcpConnection c = peer.engine.connect(HandDriven.HOST, 0, HandDriven.HOST, HandDriven.HOST_PORT,
        peer.engine.newSettings(), peer.now);
    assertThat(c).isNotNull();
    assertThat(peer.all()).isEmpty();
    TcpConnection other = HandDriven.accept(listener);
    if (c == null) return;
    peer.write(c, 100);
    assertThat(peer.all()).isEmpty();
    assertThat(other.readable()).isEqualTo(100);
  }

  @Test
  void aSocketMayConnectToItself() {
    TcpConnection c = peer.engine.connect(HandDriven.HOST, 5000, HandDriven.HOST, 5000, peer.engine.newSettings(),
        peer.now);
    assertThat(c).isNotNull();
    if (c == null) return;
    assertThat(peer.pass(SECOND)).isEmpty();
    assertThat(c.state()).isEqualTo(TcpState.ESTABLISHED);
    peer.write(c, 100);
    peer.pass(SECOND);
    assertThat(peer.read(c, 1000)).isEqualTo(100);
    peer.close(c);
    peer.pass(200 * SECOND);
    assertThat(peer.engine.flowCount()).isZero();
  }

  @Test
  void segmentsFromAddressesThatNobodyHasAreNotAnswered() {
    peer.listen(peer.engine.newSettings());
    for (int bits : new int[]{0, 0xe0000001, -1}) {
      byte[] syn = TestPacket.tcp(Address.v4(bits), 1, HandDriven.HOST, HandDriven.HOST_PORT).flags(Flags.SYN).build();
      peer.receive(syn);
      byte[] ack = TestPacket.tcp(Address.v4(bits), 1, HandDriven.HOST, HandDriven.HOST_PORT).flags(Flags.ACK).build();
      peer.receive(ack);
    }
    assertThat(peer.all()).isEmpty();
    assertThat(peer.engine.flowCount()).isZero();
  }

  @Test
  void theSequenceNumbersOfConnectionsCannotBeForeseen() {
    HandDriven other = new HandDriven();
    long[] numbers = new long[100];
    for (int i = 0; i < numbers.length; i++) {
      TcpConnection c = other.engine.connect(HandDriven.HOST, 10_000 + i, HandDriven.PEER, 80,
          other.engine.newSettings(), other.now);
      assertThat(c).isNotNull();
      if (c != null) numbers[i] = c.sender().una();
    }
    assertThat(numbers).doesNotHaveDuplicates();
    int close = 0;
    for (int i = 1; i < numbers.length; i++) {
      if (Math.abs(numbers[i] - numbers[i - 1]) < 1_000_000) close++;
    }
    assertThat(close).isLessThan(3);
  }

  @Test
  void aPathThatWasSmallBeforeIsTriedWithLargeSegmentsAfterTenMinutes() {
    peer.connect(peer.engine.newSettings());
    Seen syn = peer.one();
    peer.receive(TestPacket.tooBig(HandDriven.ROUTER, HandDriven.HOST, syn.packet(), 1200));
    peer.send(peer.at(0, 1, Flags.RST | Flags.ACK));
    TcpConnection c = peer.connected(peer.engine.newSettings(), 2, 4, 5, 0xb4);
    peer.all();
    assertThat(lengthOfWrite(c)).isEqualTo(1160);
    peer.pass(599 * SECOND);
    assertThat(lengthOfWrite(c)).isEqualTo(1160);
    peer.pass(2 * SECOND);
    assertThat(lengthOfWrite(c)).isEqualTo(1460);
  }

  private int lengthOfWrite(TcpConnection c) {
    peer.write(c, 1460);
    List<Seen> sent = peer.all();
    peer.acknowledge(sent.getLast().end());
    return sent.getFirst().length();
  }
}
