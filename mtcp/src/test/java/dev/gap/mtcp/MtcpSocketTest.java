package dev.gap.mtcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.gap.lab.LinkSpec;
import dev.gap.lab.UdpRelay;
import dev.gap.mtcp.engine.ConnectionConfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What mTCP sockets have beyond java.net's, and what they lack. */
@Timeout(60)
@SuppressWarnings("try") // closing early is what it tests
final class MtcpSocketTest {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration SHORT = Duration.ofMillis(300);

  private MtcpServerSocket server;
  private MtcpEndpoint endpoint;

  @BeforeEach
  void open() throws IOException {
    server = new MtcpServerSocket(MtcpConfig.withKey(Wire.KEY), Wire.loopback());
    endpoint = MtcpEndpoint.dialing(MtcpConfig.withKey(Wire.KEY));
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

  @Test
  void connectsWithoutWaitingForThePeer() throws IOException {
    try (Wire.Pair pair = new Wire.Pair(endpoint.connect(address()), server.accept())) {
      pair.near().getOutputStream().write(1);
      assertThat(pair.far().getInputStream().read()).isEqualTo(1);
    }
    MtcpEndpoint nobody = MtcpEndpoint.dialing(MtcpConfig.withKey(Wire.KEY));
    InetSocketAddress gone = new InetSocketAddress(address().getAddress(), nobody.localAddress().getPort());
    nobody.close();
    try (MtcpSocket socket = endpoint.connect(gone)) {
      socket.getOutputStream().write(1);
      assertThat(socket.isConnected()).isTrue();
      assertThat(socket.awaitPeer(SHORT)).isFalse();
      socket.abort();
    }
  }

  @Test
  void hearsAndRecognizesAGapPeer() throws IOException {
    try (MtcpSocket near = endpoint.connect(address()); MtcpSocket far = server.accept()) {
      assertThat(near.awaitPeer(SOON)).isTrue();
      assertThat(near.isGapPeer()).isTrue();
      assertThat(far.awaitPeer(SOON)).isTrue();
      assertThat(far.isGapPeer()).isTrue();
    }
  }

  @Test
  void hearsNothingFromAPeerWithAnotherKey() throws IOException {
    try (
        MtcpEndpoint stranger = MtcpEndpoint
            .dialing(MtcpConfig.withKey("mk2:BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"));
        MtcpSocket socket = stranger.connect(address())) {
      socket.getOutputStream().write(1);
      assertThat(socket.awaitPeer(SHORT)).isFalse();
      assertThat(socket.isGapPeer()).isFalse();
      server.setSoTimeout(100);
      assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(server::accept);
      assertThat(server.endpoint().stats().unauthentic()).isPositive();
      assertThat(server.endpoint().connections()).isEmpty();
      socket.abort();
    }
  }

  @Test
  void refusesAnUnresolvedPeer() {
    InetSocketAddress nowhere = InetSocketAddress.createUnresolved("no-such-host.invalid", 2286);
    assertThatExceptionOfType(UnknownHostException.class).isThrownBy(() -> endpoint.connect(nowhere))
        .withMessageContaining("no-such-host.invalid");
  }

  @Test
  void abortingResetsThePeerEvenIfNothingIsUnread() throws IOException {
    try (MtcpSocket near = endpoint.connect(address()); MtcpSocket far = server.accept()) {
      far.abort();
      assertThat(far.isClosed()).isTrue();
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> near.getInputStream().read())
          .withMessage("Connection reset");
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> near.getOutputStream().write(1))
          .withMessage("Connection reset");
    }
  }

  /** With java.net the end of stream may come first. */
  @Test
  void closingWithUnreadDataResetsThePeer() throws IOException {
    try (MtcpSocket near = endpoint.connect(address()); MtcpSocket far = server.accept()) {
      near.getOutputStream().write(new byte[1000]);
      assertThat(far.getInputStream().read()).isZero();
      far.close();
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> near.getInputStream().read())
          .withMessage("Connection reset");
    }
  }

  @Test
  void dataThatArrivesAfterClosingResetsThePeer() throws IOException {
    try (MtcpSocket near = endpoint.connect(address()); MtcpSocket far = server.accept()) {
      far.close();
      near.getOutputStream().write(1);
      assertThat(near.awaitFinished(SOON)).isTrue();
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> near.getOutputStream().write(1))
          .withMessage("Connection reset");
    }
  }

  /** The end of the stream comes just when the socket's own buffer is full, and nothing else will ever come. */
  @Test
  void seesTheEndOfAStreamThatFillsItsBufferExactly() throws Exception {
    for (int times : new int[]{1, 2, 4}) {
      try (MtcpSocket near = endpoint.connect(address()); MtcpSocket far = server.accept()) {
        far.shutdownOutput();
        Pattern.write(near.getOutputStream(), (long) times * Conduit.RING_BYTES);
        near.shutdownOutput();
        // it all arrives before anything is read
        assertThat(near.awaitFinished(Duration.ofSeconds(1)) || times > 1).isTrue();
        far.setSoTimeout(5000);
        Pattern.expectAll(far.getInputStream(), (long) times * Conduit.RING_BYTES);
      }
    }
  }

  @Test
  void isFinishedOnceBothDirectionsHaveEnded() throws IOException {
    try (MtcpSocket near = endpoint.connect(address()); MtcpSocket far = server.accept()) {
      Pattern.write(near.getOutputStream(), 100_000);
      near.shutdownOutput();
      Pattern.expectAll(far.getInputStream(), 100_000);
      assertThat(near.awaitFinished(SHORT)).isFalse();
      far.close();
      assertThat(near.awaitFinished(SOON)).isTrue();
      assertThat(far.awaitFinished(SOON)).isTrue();
      assertThat(near.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(endpoint.connections()).isEmpty();
  }

  @Test
  void keepsWhatHasArrivedThoughTheConnectionIsOver() throws Exception {
    int more = 3 * Conduit.RING_BYTES;
    try (MtcpSocket near = endpoint.connect(address()); MtcpSocket far = server.accept()) {
      far.shutdownOutput();
      Pattern.write(near.getOutputStream(), more);
      near.close();
      // the window may be too small for it all before it is read
      Pattern.expect(far.getInputStream(), 0, Conduit.RING_BYTES);
      Background.moment();
      Pattern.expect(far.getInputStream(), Conduit.RING_BYTES, more);
      assertThat(far.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void findsByKeepaliveThatThePeerIsGone() throws Exception {
    MtcpConfig config = MtcpConfig.withKey(Wire.KEY).withConnection(
        ConnectionConfig.DEFAULT.withKeepalive(Duration.ofMillis(300), Duration.ofMillis(100), 3)
            .withTimeout(Duration.ofMillis(700)));
    try (UdpRelay relay = UdpRelay.start(Wire.loopback(), address(),
        LinkSpec.PERFECT, LinkSpec.PERFECT, 1);
        MtcpEndpoint attentive = MtcpEndpoint.dialing(config);
        MtcpSocket near = attentive.connect(relay.localAddress());
        MtcpSocket far = server.accept()) {
      far.getOutputStream().write(1);
      assertThat(near.getInputStream().read()).isEqualTo(1);
      Background<Integer> reader = Background.of(() -> near.getInputStream().read());
      assertThat(reader.isDoneWithin(Duration.ofSeconds(1))).as("a peer that answers is not gone").isFalse();
      long begin = System.nanoTime();
      relay.setBlackout(true);
      assertThatExceptionOfType(SocketException.class).isThrownBy(reader::get).withMessageContaining("timed out");
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofMillis(300), Duration.ofSeconds(3));
      assertThat(attentive.connections()).isEmpty();
    }
  }

  @Test
  void givesUpAPeerThatAcknowledgesNothing() throws Exception {
    MtcpConfig config = MtcpConfig.withKey(Wire.KEY)
        .withConnection(ConnectionConfig.DEFAULT.withTimeout(Duration.ofMillis(700)));
    try (MtcpEndpoint impatient = MtcpEndpoint.dialing(config)) {
      server.endpoint().close();
      MtcpSocket socket = impatient.connect(address());
      Background<Boolean> writer = Background.run(() -> Pattern.write(socket.getOutputStream(), 1L << 40));
      assertThatExceptionOfType(SocketException.class).isThrownBy(writer::get).withMessage("Connection timed out");
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.getInputStream().read())
          .withMessage("Connection timed out");
      assertThat(socket.awaitFinished(Duration.ZERO)).isTrue();
      socket.close();
    }
  }

  @Test
  void aReadThatIsInterruptedSaysSoAndTheSocketGoesOn() throws Exception {
    try (MtcpSocket near = endpoint.connect(address()); MtcpSocket far = server.accept()) {
      InputStream in = near.getInputStream();
      Thread self = Thread.currentThread();
      Background<Boolean> interrupter = Background.run(() -> {
        Background.moment();
        self.interrupt();
      });
      assertThatExceptionOfType(InterruptedIOException.class).isThrownBy(in::read);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(interrupter.get()).isTrue();
      far.getOutputStream().write(4);
      assertThat(in.read()).isEqualTo(4);
    }
  }

  @Test
  void closingTheEndpointResetsItsSockets() throws IOException {
    try (MtcpSocket near = endpoint.connect(address()); MtcpSocket far = server.accept()) {
      endpoint.close();
      assertThat(endpoint.isClosed()).isTrue();
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> near.getInputStream().read())
          .withMessage("Socket closed");
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> far.getInputStream().read())
          .withMessage("Connection reset");
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> endpoint.connect(address()))
          .withMessage("Socket closed");
    }
  }

  @Test
  void closingTheEndpointResetsSocketsThatWereClosedAndHaveNotFinished() throws Exception {
    try (MtcpSocket near = endpoint.connect(address()); MtcpSocket far = server.accept()) {
      near.close();
      assertThat(far.getInputStream().read()).isEqualTo(-1);
      endpoint.close();
      // nobody is left to take what it writes, so it must not go on writing for the five minutes of the timeout
      Background<Boolean> writer = Background.run(() -> Pattern.write(far.getOutputStream(), 1L << 40));
      assertThat(writer.isDoneWithin(SOON)).as("the peer has been told").isTrue();
      assertThatExceptionOfType(SocketException.class).isThrownBy(writer::get).withMessage("Connection reset");
    }
  }

  @Test
  void closingTheEndpointGracefullyWaitsForWhatWasWritten() throws Exception {
    MtcpSocket near = endpoint.connect(address());
    try (MtcpSocket far = server.accept()) {
      Background<Boolean> reader = Background.run(() -> {
        Pattern.expectAll(far.getInputStream(), 4 << 20);
        far.close();
      });
      Pattern.write(near.getOutputStream(), 4 << 20);
      near.close();
      assertThat(endpoint.close(SOON)).isTrue();
      assertThat(reader.get()).isTrue();
    }
  }

  @Test
  void closingTheEndpointGracefullyEndsWhenTheGraceDoes() throws IOException {
    try (MtcpSocket near = endpoint.connect(address()); MtcpSocket far = server.accept()) {
      assertThat(endpoint.close(SHORT)).isFalse();
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> far.getInputStream().read())
          .withMessage("Connection reset");
      assertThat(near.awaitFinished(SOON)).isTrue();
    }
  }

  @Test
  void hasNoUrgentDataAndNoChannel() throws IOException {
    try (MtcpSocket socket = endpoint.connect(address())) {
      assertThat(socket.getChannel()).isNull();
      assertThat(socket.getTcpNoDelay()).isTrue();
      assertThat(socket.getKeepAlive()).isTrue();
      assertThat(socket.supportedOptions()).isEmpty();
      assertThatExceptionOfType(IOException.class).isThrownBy(() -> socket.sendUrgentData(1));
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.bind(null));
      assertThat(socket).hasToString("MtcpSocket[" + address() + "]");
    }
  }

  /** What is not overridden would open a socket of the platform behind this one's back, and never close it. */
  @Test
  void overridesWhateverWouldUseAPlatformSocket() throws NoSuchMethodException {
    assertThat(inherited(MtcpSocket.class, Socket.class, Set.of())).isEmpty();
    assertThat(inherited(MtcpServerSocket.class, ServerSocket.class, Set.of("bind"))).isEmpty();
  }

  private static List<String> inherited(Class<?> type, Class<?> base, Set<String> harmless)
      throws NoSuchMethodException {
    List<String> names = new ArrayList<>();
    for (Method method : base.getDeclaredMethods()) {
      if (!Modifier.isPublic(method.getModifiers()) || Modifier.isStatic(method.getModifiers())) continue;
      // only remembers what it is told
      if (method.getName().equals("setPerformancePreferences") || harmless.contains(method.getName())) continue;
      if (type.getMethod(method.getName(), method.getParameterTypes()).getDeclaringClass() == base) {
        names.add(method.getName());
      }
    }
    return names;
  }
}
