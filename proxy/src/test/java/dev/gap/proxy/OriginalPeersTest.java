package dev.gap.proxy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The original gap-proxy at the other end: nothing that only gap understands may reach it or be expected of it. */
@Timeout(60)
final class OriginalPeersTest {
  private static ProxyServer server() throws Exception {
    return Chain.startServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Chain.ORIGINAL_KEY);
  }

  @Test
  void theOriginalsClientGetsTheTargetsBytesAndNoOutcomeBeforeThem() throws Exception {
    try (TargetSite site = TargetSite.start(TargetSite.Service.ECHO);
        ProxyServer server = server();
        RawPeer client = RawPeer.dialing(server.localAddress())) {
      client.write(site.target().toBytes());
      client.write("hello".getBytes(US_ASCII));
      assertThat(client.hearUntil("hello")).isEqualTo("hello");
      client.shutdownOutput();
      assertThat(client.hearUntil("<FINISHED>")).isEqualTo(RawPeer.END + "<FINISHED>");
    }
  }

  @Test
  void theOriginalsClientIsResetIfTheTargetRefuses() throws Exception {
    try (ProxyServer server = server(); RawPeer client = RawPeer.dialing(server.localAddress())) {
      client.write(TargetSite.refusing().toBytes());
      assertThat(client.hearUntil(">")).isEqualTo("<RESET_BY_PEER>");
    }
  }

  @Test
  void theOriginalsClientIsResetIfItsAddressIsMalformed() throws Exception {
    try (ProxyServer server = server(); RawPeer client = RawPeer.dialing(server.localAddress())) {
      client.write(new byte[]{9, 9, 9, 9});
      assertThat(client.hearUntil(">")).isEqualTo("<RESET_BY_PEER>");
    }
  }

  @ParameterizedTest
  @EnumSource(ReplyMode.class)
  void ofTheOriginalsServerNoOutcomeIsExpected(ReplyMode reply) throws Exception {
    try (RawPeer server = RawPeer.accepting();
        LocalProxy local = Chain.startLocal(server.localAddress(), reply, null, Chain.ORIGINAL_KEY);
        Socket socket = Chain.dial(local)) {
      Target target = new Target.Name("example.org", 443);
      assertThat(Chain.askSocks(socket, target)).isZero();
      socket.getOutputStream().write("hello".getBytes(US_ASCII));
      assertThat(server.hearUntil("hello")).isEqualTo(new String(target.toBytes(), ISO_8859_1) + "hello");
      // nothing is taken off the front of what it says, not even what would be an outcome
      server.write(new byte[]{0, 5, 'x'});
      assertThat(socket.getInputStream().readNBytes(3)).containsExactly(0, 5, 'x');
      socket.shutdownOutput();
      assertThat(server.hearUntil(RawPeer.END)).isEqualTo(RawPeer.END);
      server.shutdownOutput();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThat(server.hearUntil(">")).isEqualTo("<FINISHED>");
    }
  }

  @ParameterizedTest
  @EnumSource(ReplyMode.class)
  void aResetByTheOriginalsServerResetsTheClient(ReplyMode reply) throws Exception {
    try (RawPeer server = RawPeer.accepting();
        LocalProxy local = Chain.startLocal(server.localAddress(), reply, null, Chain.ORIGINAL_KEY);
        Socket socket = Chain.dial(local)) {
      assertThat(Chain.askSocks(socket, new Target.Name("example.org", 443))).isZero();
      socket.getOutputStream().write("hello".getBytes(US_ASCII));
      assertThat(server.hearUntil("hello")).endsWith("hello");
      server.reset();
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.getInputStream().read())
          .withMessage("Connection reset");
    }
  }

  @Test
  void theOriginalsServerGetsARequestInAbsoluteFormAndItsAnswerComesBack() throws Exception {
    try (RawPeer server = RawPeer.accepting();
        LocalProxy local = Chain.startLocal(server.localAddress(), ReplyMode.TRUE, null, Chain.ORIGINAL_KEY);
        Socket socket = Chain.dial(local)) {
      Chain.sendHead(socket, "GET http://example.org/x HTTP/1.1\r\nHost: example.org");
      String heard = server.hearUntil("\r\n\r\n");
      assertThat(heard)
          .startsWith(new String(new Target.Name("example.org", 80).toBytes(), ISO_8859_1) + "GET /x HTTP");
      server.write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(US_ASCII));
      server.shutdownOutput();
      assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII)).startsWith("HTTP/1.1 204 ");
    }
  }
}
