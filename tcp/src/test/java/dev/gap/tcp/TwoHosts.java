package dev.gap.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Assumptions;

import dev.gap.io.LinuxTunPort;
import dev.gap.io.TunPort;
import dev.gap.tcp.engine.TcpConfig;

/** Linux, in a namespace of its own, and our stack, joined by a TUN device. */
final class TwoHosts implements AutoCloseable {
  static final int MTU = 1500;
  private static final int PATIENCE_MILLIS = 30_000;

  /** Which protocol's addresses; of ranges for tests between networks (RFC 2544, RFC 5180). */
  enum Family {
    IPV4("198.18.77.1", "198.18.77.2", "/24", "198.19.0.0/16"), IPV6("2001:2::1", "2001:2::2", "/64",
        "2001:2:0:1::/64");

    private final InetAddress kernel;
    private final InetAddress stack;
    private final String prefix;
    private final String elsewhere;

    Family(String kernel, String stack, String prefix, String elsewhere) {
      this.kernel = InetAddress.ofLiteral(kernel);
      this.stack = InetAddress.ofLiteral(stack);
      this.prefix = prefix;
      this.elsewhere = elsewhere;
    }
  }

  /**
   * How they are joined.
   *
   * @param offload whether runs of segments cross the device in one piece
   * @param link what is between the device and the stack
   * @param sysctls of the namespace
   * @param everywhere whether the stack answers for every address, and has none of its own
   */
  record Setup(boolean offload, TcpConfig config, UnaryOperator<TunPort> link, Map<String, String> sysctls,
      boolean everywhere) {
    static final Setup OFFLOAD = new Setup(true, TcpConfig.DEFAULT, UnaryOperator.identity(), Map.of(),
        false);
    static final Setup PLAIN = new Setup(false, TcpConfig.DEFAULT, UnaryOperator.identity(), Map.of(),
        false);

    Setup with(TcpConfig other) {
      return new Setup(offload, other, link, sysctls, everywhere);
    }

    Setup with(UnaryOperator<TunPort> other) {
      return new Setup(offload, config, other, sysctls, everywhere);
    }

    Setup with(Map<String, String> other) {
      return new Setup(offload, config, link, other, everywhere);
    }

    Setup withStackEverywhere() {
      return new Setup(offload, config, link, sysctls, true);
    }
  }

  private final Namespace namespace;
  private final String device;
  private final TcpStack stack;

  private TwoHosts(Namespace namespace, String device, TcpStack stack) {
    this.namespace = namespace;
    this.device = device;
    this.stack = stack;
  }

  static void assumePossible() {
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")) && Files.exists(Path.of("/dev/net/tun")),
        "SKIPPED, not tested: only root may make TUN devices");
  }

  static TwoHosts join(Setup setup) throws IOException {
    Namespace namespace = Namespace.make();
    try {
      for (Map.Entry<String, String> variable : setup.sysctls().entrySet())
        namespace.sysctl(variable.getKey(), variable.getValue());
      LinuxTunPort port = LinuxTunPort.open(new LinuxTunPort.Options("gapit%d", setup.offload()));
      try {
        moveIn(namespace, port.name());
        TcpStack stack = TcpStack.start(setup.link().apply(port), setup.config(),
            setup.everywhere() ? List.of() : List.of(Family.IPV4.stack, Family.IPV6.stack));
        return new TwoHosts(namespace, port.name(), stack);
      } catch (IOException | RuntimeException e) {
        port.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      namespace.close();
      throw e;
    }
  }

  private static void moveIn(Namespace namespace, String device) throws IOException {
    Child.run(List.of("ip", "link", "set", device, "netns", namespace.name()));
    // a queue that a window of 6 MB fits in: this link is to be perfect
    namespace.ip("link", "set", device, "mtu", String.valueOf(MTU), "txqueuelen", "10000");
    for (Family family : Family.values()) {
      String address = family.kernel.getHostAddress() + family.prefix;
      if (family == Family.IPV4) namespace.ip("addr", "add", address, "dev", device);
      else namespace.ip("addr", "add", address, "dev", device, "nodad");
    }
    namespace.ip("link", "set", device, "up");
    for (Family family : Family.values())
      namespace.ip("route", "add", family.elsewhere, "dev", device);
  }

  Namespace namespace() {
    return namespace;
  }

  /** Has the kernel send by that algorithm from now on, whatever its default is; skips the test if it does not have it. */
  void haveKernelUse(String algorithm) throws IOException {
    String known = namespace.run("cat", "/proc/sys/net/ipv4/tcp_available_congestion_control");
    Assumptions.assumeTrue(List.of(known.strip().split(" ", -1)).contains(algorithm),
        "SKIPPED, not tested: this kernel has no " + algorithm);
    for (Family family : Family.values())
      namespace.ip("route", "add", family.stack.getHostAddress(), "dev", device, "congctl", algorithm);
  }

  /** {@return the device, by the name it has in the namespace} */
  String device() {
    return device;
  }

  TcpStack stack() {
    return stack;
  }

  static InetSocketAddress kernelAt(Family family, int port) {
    return new InetSocketAddress(family.kernel, port);
  }

  static InetSocketAddress stackAt(Family family, int port) {
    return new InetSocketAddress(family.stack, port);
  }

  /** {@return the two ends of a new connection, opened by one or the other} */
  Ends connect(Family family, boolean stackIsServer) throws IOException {
    Ends ends = stackIsServer ? toStack(family) : toKernel(family);
    ends.stack().setSoTimeout(PATIENCE_MILLIS);
    ends.kernel().setSoTimeout(PATIENCE_MILLIS);
    return ends;
  }

  private Ends toStack(Family family) throws IOException {
    try (TcpServerSocket server = stack.listen(0)) {
      server.setSoTimeout(PATIENCE_MILLIS);
      Socket kernel = namespace.connect(stackAt(family, server.getLocalPort()));
      return new Ends(kernel, server.accept());
    }
  }

  private Ends toKernel(Family family) throws IOException {
    try (var server = namespace.listen()) {
      TcpSocket ours = stack.connect(kernelAt(family, server.getLocalPort()));
      return new Ends(server.accept(), ours);
    }
  }

  /** {@return the two ends of a new connection from that port of the kernel to a server of the stack} */
  Ends connectFrom(Family family, int port, TcpServerSocket server) throws IOException {
    Socket kernel = namespace.connect(new InetSocketAddress(family.kernel, port),
        stackAt(family, server.getLocalPort()));
    return new Ends(kernel, server.accept());
  }

  /** Both ends of a connection. */
  record Ends(Socket kernel, TcpSocket stack) implements AutoCloseable {
    /** Closes both; what was not read is of no interest. */
    @Override
    public void close() throws IOException {
      kernel.close();
      stack.close();
    }
  }

  @Override
  public void close() {
    stack.close();
    namespace.close();
  }
}
