package dev.gap.tcp;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Future;

import org.junit.jupiter.api.BeforeEach;
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
@Timeout(300)
final class LinuxBadLinkIT {
  private static final long SEED = 7;
  /** The jitter is what makes packets overtake others. */
  private static final LinkSpec LINK = LinkSpec.PERFECT.withDelay(Duration.ofMillis(5))
      .withJitter(Duration.ofMillis(2)).withDuplicate(0.01);

  @BeforeEach
  void needsRootAndTun() {
    TwoHosts.assumePossible();
  }

  private static TwoHosts join(LinkSpec link) throws IOException {
    return TwoHosts.join(Setup.PLAIN.with(port -> new LossyPort(port, link, SEED)));
  }

  @ParameterizedTest(name = "loss of {0}, {1} MiB, {2}, stack is server: {3}")
  @CsvSource({"0.01, 8, IPV4, true", "0.01, 4, IPV6, false", "0.05, 2, IPV4, false", "0.05, 2, IPV6, true"})
  void whatIsLostReorderedAndDoubledArrivesAllTheSame(double loss, int mebibytes, Family family, boolean stackIsServer)
      throws IOException {
    long bytes = Payload.mebibytes(mebibytes, 8 * mebibytes);
    try (TwoHosts hosts = join(LINK.withLoss(loss)); Ends ends = hosts.connect(family, stackIsServer)) {
      Future<Payload> sentThere = Background.start(() -> send(ends.stack(), bytes, 1));
      Future<Payload> sentBack = Background.start(() -> send(ends.kernel(), bytes, 2));
      Future<Payload> back = Background.start(() -> Payload.read(ends.stack().getInputStream()));
      assertThat(Payload.read(ends.kernel().getInputStream())).as("seed %d", SEED)
          .isEqualTo(Background.get(sentThere));
      assertThat(Background.get(back)).as("seed %d", SEED).isEqualTo(Background.get(sentBack));
      assertThat(ends.stack().info().sender().totalRetransmissions()).as("what is lost is repaired")
          .isGreaterThan((int) (loss * bytes / (2 * TwoHosts.MTU)));
      // what was overtaken, or came twice, is old: that is seen by its timestamp or by its SACK blocks
      KernelView.of(hosts.namespace()).assertNoFaults("TcpExtPAWSEstab", "TcpExtTCPSACKDiscard");
    }
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
      ends.stack().setCongestionControl(algorithm);
      Future<Payload> sent = Background.start(() -> send(ends.stack(), bytes, 3));
      assertThat(Payload.read(ends.kernel().getInputStream())).as("seed %d", SEED).isEqualTo(Background.get(sent));
      assertThat(ends.stack().info().algorithm()).isEqualTo(algorithm);
      KernelView.of(hosts.namespace()).assertNoFaults("TcpExtPAWSEstab", "TcpExtTCPSACKDiscard");
    }
  }
}
