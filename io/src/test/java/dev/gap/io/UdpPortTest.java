package dev.gap.io;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import dev.gap.transport.PacketBatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What both kinds of port do. */
@Timeout(30)
@ParameterizedClass
@EnumSource
final class UdpPortTest {
  enum Kind {
    NIO, LINUX, LINUX_WITHOUT_CUTTING;

    UdpPort open(InetSocketAddress address) throws IOException {
      return switch (this) {
        case NIO -> NioUdpPort.open(address, false);
        case LINUX -> LinuxUdpPort.open(address, false, true);
        case LINUX_WITHOUT_CUTTING -> LinuxUdpPort.open(address, false, false);
      };
    }
  }

  private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final int PACKET_BYTES = 2048;
  private static final long LONG = TimeUnit.SECONDS.toNanos(20);

  private final Kind kind;
  private UdpPort port;
  private DatagramSocket peer;

  UdpPortTest(Kind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws IOException {
    Assumptions.assumeTrue(kind == Kind.NIO || LinuxUdpPort.isSupported(), "SKIPPED, not tested: no Linux");
    port = kind.open(ANY_PORT);
    peer = new DatagramSocket(ANY_PORT);
    peer.setSoTimeout(5000);
  }

  @AfterEach
  void close() throws IOException {
    if (port != null) port.close();
    if (peer != null) peer.close();
  }

  private void sendFromPeer(int value, int length) throws IOException {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    peer.send(new DatagramPacket(bytes, length, port.localAddress()));
  }

  private void sendTo(int portNumber, int value) throws IOException {
    peer.send(new DatagramPacket(new byte[]{(byte) value}, 1, InetAddress.getLoopbackAddress(), portNumber));
  }

  private DatagramPacket receiveAtPeer() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[PACKET_BYTES], PACKET_BYTES);
    peer.receive(packet);
    return packet;
  }

  private InetSocketAddress peerAddress() {
    return (InetSocketAddress) peer.getLocalSocketAddress();
  }

  private static void add(PacketBatch batch, int value, int length, InetSocketAddress to) {
    Arrays.fill(batch.next(), 0, length, (byte) value);
    batch.commit(length, to);
  }

  @Test
  void receivesWhatHasArrivedInOneBatchAndInOrder() throws IOException {
    for (int i = 0; i < 10; i++)
      sendFromPeer(i, 1 + 100 * i);
    PacketBatch in = new PacketBatch(64, PACKET_BYTES);
    while (in.size() < 10) {
      port.await(LONG);
      port.receive(in);
    }
    for (int i = 0; i < 10; i++) {
      assertThat(in.length(i)).isEqualTo(1 + 100 * i);
      assertThat(in.bytes(i)[in.length(i) - 1]).isEqualTo((byte) i);
      assertThat(in.peer(i)).isEqualTo(peerAddress());
    }
  }

  @Test
  void receivesNoMoreThanTheBatchHoldsAndTheRestLater() throws IOException {
    for (int i = 0; i < 6; i++)
      sendFromPeer(i, 10);
    PacketBatch in = new PacketBatch(4, PACKET_BYTES);
    port.await(LONG);
    port.receive(in);
    assertThat(in.size()).isEqualTo(4);
    port.receive(in);
    assertThat(in.size()).isEqualTo(4);
    in.clear();
    port.await(LONG);
    port.receive(in);
    assertThat(in.size()).isEqualTo(2);
    assertThat(in.bytes(0)[0]).isEqualTo((byte) 4);
  }

  @Test
  void receivesNothingWithoutWaiting() throws IOException {
    PacketBatch in = new PacketBatch(4, PACKET_BYTES);
    port.receive(in);
    assertThat(in.size()).isZero();
  }

  @Test
  void receivesEmptyDatagramsAndCutsWhatIsTooLong() throws IOException {
    sendFromPeer(1, 0);
    sendFromPeer(2, 5000);
    PacketBatch in = new PacketBatch(4, PACKET_BYTES);
    while (in.size() < 2) {
      port.await(LONG);
      port.receive(in);
    }
    assertThat(in.length(0)).isZero();
    assertThat(in.length(1)).isEqualTo(PACKET_BYTES);
  }

  @Test
  void sendsAllOfABatchToWhoeverEachIsFor() throws IOException {
    try (DatagramSocket other = new DatagramSocket(ANY_PORT)) {
      other.setSoTimeout(5000);
      PacketBatch out = new PacketBatch(64, PACKET_BYTES);
      for (int i = 0; i < 20; i++)
        add(out, i, 50 + i, peerAddress());
      add(out, 99, 7, (InetSocketAddress) other.getLocalSocketAddress());
      port.send(out);
      for (int i = 0; i < 20; i++) {
        DatagramPacket packet = receiveAtPeer();
        assertThat(packet.getLength()).isEqualTo(50 + i);
        assertThat(packet.getData()[0]).isEqualTo((byte) i);
        assertThat(packet.getSocketAddress()).isEqualTo(port.localAddress());
      }
      DatagramPacket packet = new DatagramPacket(new byte[100], 100);
      other.receive(packet);
      assertThat(packet.getLength()).isEqualTo(7);
      assertThat(port.sendErrors()).isZero();
    }
  }

  @Test
  void countsWhatTheNetworkRefusesAndGoesOn() throws IOException {
    PacketBatch out = new PacketBatch(8, PACKET_BYTES);
    // broadcast without leave
    InetSocketAddress refused = new InetSocketAddress("255.255.255.255", 9);
    add(out, 1, 10, refused);
    add(out, 2, 10, peerAddress());
    add(out, 3, 10, peerAddress());
    add(out, 4, 10, refused);
    add(out, 5, 10, refused);
    add(out, 6, 10, peerAddress());
    add(out, 7, 10, refused);
    port.send(out);
    assertThat(port.sendErrors()).isEqualTo(4);
    for (int value : new int[]{2, 3, 6})
      assertThat(receiveAtPeer().getData()[0]).isEqualTo((byte) value);
  }

  @Test
  void anAddressOfAnotherFamilyIsRefusedAlone() throws IOException {
    PacketBatch out = new PacketBatch(4, PACKET_BYTES);
    add(out, 1, 10, peerAddress());
    add(out, 2, 10, new InetSocketAddress("2001:db8::1", 9));
    add(out, 3, 10, peerAddress());
    port.send(out);
    assertThat(port.sendErrors()).isEqualTo(1);
    assertThat(receiveAtPeer().getData()[0]).isEqualTo((byte) 1);
    assertThat(receiveAtPeer().getData()[0]).isEqualTo((byte) 3);
  }

  @Test
  void lengthsAndPeersMayChangeWithinABatch() throws IOException {
    try (UdpPort other = kind.open(ANY_PORT)) {
      int[] lengths = {1200, 1200, 1200, 700, 700, 1200, 0, 0, 5, 1200, 1200, 1300, 1300, 9};
      PacketBatch out = new PacketBatch(64, PACKET_BYTES);
      for (int i = 0; i < lengths.length; i++)
        add(out, i, lengths[i], i % 7 == 6 ? peerAddress() : other.localAddress());
      port.send(out);
      PacketBatch in = receive(other, lengths.length - 2);
      for (int i = 0, at = 0; i < lengths.length; i++) {
        if (i % 7 == 6) continue;
        assertThat(in.length(at)).isEqualTo(lengths[i]);
        for (int b = 0; b < lengths[i]; b++)
          assertThat(in.bytes(at)[b]).isEqualTo((byte) i);
        assertThat(in.peer(at++)).isEqualTo(port.localAddress());
      }
      assertThat(receiveAtPeer().getLength()).isEqualTo(0);
      assertThat(receiveAtPeer().getLength()).isEqualTo(9);
      assertThat(port.sendErrors()).isZero();
    }
  }

  @Test
  void longBatchesArriveWholeAndInOrder() throws IOException {
    try (UdpPort other = kind.open(ANY_PORT)) {
      PacketBatch out = new PacketBatch(200, PACKET_BYTES);
      for (int i = 0; i < 200; i++)
        add(out, i, 1452, other.localAddress());
      port.send(out);
      PacketBatch in = receive(other, 200);
      for (int i = 0; i < 200; i++) {
        assertThat(in.length(i)).isEqualTo(1452);
        assertThat(in.bytes(i)[0]).isEqualTo((byte) i);
        assertThat(in.bytes(i)[1451]).isEqualTo((byte) i);
      }
    }
  }

  private static PacketBatch receive(UdpPort at, int count) throws IOException {
    PacketBatch all = new PacketBatch(count, PACKET_BYTES);
    while (all.size() < count) {
      at.await(LONG);
      at.receive(all);
    }
    return all;
  }

  @Test
  void isNotDisturbedByAPeerThatIsNotThere() throws IOException {
    InetSocketAddress gone = peerAddress();
    peer.close();
    PacketBatch out = new PacketBatch(4, PACKET_BYTES);
    add(out, 1, 10, gone);
    PacketBatch in = new PacketBatch(4, PACKET_BYTES);
    for (int i = 0; i < 5; i++) {
      port.send(out);
      port.await(TimeUnit.MILLISECONDS.toNanos(5));
      assertThatCode(() -> port.receive(in)).doesNotThrowAnyException();
    }
    assertThat(in.size()).isZero();
  }

  @Test
  void reachesIpv6FromTheWildcardAddress() throws IOException {
    InetSocketAddress loopback6 = new InetSocketAddress("::1", 0);
    try (UdpPort wildcard = kind.open(new InetSocketAddress(0)); UdpPort six = kind.open(loopback6)) {
      PacketBatch out = new PacketBatch(4, PACKET_BYTES);
      add(out, 1, 10, six.localAddress());
      add(out, 2, 10, peerAddress());
      wildcard.send(out);
      six.await(LONG);
      PacketBatch in = new PacketBatch(4, PACKET_BYTES);
      six.receive(in);
      assertThat(in.size()).isEqualTo(1);
      assertThat(in.peer(0).getAddress()).isEqualTo(six.localAddress().getAddress());
      assertThat(receiveAtPeer().getPort()).isEqualTo(wildcard.localAddress().getPort());
      out.clear();
      add(out, 3, 10, in.peer(0));
      six.send(out);
      sendTo(wildcard.localAddress().getPort(), 4);
      in = receive(wildcard, 2);
      assertThat(List.of(in.peer(0), in.peer(1))).containsExactlyInAnyOrder(six.localAddress(), peerAddress());
    } catch (BindException e) {
      Assumptions.abort("this machine has no IPv6");
    }
  }

  @Test
  void namesTheAddressThatItCannotBind() {
    assertThatExceptionOfType(BindException.class).isThrownBy(() -> kind.open(port.localAddress()))
        .withMessageStartingWith("cannot bind UDP 127.0.0.1:" + port.localAddress().getPort() + ": ");
    assertThatExceptionOfType(BindException.class)
        .isThrownBy(() -> kind.open(new InetSocketAddress("192.0.2.1", 4000)))
        .withMessageStartingWith("cannot bind UDP 192.0.2.1:4000: ");
  }

  @Test
  void freesItsAddressWhenClosed() throws IOException {
    InetSocketAddress address = port.localAddress();
    port.close();
    try (UdpPort next = kind.open(address)) {
      assertThat(next.localAddress()).isEqualTo(address);
    }
  }

  @Test
  void whatIsClosedSaysSo() throws IOException {
    port.close();
    port.close();
    port.wakeup();
    PacketBatch batch = new PacketBatch(4, PACKET_BYTES);
    assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> port.receive(batch));
  }

  private Duration await(long nanos) throws IOException {
    long begin = System.nanoTime();
    port.await(nanos);
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  @Test
  void waitsAsLongAsItIsTold() throws IOException {
    assertThat(await(TimeUnit.MILLISECONDS.toNanos(60))).isBetween(Duration.ofMillis(55), Duration.ofSeconds(5));
    assertThat(await(0)).isLessThan(Duration.ofMillis(50));
    assertThat(await(-5)).isLessThan(Duration.ofMillis(50));
    assertThat(await(Long.MIN_VALUE)).isLessThan(Duration.ofMillis(50));
    assertThat(await(1000)).isLessThan(Duration.ofMillis(50));
  }

  @Test
  void aDatagramEndsTheWait() throws IOException {
    sendFromPeer(1, 10);
    assertThat(await(LONG)).isLessThan(Duration.ofSeconds(5));
    // and is still there
    assertThat(await(LONG)).isLessThan(Duration.ofSeconds(5));
    PacketBatch in = new PacketBatch(4, PACKET_BYTES);
    port.receive(in);
    assertThat(in.size()).isEqualTo(1);
    assertThat(await(TimeUnit.MILLISECONDS.toNanos(30))).isGreaterThan(Duration.ofMillis(25));
  }

  @Test
  void aWakeupEndsThePresentWaitOrTheNext() throws Exception {
    port.wakeup();
    port.wakeup();
    assertThat(await(LONG)).isLessThan(Duration.ofSeconds(5));
    assertThat(await(TimeUnit.MILLISECONDS.toNanos(30))).isGreaterThan(Duration.ofMillis(25));
    Thread waker = Thread.ofVirtual().start(port::wakeup);
    assertThat(await(LONG)).isLessThan(Duration.ofSeconds(5));
    waker.join();
  }

  @Test
  void aPauseIsEndedByAWakeupAlone() throws Exception {
    sendFromPeer(1, 10);
    long begin = System.nanoTime();
    port.pause(TimeUnit.MILLISECONDS.toNanos(20));
    // the JDK's does not wait
    if (kind != Kind.NIO) assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(19));
    PacketBatch in = new PacketBatch(4, PACKET_BYTES);
    port.receive(in);
    assertThat(in.size()).isEqualTo(1);
    port.wakeup();
    begin = System.nanoTime();
    port.pause(LONG);
    assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(5));
  }

  @Test
  void anInterruptDoesNotEndIt() throws Exception {
    InetSocketAddress address = port.localAddress();
    PacketBatch in = new PacketBatch(4, PACKET_BYTES);
    // a channel of NIO that a thread uses while it is interrupted closes itself
    Thread.currentThread().interrupt();
    port.receive(in);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(port.localAddress()).isEqualTo(address);
    sendFromPeer(3, 10);
    while (in.size() == 0) {
      port.await(LONG);
      port.receive(in);
    }
    assertThat(in.bytes(0)[0]).isEqualTo((byte) 3);
  }
}
