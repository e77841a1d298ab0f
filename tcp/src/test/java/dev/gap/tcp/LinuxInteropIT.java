package dev.gap.tcp;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gap.tcp.TwoHosts.Ends;
import dev.gap.tcp.TwoHosts.Family;
import dev.gap.tcp.TwoHosts.Setup;

import static org.assertj.core.api.Assertions.assertThat;

/** Our stack and Linux bring each other what was sent, over a link that loses nothing. */
@Timeout(300)
final class LinuxInteropIT {
  private static final long BYTES = Payload.mebibytes(48, 1024);
  /** Of our stack, when this machine's cores are late. */
  private static final int FEW = 500;

  @BeforeEach
  void needsRootAndTun() {
    TwoHosts.assumePossible();
  }

  static Stream<Arguments> allWays() {
    List<Arguments> ways = new ArrayList<>();
    for (Family family : Family.values())
      for (boolean stackIsServer : new boolean[]{true, false})
        for (boolean offload : new boolean[]{true, false})
          ways.add(Arguments.of(family, stackIsServer, offload));
    return ways.stream();
  }

  private static void carry(Socket from, Socket to, long bytes, long seed) throws IOException {
    Future<Payload> sent = Background.start(() -> Payload.write(from.getOutputStream(), bytes, seed));
    assertThat(Payload.read(to.getInputStream(), bytes)).isEqualTo(Background.get(sent));
  }

  @ParameterizedTest(name = "{0}, stack is server: {1}, offload: {2}")
  @MethodSource("allWays")
  void whatIsSentArrivesOneWayAndThenTheOther(Family family, boolean stackIsServer, boolean offload)
      throws IOException {
    try (TwoHosts hosts = TwoHosts.join(offload ? Setup.OFFLOAD : Setup.PLAIN)) {
      try (Ends ends = hosts.connect(family, stackIsServer)) {
        carry(ends.kernel(), ends.stack(), BYTES, 1);
        carry(ends.stack(), ends.kernel(), BYTES, 2);
        List<String> seen = KernelView.connections(hosts.namespace());
        assertThat(seen).singleElement().asString().contains(" ts sack ", " wscale:7,").doesNotContain(" lost:");
        assertThat(ends.stack().info().sender().totalRetransmissions()).as("%s", ends.stack().info())
            .isLessThanOrEqualTo(FEW);
      }
      KernelView.of(hosts.namespace()).assertNothingAmiss();
    }
  }

  @ParameterizedTest(name = "{0}, stack is server: {1}, offload: {2}")
  @MethodSource("allWays")
  void whatIsSentArrivesBothWaysAtTheSameTime(Family family, boolean stackIsServer, boolean offload)
      throws IOException {
    try (TwoHosts hosts = TwoHosts.join(offload ? Setup.OFFLOAD : Setup.PLAIN)) {
      try (Ends ends = hosts.connect(family, stackIsServer)) {
        Future<?> there = Background.start(() -> {
          carry(ends.kernel(), ends.stack(), BYTES / 2, 3);
          return true;
        });
        carry(ends.stack(), ends.kernel(), BYTES / 2, 4);
        Background.get(there);
      }
      KernelView.of(hosts.namespace()).assertNothingAmiss();
    }
  }
}
