package dev.gap.proxy;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.lab.LinkSpec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** SOCKS5 through a local proxy, a link that loses datagrams, and a server. */
@Timeout(90)
@SuppressWarnings("try") // a client that closes early is part of what it tests
final class SocksEndToEndTest {
  private static final int MIB = 1 << 20;
  private static final int MANY = 300;
  private static final Target NOWHERE = new Target.Name("no-such-host.invalid", 80);

  private static void assertReset(Socket socket) {
    assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.getInputStream().readAllBytes())
        .withMessage("Connection reset");
  }

  private static void sendAndHear(Socket socket, int length) throws Exception {
    Background<Boolean> sender = Background.run(() -> {
      Pattern.write(socket.getOutputStream(), length);
      socket.shutdownOutput();
    });
    Pattern.expectAll(socket.getInputStream(), length);
    assertThat(sender.get()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(ReplyMode.class)
  void carriesMebibytesThereAndBack(ReplyMode reply) throws Exception {
    try (TargetSite site = TargetSite.start(TargetSite.Service.ECHO);
        Chain chain = Chain.start(Chain.TWO_PERCENT, reply);
        Socket socket = chain.socks(site.target())) {
      sendAndHear(socket, 3 * MIB);
    }
  }

  @ParameterizedTest
  @EnumSource(ReplyMode.class)
  void resolvesNamesAtTheServer(ReplyMode reply) throws Exception {
    try (TargetSite site = TargetSite.start(TargetSite.Service.ECHO);
        Chain chain = Chain.start(Chain.TWO_PERCENT, reply);
        Socket socket = chain.socks(new Target.Name("localhost", site.target().port()))) {
      sendAndHear(socket, 1000);
    }
  }

  @Test
  void endsEachDirectionByItself() throws Exception {
    try (TargetSite site = TargetSite.start(socket -> {
      byte[] question = socket.getInputStream().readAllBytes();
      socket.getOutputStream().write(question);
      socket.getOutputStream().write(question);
    });
        Chain chain = Chain.start(Chain.TWO_PERCENT, ReplyMode.FAST);
        Socket socket = chain.socks(site.target())) {
      socket.getOutputStream().write("twice".getBytes(US_ASCII));
      socket.shutdownOutput();
      assertThat(socket.getInputStream().readAllBytes()).isEqualTo("twicetwice".getBytes(US_ASCII));
    }
  }

  @Test
  void aTargetThatSpeaksFirstAndEndsIsHeardOutAndStillListens() throws Exception {
    CompletableFuture<byte[]> heard = new CompletableFuture<>();
    try (TargetSite site = TargetSite.start(socket -> {
      socket.getOutputStream().write("banner".getBytes(US_ASCII));
      socket.shutdownOutput();
      heard.complete(socket.getInputStream().readAllBytes());
    });
        Chain chain = Chain.start(Chain.TWO_PERCENT, ReplyMode.FAST);
        Socket socket = chain.socks(site.target())) {
      assertThat(socket.getInputStream().readAllBytes()).isEqualTo("banner".getBytes(US_ASCII));
      socket.getOutputStream().write("thanks".getBytes(US_ASCII));
      socket.shutdownOutput();
      assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo("thanks".getBytes(US_ASCII));
    }
  }

  @Test
  void aResetOfTheTargetResetsTheClient() throws Exception {
    try (TargetSite site = TargetSite.start(socket -> {
      assertThat(socket.getInputStream().read()).isEqualTo(1);
      socket.setSoLinger(true, 0);
    });
        Chain chain = Chain.start(Chain.TWO_PERCENT, ReplyMode.TRUE);
        Socket socket = chain.socks(site.target())) {
      socket.getOutputStream().write(1);
      assertReset(socket);
    }
  }

  @Test
  void aResetOfTheClientResetsTheTarget() throws Exception {
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    try (TargetSite site = TargetSite.start(socket -> {
      socket.getOutputStream().write(1);
      try {
        socket.getInputStream().readAllBytes();
        end.complete(new AssertionError("an end of stream"));
      } catch (IOException e) {
        end.complete(e);
      }
    });
        Chain chain = Chain.start(Chain.TWO_PERCENT, ReplyMode.TRUE);
        Socket socket = chain.socks(site.target())) {
      assertThat(socket.getInputStream().read()).isEqualTo(1);
      socket.setSoLinger(true, 0);
      socket.close();
      assertThat(end.get(10, TimeUnit.SECONDS)).isInstanceOf(SocketException.class).hasMessage("Connection reset");
    }
  }

  @Test
  void tellsTheTrueReasonOfAFailure() throws Exception {
    try (Chain chain = Chain.start(Chain.TWO_PERCENT, ReplyMode.TRUE)) {
      try (Socket socket = chain.dial()) {
        assertThat(Chain.askSocks(socket, TargetSite.refusing())).isEqualTo(5);
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
      try (Socket socket = chain.dial()) {
        assertThat(Chain.askSocks(socket, NOWHERE)).isEqualTo(4);
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void resetsAClientThatWasToldTooEarly() throws Exception {
    try (Chain chain = Chain.start(Chain.TWO_PERCENT, ReplyMode.FAST)) {
      for (Target target : List.of(TargetSite.refusing(), NOWHERE)) {
        for (int sent : new int[]{0, 1, 100_000}) {
          try (Socket socket = chain.socks(target)) {
            socket.getOutputStream().write(new byte[sent]);
            assertReset(socket);
          }
        }
      }
    }
  }

  @Test
  void resetsAClientThatWasToldTooEarlyThoughItHasEndedItsDirection() throws Exception {
    try (Chain chain = Chain.start(Chain.TWO_PERCENT, ReplyMode.FAST);
        Socket socket = chain.socks(TargetSite.refusing())) {
      socket.getOutputStream().write(1);
      socket.shutdownOutput();
      assertReset(socket);
    }
  }

  @ParameterizedTest
  @EnumSource(ReplyMode.class)
  void carriesManyConnectionsAtOnce(ReplyMode reply) throws Exception {
    try (TargetSite site = TargetSite.start(TargetSite.Service.ECHO);
        Chain chain = Chain.start(LinkSpec.PERFECT.withLoss(0.02), reply)) {
      List<Background<Boolean>> clients = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        clients.add(Background.run(() -> {
          try (Socket socket = chain.socks(site.target())) {
            sendAndHear(socket, 20_000);
          }
        }));
      }
      for (Background<Boolean> client : clients)
        assertThat(client.get()).isTrue();
    }
  }

  @Test
  void asksForCredentialsIfItHasAny() throws Exception {
    try (TargetSite site = TargetSite.start(TargetSite.Service.ECHO);
        Chain chain = Chain.start(LinkSpec.PERFECT, ReplyMode.TRUE, new Credentials("me", "pass"))) {
      try (Socket socket = chain.dial()) {
        socket.getOutputStream().write(new byte[]{5, 1, 0});
        assertThat(socket.getInputStream().readAllBytes()).containsExactly(5, 0xFF);
      }
      try (Socket socket = chain.dial()) {
        socket.getOutputStream().write(new byte[]{5, 1, 2, 1, 2, 'm', 'e', 4, 'p', 'a', 's', 's', 5, 1, 0});
        socket.getOutputStream().write(site.target().toBytes());
        assertThat(socket.getInputStream().readNBytes(14)).startsWith(5, 2, 1, 0, 5, 0);
        sendAndHear(socket, 1000);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 0x16, 0xFF})
  void endsWhatIsNeitherSocks5NorHttp(int first) throws Exception {
    try (Chain chain = Chain.start(LinkSpec.PERFECT, ReplyMode.TRUE); Socket socket = chain.dial()) {
      socket.getOutputStream().write(new byte[]{(byte) first, 1, 2, 3});
      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
    }
  }

  @Test
  void survivesClientsThatSayNothingOrTooLittle() throws Exception {
    try (TargetSite site = TargetSite.start(TargetSite.Service.ECHO);
        Chain chain = Chain.start(LinkSpec.PERFECT, ReplyMode.TRUE)) {
      chain.dial().close();
      try (Socket socket = chain.dial()) {
        socket.getOutputStream().write(new byte[]{5, 1});
        socket.shutdownOutput();
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.getInputStream().read());
      }
      try (Socket socket = chain.socks(site.target())) {
        sendAndHear(socket, 1000);
      }
      assertThat(chain.local.close(Duration.ofSeconds(5))).isTrue();
    }
  }
}
