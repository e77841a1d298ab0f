package dev.gap.tcp;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.tcp.TwoHosts.Ends;
import dev.gap.tcp.TwoHosts.Family;
import dev.gap.tcp.TwoHosts.Setup;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Connections of our stack and Linux that begin or end otherwise than by two handshakes, and urgent data. */
@Timeout(60)
final class LinuxEndingsIT {
  private static final int CLOSED_PORT = 9;
  private static final int MUCH = 4 << 20;

  @BeforeEach
  void needsRootAndTun() {
    TwoHosts.assumePossible();
  }

  // beginnings

  @ParameterizedTest
  @EnumSource
  void whereNobodyListensAConnectionIsRefused(Family family) throws IOException {
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD)) {
      assertThatThrownBy(() -> hosts.stack().connect(TwoHosts.kernelAt(family, CLOSED_PORT)))
          .isInstanceOf(ConnectException.class).hasMessage("Connection refused");
      assertThatThrownBy(() -> hosts.namespace().connect(TwoHosts.stackAt(family, CLOSED_PORT)))
          .isInstanceOf(ConnectException.class).hasMessage("Connection refused");
      KernelView seen = KernelView.of(hosts.namespace());
      seen.assertNoFaults();
      assertThat(seen.of("TcpOutRsts")).as("of the kernel").isEqualTo(1);
      assertThat(seen.of("TcpAttemptFails")).as("of the kernel").isEqualTo(1);
    }
  }

  @Test
  void aSynWaitsUntilItIsDecidedOn() throws IOException {
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD); TcpServerSocket server = hosts.stack().listen(0)) {
      server.setScreens(true);
      var address = TwoHosts.stackAt(Family.IPV4, server.getLocalPort());
      Future<Socket> refused = Background.start(() -> hosts.namespace().connect(address));
      PendingConnection first = server.acceptSyn();
      assertThat(first.local()).isEqualTo(address);
      assertThat(first.remote().getAddress()).isEqualTo(TwoHosts.kernelAt(Family.IPV4, 0).getAddress());
      assertThat(refused.isDone()).isFalse();
      first.refuse();
      assertThatThrownBy(() -> Background.get(refused)).isInstanceOf(ConnectException.class)
          .hasMessage("Connection refused");

      Future<Socket> accepted = Background.start(() -> hosts.namespace().connect(address));
      PendingConnection second = server.acceptSyn();
      assertThat(accepted.isDone()).isFalse();
      second.accept();
      try (Ends ends = new Ends(Background.get(accepted), server.accept())) {
        assertThat(ends.stack().getRemoteSocketAddress()).isEqualTo(second.remote());
        roundTrip(ends);
      }
      KernelView.of(hosts.namespace()).assertNoFaults();
    }
  }

  @Test
  void aSynThatIsDroppedComesAgain() throws IOException {
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD); TcpServerSocket server = hosts.stack().listen(0)) {
      server.setScreens(true);
      var address = TwoHosts.stackAt(Family.IPV6, server.getLocalPort());
      Future<Socket> connected = Background.start(() -> hosts.namespace().connect(address));
      PendingConnection first = server.acceptSyn();
      first.drop();
      PendingConnection again = server.acceptSyn();
      assertThat(again.remote()).isEqualTo(first.remote());
      again.accept();
      try (Ends ends = new Ends(Background.get(connected), server.accept())) {
        roundTrip(ends);
      }
      assertThat(KernelView.of(hosts.namespace()).of("TcpExtTCPSynRetrans")).isEqualTo(1);
    }
  }

  private static void roundTrip(Ends ends) throws IOException {
    ends.kernel().getOutputStream().write('?');
    assertThat(ends.stack().getInputStream().read()).isEqualTo('?');
    ends.stack().getOutputStream().write('!');
    assertThat(ends.kernel().getInputStream().read()).isEqualTo('!');
  }

  // half-closed

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoHasSentAllCanStillRead(boolean kernelIsFirst) throws IOException {
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD)) {
      try (Ends ends = hosts.connect(Family.IPV4, kernelIsFirst)) {
        Socket first = kernelIsFirst ? ends.kernel() : ends.stack();
        Socket second = kernelIsFirst ? ends.stack() : ends.kernel();
        first.getOutputStream().write("all".getBytes(US_ASCII));
        first.shutdownOutput();
        assertThat(second.getInputStream().readAllBytes()).asString(US_ASCII).isEqualTo("all");
        assertThatThrownBy(() -> first.getOutputStream().write(1)).isInstanceOf(SocketException.class);
        Future<Payload> sent = Background.start(() -> {
          Payload payload = Payload.write(second.getOutputStream(), MUCH, 1);
          second.shutdownOutput();
          return payload;
        });
        assertThat(Payload.read(first.getInputStream())).isEqualTo(Background.get(sent));
      }
      KernelView.of(hosts.namespace()).assertNothingAmiss();
    }
  }

  // resets

  @Test
  void whenAReaderIsKilledInMidTransferOurWriterSeesAReset() throws IOException {
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD);
        TcpServerSocket server = hosts.stack().listen(0);
        Child reader = Child.start(netcat(hosts, server));
        TcpSocket socket = server.accept()) {
      CountDownLatch begun = new CountDownLatch(1);
      Future<Boolean> writer = Background.start(() -> {
        Payload.write(socket.getOutputStream(), 1 << 17, 1);
        begun.countDown();
        while (true)
          Payload.write(socket.getOutputStream(), MUCH, 2);
      });
      awaits(begun);
      reader.kill();
      assertThatThrownBy(() -> Background.get(writer)).isInstanceOf(SocketException.class)
          .hasMessage("Connection reset");
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
      KernelView seen = KernelView.of(hosts.namespace());
      seen.assertNoFaults("TcpExtTCPAbortOnClose");
      assertThat(seen.of("TcpExtTCPAbortOnClose") + seen.of("TcpExtTCPAbortOnData")).isEqualTo(1);
      assertThat(hosts.stack().connections()).isZero();
    }
  }

  @Test
  void whenAWriterIsKilledInMidTransferOurReaderSeesTheEnd() throws IOException {
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD);
        TcpServerSocket server = hosts.stack().listen(0);
        Child writer = Child.start(netcat(hosts, server));
        TcpSocket socket = server.accept()) {
      Future<Boolean> feeding = Background.start(() -> {
        while (true)
          Payload.write(writer.input(), MUCH, 1);
      });
      Payload.read(socket.getInputStream(), MUCH);
      writer.kill();
      assertThatThrownBy(() -> Background.get(feeding)).isInstanceOf(IOException.class);
      Payload.read(socket.getInputStream());
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      KernelView.of(hosts.namespace()).assertNoFaults();
    }
  }

  private static List<String> netcat(TwoHosts hosts, TcpServerSocket server) {
    var address = TwoHosts.stackAt(Family.IPV4, server.getLocalPort());
    return hosts.namespace().in(Child.assumed("nc"), address.getAddress().getHostAddress(),
        String.valueOf(address.getPort()));
  }

  private static void awaits(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anAbortIsAResetForTheKernel(boolean stackIsServer) throws IOException {
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD); Ends ends = hosts.connect(Family.IPV6, stackIsServer)) {
      roundTrip(ends);
      ends.stack().abort();
      assertThatThrownBy(() -> ends.kernel().getInputStream().read()).isInstanceOf(SocketException.class)
          .hasMessage("Connection reset");
      KernelView.of(hosts.namespace()).assertNoFaults();
    }
  }

  @Test
  void whoClosesWithoutHavingReadAllResets() throws IOException {
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD)) {
      try (Ends ends = hosts.connect(Family.IPV4, true)) {
        ends.kernel().getOutputStream().write(new byte[2]);
        assertThat(ends.stack().getInputStream().read()).isZero();
        ends.stack().close();
        assertThatThrownBy(() -> ends.kernel().getInputStream().read()).isInstanceOf(SocketException.class);
      }
      try (Ends ends = hosts.connect(Family.IPV4, true)) {
        ends.stack().getOutputStream().write(new byte[2]);
        assertThat(ends.kernel().getInputStream().read()).isZero();
        // or Java shuts its output down first, and whether our reader sees that FIN or the reset is a race
        ends.kernel().setSoLinger(true, 0);
        ends.kernel().close();
        assertThatThrownBy(() -> ends.stack().getInputStream().read()).isInstanceOf(SocketException.class);
      }
      // a linger time of zero alone would count as TCPAbortOnData
      assertThat(KernelView.of(hosts.namespace()).of("TcpExtTCPAbortOnClose")).isEqualTo(1);
    }
  }

  // urgent data

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anUrgentByteInlineIsInItsPlace(boolean stackIsServer) throws IOException {
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD); Ends ends = hosts.connect(Family.IPV4, stackIsServer)) {
      for (Socket socket : new Socket[]{ends.kernel(), ends.stack()}) {
        socket.setOOBInline(true);
        assertThat(socket.getOOBInline()).isTrue();
      }
      sayUrgently(ends.kernel());
      assertThat(ends.stack().getInputStream().readAllBytes()).asString(US_ASCII).isEqualTo("abc!def");
      sayUrgently(ends.stack());
      assertThat(ends.kernel().getInputStream().readAllBytes()).asString(US_ASCII).isEqualTo("abc!def");
    }
  }

  private static void sayUrgently(Socket socket) throws IOException {
    socket.getOutputStream().write("abc".getBytes(US_ASCII));
    socket.sendUrgentData('!');
    socket.getOutputStream().write("def".getBytes(US_ASCII));
    socket.shutdownOutput();
  }

  private static final String URGENT = """
      import socket, sys, select
      s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 20)
      s.sendall(b'abc')
      s.send(b'!', socket.MSG_OOB)
      s.sendall(b'def')
      s.shutdown(socket.SHUT_WR)
      select.select([], [], [s], 20)
      print(s.recv(1, socket.MSG_OOB).decode(), flush=True)
      text = b''
      while True:
        part = s.recv(100)
        if not part: break
        text += part
      print(text.decode(), flush=True)
      """;

  @Test
  void anUrgentByteOutOfBandIsReadBesideTheStream() throws IOException {
    String python = Child.assumed("python3");
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD); TcpServerSocket server = hosts.stack().listen(0)) {
      var address = TwoHosts.stackAt(Family.IPV4, server.getLocalPort());
      try (
          Child kernel = Child.start(hosts.namespace().in(python, "-c", URGENT, address.getAddress().getHostAddress(),
              String.valueOf(address.getPort())));
          TcpSocket socket = server.accept()) {
        assertThat(socket.getInputStream().readNBytes(3)).asString(US_ASCII).isEqualTo("abc");
        // before the stream is read beyond it: then it is gone, as from Linux
        int urgent = socket.readUrgentData();
        while (urgent < 0) {
          Thread.onSpinWait();
          urgent = socket.readUrgentData();
        }
        assertThat(urgent).isEqualTo('!');
        assertThat(socket.readUrgentData()).as("it is read only once").isEqualTo(-1);
        assertThat(socket.getInputStream().readAllBytes()).asString(US_ASCII).isEqualTo("def");
        sayUrgently(socket);
        assertThat(kernel.line()).isEqualTo("!");
        assertThat(kernel.line()).isEqualTo("abcdef");
        kernel.finish();
      }
    }
  }
}
