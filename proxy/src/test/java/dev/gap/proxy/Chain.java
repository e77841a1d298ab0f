package dev.gap.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gap.lab.LinkSpec;
import dev.gap.lab.UdpRelay;
import dev.gap.mtcp.MtcpConfig;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** A local proxy, a link that may be bad, and a server: all of it on loopback. */
final class Chain implements AutoCloseable {
  static final String KEY = "mk2:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
  /** For profile 1. */
  static final String ORIGINAL_KEY = "a key for tests";
  static final LinkSpec TWO_PERCENT = LinkSpec.PERFECT.withDelay(Duration.ofMillis(3)).withLoss(0.02);

  private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final int PATIENCE_MILLIS = 20_000;
  private static final long SEED = 3;

  ProxyServer server;
  final UdpRelay relay;
  final LocalProxy local;

  private Chain(LinkSpec link, ReplyMode reply, @Nullable Credentials credentials, String localKey)
      throws IOException {
    server = startServer(ANY_PORT);
    relay = UdpRelay.start(ANY_PORT, server.localAddress(), link, link, SEED);
    local = startLocal(relay.localAddress(), reply, credentials, localKey);
  }

  static Chain start(LinkSpec link, ReplyMode reply) throws IOException {
    return new Chain(link, reply, null, KEY);
  }

  static Chain start(LinkSpec link, ReplyMode reply, Credentials credentials) throws IOException {
    return new Chain(link, reply, credentials, KEY);
  }

  static Chain withWrongKey(ReplyMode reply) throws IOException {
    return new Chain(LinkSpec.PERFECT, reply, null, "mk2:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB");
  }

  static ProxyServer startServer(InetSocketAddress address) throws IOException {
    return startServer(address, KEY);
  }

  static ProxyServer startServer(InetSocketAddress address, String key) throws IOException {
    return ProxyServer.start(new ProxyServer.Config(address, config(key), Duration.ofSeconds(5)));
  }

  private static MtcpConfig config(String key) {
    return key.equals(ORIGINAL_KEY) ? MtcpConfig.original(key) : MtcpConfig.withKey(key);
  }

  static LocalProxy startLocal(InetSocketAddress server, ReplyMode reply, @Nullable Credentials credentials, String key)
      throws IOException {
    Target target = new Target.Ip(server.getAddress(), server.getPort());
    return LocalProxy
        .start(new LocalProxy.Config(List.of(ANY_PORT), target, config(key), reply, credentials));
  }

  /** {@return a socket to the local proxy} */
  Socket dial() throws IOException {
    return dial(local);
  }

  static Socket dial(LocalProxy local) throws IOException {
    InetSocketAddress address = local.localAddresses().getFirst();
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  /** {@return a socket through the proxy to {@code target}, by SOCKS5} */
  Socket socks(Target target) throws IOException {
    Socket socket = dial();
    int reply = askSocks(socket, target);
    if (reply != 0) throw new AssertionError("SOCKS5 reply " + reply);
    return socket;
  }

  /** Asks for a connection. {@return the code of the reply} */
  static int askSocks(Socket socket, Target target) throws IOException {
    socket.getOutputStream().write(new byte[]{5, 1, 0});
    InputStream in = socket.getInputStream();
    byte[] method = in.readNBytes(2);
    if (method.length < 2 || method[1] != 0) throw new AssertionError("method " + Arrays.toString(method));
    byte[] address = target.toBytes();
    byte[] request = new byte[3 + address.length];
    request[0] = 5;
    request[1] = 1;
    System.arraycopy(address, 0, request, 3, address.length);
    socket.getOutputStream().write(request);
    byte[] reply = in.readNBytes(10);
    if (reply.length < 10 || reply[0] != 5) throw new AssertionError("a reply of " + reply.length + " bytes");
    return reply[1];
  }

  /** Sends the head of an HTTP request, of which the last, empty line is added. */
  static void sendHead(Socket socket, String head) throws IOException {
    socket.getOutputStream().write((head + "\r\n\r\n").getBytes(ISO_8859_1));
  }

  /** {@return the head of an HTTP response, read to its empty line and no further} */
  static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) throw new AssertionError("end of stream in the head '" + head + "'");
      head.append((char) b);
    }
    return head.toString();
  }

  @Override
  public void close() {
    local.close();
    server.close();
    relay.close();
  }
}
