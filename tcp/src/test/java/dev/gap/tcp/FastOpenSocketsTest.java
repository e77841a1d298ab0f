package dev.gap.tcp;

import java.io.IOException;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.gap.tcp.MemoryLink.Seen;
import dev.gap.tcp.TwoStacks.Ends;
import dev.gap.tcp.engine.Changed;
import dev.gap.tcp.engine.TcpConfig;

import static org.assertj.core.api.Assertions.assertThat;

/** Fast Open (RFC 7413) as sockets have it: with the first write, or in one call. */
@Timeout(60)
class FastOpenSocketsTest {
  private static final byte[] WORDS = {1, 2, 3};

  private final TwoStacks stacks = new TwoStacks(
      TcpConfig.DEFAULT.with(Changed.of(TcpConfig.DEFAULT.features(), "fastOpenServer", true)));
  private final TcpServerSocket server;

  FastOpenSocketsTest() throws IOException {
    server = stacks.listen();
  }

  @BeforeEach
  void getACookie() throws IOException {
    server.setOption(TcpOptions.FAST_OPEN, 5);
    TcpSocket first = stacks.client.socket();
    first.setOption(TcpOptions.FAST_OPEN_CONNECT, true);
    // without a cookie connecting does not wait for a write
    Ends ends = stacks.connect(first, server);
    assertThat(stacks.link.first(Seen::isSyn).fastOpen()).isTrue();
    assertThat(stacks.link.first(Seen::isSyn).length()).isZero();
    ends.client().getOutputStream().write(WORDS);
    assertThat(ends.server().getInputStream().readNBytes(3)).isEqualTo(WORDS);
  }

  @AfterEach
  void close() {
    stacks.close();
  }

  private Seen lastSyn() {
    return stacks.link.seen().stream().filter(s -> s.byClient() && s.isSyn()).toList().getLast();
  }

  private long syns() {
    return stacks.link.seen().stream().filter(s -> s.byClient() && s.isSyn()).count();
  }

  @Test
  void theFirstWriteGoesWithTheSyn() throws IOException {
    TcpSocket socket = stacks.client.socket();
    socket.setOption(TcpOptions.FAST_OPEN_CONNECT, true);
    socket.connect(TwoStacks.address());
    assertThat(socket.isConnected()).isTrue();
    assertThat(socket.getRemoteSocketAddress()).isEqualTo(TwoStacks.address());
    assertThat(syns()).isOne();
    socket.getOutputStream().write(WORDS);
    assertThat(lastSyn().length()).isEqualTo(3);
    assertThat(socket.info().fastOpenTaken()).isTrue();
    assertThat(server.accept().getInputStream().readNBytes(3)).isEqualTo(WORDS);
  }

  @Test
  void whoReadsFirstConnectsWithoutData() throws IOException {
    TcpSocket socket = stacks.client.socket();
    socket.setOption(TcpOptions.FAST_OPEN_CONNECT, true);
    socket.connect(TwoStacks.address());
    assertThat(socket.getInputStream().available()).isZero();
    server.accept().getOutputStream().write(WORDS);
    assertThat(socket.getInputStream().readNBytes(3)).isEqualTo(WORDS);
    assertThat(lastSyn().length()).isZero();
  }

  @Test
  void whatDoesNotFitInTheSynFollows() throws IOException {
    TcpSocket socket = stacks.client.socket();
    byte[] much = new byte[100_000];
    much[99_999] = 9;
    Future<Boolean> writing = Background.start(() -> {
      socket.connectAndWrite(TwoStacks.address(), much, 0, much.length);
      return true;
    });
    assertThat(server.accept().getInputStream().readNBytes(much.length)).isEqualTo(much);
    assertThat(Background.get(writing)).isTrue();
    assertThat(lastSyn().length()).isBetween(1, 1460);
  }

  @Test
  void whatIsPeekedAtIsStillThere() throws IOException {
    Ends ends = stacks.connect(stacks.client.socket(), server);
    ends.client().getOutputStream().write(WORDS);
    byte[] seen = new byte[1];
    assertThat(ends.server().peek(seen, 0, 1)).isOne();
    assertThat(seen).containsExactly(1);
    assertThat(ends.server().getInputStream().readNBytes(3)).isEqualTo(WORDS);
    ends.client().shutdownOutput();
    assertThat(ends.server().peek(seen, 0, 1)).isEqualTo(-1);
  }
}
