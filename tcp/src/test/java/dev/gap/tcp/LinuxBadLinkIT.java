package dev.gap.tcp;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Future;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import dev.gap.lab.LinkSpec;
import dev.gap.tcp.TwoHosts.Ends;
import dev.gap.tcp.TwoHosts.Family;
import dev.gap.tcp.TwoHosts.Setup;
import dev.gap.tcp.engine.TcpConfig.Algorithm;

import static org.assertj.core.api.Assertions.assertThat;

/** Our stack and Linux bring each other what was sent, over a link that is as bad as links get. */
@Timeout(600)
final class LinuxBadLinkIT {
  private static final long SEED = 7;
  private static final int CONNECTIONS = 100;
  /** The jitter is what makes packets overtake others. A gibibyte takes a shorter path: loss makes long ones slow. */
  private static final LinkSpec LINK = LinkSpec.PERFECT.withDelay(Duration.ofNanos(Payload.FULL ? 800_000 : 5_000_000))
      .withJitter(Duration.ofNanos(Payload.FULL ? 300_000 : 2_000_000)).withDuplicate(0.01);

  @BeforeEach
  void needsRootAndTun() {
    TwoHosts.assumePossible();
  }

  private static TwoHosts join(LinkSpec link) throws IOException {
    return TwoHosts.join(Setup.PLAIN.with(port -> new LossyPort(port, link, SEED)));
  }

  @ParameterizedTest(name = "{0}, stack is server: {1}")
  @CsvSource({"IPV4, false", "IPV6, true"})
  void whatIsReorderedAndDoubledArrivesAllTheSame(Family family, boolean stackIsServer) throws IOException {
    carryBothWays(0, 16, Algorithm.CUBIC, family, stackIsServer);
  }

  @ParameterizedTest(name = "{0}, stack is server: {1}")
  @CsvSource({"IPV4, true", "IPV6, false"})
  void whatIsLostOnceInAHundredArrivesAllTheSame(Family family, boolean stackIsServer) throws IOException {
    carryBothWays(0.01, 6, Algorithm.CUBIC, family, stackIsServer);
  }

  /** A gibibyte goes by BBR: CUBIC brings a mebibyte a second through this, ours like Linux's. */
  @ParameterizedTest(name = "{0}, stack is server: {1}")
  @CsvSource({"IPV4, false", "IPV6, true"})
  void whatIsLostOnceInTwentyArrivesAllTheSame(Family family, boolean stackIsServer) throws IOException {
    carryBothWays(0.05, 2, Payload.FULL ? Algorithm.BBR : Algorithm.CUBIC, family, stackIsServer);
  }

  private static void carryBothWays(double loss, int mebibytes, Algorithm algorithm, Family family,
      boolean stackIsServer) throws IOException {
    try (TwoHosts hosts = join(LINK.withLoss(loss))) {
      String itsName = algorithm.name().toLowerCase(Locale.ROOT);
      hosts.haveKernelUse(itsName);
      try (Ends ends = hosts.connect(family, stackIsServer)) {
        ends.stack().setOption(TcpOptions.CONGESTION_CONTROL, algorithm);
        assertThat(KernelView.connections(hosts.namespace())).singleElement().asString().contains(" " + itsName + " ");
        carryBothWays(Payload.mebibytes(mebibytes, 1024), loss, hosts, ends);
      }
    }
  }

  private static void carryBothWays(long bytes, double loss, TwoHosts hosts, Ends ends) throws IOException {
    Future<Payload> sentThere = Background.start(() -> send(ends.stack(), bytes, 1));
    Future<Payload> sentBack = Background.start(() -> send(ends.kernel(), bytes, 2));
    Future<Payload> back = Background.start(() -> Payload.read(ends.stack().getInputStream()));
    assertThat(Payload.read(ends.kernel().getInputStream())).as("seed %d", SEED)
        .isEqualTo(Background.get(sentThere));
    assertThat(Background.get(back)).as("seed %d", SEED).isEqualTo(Background.get(sentBack));
    assertThat(ends.stack().info().sender().totalRetransmissions()).as("what is lost is repaired")
        .isGreaterThanOrEqualTo((int) (loss * bytes / (2 * TwoHosts.MTU)));
    assertNoFaults(hosts);
  }

  private static Payload send(Socket socket, long bytes, long seed) throws IOException {
    Payload sent = Payload.write(socket.getOutputStream(), bytes, seed);
    socket.shutdownOutput();
    return sent;
  }

  @ParameterizedTest
  @EnumSource
  void everyCongestionControlGetsItThere(Algorithm algorithm) throws IOException {
    long bytes = Payload.mebibytes(1, 16);
    try (TwoHosts hosts = join(LINK.withLoss(0.01)); Ends ends = hosts.connect(Family.IPV4, true)) {
      ends.stack().setOption(TcpOptions.CONGESTION_CONTROL, algorithm);
      Future<Payload> sent = Background.start(() -> send(ends.stack(), bytes, 3));
      assertThat(Payload.read(ends.kernel().getInputStream())).as("seed %d", SEED).isEqualTo(Background.get(sent));
      assertThat(ends.stack().info().algorithm()).isEqualTo(algorithm);
      assertNoFaults(hosts);
    }
  }

  @Test
  void manyShortConnectionsGetItThereToo() throws IOException {
    try (TwoHosts hosts = join(LINK.withLoss(0.03));
        TcpServerSocket ours = hosts.stack().listen(0);
        ServerSocket kernels = hosts.namespace().listen()) {
      List<Future<Boolean>> talks = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        Family family = i % 4 < 2 ? Family.IPV4 : Family.IPV6;
        boolean toStack = i % 2 == 0;
        InetSocketAddress address = toStack
            ? TwoHosts.stackAt(family, ours.getLocalPort())
            : TwoHosts.kernelAt(family, kernels.getLocalPort());
        talks.add(Background.start(() -> {
          try (Socket client = toStack ? hosts.namespace().connect(address) : hosts.stack().connect(address)) {
            return talk(client);
          }
        }));
        ServerSocket server = toStack ? ours : kernels;
        talks.add(Background.start(() -> {
          try (Socket accepted = server.accept()) {
            return talk(accepted);
          }
        }));
      }
      for (Future<Boolean> talk : talks)
        assertThat(Background.get(talk)).isTrue();
      assertNoFaults(hosts);
    }
  }

  /** Says who it is and something that follows from that, and hears what the other has to say. */
  private static boolean talk(Socket socket) throws IOException {
    socket.setSoTimeout(30_000);
    int own = socket.getLocalPort();
    int other = socket.getPort();
    Future<Payload> sent = Background.start(() -> send(socket, size(own, other), own));
    Payload expected = Payload.write(OutputStream.nullOutputStream(), size(other, own), other);
    boolean same = Payload.read(socket.getInputStream()).equals(expected);
    Background.get(sent);
    return same;
  }

  private static int size(int from, int to) {
    SplittableRandom random = new SplittableRandom((long) from << 16 | to);
    return random.nextInt(random.nextBoolean() ? 20 : 50_000);
  }

  /** What was overtaken, or came twice, is old: that is seen by its timestamp or its SACK blocks, or it is a late SYN. */
  private static void assertNoFaults(TwoHosts hosts) throws IOException {
    KernelView seen = KernelView.of(hosts.namespace());
    seen.assertNoFaults("TcpExtPAWSEstab", "TcpExtTCPSACKDiscard", "TcpExtTCPSYNChallenge", "TcpExtTCPChallengeACK",
        "TcpExtTCPACKSkippedChallenge", "TcpInErrs");
    assertThat(seen.of("TcpInErrs")).as("segments in error").isLessThanOrEqualTo(seen.of("TcpExtTCPSYNChallenge"));
  }
}
