package dev.gap.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.tcp.TwoHosts.Ends;
import dev.gap.tcp.TwoHosts.Family;
import dev.gap.tcp.TwoHosts.Setup;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.TcpConfig.Cookies;

import static org.assertj.core.api.Assertions.assertThat;

/** How our stack and Linux behave to each other over time: slow readers, idle and short connections, many addresses. */
@Timeout(60)
final class LinuxMannersIT {
  private static final int MUCH = 24 << 20;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  @BeforeEach
  void needsRootAndTun() {
    TwoHosts.assumePossible();
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void until(String what, Condition condition) throws IOException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void roundTrip(Ends ends) throws IOException {
    ends.kernel().getOutputStream().write('?');
    assertThat(ends.stack().getInputStream().read()).isEqualTo('?');
    ends.stack().getOutputStream().write('!');
    assertThat(ends.kernel().getInputStream().read()).isEqualTo('!');
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aReaderThatPausesClosesTheWindowAndLosesNothing(boolean offload) throws IOException {
    try (TwoHosts hosts = TwoHosts.join(offload ? Setup.OFFLOAD : Setup.PLAIN)) {
      try (Ends ends = hosts.connect(Family.IPV4, true)) {
        Future<Payload> sent = Background.start(() -> Payload.write(ends.kernel().getOutputStream(), MUCH, 1));
        until("our window closes", () -> ends.stack().info().receiveWindow() == 0);
        long probes = KernelView.of(hosts.namespace()).of("TcpExtTCPWinProbe");
        until("the kernel probes", () -> KernelView.of(hosts.namespace()).of("TcpExtTCPWinProbe") > probes);
        assertThat(Payload.read(ends.stack().getInputStream(), MUCH)).isEqualTo(Background.get(sent));

        Future<Payload> back = Background.start(() -> Payload.write(ends.stack().getOutputStream(), MUCH, 2));
        until("the kernel's window closes, and we probe", () -> ends.stack().info().sender().windowProbes() > 0);
        assertThat(Payload.read(ends.kernel().getInputStream(), MUCH)).isEqualTo(Background.get(back));
      }
      KernelView.of(hosts.namespace()).assertNothingAmiss();
    }
  }

  @Test
  void whoAsksWhetherTheOtherIsThereIsAnswered() throws IOException {
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD); Ends ends = hosts.connect(Family.IPV4, true)) {
      // Linux answers one in half a second: net.ipv4.tcp_invalid_ratelimit
      ends.stack().setKeepAliveTimes(Duration.ofMillis(600), Duration.ofMillis(600), 2);
      ends.stack().setKeepAlive(true);
      ends.kernel().setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 1);
      ends.kernel().setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 1);
      ends.kernel().setKeepAlive(true);
      long before = KernelView.of(hosts.namespace()).of("TcpInSegs");
      until("we ask", () -> KernelView.of(hosts.namespace()).of("TcpInSegs") > before + 2);
      ends.stack().setKeepAlive(false);
      until("the kernel asks", () -> KernelView.of(hosts.namespace()).of("TcpExtTCPKeepAlive") > 1);
      roundTrip(ends);
      KernelView.of(hosts.namespace()).assertNothingAmiss();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aConnectionThatASynCookieHasMadeIsNoWorse(Family family) throws IOException {
    TcpConfig.Opening o = TcpConfig.DEFAULT.opening();
    TcpConfig config = TcpConfig.DEFAULT.with(new TcpConfig.Opening(o.synRetries(), o.synLinear(), o.synAckRetries(),
        o.synBacklog(), o.backlogMax(), o.abortOnOverflow(), Cookies.ALWAYS, o.limit(), o.dropOptions(),
        o.fastOpenRest(),
        o.firstPort(), o.lastPort()));
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD.with(config))) {
      try (Ends ends = hosts.connect(family, true)) {
        roundTrip(ends);
        for (boolean fromKernel : new boolean[]{true, false}) {
          Socket from = fromKernel ? ends.kernel() : ends.stack();
          Socket to = fromKernel ? ends.stack() : ends.kernel();
          Future<Payload> sent = Background.start(() -> Payload.write(from.getOutputStream(), MUCH, 3));
          assertThat(Payload.read(to.getInputStream(), MUCH)).isEqualTo(Background.get(sent));
        }
        assertThat(KernelView.connections(hosts.namespace())).singleElement().asString().contains(" ts sack ",
            " wscale:7,");
        assertThat(ends.stack().info().sack()).isTrue();
      }
      KernelView.of(hosts.namespace()).assertNothingAmiss();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPortIsGoodForOneShortConnectionAfterTheOther(boolean stackClosesFirst) throws IOException {
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD);
        TcpServerSocket ours = hosts.stack().listen(0);
        ServerSocket kernels = hosts.namespace().listen()) {
      for (int i = 0; i < 50; i++) {
        Ends there = hosts.connectFrom(Family.IPV4, 40_000, ours);
        roundTrip(there);
        TcpSocket socket = hosts.stack().socket();
        socket.bind(new InetSocketAddress(50_000));
        socket.connect(TwoHosts.kernelAt(Family.IPV6, kernels.getLocalPort()));
        Ends back = new Ends(kernels.accept(), socket);
        roundTrip(back);
        for (Ends ends : List.of(there, back)) {
          Socket first = stackClosesFirst ? ends.stack() : ends.kernel();
          Socket second = stackClosesFirst ? ends.kernel() : ends.stack();
          first.close();
          assertThat(second.getInputStream().read()).isEqualTo(-1);
          second.close();
        }
        // in LAST-ACK the kernel does not let go of a port
        if (stackClosesFirst)
          until("all is closed", () -> KernelView.connections(hosts.namespace()).isEmpty());
      }
      KernelView.of(hosts.namespace()).assertNoFaults();
    }
  }

  @Test
  void aStackWithoutAddressesAnswersForAll() throws IOException {
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD.withStackEverywhere());
        TcpServerSocket server = hosts.stack().listenEverywhere(100)) {
      for (String host : new String[]{"198.18.77.2", "198.19.1.2", "198.19.200.1", "2001:2::2", "2001:2:0:1::77"}) {
        for (int port : new int[]{1, 443, 65_535}) {
          InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(host), port);
          try (Ends ends = new Ends(hosts.namespace().connect(address), server.accept())) {
            assertThat(ends.stack().getLocalSocketAddress()).isEqualTo(address);
            roundTrip(ends);
          }
        }
      }
      KernelView.of(hosts.namespace()).assertNothingAmiss();
    }
  }
}
