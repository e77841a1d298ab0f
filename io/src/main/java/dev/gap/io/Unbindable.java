package dev.gap.io;

import java.net.BindException;
import java.net.InetSocketAddress;

import org.jspecify.annotations.Nullable;

/** What to say when an address cannot be had: which, as it is written on a command line, and why. */
final class Unbindable {
  private Unbindable() {}

  static BindException udp(InetSocketAddress address, @Nullable String why) {
    // what was not resolved has no number
    String host = address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
    String written = host.indexOf(':') < 0 ? host : "[" + host + "]";
    return new BindException("cannot bind UDP " + written + ":" + address.getPort() + ": " + why);
  }
}
