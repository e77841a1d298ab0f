package dev.gap.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Connects to targets by TCP, trying each address that a name has, in order. */
final class TcpDialer {
  private final Duration timeout;

  /** @param timeout for each address */
  TcpDialer(Duration timeout) {
    this.timeout = timeout;
  }

  Socket dial(Target target) throws IOException {
    return switch (target) {
      case Target.Ip(InetAddress address, int port) -> dial(address, port);
      case Target.Name(String name, int port) -> dialFirst(InetAddress.getAllByName(name), port);
    };
  }

  private Socket dialFirst(InetAddress[] addresses, int port) throws IOException {
    IOException failure = null;
    for (InetAddress address : addresses) {
      try {
        return dial(address, port);
      } catch (IOException e) {
        if (failure == null) failure = e;
        else failure.addSuppressed(e);
      }
    }
    throw failure != null ? failure : new IOException("the name has no address");
  }

  private Socket dial(InetAddress address, int port) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setKeepAlive(true);
      socket.connect(new InetSocketAddress(address, port), Math.toIntExact(timeout.toMillis()));
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }
}
