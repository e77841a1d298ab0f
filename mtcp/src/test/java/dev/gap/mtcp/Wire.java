package dev.gap.mtcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

import javax.net.SocketFactory;

/** A listening socket on loopback and a factory of sockets of the same kind: java.net's, or this module's. */
final class Wire implements AutoCloseable {
  static final String KEY = "mk2:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

  private static final int BACKLOG = 1024;

  /** Which kind. */
  enum Kind {
    TCP, MTCP
  }

  /** Two sockets that are connected. */
  record Pair(Socket near, Socket far) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      near.close();
      far.close();
    }
  }

  final ServerSocket server;
  final SocketFactory sockets;

  private Wire(ServerSocket server, SocketFactory sockets) {
    this.server = server;
    this.sockets = sockets;
  }

  static Wire open(Kind kind) throws IOException {
    return switch (kind) {
      case TCP -> new Wire(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), SocketFactory.getDefault());
      case MTCP -> mtcp(MtcpConfig.withKey(KEY));
    };
  }

  static Wire mtcp(MtcpConfig config) throws IOException {
    return new Wire(new MtcpServerSocket(config, loopback()), new MtcpSocketFactory(config));
  }

  static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  Socket dial() throws IOException {
    return sockets.createSocket(server.getInetAddress(), server.getLocalPort());
  }

  Pair connect() throws IOException {
    Socket near = dial();
    return new Pair(near, server.accept());
  }

  @Override
  public void close() throws IOException {
    if (sockets instanceof MtcpSocketFactory factory) factory.close();
    if (server instanceof MtcpServerSocket listener) listener.endpoint().close();
    server.close();
  }
}
