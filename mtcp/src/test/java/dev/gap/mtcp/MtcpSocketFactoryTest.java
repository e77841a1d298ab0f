package dev.gap.mtcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import javax.net.SocketFactory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(60)
final class MtcpSocketFactoryTest {
  private MtcpServerSocket server;
  private MtcpSocketFactory factory;

  @BeforeEach
  void open() throws IOException {
    server = new MtcpServerSocket(MtcpConfig.withKey(Wire.KEY), Wire.loopback());
    factory = new MtcpSocketFactory(MtcpConfig.withKey(Wire.KEY));
  }

  @AfterEach
  void close() throws IOException {
    factory.close();
    server.endpoint().close();
    server.close();
  }

  @Test
  void givesSocketsToWhoeverKnowsOnlyJavaNet() throws IOException {
    SocketFactory sockets = factory;
    InetAddress host = server.getInetAddress();
    int port = server.getLocalPort();
    Socket unconnected = sockets.createSocket();
    unconnected.connect(new InetSocketAddress(host, port));
    List<Socket> all = List.of(unconnected, sockets.createSocket(host, port),
        sockets.createSocket(host.getHostAddress(), port), sockets.createSocket(host, port, host, 0),
        sockets.createSocket(host.getHostAddress(), port, host, 0));
    for (Socket near : all) {
      try (near; Socket far = server.accept()) {
        near.setTcpNoDelay(true);
        near.setKeepAlive(true);
        near.setSoTimeout(5000);
        near.getOutputStream().write("hello".getBytes(US_ASCII));
        near.shutdownOutput();
        assertThat(far.getInputStream().readAllBytes()).isEqualTo("hello".getBytes(US_ASCII));
      }
    }
  }

  @Test
  void itsSocketsShareOneEndpoint() throws IOException {
    try (Socket a = factory.createSocket(server.getInetAddress(), server.getLocalPort());
        Socket b = factory.createSocket(server.getInetAddress(), server.getLocalPort())) {
      assertThat(a.getLocalPort()).isEqualTo(b.getLocalPort())
          .isEqualTo(factory.endpoint().localAddress().getPort());
      assertThat(factory.endpoint().connections()).hasSize(2);
    }
  }

  @Test
  void closingItResetsItsSocketsAndMakesNoMore() throws IOException {
    Socket near = factory.createSocket(server.getInetAddress(), server.getLocalPort());
    try (Socket far = server.accept()) {
      factory.close();
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> far.getInputStream().read())
          .withMessage("Connection reset");
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> near.getOutputStream().write(1));
      assertThatExceptionOfType(SocketException.class)
          .isThrownBy(() -> factory.createSocket(server.getInetAddress(), server.getLocalPort()));
    }
    near.close();
  }
}
