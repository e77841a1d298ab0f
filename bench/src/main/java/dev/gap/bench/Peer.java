package dev.gap.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

import dev.gap.lab.bench.Duplex;
import dev.gap.lab.bench.Probe;

/** A library, as both ends of a measurement. */
sealed interface Peer permits NettyQuicPeer, KwikPeer, JavaKcpPeer {
  /** What either end may send before the other has read it. */
  int WINDOW_BYTES = 64 << 20;
  /** The protocol's name, where it has to have one. */
  String PROTOCOL = "gap-lab";

  /** Serves until the process ends. {@code streams} is called for each stream, and may block. */
  void serve(InetSocketAddress address, Identity identity, Consumer<Duplex> streams) throws IOException;

  /** {@return what opens a stream to the server at an address, its connection included} */
  Probe.Opener opener(InetSocketAddress server);

  /** {@return the one of that name} */
  static Peer named(String name) {
    return switch (name) {
      case "netty-quic" -> new NettyQuicPeer();
      case "kwik" -> new KwikPeer();
      case "java-kcp" -> new JavaKcpPeer();
      default -> throw new IllegalArgumentException("no peer is called " + name);
    };
  }
}
