package dev.gap.io;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.gap.transport.PacketBatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What only the port of Linux does. */
@Timeout(30)
final class LinuxUdpPortTest {
  private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final int PACKET_BYTES = 2048;
  private static final long LONG = TimeUnit.SECONDS.toNanos(20);

  private LinuxUdpPort port;
  private LinuxUdpPort peer;

  @BeforeEach
  void open() throws IOException {
    Assumptions.assumeTrue(LinuxUdpPort.isSupported(), "SKIPPED, not tested: no Linux");
    port = LinuxUdpPort.open(ANY_PORT, false);
    peer = LinuxUdpPort.open(ANY_PORT, false);
  }

  @AfterEach
  void close() {
    if (port != null) port.close();
    if (peer != null) peer.close();
  }

  private static PacketBatch batch(int count, int length, InetSocketAddress to) {
    PacketBatch out = new PacketBatch(count, PACKET_BYTES);
    for (int i = 0; i < count; i++) {
      Arrays.fill(out.next(), 0, length, (byte) i);
      out.commit(length, to);
    }
    return out;
  }

  private static PacketBatch receive(UdpPort at, int count) throws IOException {
    PacketBatch all = new PacketBatch(count, PACKET_BYTES);
    while (all.size() < count) {
      at.await(LONG);
      at.receive(all);
    }
    return all;
  }

  private static void assertCounted(PacketBatch in, int length) {
    for (int i = 0; i < in.size(); i++) {
      assertThat(in.length(i)).isEqualTo(length);
      assertThat(in.bytes(i)[length - 1]).isEqualTo((byte) i);
    }
  }

  @Test
  void isWhatIsOpenedHereUnlessNioIsAskedFor() throws IOException {
    try (UdpPort chosen = UdpPort.open(ANY_PORT, false)) {
      assertThat(chosen).isInstanceOf(LinuxUdpPort.class);
    }
    System.setProperty(UdpPort.PROPERTY, "nio");
    try (UdpPort chosen = UdpPort.open(ANY_PORT, true)) {
      assertThat(chosen).isInstanceOf(NioUdpPort.class);
    } finally {
      System.clearProperty(UdpPort.PROPERTY);
    }
    assertThatExceptionOfType(UnknownHostException.class)
        .isThrownBy(() -> UdpPort.open(InetSocketAddress.createUnresolved("nowhere.invalid", 1), false))
        .withMessageContaining("nowhere.invalid");
  }

  @Test
  void aRunPutTogetherIsTakenApartAlsoAcrossBatches() throws IOException {
    // over loopback a run stays one message all the way
    port.send(batch(40, 1452, peer.localAddress()));
    PacketBatch in = new PacketBatch(7, PACKET_BYTES);
    int seen = 0;
    while (seen < 40) {
      in.clear();
      // returns at once while a part of the run is left
      peer.await(LONG);
      peer.receive(in);
      for (int i = 0; i < in.size(); i++) {
        assertThat(in.length(i)).isEqualTo(1452);
        assertThat(in.bytes(i)[0]).isEqualTo((byte) (seen + i));
        assertThat(in.bytes(i)[1451]).isEqualTo((byte) (seen + i));
        assertThat(in.peer(i)).isEqualTo(port.localAddress());
      }
      seen += in.size();
    }
  }

  @Test
  void aRunLongerThanTheKernelCutsGoesInSeveral() throws IOException {
    port.send(batch(200, 100, peer.localAddress()));
    assertCounted(receive(peer, 200), 100);
    assertThat(port.sendErrors()).isZero();
  }

  @Test
  void whatTheKernelWillNotCutGoesDatagramByDatagram() throws IOException {
    // a socket without checksums may not have its messages cut: EINVAL
    LinuxCalls calls = new LinuxCalls();
    assertThat(calls.setOption(port.descriptor(), LinuxCalls.SOL_SOCKET, 11, 1)).isZero();
    for (int round = 0; round < 2; round++) {
      port.send(batch(30, 1200, peer.localAddress()));
      assertCounted(receive(peer, 30), 1200);
    }
    assertThat(port.sendErrors()).isZero();
  }

  @Test
  void aSocketThatDiesIsOpenedAgainAtItsAddress() throws IOException {
    InetSocketAddress address = port.localAddress();
    new LinuxCalls().close(port.descriptor());
    PacketBatch in = new PacketBatch(4, PACKET_BYTES);
    port.receive(in);
    assertThat(port.localAddress()).isEqualTo(address);
    peer.send(batch(2, 10, address));
    assertCounted(receive(port, 2), 10);
    new LinuxCalls().close(port.descriptor());
    port.send(batch(1, 10, peer.localAddress()));
    port.send(batch(2, 10, peer.localAddress()));
    assertCounted(receive(peer, 2), 10);
  }

  @Test
  void knowsMorePeersApartThanItRemembers() throws IOException {
    DatagramSocket[] peers = new DatagramSocket[300];
    PacketBatch out = new PacketBatch(peers.length, PACKET_BYTES);
    PacketBatch in = new PacketBatch(1, PACKET_BYTES);
    try {
      for (int i = 0; i < peers.length; i++) {
        peers[i] = new DatagramSocket(ANY_PORT);
        peers[i].send(new DatagramPacket(new byte[1], 1, port.localAddress()));
        in.clear();
        while (in.size() == 0) {
          port.await(LONG);
          port.receive(in);
        }
        assertThat(in.peer(0)).isEqualTo(peers[i].getLocalSocketAddress());
        out.next()[0] = (byte) i;
        out.commit(3, in.peer(0));
      }
      port.send(out);
      for (int i = 0; i < peers.length; i++) {
        DatagramPacket packet = new DatagramPacket(new byte[10], 10);
        peers[i].setSoTimeout(5000);
        peers[i].receive(packet);
        assertThat(packet.getData()[0]).isEqualTo((byte) i);
      }
    } finally {
      for (DatagramSocket socket : peers)
        if (socket != null) socket.close();
    }
  }

  @Test
  void waitsToTheMicrosecond() throws IOException {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 50; i++) {
      long begin = System.nanoTime();
      port.await(TimeUnit.MICROSECONDS.toNanos(100));
      long took = System.nanoTime() - begin;
      assertThat(took).isGreaterThanOrEqualTo(TimeUnit.MICROSECONDS.toNanos(100));
      best = Math.min(best, took);
    }
    // the JDK's selector waits for a millisecond at least
    assertThat(best).isLessThan(TimeUnit.MICROSECONDS.toNanos(900));
  }

  @Test
  void speaksWithJavasSocketsOfBothFamilies() throws IOException {
    try (DatagramChannel six = DatagramChannel.open(StandardProtocolFamily.INET6);
        LinuxUdpPort both = LinuxUdpPort.open(new InetSocketAddress(0), false)) {
      six.bind(new InetSocketAddress("::1", 0));
      six.configureBlocking(false);
      six.send(ByteBuffer.wrap(new byte[5]), new InetSocketAddress("::1", both.localAddress().getPort()));
      PacketBatch in = receive(both, 1);
      assertThat(in.peer(0)).isEqualTo(six.getLocalAddress());
      assertThat(both.localAddress().getAddress().isAnyLocalAddress()).isTrue();
    } catch (UnsupportedOperationException | BindException e) {
      Assumptions.abort("this machine has no IPv6");
    }
  }

  @Test
  void allocatesNothingForADatagram() throws IOException {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    PacketBatch out = batch(64, 1400, peer.localAddress());
    PacketBatch in = new PacketBatch(64, PACKET_BYTES);
    int rounds = 300;
    long before = 0;
    for (int i = -rounds; i < rounds; i++) {
      if (i == 0) before = threads.getCurrentThreadAllocatedBytes();
      port.send(out);
      in.clear();
      while (!in.isFull()) {
        peer.await(LONG);
        peer.receive(in);
      }
    }
    long each = (threads.getCurrentThreadAllocatedBytes() - before) / (rounds * 64L);
    assertThat(each).isLessThan(16);
  }
}
