package dev.gap.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Timeout(30)
final class UdpRelayTest {
  private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final int PATIENCE_MILLIS = 5000;

  private DatagramSocket server;
  private DatagramSocket client;

  @BeforeEach
  void openSockets() throws IOException {
    server = newSocket();
    client = newSocket();
  }

  @AfterEach
  void closeSockets() {
    server.close();
    client.close();
  }

  @Test
  void passesDatagramsBothWaysUnchanged() throws IOException {
    try (UdpRelay relay = relay(LinkSpec.PERFECT, LinkSpec.PERFECT)) {
      for (int i = 0; i < 100; i++) {
        send(client, relay.localAddress(), i, 1 + i * 10);
        DatagramPacket request = receive(server);
        assertThat(request.getLength()).isEqualTo(1 + i * 10);
        assertThat(request.getData()[0]).isEqualTo((byte) i);
        send(server, request.getSocketAddress(), i + 1, 20);
        DatagramPacket reply = receive(client);
        assertThat(reply.getSocketAddress()).isEqualTo(relay.localAddress());
        assertThat(reply.getLength()).isEqualTo(20);
        assertThat(reply.getData()[0]).isEqualTo((byte) (i + 1));
      }
      assertThat(relay.up().packetsOut()).isEqualTo(100);
      assertThat(relay.down().packetsOut()).isEqualTo(100);
      assertThat(relay.failures()).isZero();
    }
  }

  @Test
  void passesEmptyDatagrams() throws IOException {
    try (UdpRelay relay = relay(LinkSpec.PERFECT, LinkSpec.PERFECT)) {
      send(client, relay.localAddress(), 0, 0);
      DatagramPacket request = receive(server);
      assertThat(request.getLength()).isZero();
      send(server, request.getSocketAddress(), 0, 0);
      assertThat(receive(client).getLength()).isZero();
    }
  }

  @Test
  void bringsRepliesToTheClientThatAsked() throws IOException {
    try (UdpRelay relay = relay(LinkSpec.PERFECT, LinkSpec.PERFECT); DatagramSocket other = newSocket()) {
      send(client, relay.localAddress(), 1, 1);
      DatagramPacket first = receive(server);
      send(other, relay.localAddress(), 2, 1);
      DatagramPacket second = receive(server);
      assertThat(first.getPort()).isNotEqualTo(second.getPort());

      send(server, second.getSocketAddress(), 22, 1);
      send(server, first.getSocketAddress(), 11, 1);

      assertThat(receive(client).getData()[0]).isEqualTo((byte) 11);
      assertThat(receive(other).getData()[0]).isEqualTo((byte) 22);
    }
  }

  @Test
  void passesNoRepliesFromOthersThanTheTarget() throws IOException {
    try (UdpRelay relay = relay(LinkSpec.PERFECT, LinkSpec.PERFECT); DatagramSocket stranger = newSocket()) {
      send(client, relay.localAddress(), 1, 1);
      SocketAddress mapping = receive(server).getSocketAddress();

      send(stranger, mapping, 2, 1);
      send(server, mapping, 3, 1);

      assertThat(receive(client).getData()[0]).isEqualTo((byte) 3);
    }
  }

  @Test
  void delaysBothWays() throws IOException {
    LinkSpec delay = LinkSpec.PERFECT.withDelay(Duration.ofMillis(20));
    try (UdpRelay relay = relay(delay, delay)) {
      long bestNanos = Long.MAX_VALUE;
      for (int i = 0; i < 10; i++) {
        long start = System.nanoTime();
        send(client, relay.localAddress(), i, 100);
        send(server, receive(server).getSocketAddress(), i, 100);
        receive(client);
        bestNanos = Math.min(bestNanos, System.nanoTime() - start);
      }
      // never early; how late depends on the machine, so the best of ten is judged
      assertThat(bestNanos).isBetween(40_000_000L, 45_000_000L);
    }
  }

  @Test
  void losesAboutAsManyAsSpecified() throws IOException {
    try (UdpRelay relay = relay(LinkSpec.PERFECT.withLoss(0.2), LinkSpec.PERFECT)) {
      long received = 0;
      for (int i = 1; i <= 2000; i++) {
        send(client, relay.localAddress(), i, 50);
        // in small steps, so that no socket buffer overflows
        if (i % 50 == 0)
          awaitIn(relay, i);
        for (; received < relay.up().packetsOut(); received++)
          receive(server);
      }
      LinkStats up = relay.up();
      assertThat(up.lost()).isBetween(340L, 460L);
      assertThat(up.packetsOut()).isEqualTo(received).isEqualTo(2000 - up.lost());
    }
  }

  @Test
  void showsTheTargetAnotherAddressAfterARebind() throws IOException {
    try (UdpRelay relay = relay(LinkSpec.PERFECT, LinkSpec.PERFECT)) {
      send(client, relay.localAddress(), 1, 1);
      SocketAddress before = receive(server).getSocketAddress();

      relay.rebind();
      send(client, relay.localAddress(), 2, 1);
      SocketAddress after = receive(server).getSocketAddress();
      send(server, before, 3, 1);
      send(server, after, 4, 1);

      assertThat(after).isNotEqualTo(before);
      assertThat(receive(client).getData()[0]).isEqualTo((byte) 4);
    }
  }

  @Test
  void dropsEverythingInABlackout() throws IOException {
    try (UdpRelay relay = relay(LinkSpec.PERFECT, LinkSpec.PERFECT)) {
      relay.setBlackout(true);
      send(client, relay.localAddress(), 1, 1);
      awaitIn(relay, 1);
      relay.setBlackout(false);
      send(client, relay.localAddress(), 2, 1);

      assertThat(receive(server).getData()[0]).isEqualTo((byte) 2);
      assertThat(relay.up().blackoutDropped()).isEqualTo(1);
    }
  }

  @Test
  void changesItsLinksInMidRun() throws IOException {
    LinkSpec crawling = LinkSpec.PERFECT.withRate(1000).withQueue(Duration.ZERO);
    try (UdpRelay relay = relay(crawling, LinkSpec.PERFECT)) {
      send(client, relay.localAddress(), 1, 1000);
      awaitIn(relay, 1);

      relay.setSpec(LinkSpec.PERFECT, LinkSpec.PERFECT);

      // at the old rate this would take 8 s, more than our patience
      assertThat(receive(server).getLength()).isEqualTo(1000);
    }
  }

  @Test
  void survivesATargetThatIsNotThere() throws IOException {
    InetSocketAddress target = (InetSocketAddress) server.getLocalSocketAddress();
    try (UdpRelay relay = relay(LinkSpec.PERFECT, LinkSpec.PERFECT)) {
      server.close();
      for (int i = 1; i <= 50; i++) {
        send(client, relay.localAddress(), i, 1);
        awaitIn(relay, i);
      }
      server = new DatagramSocket(target);
      server.setSoTimeout(PATIENCE_MILLIS);
      send(client, relay.localAddress(), 99, 1);

      assertThat(receive(server).getData()[0]).isEqualTo((byte) 99);
    }
  }

  @Test
  void freesItsPortWhenClosedAndCanBeClosedTwice() throws IOException {
    UdpRelay relay = relay(LinkSpec.PERFECT, LinkSpec.PERFECT);
    relay.close();
    relay.close();

    new DatagramSocket(relay.localAddress()).close();
    assertThatExceptionOfType(IOException.class).isThrownBy(relay::rebind).withMessageContaining("is closed");
  }

  @Test
  void refusesUnresolvedAddressesAndTakenPorts() {
    InetSocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere", 1);
    InetSocketAddress taken = (InetSocketAddress) server.getLocalSocketAddress();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> UdpRelay.start(ANY_PORT, unresolved, LinkSpec.PERFECT, LinkSpec.PERFECT, 1));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> UdpRelay.start(taken, taken, LinkSpec.PERFECT, LinkSpec.PERFECT, 1));
  }

  private UdpRelay relay(LinkSpec up, LinkSpec down) throws IOException {
    return UdpRelay.start(ANY_PORT, (InetSocketAddress) server.getLocalSocketAddress(), up, down, 1);
  }

  private static DatagramSocket newSocket() throws IOException {
    DatagramSocket socket = new DatagramSocket(ANY_PORT);
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static void send(DatagramSocket from, SocketAddress to, int firstByte, int length) throws IOException {
    byte[] data = new byte[Math.max(1, length)];
    data[0] = (byte) firstByte;
    from.send(new DatagramPacket(data, length, to));
  }

  private static DatagramPacket receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
    socket.receive(packet);
    return packet;
  }

  private static void awaitIn(UdpRelay relay, long packets) throws IOException {
    long start = System.nanoTime();
    while (relay.up().packetsIn() < packets) {
      if (System.nanoTime() - start > Duration.ofMillis(PATIENCE_MILLIS).toNanos())
        throw new SocketTimeoutException("the relay has taken in only " + relay.up().packetsIn());
      Thread.onSpinWait();
    }
  }
}
