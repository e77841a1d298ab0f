package dev.gap.mtcp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** mTCP sockets go through the states that java.net's go through, and refuse what those refuse. */
@ParameterizedClass
@EnumSource(Wire.Kind.class)
@Timeout(60)
final class StatesAlikeTest {
  private static final int MANY = 500;

  @Parameter
  Wire.Kind kind;

  private Wire wire;

  @BeforeEach
  void open() throws IOException {
    wire = Wire.open(kind);
  }

  @AfterEach
  void close() throws IOException {
    wire.close();
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatExceptionOfType(SocketException.class).isThrownBy(call);
  }

  @Test
  void knowsWhoItIsConnectedTo() throws IOException {
    try (Wire.Pair pair = wire.connect()) {
      assertThat(pair.near().isConnected()).isTrue();
      assertThat(pair.near().isBound()).isTrue();
      assertThat(pair.near().isClosed()).isFalse();
      assertThat(pair.near().getRemoteSocketAddress()).isEqualTo(wire.address());
      assertThat(pair.near().getInetAddress()).isEqualTo(wire.address().getAddress());
      assertThat(pair.near().getPort()).isEqualTo(wire.address().getPort());
      assertThat(pair.far().getPort()).isEqualTo(pair.near().getLocalPort());
      assertThat(pair.far().getLocalPort()).isEqualTo(wire.address().getPort());
      pair.near().close();
      assertThat(pair.near().isClosed()).isTrue();
      assertThat(pair.near().isConnected()).isTrue();
    }
  }

  @Test
  void refusesToBeUsedBeforeItIsConnected() throws IOException {
    try (Socket socket = wire.sockets.createSocket()) {
      assertThat(socket.isConnected()).isFalse();
      assertThat(socket.getInetAddress()).isNull();
      assertThat(socket.getRemoteSocketAddress()).isNull();
      assertThat(socket.getPort()).isZero();
      assertRefused(socket::getInputStream);
      assertRefused(socket::getOutputStream);
      assertRefused(socket::shutdownInput);
      assertRefused(socket::shutdownOutput);
    }
  }

  @Test
  void connectsOnceAndOnlyOnce() throws IOException {
    try (Socket socket = wire.sockets.createSocket()) {
      socket.connect(wire.address(), 5000);
      try (Socket accepted = wire.server.accept()) {
        socket.getOutputStream().write(5);
        assertThat(accepted.getInputStream().read()).isEqualTo(5);
      }
      assertRefused(() -> socket.connect(wire.address()));
    }
  }

  @Test
  void refusesToBeUsedAfterItIsClosed() throws IOException {
    try (Wire.Pair pair = wire.connect()) {
      Socket socket = pair.near();
      var in = socket.getInputStream();
      var out = socket.getOutputStream();
      socket.close();
      socket.close();
      assertRefused(socket::getInputStream);
      assertRefused(socket::getOutputStream);
      assertRefused(socket::shutdownInput);
      assertRefused(socket::shutdownOutput);
      assertRefused(() -> socket.setSoTimeout(1));
      assertRefused(socket::getSoTimeout);
      assertRefused(() -> socket.connect(wire.address()));
      assertRefused(in::read);
      assertRefused(() -> out.write(1));
    }
  }

  @Test
  void closingAStreamClosesTheSocket() throws IOException {
    try (Wire.Pair pair = wire.connect()) {
      pair.near().getOutputStream().close();
      assertThat(pair.near().isClosed()).isTrue();
      assertThat(pair.far().getInputStream().read()).isEqualTo(-1);
      pair.far().getInputStream().close();
      assertThat(pair.far().isClosed()).isTrue();
    }
  }

  @Test
  void refusesToWriteAfterEndingItsDirection() throws IOException {
    try (Wire.Pair pair = wire.connect()) {
      var out = pair.near().getOutputStream();
      pair.near().shutdownOutput();
      assertThat(pair.near().isOutputShutdown()).isTrue();
      assertRefused(() -> out.write(1));
      assertRefused(pair.near()::getOutputStream);
      assertRefused(pair.near()::shutdownOutput);
    }
  }

  @Test
  void readsAnEndOfStreamAfterShuttingInputDown() throws IOException {
    try (Wire.Pair pair = wire.connect()) {
      var in = pair.near().getInputStream();
      pair.near().shutdownInput();
      assertThat(in.read()).isEqualTo(-1);
      assertThat(in.available()).isZero();
      assertRefused(pair.near()::getInputStream);
      assertRefused(pair.near()::shutdownInput);
      pair.near().getOutputStream().write(9);
      assertThat(pair.far().getInputStream().read()).isEqualTo(9);
    }
  }

  @Test
  void refusesImpossibleArguments() throws IOException {
    try (Socket socket = wire.sockets.createSocket()) {
      assertThatIllegalArgumentException().isThrownBy(() -> socket.setSoTimeout(-1));
      assertThatIllegalArgumentException().isThrownBy(() -> socket.connect(wire.address(), -1));
      assertThatIllegalArgumentException().isThrownBy(() -> wire.server.setSoTimeout(-1));
    }
  }

  @Test
  void saysThatAnUnresolvedNameIsUnknown() throws IOException {
    InetSocketAddress nowhere = InetSocketAddress.createUnresolved("no-such-host.invalid", 80);
    try (Socket socket = wire.sockets.createSocket()) {
      assertThatExceptionOfType(UnknownHostException.class).isThrownBy(() -> socket.connect(nowhere))
          .withMessageContaining("no-such-host.invalid");
    }
    assertThatExceptionOfType(UnknownHostException.class)
        .isThrownBy(() -> wire.sockets.createSocket("no-such-host.invalid", 80));
  }

  @Test
  void acceptingTimesOutAndGoesOnAfterwards() throws IOException {
    wire.server.setSoTimeout(60);
    assertThat(wire.server.getSoTimeout()).isEqualTo(60);
    long begin = System.nanoTime();
    assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(wire.server::accept)
        .withMessage("Accept timed out");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofMillis(55), Duration.ofSeconds(5));
    wire.server.setSoTimeout(5000);
    wire.connect().close();
  }

  @Test
  void closingEndsAnAcceptThatWaits() throws Exception {
    Background<Socket> accept = Background.of(wire.server::accept);
    accept.awaitBlocked();
    wire.server.close();
    assertThatExceptionOfType(SocketException.class).isThrownBy(accept::get).withMessage("Socket closed");
    assertThat(wire.server.isClosed()).isTrue();
    assertRefused(wire.server::accept);
    assertRefused(() -> wire.server.setSoTimeout(1));
  }

  @Test
  void acceptedSocketsGoOnWhenTheServerIsClosed() throws Exception {
    try (Wire.Pair pair = wire.connect()) {
      wire.server.close();
      Background<Boolean> sender = Background.run(() -> {
        Pattern.write(pair.near().getOutputStream(), 1 << 20);
        pair.near().shutdownOutput();
      });
      Pattern.expectAll(pair.far().getInputStream(), 1 << 20);
      assertThat(sender.get()).isTrue();
      pair.far().getOutputStream().write(3);
      assertThat(pair.near().getInputStream().read()).isEqualTo(3);
    }
  }

  @Test
  void theServerKnowsItsAddress() throws IOException {
    ServerSocket server = wire.server;
    assertThat(server.isBound()).isTrue();
    assertThat(server.isClosed()).isFalse();
    assertThat(server.getLocalPort()).isPositive();
    assertThat(server.getInetAddress().isLoopbackAddress()).isTrue();
    assertRefused(() -> server.bind(wire.address()));
  }

  @Test
  void carriesManyConnectionsAtOnce() throws Exception {
    Background<Boolean> acceptor = Background.run(() -> {
      for (int i = 0; i < MANY; i++) {
        Socket socket = wire.server.accept();
        Thread.ofVirtual().start(() -> echo(socket));
      }
    });
    List<Background<Boolean>> clients = new ArrayList<>();
    for (int i = 0; i < MANY; i++)
      clients.add(Background.run(this::sendAndHear));
    assertThat(acceptor.get()).isTrue();
    for (Background<Boolean> client : clients)
      assertThat(client.get()).isTrue();
  }

  private static void echo(Socket socket) {
    try (socket) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void sendAndHear() throws IOException {
    try (Socket socket = wire.dial()) {
      Pattern.write(socket.getOutputStream(), 10_000);
      socket.shutdownOutput();
      Pattern.expectAll(socket.getInputStream(), 10_000);
    }
  }
}
