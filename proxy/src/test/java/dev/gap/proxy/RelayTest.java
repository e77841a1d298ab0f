package dev.gap.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The client and the target are the test's; between them the relay has a socket to each. */
@Timeout(60)
final class RelayTest {
  private static final int MIB = 1 << 20;

  private Socket client;
  private Socket target;
  private Socket relaysClient;
  private Socket relaysUpstream;

  @BeforeEach
  void connect() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      client = new Socket(listener.getInetAddress(), listener.getLocalPort());
      relaysClient = listener.accept();
      relaysUpstream = new Socket(listener.getInetAddress(), listener.getLocalPort());
      target = listener.accept();
    }
    client.setSoTimeout(20_000);
    target.setSoTimeout(20_000);
  }

  @AfterEach
  void close() throws IOException {
    for (Socket socket : new Socket[]{client, target, relaysClient, relaysUpstream})
      socket.close();
  }

  private Background<Boolean> relay(Relay.Gate gate) {
    return Background.of(() -> new Relay(relaysClient, relaysUpstream).run(gate));
  }

  private static void assertReset(Socket socket) {
    assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.getInputStream().readAllBytes())
        .withMessage("Connection reset");
  }

  private void assertBothClosed() {
    assertThat(relaysClient.isClosed()).isTrue();
    assertThat(relaysUpstream.isClosed()).isTrue();
  }

  @Test
  void carriesBothDirectionsAtOnceAndBothEnds() throws Exception {
    Background<Boolean> relay = relay(Relay.Gate.OPEN);
    Background<Boolean> up = Background.run(() -> {
      Pattern.write(client.getOutputStream(), 3 * MIB);
      client.shutdownOutput();
    });
    Background<Boolean> down = Background.run(() -> {
      Pattern.write(target.getOutputStream(), 4 * MIB);
      target.shutdownOutput();
    });
    Background<Boolean> arrived = Background.run(() -> Pattern.expectAll(target.getInputStream(), 3 * MIB));
    Pattern.expectAll(client.getInputStream(), 4 * MIB);
    assertThat(arrived.get() && up.get() && down.get()).isTrue();
    assertThat(relay.get()).as("in order").isTrue();
    assertBothClosed();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void passesTheEndOfOneDirectionOnAndKeepsTheOther(boolean clientFirst) throws Exception {
    Socket first = clientFirst ? client : target;
    Socket second = clientFirst ? target : client;
    Background<Boolean> relay = relay(Relay.Gate.OPEN);
    first.getOutputStream().write("question".getBytes(US_ASCII));
    first.shutdownOutput();
    assertThat(second.getInputStream().readAllBytes()).isEqualTo("question".getBytes(US_ASCII));
    assertThat(relay.isDoneWithin(Duration.ofMillis(100))).isFalse();
    second.getOutputStream().write("answer".getBytes(US_ASCII));
    assertThat(first.getInputStream().readNBytes(6)).isEqualTo("answer".getBytes(US_ASCII));
    second.close();
    assertThat(first.getInputStream().read()).isEqualTo(-1);
    assertThat(relay.get()).as("in order").isTrue();
    assertBothClosed();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void passesAResetOnAsAReset(boolean fromClient) throws Exception {
    Socket first = fromClient ? client : target;
    Socket second = fromClient ? target : client;
    Background<Boolean> relay = relay(Relay.Gate.OPEN);
    first.getOutputStream().write(1);
    assertThat(second.getInputStream().read()).isEqualTo(1);
    first.setSoLinger(true, 0);
    first.close();
    assertReset(second);
    assertThat(relay.get()).as("in order").isFalse();
    assertBothClosed();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void passesAResetOnThoughTheOtherDirectionHasEnded(boolean fromClient) throws Exception {
    Socket first = fromClient ? client : target;
    Socket second = fromClient ? target : client;
    Background<Boolean> relay = relay(Relay.Gate.OPEN);
    second.shutdownOutput();
    assertThat(first.getInputStream().read()).isEqualTo(-1);
    first.setSoLinger(true, 0);
    first.close();
    assertReset(second);
    assertThat(relay.get()).as("in order").isFalse();
  }

  @Test
  void aClosedGateKeepsItsLastWordToTheClientAndResetsTheTarget() throws Exception {
    client.getOutputStream().write(new byte[100_000]);
    Background<Boolean> relay = relay(() -> {
      relaysClient.getOutputStream().write("refused".getBytes(US_ASCII));
      return false;
    });
    assertThat(client.getInputStream().readAllBytes()).isEqualTo("refused".getBytes(US_ASCII));
    client.close();
    assertThat(relay.get()).as("in order").isFalse();
    assertReset(target);
    assertBothClosed();
  }

  @Test
  void aClosedGateDoesNotWaitForeverForAClientThatStays() throws Exception {
    Background<Boolean> relay = relay(() -> false);
    assertThat(client.getInputStream().read()).isEqualTo(-1);
    assertThat(relay.isDoneWithin(Duration.ofSeconds(10))).isTrue();
    assertBothClosed();
  }

  @Test
  void aGateThatFailsResetsBoth() throws Exception {
    Background<Boolean> relay = relay(() -> {
      throw new IOException("no");
    });
    assertReset(client);
    assertReset(target);
    assertThat(relay.get()).as("in order").isFalse();
  }

  @Test
  void carriesForwardWhileTheGateIsNotYetPassed() throws Exception {
    Background<Boolean> relay = relay(() -> relaysUpstream.getInputStream().read() == 7);
    client.getOutputStream().write("early".getBytes(US_ASCII));
    assertThat(target.getInputStream().readNBytes(5)).isEqualTo("early".getBytes(US_ASCII));
    target.getOutputStream().write(new byte[]{7, 8});
    assertThat(client.getInputStream().read()).isEqualTo(8);
    client.close();
    target.close();
    assertThat(relay.get()).as("in order").isTrue();
  }

  @Test
  void aClientThatGoesWhileTheGateWaitsEndsIt() throws Exception {
    Background<Boolean> relay = relay(() -> relaysUpstream.getInputStream().read() == 7);
    client.setSoLinger(true, 0);
    client.close();
    assertReset(target);
    assertThat(relay.get()).as("in order").isFalse();
  }

  @Test
  void endsGentlyThoughTheClientHasSentMuch() throws Exception {
    Background<Boolean> sender = Background.run(() -> client.getOutputStream().write(new byte[500_000]));
    relaysClient.getOutputStream().write("goodbye".getBytes(US_ASCII));
    Background<Boolean> end = Background.run(() -> Relay.endGently(relaysClient));
    InputStream in = client.getInputStream();
    assertThat(in.readAllBytes()).isEqualTo("goodbye".getBytes(US_ASCII));
    assertThat(sender.get()).isTrue();
    client.close();
    assertThat(end.get()).isTrue();
    assertThat(relaysClient.isClosed()).isTrue();
  }
}
