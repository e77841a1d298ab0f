package dev.gap.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A TCP server on loopback that connections are proxied to. Each connection is served on a virtual thread. */
final class TargetSite implements AutoCloseable {
  private static final int BACKLOG = 1024;

  /** What it does with a connection, which is closed afterwards. */
  interface Service {
    Service ECHO = socket -> {
      socket.getInputStream().transferTo(socket.getOutputStream());
      socket.shutdownOutput();
    };

    void serve(Socket socket) throws IOException, InterruptedException;
  }

  private final ServerSocket listener;

  private TargetSite(ServerSocket listener) {
    this.listener = listener;
  }

  static TargetSite start(Service service) throws IOException {
    TargetSite site = new TargetSite(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(() -> site.acceptAll(service));
    return site;
  }

  private void acceptAll(Service service) {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> serve(socket, service));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void serve(Socket socket, Service service) {
    try (socket) {
      service.serve(socket);
    } catch (IOException e) {
      // the connection was reset: the other side's test sees to it
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Target target() {
    InetSocketAddress address = (InetSocketAddress) listener.getLocalSocketAddress();
    return new Target.Ip(address.getAddress(), address.getPort());
  }

  /** {@return a target that refuses connections} */
  static Target refusing() throws IOException {
    try (TargetSite site = start(Service.ECHO)) {
      return site.target();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
