package dev.gap.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

import dev.gap.mtcp.MtcpEndpoint;
import dev.gap.proxy.LocalProxy;
import dev.gap.proxy.ProxyServer;

/** A running local or server, as the control socket and the shutdown see it. */
interface Side {
  String describe();

  MtcpEndpoint endpoint();

  /** {@return whether all connections had ended within {@code grace}} */
  boolean close(Duration grace) throws IOException;

  static Side start(Role role, Settings settings) throws IOException, ConfigException {
    Side side = switch (role) {
      case LOCAL -> of(LocalProxy.start(settings.local()), settings.local().server().toString());
      case SERVER -> of(ProxyServer.start(settings.server()));
    };
    // only now: whoever waits for the first answer is not to wait for this
    side.endpoint().warmUp();
    return side;
  }

  private static Side of(LocalProxy local, String server) {
    return new Side() {
      @Override
      public String describe() {
        return "SOCKS5 and HTTP proxy on " + String.join(", ", local.localAddresses().stream().map(Side::text).toList())
            + ", server " + server;
      }

      @Override
      public MtcpEndpoint endpoint() {
        return local.endpoint();
      }

      @Override
      public boolean close(Duration grace) throws IOException {
        return local.close(grace);
      }
    };
  }

  private static Side of(ProxyServer server) {
    return new Side() {
      @Override
      public String describe() {
        return "server on UDP " + text(server.localAddress());
      }

      @Override
      public MtcpEndpoint endpoint() {
        return server.endpoint();
      }

      @Override
      public boolean close(Duration grace) throws IOException {
        return server.close(grace);
      }
    };
  }

  private static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
