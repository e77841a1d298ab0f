package dev.gap.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

import dev.gap.tcp.engine.TcpConfig;

/** Two of our stacks, joined in memory: for tests of sockets that need no root. */
final class TwoStacks implements AutoCloseable {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("198.18.1.1");
  private static final InetAddress SERVER = InetAddress.ofLiteral("198.18.1.2");
  private static final int PATIENCE_MILLIS = 20_000;
  static final int PORT = 80;

  final MemoryLink link = new MemoryLink();
  final TcpStack client;
  final TcpStack server;

  TwoStacks(TcpConfig config) {
    client = TcpStack.start(link.client, config, List.of(CLIENT));
    server = TcpStack.start(link.server, config, List.of(SERVER));
  }

  TwoStacks() {
    this(TcpConfig.DEFAULT);
  }

  static InetSocketAddress address() {
    return new InetSocketAddress(SERVER, PORT);
  }

  /** {@return a server that listens at {@link #address}} */
  TcpServerSocket listen() throws IOException {
    TcpServerSocket socket = server.listen(PORT);
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  /** {@return both ends of a connection that {@code socket} opens} */
  Ends connect(TcpSocket socket) throws IOException {
    try (TcpServerSocket listening = listen()) {
      return connect(socket, listening);
    }
  }

  Ends connect(TcpSocket socket, TcpServerSocket listening) throws IOException {
    socket.connect(address());
    TcpSocket accepted = listening.accept();
    socket.setSoTimeout(PATIENCE_MILLIS);
    accepted.setSoTimeout(PATIENCE_MILLIS);
    return new Ends(socket, accepted);
  }

  Ends connect() throws IOException {
    return connect(client.socket());
  }

  record Ends(TcpSocket client, TcpSocket server) {}

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
