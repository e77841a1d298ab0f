package dev.gap.tcp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.gap.tcp.MemoryLink.Seen;
import dev.gap.tcp.TwoStacks.Ends;
import dev.gap.tcp.engine.Changed;
import dev.gap.tcp.engine.TcpConfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How long the calls of sockets wait, and what ends them before. */
@Timeout(60)
class SocketTimeoutsTest {
  private static final int SHORT_MILLIS = 30;

  private final TwoStacks stacks = new TwoStacks();

  @AfterEach
  void close() {
    stacks.close();
  }

  private interface Call {
    void run() throws IOException;
  }

  /** It takes as long as it was told to, and says so. */
  private static void assertTimesOut(String message, Call call) {
    long began = System.nanoTime();
    assertThatThrownBy(call::run).isExactlyInstanceOf(SocketTimeoutException.class).hasMessage(message);
    assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(SHORT_MILLIS * 1_000_000L);
  }

  @Test
  void connectingGivesUpAfterItsTimeoutAndTheSocketIsClosed() throws IOException {
    stacks.link.cut();
    TcpSocket socket = stacks.client.socket();
    assertTimesOut("Connect timed out", () -> socket.connect(TwoStacks.address(), SHORT_MILLIS));
    assertThat(socket.isClosed()).isTrue();
    assertThat(stacks.client.connections()).isZero();
  }

  @Test
  void connectingGivesUpWithoutATimeoutWhenItsRetriesAreOver() throws IOException {
    TcpConfig d = TcpConfig.DEFAULT;
    try (TwoStacks each = new TwoStacks(
        d.with(Changed.of(d.timing(), "rtoInitial", Duration.ofMillis(SHORT_MILLIS / 3))))) {
      each.link.cut();
      TcpSocket socket = each.client.socket();
      socket.setOption(TcpOptions.SYN_RETRIES, 1);
      assertTimesOut("Connection timed out", () -> socket.connect(TwoStacks.address()));
      assertThat(each.link.seen()).hasSize(2).allMatch(Seen::isSyn);
    }
  }

  @Test
  void readingWaitsNoLongerThanTheSocketSaysAndGoesOnLater() throws IOException {
    Ends ends = stacks.connect();
    ends.client().setSoTimeout(SHORT_MILLIS);
    assertTimesOut("Read timed out", () -> ends.client().getInputStream().read());
    assertTimesOut("Read timed out", () -> ends.client().peek(new byte[1], 0, 1));
    ends.server().getOutputStream().write(7);
    ends.client().setSoTimeout(20_000);
    assertThat(ends.client().getInputStream().read()).isEqualTo(7);
  }

  @Test
  void acceptingWaitsNoLongerThanTheSocketSaysAndGoesOnLater() throws IOException {
    try (TcpServerSocket server = stacks.listen()) {
      server.setSoTimeout(SHORT_MILLIS);
      assertTimesOut("Accept timed out", server::accept);
      server.setSoTimeout(20_000);
      stacks.connect(stacks.client.socket(), server);
    }
  }

  @Test
  void askingForASynWaitsNoLongerThanTheSocketSaysEither() throws IOException {
    try (TcpServerSocket server = stacks.listen()) {
      server.setScreens(true);
      server.setSoTimeout(SHORT_MILLIS);
      assertTimesOut("Accept timed out", server::acceptSyn);
    }
  }

  @Test
  void timeoutsThatAreNoneAreRefused() throws IOException {
    TcpSocket socket = stacks.client.socket();
    TcpServerSocket server = stacks.listen();
    assertThatIllegalArgumentException().isThrownBy(() -> socket.setSoTimeout(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> server.setSoTimeout(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> socket.connect(TwoStacks.address(), -1));
    socket.close();
    server.close();
    assertThatThrownBy(() -> socket.setSoTimeout(1)).isInstanceOf(SocketException.class);
    assertThatThrownBy(() -> server.setSoTimeout(1)).isInstanceOf(SocketException.class);
  }

  @Test
  void closingEndsAConnectThatWaits() throws IOException {
    stacks.link.cut();
    TcpSocket socket = stacks.client.socket();
    Future<?> connecting = run(() -> socket.connect(TwoStacks.address()));
    stacks.link.first(Seen::isSyn);
    socket.close();
    assertThatThrownBy(() -> Background.get(connecting)).isInstanceOf(SocketException.class)
        .hasMessage("Socket closed");
  }

  @Test
  void closingEndsAReadAndAnAcceptThatWait() throws IOException {
    TcpServerSocket server = stacks.listen();
    Ends ends = stacks.connect(stacks.client.socket(), server);
    Future<?> reading = run(() -> ends.client().getInputStream().read());
    Future<?> accepting = run(server::accept);
    ends.client().close();
    server.close();
    assertThatThrownBy(() -> Background.get(reading)).isInstanceOf(SocketException.class);
    assertThatThrownBy(() -> Background.get(accepting)).isInstanceOf(SocketException.class);
  }

  @Test
  void theEndOfTheStackEndsWhatWaits() throws IOException {
    TcpServerSocket server = stacks.listen();
    Ends ends = stacks.connect(stacks.client.socket(), server);
    Future<?> reading = run(() -> ends.server().getInputStream().read());
    Future<?> accepting = run(server::accept);
    stacks.server.close();
    assertThatThrownBy(() -> Background.get(reading)).isInstanceOf(IOException.class).hasMessageContaining("stack");
    assertThatThrownBy(() -> Background.get(accepting)).isInstanceOf(IOException.class).hasMessageContaining("stack");
  }

  @Test
  void anInterruptEndsARead() throws IOException {
    Ends ends = stacks.connect();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> ends.client().getInputStream().read()).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).as("still interrupted").isTrue();
  }

  private static Future<?> run(Call call) {
    return Background.start(() -> {
      call.run();
      return true;
    });
  }
}
