package dev.gap.proxy;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.gap.lab.LinkSpec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

/** An HTTP proxy at one end, a link that loses datagrams, and a server at the other. */
@Timeout(60)
final class HttpEndToEndTest {
  private static final int MIB = 1 << 20;

  /** A web server that answers everything with a mebibyte, and tells what it was asked. */
  private static TargetSite webServer(BlockingQueue<String> heads) throws IOException {
    return TargetSite.start(socket -> {
      heads.add(Chain.readHead(socket.getInputStream()));
      Chain.sendHead(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + MIB);
      Pattern.write(socket.getOutputStream(), MIB);
    });
  }

  @ParameterizedTest
  @EnumSource(ReplyMode.class)
  void tunnelsAConnect(ReplyMode reply) throws Exception {
    try (TargetSite site = TargetSite.start(TargetSite.Service.ECHO);
        Chain chain = Chain.start(Chain.TWO_PERCENT, reply);
        Socket socket = chain.dial()) {
      Chain.sendHead(socket, "CONNECT " + site.target() + " HTTP/1.1\r\nHost: " + site.target());
      assertThat(Chain.readHead(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
      Background<Boolean> sender = Background.run(() -> {
        Pattern.write(socket.getOutputStream(), MIB);
        socket.shutdownOutput();
      });
      Pattern.expectAll(socket.getInputStream(), MIB);
      assertThat(sender.get()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(ReplyMode.class)
  void fetchesARequestInAbsoluteForm(ReplyMode reply) throws Exception {
    BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    try (TargetSite site = webServer(heads);
        Chain chain = Chain.start(Chain.TWO_PERCENT, reply);
        Socket socket = chain.dial()) {
      String host = site.target().toString();
      Chain.sendHead(socket, "GET http://" + host + "/file?x=1 HTTP/1.1\r\nHost: " + host + "\r\nProxy-Connection: x");
      assertThat(Chain.readHead(socket.getInputStream())).startsWith("HTTP/1.1 200 OK\r\n");
      Pattern.expectAll(socket.getInputStream(), MIB);
      assertThat(heads.poll(10, TimeUnit.SECONDS))
          .isEqualTo("GET /file?x=1 HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    }
  }

  @Test
  void carriesTheBodyOfARequest() throws Exception {
    try (TargetSite site = TargetSite.start(socket -> {
      String head = Chain.readHead(socket.getInputStream());
      Pattern.expect(socket.getInputStream(), 0, MIB);
      Chain.sendHead(socket, "HTTP/1.1 " + (head.contains("Content-Length: " + MIB) ? "204 All" : "500 Lost"));
    });
        Chain chain = Chain.start(Chain.TWO_PERCENT, ReplyMode.FAST);
        Socket socket = chain.dial()) {
      Chain.sendHead(socket, "PUT http://" + site.target() + "/ HTTP/1.1\r\nHost: x\r\nContent-Length: " + MIB);
      Pattern.write(socket.getOutputStream(), MIB);
      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .isEqualTo("HTTP/1.1 204 All\r\n\r\n");
    }
  }

  @ParameterizedTest
  @EnumSource(ReplyMode.class)
  void answersThatTheTargetCannotBeReached(ReplyMode reply) throws Exception {
    try (Chain chain = Chain.start(Chain.TWO_PERCENT, reply)) {
      for (String host : new String[]{TargetSite.refusing().toString(), "no-such-host.invalid"}) {
        try (Socket socket = chain.dial()) {
          Chain.sendHead(socket, "GET http://" + host + "/ HTTP/1.1\r\nHost: " + host);
          String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
          assertThat(answer).startsWith("HTTP/1.1 502 Bad Gateway\r\n").contains(host)
              .containsAnyOf("connection refused", "name not found");
        }
      }
    }
  }

  @Test
  void answersAConnectThatFailsIfItWaitsForTheTruth() throws Exception {
    try (Chain chain = Chain.start(Chain.TWO_PERCENT, ReplyMode.TRUE); Socket socket = chain.dial()) {
      Chain.sendHead(socket, "CONNECT " + TargetSite.refusing() + " HTTP/1.1");
      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .startsWith("HTTP/1.1 502 Bad Gateway\r\n").endsWith("connection refused\n");
    }
  }

  @Test
  void answersWhatIsBadAndWhoIsUnknown() throws Exception {
    try (Chain chain = Chain.start(LinkSpec.PERFECT, ReplyMode.TRUE, new Credentials("me", "pass"))) {
      try (Socket socket = chain.dial()) {
        Chain.sendHead(socket, "GET http://example.org/ HTTP/1.1");
        assertThat(Chain.readHead(socket.getInputStream())).startsWith("HTTP/1.1 407 ");
      }
      try (Socket socket = chain.dial()) {
        Chain.sendHead(socket, "GET / HTTP/1.1\r\nProxy-Authorization: Basic bWU6cGFzcw==");
        assertThat(Chain.readHead(socket.getInputStream())).startsWith("HTTP/1.1 400 ");
      }
      try (Socket socket = chain.dial()) {
        Chain.sendHead(socket, "nonsense");
        assertThat(Chain.readHead(socket.getInputStream())).startsWith("HTTP/1.1 400 ");
      }
    }
  }
}
