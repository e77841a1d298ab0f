package dev.gap.io;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.gap.transport.PacketBatch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** On real devices, with addresses of a range for tests between networks (RFC 2544). */
@Timeout(20)
final class LinuxTunPortIT {
  private static final String ADDRESS = "198.18.77.1/30";
  private static final String OTHER = "198.18.77.2";
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int SYN = 2;

  @BeforeEach
  void needsRootAndTun() {
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")) && Files.exists(Path.of("/dev/net/tun")),
        "SKIPPED, not tested: only root may make TUN devices");
  }

  private static LinuxTunPort open(boolean offload) throws IOException {
    LinuxTunPort port = LinuxTunPort.open(new LinuxTunPort.Options("gapit%d", offload));
    port.configure(1400, List.of(ADDRESS));
    return port;
  }

  /** {@return the next packet that fits; the kernel has some of its own to send, such as router solicitations} */
  private static byte[] next(LinuxTunPort port, Predicate<byte[]> fits) throws IOException {
    byte[] packet = new byte[TunPort.MAX_PACKET_BYTES];
    while (true) {
      int length = port.receive(packet);
      if (length == TunPort.NOTHING) {
        port.await(TimeUnit.SECONDS.toNanos(1));
        continue;
      }
      byte[] ip = Arrays.copyOfRange(packet, port.headerBytes(), length);
      if (fits.test(ip)) return Arrays.copyOf(packet, length);
    }
  }

  private static Predicate<byte[]> ipv4(int protocol) {
    return ip -> ip[0] >> 4 == 4 && ip[9] == protocol;
  }

  /** Swaps the addresses and the ports, which leaves all checksums right. */
  private static void turnRound(byte[] packet, int at) {
    swap(packet, at + 12, at + 16, 4);
    swap(packet, at + 20, at + 22, 2);
  }

  private static void swap(byte[] bytes, int a, int b, int length) {
    byte[] first = Arrays.copyOfRange(bytes, a, a + length);
    System.arraycopy(bytes, b, bytes, a, length);
    System.arraycopy(first, 0, bytes, b, length);
  }

  @Test
  void packetsOfTheKernelComeOutAndThoseGivenGoIn() throws IOException {
    try (LinuxTunPort port = open(false);
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("198.18.77.1"))) {
      assertThat(port.name()).matches("gapit[0-9]+");
      assertThat(port.headerBytes()).isZero();
      byte[] text = "over and back".getBytes(US_ASCII);
      socket.send(new DatagramPacket(text, text.length, InetAddress.getByName(OTHER), 9));
      byte[] packet = next(port, ipv4(UDP));
      assertThat(packet).hasSize(28 + text.length);
      turnRound(packet, 0);
      assertThat(port.send(packet, packet.length)).isTrue();
      DatagramPacket answer = new DatagramPacket(new byte[100], 100);
      socket.receive(answer);
      assertThat(answer.getSocketAddress()).isEqualTo(new InetSocketAddress(OTHER, 9));
      assertThat(Arrays.copyOf(answer.getData(), answer.getLength())).isEqualTo(text);
    }
  }

  @Test
  void aDatagramTooLongForTheDeviceIsNotCutIfItMustNotBe() throws IOException {
    byte[] whole = firstOfALongAndAShortDatagram(true);
    assertThat(whole).as("the long one did not leave").hasSize(28 + 100);
    assertThat(whole[6] & 0x40).as("don't fragment, for routers too").isNotZero();
    byte[] fragment = firstOfALongAndAShortDatagram(false);
    assertThat(fragment[6] & 0x20).as("more fragments follow").isNotZero();
  }

  private static byte[] firstOfALongAndAShortDatagram(boolean dontFragment) throws IOException {
    try (LinuxTunPort device = open(false);
        LinuxUdpPort udp = LinuxUdpPort.open(new InetSocketAddress("198.18.77.1", 0), dontFragment)) {
      for (int length : new int[]{1480, 100}) {
        PacketBatch out = new PacketBatch(1, 2048);
        out.next();
        out.commit(length, new InetSocketAddress(OTHER, 9));
        udp.send(out);
      }
      return next(device, ipv4(UDP));
    }
  }

  @Test
  void withOffloadARunOfSegmentsComesInOneRead() throws IOException {
    try (LinuxTunPort port = open(true); Socket socket = new Socket()) {
      assertThat(port.headerBytes()).isEqualTo(VirtioHeader.BYTES);
      Thread peer = Thread.ofPlatform().daemon().start(() -> connectAndWrite(socket));
      byte[] syn = next(port, ipv4(TCP).and(ip -> (ip[33] & 0xff) == SYN));
      assertThat(VirtioHeader.read(syn, 0).needsChecksum()).isTrue();
      byte[] answer = synAck(syn);
      assertThat(port.send(answer, answer.length)).isTrue();
      byte[] run = next(port, ipv4(TCP).and(ip -> ip.length > 1400));
      VirtioHeader header = VirtioHeader.read(run, 0);
      assertThat(header.segmentation()).isEqualTo(VirtioHeader.Segmentation.TCP4);
      assertThat(header.segmentBytes()).isEqualTo(1000);
      assertThat(header.checksumStart()).isEqualTo(20);
      assertThat(header.checksumOffset()).isEqualTo(16);
      peer.interrupt();
    }
  }

  private static void connectAndWrite(Socket socket) {
    try {
      socket.connect(new InetSocketAddress(OTHER, 80));
      socket.getOutputStream().write(new byte[8000]);
    } catch (IOException e) {
      // the test is over
    }
  }

  /** {@return an answer that grants segments of 1000 bytes and a large window; the kernel completes its checksum} */
  private static byte[] synAck(byte[] syn) {
    int tcp = VirtioHeader.BYTES + 20;
    byte[] packet = Arrays.copyOf(syn, tcp + 24);
    turnRound(packet, VirtioHeader.BYTES);
    ByteBuffer buffer = ByteBuffer.wrap(packet);
    buffer.putShort(VirtioHeader.BYTES + 2, (short) 44).putShort(VirtioHeader.BYTES + 10, (short) 0);
    buffer.putShort(VirtioHeader.BYTES + 10, (short) ~sum(packet, VirtioHeader.BYTES, 20, 0));
    buffer.putInt(tcp + 8, ByteBuffer.wrap(syn).getInt(tcp + 4) + 1).putInt(tcp + 4, 1000);
    buffer.put(tcp + 12, (byte) 0x60).put(tcp + 13, (byte) 0x12).putShort(tcp + 14, (short) 65_000);
    buffer.putShort(tcp + 16, (short) 0).put(tcp + 20, (byte) 2).put(tcp + 21, (byte) 4);
    buffer.putShort(tcp + 22, (short) 1000);
    buffer.putShort(tcp + 16, (short) sum(packet, VirtioHeader.BYTES + 12, 8, TCP + 24));
    new VirtioHeader(true, VirtioHeader.Segmentation.NONE, 44, 0, 20, 16).write(packet, 0);
    return packet;
  }

  private static int sum(byte[] bytes, int at, int length, int begin) {
    int sum = begin;
    for (int i = at; i < at + length; i += 2)
      sum += Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(i));
    while (sum >> 16 != 0)
      sum = (sum & 0xffff) + (sum >> 16);
    return sum;
  }

  @Test
  void aWaitEndsInTimeAndByAWakeup() throws IOException {
    try (LinuxTunPort port = LinuxTunPort.open(LinuxTunPort.Options.plain("gapit%d"))) {
      long begin = System.nanoTime();
      port.await(TimeUnit.MILLISECONDS.toNanos(20));
      assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
      port.wakeup();
      begin = System.nanoTime();
      port.await(TimeUnit.SECONDS.toNanos(10));
      assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(5));
    }
  }

  @Test
  void aDeviceThatIsDownTakesNothing() throws IOException {
    try (LinuxTunPort port = LinuxTunPort.open(LinuxTunPort.Options.plain("gapit%d"))) {
      assertThat(port.receive(new byte[1500])).isEqualTo(TunPort.NOTHING);
      assertThat(port.send(new byte[40], 40)).isFalse();
    }
  }

  @Test
  void whatCannotBeIsSaid() throws IOException {
    try (LinuxTunPort port = LinuxTunPort.open(LinuxTunPort.Options.plain("gapit%d"))) {
      assertThatThrownBy(() -> LinuxTunPort.open(LinuxTunPort.Options.plain(port.name())))
          .isInstanceOf(IOException.class).hasMessageContaining(port.name()).hasMessageContaining("in use");
      assertThatThrownBy(() -> port.configure(1500, List.of("nonsense"))).isInstanceOf(IOException.class)
          .hasMessageContaining("nonsense");
    }
    assertThatThrownBy(() -> LinuxTunPort.Options.plain("a-name-that-is-too-long"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
