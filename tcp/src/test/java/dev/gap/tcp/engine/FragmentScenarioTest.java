package dev.gap.tcp.engine;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.Flags;
import dev.gap.transport.PacketEngine;

import static dev.gap.tcp.engine.HandDriven.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

/** A peer whose packets come in fragments: RFC 9293 section 3.7.3 has receivers take them. */
class FragmentScenarioTest {
  private final HandDriven peer = new HandDriven();

  @Test
  void aSegmentInFragmentsIsTakenWhenItIsWhole() {
    TcpConnection c = peer.accepted();
    byte[] segment = peer.plain(Flags.ACK | Flags.PSH).payload(new byte[1000]).build();
    List<byte[]> fragments = Cut.into(400, 5, segment).reversed();
    for (byte[] fragment : fragments) {
      assertThat(c.readable()).isZero();
      peer.receive(fragment);
    }
    assertThat(c.readable()).isEqualTo(1000);
    assertThat(peer.engine.stats().fragments).isEqualTo(3);
    assertThat(peer.engine.stats().reassembled).isOne();
  }

  @Test
  void whatIsWrongInTheWholeIsStillWrong() {
    TcpConnection c = peer.accepted();
    byte[] segment = peer.plain(Flags.ACK | Flags.PSH).payload(new byte[1000]).build();
    segment[700]++;
    for (byte[] fragment : Cut.into(400, 5, segment))
      peer.receive(fragment);
    assertThat(c.readable()).isZero();
    assertThat(peer.engine.stats().malformed).isOne();
  }

  @Test
  void aPieceIsForgottenAndThenNothingIsLeftToDo() {
    TcpConnection c = peer.accepted();
    peer.pass(SECOND);
    assertThat(peer.engine.nextTimeoutNanos()).isEqualTo(PacketEngine.NEVER);
    byte[] segment = peer.plain(Flags.ACK | Flags.PSH).payload(new byte[1000]).build();
    List<byte[]> fragments = Cut.into(800, 5, segment);
    peer.receive(fragments.get(1));
    assertThat(peer.engine.nextTimeoutNanos()).isEqualTo(peer.now + 60 * SECOND);
    assertThat(peer.pass(60 * SECOND)).isEmpty();
    assertThat(peer.engine.nextTimeoutNanos()).isEqualTo(PacketEngine.NEVER);
    peer.receive(fragments.get(0));
    assertThat(c.readable()).isZero();
  }

  @Test
  void fragmentsForOthersAreNotKept() {
    byte[] stray = TestPacket.tcp(HandDriven.PEER, 1, Address.v4(0x0a000077), 2).payload(new byte[100]).build();
    byte[] datagram = TestPacket.ip(HandDriven.PEER, HandDriven.HOST, 17, 0, new byte[200]);
    peer.receive(Cut.into(64, 1, stray).getFirst());
    peer.receive(Cut.into(64, 1, datagram).getFirst());
    assertThat(peer.engine.nextTimeoutNanos()).isEqualTo(PacketEngine.NEVER);
    assertThat(peer.engine.stats().notForUs).isEqualTo(2);
  }

  @Test
  void anEchoIsAnsweredThatFitsIntoAPacket() {
    for (int length : new int[]{1400, 1600}) {
      byte[] request = TestPacket.icmp(HandDriven.PEER, HandDriven.HOST, 8, 0, 7, new byte[length]);
      for (byte[] fragment : Cut.into(800, length, request))
        peer.receive(fragment);
      assertThat(peer.engine.poll(peer.slot, peer.now)).as("%d bytes", length).isEqualTo(length == 1400);
    }
  }
}
