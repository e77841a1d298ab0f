package dev.gap.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.gap.tcp.TwoStacks.Ends;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Sockets with {@link TcpOptions#MD5_SIGNATURE}: RFC 2385. */
@Timeout(60)
class SignedSocketsTest {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("198.18.1.1");
  private static final int LONG = 200_000;
  private static final int SHORT_MILLIS = 200;

  private final TwoStacks stacks = new TwoStacks();

  @AfterEach
  void close() {
    stacks.close();
  }

  private TcpSocket client(String secret) throws IOException {
    stacks.client.setSignatureKey(TwoStacks.address().getAddress(), secret.getBytes(US_ASCII));
    TcpSocket socket = stacks.client.socket();
    socket.setOption(TcpOptions.MD5_SIGNATURE, true);
    return socket;
  }

  private TcpServerSocket server(String secret) throws IOException {
    stacks.server.setSignatureKey(CLIENT, secret.getBytes(US_ASCII));
    TcpServerSocket listening = stacks.listen();
    listening.setOption(TcpOptions.MD5_SIGNATURE, true);
    return listening;
  }

  @Test
  void whoShareASecretSpeakWithEachOther() throws IOException {
    try (TcpServerSocket listening = server("ours")) {
      Ends ends = stacks.connect(client("ours"), listening);
      byte[] sent = new byte[LONG];
      for (int i = 0; i < LONG; i++)
        sent[i] = (byte) ((i * 31) >> 3);
      Thread.startVirtualThread(() -> {
        try {
          ends.server().getOutputStream().write(sent);
          ends.server().shutdownOutput();
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      });
      assertThat(ends.client().getInputStream().readAllBytes()).isEqualTo(sent);
      assertThat(ends.server().getOption(TcpOptions.MD5_SIGNATURE)).isTrue();
    }
  }

  @Test
  void whoShareNoneDoNotHearEachOther() throws IOException {
    try (TcpServerSocket listening = server("ours")) {
      TcpSocket wrong = client("theirs");
      assertThatThrownBy(() -> wrong.connect(TwoStacks.address(), SHORT_MILLIS))
          .isInstanceOf(SocketTimeoutException.class);
      TcpSocket plain = stacks.client.socket();
      assertThatThrownBy(() -> plain.connect(TwoStacks.address(), SHORT_MILLIS))
          .isInstanceOf(SocketTimeoutException.class);
      listening.setSoTimeout(1);
      assertThatThrownBy(listening::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void connectingWithoutASecretSaysWhatIsMissing() throws IOException {
    TcpSocket socket = stacks.client.socket();
    socket.setOption(TcpOptions.MD5_SIGNATURE, true);
    assertThatThrownBy(() -> socket.connect(TwoStacks.address())).isInstanceOf(SocketException.class)
        .hasMessage("No key to sign segments to 198.18.1.2 with: TcpStack.setSignatureKey has to name one");
  }
}
