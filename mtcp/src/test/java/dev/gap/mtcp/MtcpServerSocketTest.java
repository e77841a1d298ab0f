package dev.gap.mtcp;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.gap.mtcp.engine.WindowPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Timeout(60)
final class MtcpServerSocketTest {
  private static final MtcpConfig CONFIG = MtcpConfig.withKey(Wire.KEY);
  private static final Duration SOON = Duration.ofSeconds(5);

  private MtcpServerSocket server;
  private MtcpEndpoint endpoint;

  @BeforeEach
  void open() throws IOException {
    server = new MtcpServerSocket(CONFIG, Wire.loopback());
    endpoint = MtcpEndpoint.dialing(CONFIG);
  }

  @AfterEach
  void close() throws IOException {
    endpoint.close();
    server.close();
    server.endpoint().close();
  }

  private InetSocketAddress address() {
    return server.endpoint().localAddress();
  }

  /** Binds the server's port again, as soon as it is free. */
  private static MtcpServerSocket bindWhenFree(InetSocketAddress address) throws InterruptedException {
    while (true) {
      try {
        return new MtcpServerSocket(CONFIG, address);
      } catch (IOException e) {
        Background.moment();
      }
    }
  }

  @Test
  void listensOnEveryAddressIfOnlyAPortIsGiven() throws IOException {
    try (MtcpServerSocket everywhere = new MtcpServerSocket(CONFIG, 0)) {
      assertThat(everywhere.getInetAddress().isAnyLocalAddress()).isTrue();
      InetSocketAddress here = new InetSocketAddress(address().getAddress(), everywhere.getLocalPort());
      try (MtcpSocket near = endpoint.connect(here); MtcpSocket far = everywhere.accept()) {
        near.getOutputStream().write(1);
        assertThat(far.getInputStream().read()).isEqualTo(1);
        far.getOutputStream().write(2);
        assertThat(near.getInputStream().read()).isEqualTo(2);
      }
    }
  }

  @Test
  void namesTheAddressThatIsInUse() {
    assertThatExceptionOfType(BindException.class).isThrownBy(() -> new MtcpServerSocket(CONFIG, address()))
        .withMessageContaining("127.0.0.1:" + address().getPort());
  }

  @Test
  void itsPortIsFreeAtOnceIfNobodyIsConnected() throws Exception {
    server.close();
    try (MtcpServerSocket next = bindWhenFree(address())) {
      assertThat(next.getLocalPort()).isEqualTo(address().getPort());
    }
  }

  @Test
  void itsPortIsFreeWhenTheLastAcceptedSocketHasEnded() throws Exception {
    MtcpSocket near = endpoint.connect(address());
    MtcpSocket far = server.accept();
    server.close();
    Background<MtcpServerSocket> next = Background.of(() -> bindWhenFree(address()));
    assertThat(next.isDoneWithin(Duration.ofMillis(300))).isFalse();
    near.getOutputStream().write(1);
    assertThat(far.getInputStream().read()).isEqualTo(1);
    near.close();
    far.close();
    try (MtcpServerSocket reopened = next.get()) {
      try (MtcpSocket again = endpoint.connect(address()); MtcpSocket accepted = reopened.accept()) {
        again.getOutputStream().write(2);
        assertThat(accepted.getInputStream().read()).isEqualTo(2);
      }
    }
  }

  @Test
  void refusesNewConnectionsOnceItIsClosed() throws Exception {
    try (MtcpSocket near = endpoint.connect(address()); MtcpSocket far = server.accept()) {
      server.close();
      MtcpSocket late = endpoint.connect(address());
      // the answer may come before the first write or after it
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> {
        late.getOutputStream().write(1);
        late.getInputStream().read();
      }).withMessage("Connection reset");
      far.getOutputStream().write(2);
      assertThat(near.getInputStream().read()).isEqualTo(2);
      late.close();
    }
  }

  @Test
  void resetsConnectionsThatNobodyHasAccepted() throws Exception {
    MtcpSocket waiting = endpoint.connect(address());
    assertThat(waiting.awaitPeer(SOON)).isTrue();
    server.close();
    assertThatExceptionOfType(SocketException.class).isThrownBy(() -> waiting.getInputStream().read())
        .withMessage("Connection reset");
    waiting.close();
  }

  @Test
  void tellsThePeersOfARestartedServerAtOnce() throws Exception {
    MtcpSocket near = endpoint.connect(address());
    server.accept().getOutputStream().write(1);
    assertThat(near.getInputStream().read()).isEqualTo(1);
    server.endpoint().close();
    try (MtcpServerSocket restarted = bindWhenFree(address())) {
      assertThat(restarted.getLocalPort()).isEqualTo(address().getPort());
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> near.getInputStream().read())
          .withMessage("Connection reset");
    }
    near.close();
  }

  @Test
  void setsTheWindowOfConnectionsThereAreAndOfThoseToCome() throws IOException {
    try (MtcpSocket near = endpoint.connect(address()); MtcpSocket far = server.accept()) {
      server.endpoint().setWindow(new WindowPolicy.Fixed(17));
      assertThat(server.endpoint().window()).isEqualTo(new WindowPolicy.Fixed(17));
      assertThat(server.endpoint().connections()).singleElement()
          .satisfies(c -> assertThat(c.windowLimit()).isEqualTo(17));
      try (MtcpSocket second = endpoint.connect(address()); MtcpSocket accepted = server.accept()) {
        assertThat(server.endpoint().connections()).hasSize(2)
            .allSatisfy(c -> assertThat(c.windowLimit()).isEqualTo(17));
        second.getOutputStream().write(new byte[100_000]);
        assertThat(accepted.getInputStream().readNBytes(100_000)).hasSize(100_000);
      }
      assertThat(near.isClosed() || far.isClosed()).isFalse();
    }
  }

  @Test
  void countsWhatItSees() throws IOException {
    try (MtcpSocket near = endpoint.connect(address()); MtcpSocket far = server.accept()) {
      near.getOutputStream().write(1);
      assertThat(far.getInputStream().read()).isEqualTo(1);
      assertThat(server.endpoint().stats().opened()).isEqualTo(1);
      assertThat(server.endpoint().stats().received()).isPositive();
      assertThat(server.endpoint().connections()).singleElement()
          .satisfies(c -> assertThat(c.peer().getPort()).isEqualTo(near.getLocalPort()));
    }
  }

  @Test
  void itsConfigurationHidesTheKeyAndRefusesNone() {
    assertThat(CONFIG.toString()).doesNotContain(Wire.KEY).contains("(hidden)");
    assertThatIllegalArgumentException().isThrownBy(() -> MtcpConfig.withKey(""));
  }
}
