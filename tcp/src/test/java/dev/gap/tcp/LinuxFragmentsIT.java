package dev.gap.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gap.tcp.TwoHosts.Family;
import dev.gap.tcp.TwoHosts.Setup;

import static org.assertj.core.api.Assertions.assertThat;

/** Linux sends packets in fragments, and our stack puts them together. */
@Timeout(120)
final class LinuxFragmentsIT {
  private static final int NARROW = 600;
  private static final String ROUTER = "198.18.78.1";
  private static final String CLIENT = "198.18.78.2";

  @BeforeEach
  void needsRootAndTun() {
    TwoHosts.assumePossible();
  }

  @ParameterizedTest
  @CsvSource({"IPV4, 600, 1200, IpFragCreates", "IPV6, 1280, 1400, Ip6FragCreates"})
  void echoesThatComeInFragmentsAreAnswered(Family family, int mtu, int length, String counter) throws IOException {
    try (TwoHosts hosts = TwoHosts.join(Setup.PLAIN)) {
      InetAddress stack = TwoHosts.stackAt(family, 1).getAddress();
      // the way there is narrower than the way back
      hosts.namespace().ip("route", "add", stack.getHostAddress(), "dev", hosts.device(), "mtu", "lock",
          String.valueOf(mtu));
      for (int i = 0; i < 3; i++) {
        byte[] data = new byte[length];
        new Random(i).nextBytes(data);
        assertThat(KernelPing.echo(hosts.namespace(), stack, data)).isEqualTo(data);
      }
      assertThat(KernelView.of(hosts.namespace()).of(counter)).isGreaterThanOrEqualTo(6);
    }
  }

  /** A host that does not look for path MTUs, behind a router whose way to us is narrow. */
  @Test
  void segmentsThatARouterCutsArriveWhole() throws IOException {
    long bytes = Payload.mebibytes(4, 256);
    try (TwoHosts hosts = TwoHosts.join(Setup.PLAIN);
        Namespace client = Namespace.make();
        TcpServerSocket server = hosts.stack().listen(0)) {
      putBehind(hosts, client);
      try (Socket there = client.connect(TwoHosts.stackAt(Family.IPV4, server.getLocalPort()));
          TcpSocket here = server.accept()) {
        here.setSoTimeout(30_000);
        Future<Payload> sent = Background.start(() -> Payload.write(there.getOutputStream(), bytes, 1));
        assertThat(Payload.read(here.getInputStream(), bytes)).isEqualTo(Background.get(sent));
        Future<Payload> answered = Background.start(() -> Payload.write(here.getOutputStream(), bytes, 2));
        assertThat(Payload.read(there.getInputStream(), bytes)).isEqualTo(Background.get(answered));
      }
      KernelView router = KernelView.of(hosts.namespace());
      assertThat(router.of("IpFragFails")).isZero();
      // three of each full segment
      assertThat(router.of("IpFragCreates")).isGreaterThanOrEqualTo(3 * bytes / TwoHosts.MTU);
      assertThat(KernelView.of(client).of("TcpRetransSegs")).isLessThan(bytes / TwoHosts.MTU / 10);
    }
  }

  private static void putBehind(TwoHosts hosts, Namespace client) throws IOException {
    Namespace router = hosts.namespace();
    router.ip("link", "set", hosts.device(), "mtu", String.valueOf(NARROW));
    Child.run(
        List.of("ip", "-n", router.name(), "link", "add", "inner", "type", "veth", "peer", "name", "outer", "netns",
            client.name()));
    router.ip("addr", "add", ROUTER + "/24", "dev", "inner");
    router.ip("link", "set", "inner", "up");
    router.sysctl("net/ipv4/ip_forward", "1");
    client.ip("addr", "add", CLIENT + "/24", "dev", "outer");
    client.ip("link", "set", "outer", "up");
    client.ip("route", "add", "default", "via", ROUTER);
    client.sysctl("net/ipv4/ip_no_pmtu_disc", "1");
  }
}
