package dev.gap.tcp;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Future;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import dev.gap.lab.LinkSpec;
import dev.gap.tcp.Capture.Packet;
import dev.gap.tcp.TwoHosts.Ends;
import dev.gap.tcp.TwoHosts.Family;
import dev.gap.tcp.TwoHosts.Setup;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.TcpConfig.Ecn;
import dev.gap.tcp.engine.connection.TcpInfo;

import static org.assertj.core.api.Assertions.assertThat;

/** What our stack and Linux agree upon is what both use, as a third party sees it. */
@Timeout(60)
final class LinuxFeaturesIT {
  private static final long SEED = 11;
  private static final long BYTES = 1 << 19;
  private static final LinkSpec LINK = LinkSpec.PERFECT.withDelay(Duration.ofMillis(2)).withLoss(0.02);
  private static final int MARKED = 40;
  private static final int ECT_0 = 2;
  private static final int CE = 3;
  private static final int PORT = 7000;

  @BeforeEach
  void needsRootAndTun() {
    TwoHosts.assumePossible();
  }

  private static TcpConfig config(Ecn ecn, boolean fastOpenServer) {
    TcpConfig.Features f = TcpConfig.DEFAULT.features();
    return TcpConfig.DEFAULT.with(new TcpConfig.Features(f.windowScaling(), f.timestamps(), f.sack(), f.dsack(), ecn,
        f.ecnFallback(), f.ecnSyns(), f.ecnPlusPlus(), f.accurateOption(), f.fastOpenClient(), fastOpenServer,
        f.fastOpenSendsBare(),
        f.fastOpenTakesBare(), f.tolerateMissingTimestamps()));
  }

  @ParameterizedTest(name = "{0}, stack is server: {1}")
  @CsvSource({"IPV4, true", "IPV4, false", "IPV6, true", "IPV6, false"})
  void scalingTimestampsSackAndEcnAreNegotiatedAndUsed(Family family, boolean stackIsServer, @TempDir Path folder)
      throws IOException {
    Setup setup = Setup.PLAIN.with(config(Ecn.ASK, false)).with(Map.of("net/ipv4/tcp_ecn", "1"))
        .with(port -> new CongestedPort(new LossyPort(port, LINK, SEED), MARKED));
    try (TwoHosts hosts = TwoHosts.join(setup);
        Capture capture = Capture.start(hosts, folder);
        Ends ends = hosts.connect(family, stackIsServer)) {
      carry(ends.kernel(), ends.stack());
      carry(ends.stack(), ends.kernel());
      assertThat(KernelView.connections(hosts.namespace())).singleElement().asString()
          .contains(" ts sack ecn ecnseen ");
      TcpInfo info = ends.stack().info();
      assertThat(info.timestamps() && info.sack() && info.ecn() && info.ecnSeen()).as("%s", info).isTrue();
      assertThat(info.sendScale()).isPositive();
      assertThat(info.receiveScale()).isPositive();
      ends.kernel().shutdownOutput();
      ends.stack().shutdownOutput();
      List<Packet> packets = capture.await(2, Packet::isFin);
      assertHandshake(packets, family);
      assertUse(packets.stream().filter(packet -> !packet.isSyn() && !packet.isSynAck()).toList());
      KernelView seen = KernelView.of(hosts.namespace());
      seen.assertNoFaults("TcpExtPAWSEstab");
      assertThat(seen.of("TcpExtTCPDeliveredCE")).as("the kernel was told of marks").isPositive();
    }
  }

  private static void carry(Socket from, Socket to) throws IOException {
    Future<Payload> sent = Background.start(() -> Payload.write(from.getOutputStream(), BYTES, SEED));
    assertThat(Payload.read(to.getInputStream(), BYTES)).as("seed %d", SEED).isEqualTo(Background.get(sent));
  }

  private static void assertHandshake(List<Packet> packets, Family family) {
    Packet syn = packets.stream().filter(Packet::isSyn).findFirst().orElseThrow();
    Packet synAck = packets.stream().filter(Packet::isSynAck).findFirst().orElseThrow();
    assertThat(synAck.ofStack()).isNotEqualTo(syn.ofStack());
    for (Packet packet : List.of(syn, synAck)) {
      assertThat(packet.has("wscale.shift")).as("%s", packet).isTrue();
      assertThat(packet.has("sack_perm")).as("%s", packet).isTrue();
      assertThat(packet.has("timestamp.tsval")).as("%s", packet).isTrue();
      assertThat(packet.option("mss_val")).isEqualTo(family == Family.IPV4 ? "1460" : "1440");
    }
    assertThat(syn.echoesCongestion() && syn.hasReducedWindow()).as("RFC 3168: %s", syn).isTrue();
    assertThat(synAck.echoesCongestion() && !synAck.hasReducedWindow()).as("RFC 3168: %s", synAck).isTrue();
  }

  private static void assertUse(List<Packet> packets) {
    assertThat(packets).allMatch(packet -> packet.has("timestamp.tsval"));
    for (boolean ofStack : new boolean[]{true, false}) {
      List<Packet> own = packets.stream().filter(packet -> packet.ofStack() == ofStack).toList();
      String who = ofStack ? "our stack" : "the kernel";
      List<Packet> data = own.stream().filter(packet -> packet.length() > 0).toList();
      // what is sent again is not ECN-capable, RFC 3168 section 6.1.5
      assertThat(data.stream().filter(packet -> packet.ecn() == ECT_0 || packet.ecn() == CE).count())
          .as("marks data: %s", who).isGreaterThan(data.size() * 8L / 10);
      assertThat(own.stream().filter(packet -> packet.length() == 0)).as("marks no acknowledgments: %s", who)
          .allMatch(packet -> packet.ecn() == 0);
      assertThat(own).as("says what came out of order: %s", who).anyMatch(packet -> packet.has("sack_le"));
      assertThat(own).as("echoes congestion: %s", who).anyMatch(Packet::echoesCongestion);
      assertThat(own).as("reduces its window: %s", who).anyMatch(Packet::hasReducedWindow);
    }
  }

  // Fast Open

  private static final Map<String, String> FAST_OPEN = Map.of("net/ipv4/tcp_fastopen", "3");
  private static final int SENT = 3000;

  private static final String SERVER = """
      import socket, sys
      s = socket.socket(socket.AF_INET6)
      s.bind(('::', int(sys.argv[1])))
      s.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 8)
      s.listen(8)
      print('ready', flush=True)
      for i in range(2):
        c = s.accept()[0]
        while True:
          data = c.recv(4096)
          if not data: break
          c.sendall(data)
        c.close()
      """;

  private static final String CLIENT = """
      import socket, sys
      address = socket.getaddrinfo(sys.argv[1], int(sys.argv[2]), type=socket.SOCK_STREAM)[0]
      sent = bytes(i & 127 for i in range(int(sys.argv[3])))
      for i in range(2):
        s = socket.socket(address[0])
        n = s.sendto(sent, socket.MSG_FASTOPEN, address[4])
        s.sendall(sent[n:])
        s.shutdown(socket.SHUT_WR)
        back = b''
        while True:
          data = s.recv(4096)
          if not data: break
          back += data
        print('same' if back == sent else 'other', flush=True)
      """;

  @ParameterizedTest
  @EnumSource
  void ourSecondSynCarriesData(Family family, @TempDir Path folder) throws IOException {
    String python = Child.assumed("python3");
    byte[] sent = new byte[SENT];
    new SplittableRandom(SEED).nextBytes(sent);
    try (TwoHosts hosts = TwoHosts.join(Setup.PLAIN.with(FAST_OPEN));
        Child server = Child.start(hosts.namespace().in(python, "-c", SERVER, String.valueOf(PORT)));
        Capture capture = Capture.start(hosts, folder)) {
      assertThat(server.line()).isEqualTo("ready");
      for (int i = 0; i < 2; i++) {
        try (TcpSocket socket = hosts.stack().socket()) {
          socket.connectAndWrite(TwoHosts.kernelAt(family, PORT), sent, 0, SENT);
          socket.shutdownOutput();
          assertThat(socket.getInputStream().readAllBytes()).isEqualTo(sent);
        }
      }
      assertFastOpen(capture.await(4, Packet::isFin), true);
      KernelView seen = KernelView.of(hosts.namespace());
      seen.assertNoFaults();
      assertThat(seen.of("TcpExtTCPFastOpenCookieReqd")).as("the kernel gave cookies").isEqualTo(1);
      assertThat(seen.of("TcpExtTCPFastOpenPassive")).as("the kernel took data with a SYN").isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSecondSynOfTheKernelCarriesData(Family family, @TempDir Path folder) throws IOException {
    String python = Child.assumed("python3");
    try (TwoHosts hosts = TwoHosts.join(Setup.PLAIN.with(FAST_OPEN).with(config(Ecn.ACCEPT, true)));
        TcpServerSocket server = hosts.stack().listen(PORT);
        Capture capture = Capture.start(hosts, folder)) {
      server.setOption(TcpOptions.FAST_OPEN, 8);
      String address = TwoHosts.stackAt(family, PORT).getAddress().getHostAddress();
      try (Child client = Child.start(
          hosts.namespace().in(python, "-c", CLIENT, address, String.valueOf(PORT), String.valueOf(SENT)))) {
        for (int i = 0; i < 2; i++) {
          try (TcpSocket socket = server.accept()) {
            socket.getInputStream().transferTo(socket.getOutputStream());
            assertThat(socket.info().fastOpenTaken()).isEqualTo(i == 1);
          }
          assertThat(client.line()).isEqualTo("same");
        }
        client.finish();
      }
      assertFastOpen(capture.await(4, Packet::isFin), false);
      KernelView seen = KernelView.of(hosts.namespace());
      seen.assertNoFaults();
      assertThat(seen.of("TcpExtTCPFastOpenActive")).as("the kernel's data was taken with a SYN").isEqualTo(1);
    }
  }

  private static void assertFastOpen(List<Packet> packets, boolean stackIsClient) {
    List<Packet> syns = packets.stream().filter(Packet::isSyn).toList();
    List<Packet> synAcks = packets.stream().filter(Packet::isSynAck).toList();
    assertThat(syns).hasSize(2).allMatch(syn -> syn.ofStack() == stackIsClient);
    assertThat(synAcks).hasSize(2).allMatch(synAck -> synAck.ofStack() != stackIsClient);
    Packet first = syns.getFirst();
    assertThat(first.has("tfo.request") && first.length() == 0).as("asks for a cookie: %s", first).isTrue();
    assertThat(synAcks.getFirst().has("tfo.cookie")).as("gives one: %s", synAcks.getFirst()).isTrue();
    Packet second = syns.getLast();
    assertThat(second.option("tfo.cookie")).as("%s", second).isEqualTo(synAcks.getFirst().option("tfo.cookie"));
    assertThat(second.length()).as("%s", second).isPositive();
  }
}
