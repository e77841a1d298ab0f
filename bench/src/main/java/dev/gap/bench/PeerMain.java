package dev.gap.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

import dev.gap.lab.bench.Addresses;
import dev.gap.lab.bench.Duplex;
import dev.gap.lab.bench.Probe;
import dev.gap.lab.bench.Source;

/**
 * One end of a measurement as a process: {@code server PEER ADDRESS:PORT KEY_STORE PASSWORD FILE}, or
 * {@code client PEER ADDRESS:PORT KEY_STORE PASSWORD MEASUREMENT...}.
 */
final class PeerMain {
  private PeerMain() {}

  /** A server runs until it is killed. */
  public static void main(String[] arguments) throws IOException {
    Peer peer = Peer.named(arguments[1]);
    InetSocketAddress address = Addresses.parse(arguments[2]);
    String[] rest = Arrays.copyOfRange(arguments, 5, arguments.length);
    switch (arguments[0]) {
      case "server" ->
        peer.serve(address, Identity.load(Path.of(arguments[3]), arguments[4]), source(Path.of(rest[0])));
      case "client" -> {
        Probe.run(peer.opener(address), rest);
        // libraries leave threads behind
        System.exit(0);
      }
      default -> throw new IllegalArgumentException("neither server nor client: " + arguments[0]);
    }
  }

  private static Consumer<Duplex> source(Path file) {
    return stream -> {
      try {
        Source.serve(stream, file);
      } catch (IOException e) {
        System.err.println("stream: " + e.getMessage());
      }
    };
  }
}
