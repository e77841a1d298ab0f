package dev.gap.tcp.engine;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.wire.Flags;

import static dev.gap.tcp.engine.HandDriven.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

/** Where the timestamps of a connection begin: RFC 7323 section 5.4. */
class TimestampOriginTest {
  private final HandDriven peer = new HandDriven();

  private int stampOfAnswerTo(int port) {
    peer.send(TestPacket.tcp(HandDriven.PEER, port, HandDriven.HOST, HandDriven.HOST_PORT).flags(Flags.SYN)
        .numbers(HandDriven.PEER_ISS, 0).options(HandDriven.stampOption(7, 0)));
    int stamp = peer.one().stamp();
    peer.send(TestPacket.tcp(HandDriven.PEER, port, HandDriven.HOST, HandDriven.HOST_PORT).flags(Flags.RST)
        .numbers(HandDriven.PEER_ISS + 1, 0));
    assertThat(peer.engine.flowCount()).isZero();
    return stamp;
  }

  @Test
  void eachConnectionHasAnOriginOfItsOwn() {
    peer.listen(peer.engine.newSettings());
    int first = stampOfAnswerTo(1);
    int second = stampOfAnswerTo(2);
    int third = stampOfAnswerTo(3);
    // that it comes so close by accident is one in some millions
    assertThat(Math.abs((long) first - second)).isGreaterThan(1000);
    assertThat(Math.abs((long) second - third)).isGreaterThan(1000);
  }

  @Test
  void betweenTheSamePortsTimeGoesOn() {
    // RFC 6191: what is new is told from what is old by it
    peer.listen(peer.engine.newSettings());
    int first = stampOfAnswerTo(1);
    peer.now += 3 * SECOND;
    assertThat(stampOfAnswerTo(1)).isEqualTo(first + 3000);
  }

  @Test
  void theOriginIsOfTheHostToo() {
    HandDriven other = new HandDriven();
    // the same secret, since it is drawn from the same seed; another address makes another origin
    peer.listen(peer.engine.newSettings());
    other.listen(other.engine.newSettings());
    int first = stampOfAnswerTo(1);
    other.send(TestPacket.tcp(HandDriven.ROUTER, 1, HandDriven.HOST, HandDriven.HOST_PORT).flags(Flags.SYN)
        .numbers(HandDriven.PEER_ISS, 0).options(HandDriven.stampOption(7, 0)));
    assertThat(Math.abs((long) other.one().stamp() - first)).isGreaterThan(1000);
  }
}
