package dev.gap.tcp.engine;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.HandDriven.Seen;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpError;
import dev.gap.tcp.engine.connection.TcpState;
import dev.gap.tcp.engine.stack.TcpListener;
import dev.gap.tcp.engine.wire.Flags;

import static dev.gap.tcp.engine.HandDriven.MILLI;
import static dev.gap.tcp.engine.HandDriven.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

/** Windows that close and open, with a peer played by hand: RFC 9293 section 3.8.6. */
class WindowScenarioTest {
  private static final int MSS = 1460;
  private static final int[] MSS_OPTION = {2, 4, 5, 0xb4};

  private final HandDriven peer = new HandDriven();

  private static SocketSettings buffers(HandDriven each, int receive, int send) {
    SocketSettings settings = each.engine.newSettings();
    settings.receiveBuffer = receive;
    settings.sendBuffer = send;
    return settings;
  }

  @Test
  void noMoreGoesOutThanTheWindowLetsThrough() {
    peer.window = 4000;
    TcpConnection c = peer.accepted(buffers(peer, 0, 100_000), MSS_OPTION);
    peer.write(c, 50_000);
    int end = 0;
    for (Seen s : peer.pass(100 * MILLI))
      end = Math.max(end, s.end());
    assertThat(end).isBetween(1 + 4000 - MSS, 1 + 4000);
  }

  @Test
  void aClosedWindowIsProbedWithoutEndAndAtGrowingTimes() {
    peer.window = 2000;
    TcpConnection c = peer.accepted(buffers(peer, 0, 100_000), MSS_OPTION);
    peer.write(c, 2000);
    peer.all();
    peer.window = 0;
    peer.acknowledge(2001);
    peer.write(c, 5000);
    long before = 0;
    for (int i = 0; i < 12; i++) {
      Seen probe = peer.next(200 * SECOND);
      assertThat(probe).as("probe %d", i).isNotNull();
      if (probe == null) return;
      assertThat(probe.length()).isLessThanOrEqualTo(1);
      if (i > 0) assertThat(probe.at()).as("probe %d", i).isGreaterThan(before);
      before = probe.at();
      // an answer: the peer is there
      peer.send(peer.ack());
    }
    assertThat(c.state()).isEqualTo(TcpState.ESTABLISHED);
    peer.window = 10_000;
    peer.send(peer.ack());
    assertThat(peer.all().getFirst().length()).isEqualTo(MSS);
  }

  @Test
  void aPeerThatDoesNotAnswerProbesIsGivenUp() {
    peer.window = 2000;
    TcpConnection c = peer.accepted(buffers(peer, 0, 100_000), MSS_OPTION);
    peer.write(c, 2000);
    peer.all();
    peer.window = 0;
    peer.acknowledge(2001);
    peer.write(c, 5000);
    peer.pass(3600 * SECOND);
    assertThat(c.error()).isEqualTo(TcpError.TIMED_OUT);
    assertThat(peer.engine.flowCount()).isZero();
  }

  @Test
  void dataThatFitsExactlyDoesNotWaitForRoomForItsFin() {
    peer.window = 1000;
    TcpConnection c = peer.accepted(buffers(peer, 0, 100_000), MSS_OPTION);
    peer.write(c, 1000);
    peer.finish(c);
    int end = 0;
    for (Seen s : peer.pass(3 * SECOND))
      end = Math.max(end, s.end());
    assertThat(end).as("up to the edge and not beyond").isEqualTo(1001);
    // the reader takes it, but its window update is lost
    peer.window = 0;
    peer.acknowledge(1001);
    assertThat(peer.engine.nextTimeoutNanos()).as("something will happen").isNotEqualTo(Long.MAX_VALUE);
    Seen probe = peer.next(10 * SECOND);
    assertThat(probe).as("a probe").isNotNull();
    peer.window = 1000;
    peer.send(peer.ack());
    List<Seen> last = peer.pass(SECOND);
    assertThat(last).anyMatch(s -> s.has(Flags.FIN) && s.sequence() == 1001);
  }

  @Test
  void theFinOfABurstStaysWithinTheWindowToo() {
    TcpConfig d = TcpConfig.DEFAULT;
    for (int total = 1000; total < 5000; total += 97) {
      HandDriven each = new HandDriven(d);
      each.window = total;
      TcpConnection c = each.accepted(buffers(each, 0, 100_000), 2, 4, 1, 0xf4);
      each.write(c, total);
      each.finish(c);
      for (int i = 0; i < 30; i++) {
        for (Seen s : each.pass(SECOND))
          assertThat(s.end()).as("window %d", total).isLessThanOrEqualTo(1 + total);
        int ack = (int) (c.sender().next() - c.sender().una()) + each.acked;
        each.window = Math.max(0, 1 + total - ack);
        each.acknowledge(ack);
      }
      assertThat(each.acked).as("window %d", total).isEqualTo(1 + total);
    }
  }

  @Test
  void aWindowThatWasClosedOpensWhenAllIsRead() {
    TcpConfig d = TcpConfig.DEFAULT;
    for (int buffer = 1000; buffer < 40_000; buffer = buffer * 11 / 10) {
      for (boolean scaling : new boolean[]{false, true}) {
        for (int piece : new int[]{100, 536, 1460}) {
          HandDriven each = new HandDriven(d.with(Changed.of(d.features(), "windowScaling", scaling))
              .with(Changed.of(d.buffers(), "receive", buffer, "receiveMax", 100_000)));
          int[] options = {2, 4, 5, 0xb4, 1, 3, 3, 0};
          TcpConnection c = each.accepted(options);
          fill(each, c, piece);
          int there = c.readable();
          assertThat(each.read(c, there)).isEqualTo(there);
          each.pass(SECOND);
          // what the peer's probe is answered with
          each.send(each.at(each.next - 1, 1, Flags.ACK));
          Seen answer = each.one();
          assertThat(answer.window()).as("buffer %d, scaling %s, segments of %d", buffer, scaling, piece).isPositive();
        }
      }
    }
  }

  @Test
  void aWindowThatWasClosedOpensThoughTheBufferHasGrown() {
    TcpConfig d = TcpConfig.DEFAULT;
    for (int buffer = 1000; buffer < 6000; buffer += 71) {
      TcpConfig config = d.with(Changed.of(d.features(), "windowScaling", false, "fastOpenServer", true))
          .with(Changed.of(d.buffers(), "receive", buffer, "receiveMax", 30_000));
      HandDriven each = new HandDriven(config);
      TcpListener listener = each.listen(each.engine.newSettings());
      listener.setFastOpen(5, true);
      int early = buffer / 2;
      // a buffer full comes with the SYN, and another one behind it
      each.send(each.syn().options(MSS_OPTION).payload(new byte[early]));
      each.pass(MILLI);
      each.now += 10 * MILLI;
      each.next += early;
      each.send(each.ack());
      TcpConnection c = HandDriven.accept(listener);
      fill(each, c, 1237);
      each.now += SECOND;
      int there = c.readable();
      assertThat(each.read(c, there)).isEqualTo(there);
      each.pass(SECOND);
      each.send(each.at(each.next - 1, 1, Flags.ACK));
      Seen answer = each.one();
      assertThat(answer.window()).as("buffer %d", buffer).isPositive();
    }
  }

  private static void fill(HandDriven each, TcpConnection c, int piece) {
    for (int i = 0; i < 1000 && c.receiver().window() > 0; i++) {
      int length = (int) Math.min(piece, c.receiver().window());
      each.data(length);
      each.pass(50 * MILLI);
    }
  }

  @Test
  void afterTheEndOfItsStreamAPeerHearsOfNoWindows() {
    TcpConnection c = peer.accepted(buffers(peer, 20_000, 0), MSS_OPTION);
    for (int i = 0; i < 5; i++)
      peer.data(MSS);
    peer.send(peer.plain(Flags.ACK | Flags.FIN));
    peer.next++;
    peer.pass(SECOND);
    assertThat(c.state()).isEqualTo(TcpState.CLOSE_WAIT);
    assertThat(peer.read(c, 100_000)).isEqualTo(5 * MSS);
    assertThat(peer.pass(SECOND)).isEmpty();
  }

  @Test
  void dataBeyondTheWindowIsNotKept() {
    TcpConnection c = peer.accepted(buffers(peer, 8000, 0), MSS_OPTION);
    long window = c.receiver().window();
    peer.send(peer.at((int) window + 1, 1, Flags.ACK).payload(new byte[1000]));
    assertThat(c.receiver().heldBytes()).isZero();
    peer.send(peer.at((int) window - 99, 1, Flags.ACK).payload(new byte[1000]));
    assertThat(c.receiver().heldBytes()).isEqualTo(100);
    assertThat(peer.all()).isNotEmpty();
  }

  @Test
  void aReaderThatTakesNothingIsSentNothing() {
    TcpConnection c = peer.accepted(buffers(peer, 8000, 0), MSS_OPTION);
    fill(peer, c, 500);
    long window = c.receiver().window();
    assertThat(window).isZero();
    int held = c.receiver().heldBytes();
    for (int i = 0; i < 100; i++) {
      peer.send(peer.plain(Flags.ACK).payload(new byte[1]));
      assertThat(c.receiver().heldBytes()).isLessThanOrEqualTo(held + 1);
    }
  }

  @Test
  void theSendBufferGrowsWithTheWindowAsFarAsAllowed() {
    TcpConfig d = TcpConfig.DEFAULT;
    HandDriven each = new HandDriven(d.with(Changed.of(d.buffers(), "send", 16_384, "sendMax", 200_000)));
    TcpConnection c = each.accepted(MSS_OPTION);
    int before = c.sendBufferBytes();
    int most = before;
    for (int round = 0; round < 10; round++) {
      each.write(c, 200_000);
      int end = each.acked;
      for (Seen s : each.all())
        end = Math.max(end, s.end());
      each.now += 10 * MILLI;
      each.acknowledge(end);
      assertThat(c.sendBufferBytes()).isGreaterThanOrEqualTo(most);
      most = c.sendBufferBytes();
    }
    assertThat(most).isEqualTo(200_000).isGreaterThan(before);
  }

  @Test
  void aSendBufferThatIsNeverFullDoesNotGrow() {
    TcpConfig d = TcpConfig.DEFAULT;
    HandDriven each = new HandDriven(d.with(Changed.of(d.buffers(), "send", 100_000, "sendMax", 200_000)));
    TcpConnection c = each.accepted(MSS_OPTION);
    int before = c.sendBufferBytes();
    for (int round = 0; round < 10; round++) {
      each.write(c, 50_000);
      int end = each.acked;
      for (Seen s : each.all())
        end = Math.max(end, s.end());
      each.now += 10 * MILLI;
      each.acknowledge(end);
    }
    assertThat(c.sender().congestionWindow()).isGreaterThan(30);
    assertThat(c.sendBufferBytes()).isEqualTo(before);
  }

  @Test
  void aSendBufferThatTheApplicationHasSetStays() {
    TcpConnection c = peer.accepted(buffers(peer, 0, 50_000), MSS_OPTION);
    for (int round = 0; round < 5; round++) {
      peer.write(c, 50_000);
      peer.all();
      peer.now += 10 * MILLI;
      peer.acknowledge(peer.acked + c.info(peer.now).unackedBytes() - c.info(peer.now).unsentBytes());
    }
    assertThat(c.sendBufferBytes()).isEqualTo(50_000);
  }

  @Test
  void aWindowThatIsUsedInPartDecaysHalfwayToWhatIsUsed() {
    // RFC 2861 section 3.2
    for (boolean decays : new boolean[]{true, false}) {
      TcpConfig d = TcpConfig.DEFAULT;
      HandDriven each = new HandDriven(
          d.with(Changed.of(d.congestion(), "restartAfterIdle", decays, "initialWindow", 2)));
      TcpConnection c = each.accepted(buffers(each, 0, 1_000_000), MSS_OPTION);
      for (int round = 0; c.info(each.now).sender().cwnd() < 40; round++) {
        assertThat(round).isLessThan(20);
        each.write(c, 40 * MSS);
        exchange(each);
      }
      int before = c.info(each.now).sender().cwnd();
      // four segments each 100 ms, so that it is never idle for a timeout
      for (int round = 0; round < 4; round++) {
        each.write(c, 4 * MSS);
        exchange(each);
        each.pass(100 * MILLI);
      }
      int after = c.info(each.now).sender().cwnd();
      if (decays) assertThat(after).isBetween((before + 4) / 2 - 2, (before + 4) / 2 + 2);
      else assertThat(after).isGreaterThanOrEqualTo(before);
    }
  }

  /** The peer acknowledges all that goes out, 10 ms later, until nothing does. */
  private static void exchange(HandDriven each) {
    for (List<Seen> sent = each.all(); !sent.isEmpty(); sent = each.all()) {
      each.now += 10 * MILLI;
      each.acknowledge(sent.getLast().end());
    }
  }
}
