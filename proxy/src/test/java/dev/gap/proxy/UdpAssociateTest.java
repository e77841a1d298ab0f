package dev.gap.proxy;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.lab.LinkSpec;

import static org.assertj.core.api.Assertions.assertThat;

/** Datagrams through SOCKS5 UDP ASSOCIATE, over the session, to a UDP echo and back. */
class UdpAssociateTest {
  private static final int PATIENCE_MILLIS = 5000;

  private Chain chain;
  private DatagramSocket echo;

  @BeforeEach
  void start() throws IOException {
    chain = Chain.start(LinkSpec.PERFECT.withDelay(Duration.ofMillis(5)), ReplyMode.FAST, null);
    echo = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofVirtual().start(() -> {
      DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
      try {
        while (true) {
          packet.setLength(2048);
          echo.receive(packet);
          echo.send(packet);
        }
      } catch (IOException e) {
        // the test is over
      }
    });
  }

  @AfterEach
  void stop() throws Exception {
    echo.close();
    chain.close();
  }

  private InetSocketAddress associate(Socket control) throws IOException {
    control.getOutputStream().write(new byte[]{5, 1, 0, 5, 3, 0, 1, 0, 0, 0, 0, 0, 0});
    DataInputStream in = new DataInputStream(control.getInputStream());
    assertThat(in.readNBytes(2)).containsExactly(5, 0);
    assertThat(in.readNBytes(3)).containsExactly(5, 0, 0);
    return Target.read(in) instanceof Target.Ip(InetAddress address, int port)
        ? new InetSocketAddress(address, port)
        : null;
  }

  private static byte[] request(Target target, byte[] payload) {
    byte[] address = target.toBytes();
    return ByteBuffer.allocate(3 + address.length + payload.length).put(new byte[3]).put(address).put(payload).array();
  }

  private byte[] exchange(DatagramSocket client, InetSocketAddress relay, Target target, byte[] payload)
      throws IOException {
    byte[] request = request(target, payload);
    client.send(new DatagramPacket(request, request.length, relay));
    DatagramPacket answer = new DatagramPacket(new byte[2048], 2048);
    client.receive(answer);
    byte[] from = new Target.Ip(InetAddress.getLoopbackAddress(), echo.getLocalPort()).toBytes();
    byte[] got = Arrays.copyOf(answer.getData(), answer.getLength());
    assertThat(Arrays.copyOf(got, 3)).containsOnly(0);
    assertThat(Arrays.copyOfRange(got, 3, 3 + from.length)).isEqualTo(from);
    return Arrays.copyOfRange(got, 3 + from.length, got.length);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 512, 1200, 1472})
  void aDatagramGoesThereAndBack(int bytes) throws Exception {
    byte[] payload = new byte[bytes];
    new SplittableRandom(bytes).nextBytes(payload);
    try (Socket control = chain.dial(); DatagramSocket client = new DatagramSocket()) {
      client.setSoTimeout(PATIENCE_MILLIS);
      InetSocketAddress relay = associate(control);
      assertThat(exchange(client, relay, new Target.Ip(InetAddress.getLoopbackAddress(), echo.getLocalPort()), payload))
          .isEqualTo(payload);
      assertThat(exchange(client, relay, new Target.Name("localhost", echo.getLocalPort()), payload))
          .isEqualTo(payload);
    }
  }

  @Test
  void whatIsMalformedIsLostAndTheRestGoesOn() throws Exception {
    try (Socket control = chain.dial(); DatagramSocket client = new DatagramSocket()) {
      client.setSoTimeout(PATIENCE_MILLIS);
      InetSocketAddress relay = associate(control);
      for (byte[] bad : new byte[][]{{}, {0}, {0, 0, 0}, {0, 0, 1, 1, 127, 0, 0, 1, 0, 9, 1}, {0, 0, 0, 9, 9},
          {0, 0, 0, 3, 50, 1}})
        client.send(new DatagramPacket(bad, bad.length, relay));
      byte[] payload = {1, 2, 3};
      assertThat(exchange(client, relay, new Target.Ip(InetAddress.getLoopbackAddress(), echo.getLocalPort()), payload))
          .isEqualTo(payload);
    }
  }

  @Test
  void anAssociationEndsWithTheConnectionThatAskedForIt() throws Exception {
    InetSocketAddress relay;
    try (Socket control = chain.dial()) {
      relay = associate(control);
      control.shutdownOutput();
      assertThat(control.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(becomesFree(relay)).isTrue();
  }

  /** The port may be closed a little after the connection. */
  private static boolean becomesFree(InetSocketAddress address) throws IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (System.nanoTime() - end < 0) {
      try (DatagramSocket reuse = new DatagramSocket(address)) {
        return reuse.isBound();
      } catch (BindException e) {
        Thread.onSpinWait();
      }
    }
    return false;
  }
}
