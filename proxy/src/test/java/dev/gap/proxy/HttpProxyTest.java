package dev.gap.proxy;

import java.io.EOFException;
import java.io.IOException;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // lines end with CR LF here
final class HttpProxyTest {
  private static final long SEED = 7;
  private static final Credentials SECRET = new Credentials("me", "pass");

  private static HttpProxy read(Scripted client, @Nullable Credentials credentials) throws IOException {
    return HttpProxy.read(client.in.read(), client.in, client.out, credentials);
  }

  private static HttpProxy read(String request) throws IOException {
    return read(Scripted.text(request), null);
  }

  private static String forwarded(String request) throws IOException {
    return new String(read(request).preface(), ISO_8859_1);
  }

  private static void assertAnswered(String status, String request, @Nullable Credentials credentials) {
    Scripted client = Scripted.text(request);
    assertThatExceptionOfType(RequestException.class).isThrownBy(() -> read(client, credentials));
    assertThat(client.answer()).startsWith("HTTP/1.1 " + status + "\r\n").contains("\r\nConnection: close\r\n");
    assertWellFormed(client.answer());
  }

  private static void assertWellFormed(String answer) {
    int end = answer.indexOf("\r\n\r\n");
    assertThat(end).isPositive();
    int body = answer.length() - end - 4;
    assertThat(answer.substring(0, end).lines().toList()).contains("Content-Length: " + body);
  }

  @ParameterizedTest
  @CsvSource({"example.org:443, example.org:443", "10.1.2.3:22, 10.1.2.3:22", "[::1]:8443, [0:0:0:0:0:0:0:1]:8443",
      "localhost:1, localhost:1"})
  void takesAConnectAndReadsNotAByteMore(String authority, String target) throws IOException {
    Scripted client = Scripted.text("CONNECT " + authority + " HTTP/1.1\r\nHost: x\r\n\r\n\u0016\u0003\u0001");
    HttpProxy request = read(client, null);
    assertThat(request.target()).hasToString(target);
    assertThat(request.preface()).isEmpty();
    assertThat(request.awaitsReply()).isTrue();
    assertThat(client.rest()).isEqualTo("\u0016\u0003\u0001");
    assertThat(client.answer()).isEmpty();
    request.succeed();
    assertThat(client.answer()).matches("HTTP/1\\.1 200 [A-Za-z ]+\r\n\r\n");
  }

  @Test
  void takesHttp10AndLinesThatEndWithoutCarriageReturn() throws IOException {
    assertThat(read("CONNECT a:1 HTTP/1.0\n\n").target()).hasToString("a:1");
    assertThat(read("\r\n\r\nCONNECT a:1 HTTP/1.1\r\n\r\n").target()).hasToString("a:1");
  }

  @Test
  void rewritesARequestInAbsoluteForm() throws IOException {
    Scripted client = Scripted.text("POST http://example.org/a/b?c=d%20e HTTP/1.1\r\nHost: example.org\r\n"
        + "Content-Length: 3\r\nX-Odd:  two  spaces \r\n\r\nabc");
    HttpProxy request = read(client, null);
    assertThat(request.target()).isEqualTo(new Target.Name("example.org", 80));
    assertThat(request.awaitsReply()).isFalse();
    assertThat(new String(request.preface(), ISO_8859_1))
        .isEqualTo("POST /a/b?c=d%20e HTTP/1.1\r\nHost: example.org\r\n"
            + "Content-Length: 3\r\nX-Odd:  two  spaces \r\nConnection: close\r\n\r\n");
    assertThat(client.rest()).isEqualTo("abc");
    request.succeed();
    assertThat(client.answer()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"http://a, a:80, /", "http://a/, a:80, /", "http://a:8080, a:8080, /", "HTTP://a/x, a:80, /x",
      "http://a?q, a:80, /?q", "http://a:81?q, a:81, /?q", "http://user:pw@a/x, a:80, /x",
      "http://[::1]/x, [0:0:0:0:0:0:0:1]:80, /x", "http://[::1]:81/x, [0:0:0:0:0:0:0:1]:81, /x",
      "http://a/x@b, a:80, /x@b", "http://10.0.0.1:8/http://b/, 10.0.0.1:8, /http://b/"})
  void takesEveryFormOfUri(String uri, String target, String path) throws IOException {
    String request = "GET " + uri + " HTTP/1.1\r\nHost: a\r\n\r\n";
    assertThat(read(request).target()).hasToString(target);
    assertThat(forwarded(request)).startsWith("GET " + path + " HTTP/1.1\r\n");
  }

  @Test
  void forwardsNoHopByHopFields() throws IOException {
    assertThat(forwarded("GET http://a/ HTTP/1.1\r\nHost: a\r\nProxy-Connection: keep-alive\r\nKeep-Alive: 300\r\n"
        + "PROXY-AUTHORIZATION: Basic eA==\r\nconnection: keep-alive\r\nAccept: */*\r\n\r\n"))
        .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nAccept: */*\r\nConnection: close\r\n\r\n");
  }

  /** RFC 9110 section 7.6.1: what Connection names is meant for this hop alone. */
  @Test
  void forwardsNoFieldsThatConnectionNames() throws IOException {
    assertThat(forwarded("GET http://a/ HTTP/1.1\r\nHost: a\r\nConnection: TE, X-Hop\r\nTE: trailers\r\nX-Hop: 1\r\n"
        + "X-Stays: 2\r\n\r\n")).isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nX-Stays: 2\r\nConnection: close\r\n\r\n");
  }

  /** RFC 9112 section 3.2.2: a proxy must replace Host by what the request target says. */
  @ParameterizedTest
  @ValueSource(strings = {"Host: other\r\n", ""})
  void replacesHostByWhatTheUriSays(String host) throws IOException {
    assertThat(forwarded("GET http://a:8080/ HTTP/1.1\r\n" + host + "\r\n").lines().toList()).contains("Host: a:8080")
        .doesNotContain("Host: other");
  }

  /** RFC 9112 section 3.2.4. */
  @Test
  void asksTheServerAsAWholeForItsOptions() throws IOException {
    assertThat(forwarded("OPTIONS http://a:8001 HTTP/1.1\r\nHost: a:8001\r\n\r\n"))
        .startsWith("OPTIONS * HTTP/1.1\r\n");
  }

  @Test
  void forwardsAnUpgrade() throws IOException {
    assertThat(forwarded("GET http://a/ HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n"
        + "Upgrade: websocket\r\n\r\n"))
        .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1", "GET example.org/ HTTP/1.1", "GET https://a/ HTTP/1.1",
      "GET ftp://a/ HTTP/1.1", "GET http:// HTTP/1.1", "GET http:///x HTTP/1.1", "GET http://:80/ HTTP/1.1",
      "GET http://a:x/ HTTP/1.1", "GET http://a:65536/ HTTP/1.1", "CONNECT example.org HTTP/1.1",
      "CONNECT :443 HTTP/1.1", "CONNECT a:b HTTP/1.1", "CONNECT a:1/ HTTP/1.1", "CONNECT HTTP/1.1", "GET HTTP/1.1",
      "GET  http://a/ HTTP/1.1", "GET http://a/ HTTP/2.0", "GET http://a/ HTTP/1.1 x", "GET http://a/", "nonsense",
      "GET http://a/ http/1.1", "GET http://a/ HTTP/1.", "GET http://a/ HTTP/1.1\r\nno colon",
      "GET http://a/ HTTP/1.1\r\n: no name", "GET http://a/ HTTP/1.1\r\nName : x",
      "GET http://a/ HTTP/1.1\r\nA: b\r\n folded", "GET http://a/ HTTP/1.1\r\nA: b\u0000c"})
  void answersThatARequestIsBad(String request) {
    assertAnswered("400 Bad Request", request + "\r\n\r\n", null);
  }

  /** RFC 9112 section 2.2: a bare CR is invalid. A target that takes it for a line end would see another request. */
  @ParameterizedTest
  @ValueSource(strings = {"GET http://a/ HTTP/1.1\r\nA: b\rX: c", "G\rET http://a/ HTTP/1.1",
      "GET http://a/\rx HTTP/1.1"})
  void answersThatABareCarriageReturnIsBad(String request) {
    assertAnswered("400 Bad Request", request + "\r\n\r\n", null);
  }

  @Test
  void takesTheRightCredentials() throws IOException {
    Scripted client = Scripted.text("CONNECT a:1 HTTP/1.1\r\nproxy-authorization: Basic bWU6cGFzcw==\r\n\r\n");
    assertThat(read(client, SECRET).target()).hasToString("a:1");
    assertThat(client.answer()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Proxy-Authorization: Basic bWU6UGFzcw==\r\n", "Authorization: Basic bWU6cGFzcw==\r\n",
      "Proxy-Authorization: bWU6cGFzcw==\r\n", "Proxy-Authorization:\r\n"})
  void asksForCredentials(String field) {
    Scripted client = Scripted.text("GET http://a/ HTTP/1.1\r\nHost: a\r\n" + field + "\r\n");
    assertThatExceptionOfType(RequestException.class).isThrownBy(() -> read(client, SECRET));
    assertThat(client.answer()).startsWith("HTTP/1.1 407 Proxy Authentication Required\r\n")
        .contains("\r\nProxy-Authenticate: Basic realm=\"gap\"\r\n").doesNotContain("bWU6");
    assertWellFormed(client.answer());
  }

  @Test
  void refusesAHeadThatIsTooLong() {
    assertAnswered("400 Bad Request", "GET http://a/ HTTP/1.1\r\n" + "X: yyyyyyyyyyyyyyyy\r\n".repeat(4000), null);
    assertAnswered("400 Bad Request", "G".repeat(70_000), null);
    assertAnswered("400 Bad Request", "\r\n".repeat(40_000), null);
  }

  @Test
  void takesAHeadOfManyKibibytes() throws IOException {
    String cookie = "Cookie: " + "c".repeat(60_000) + "\r\n";
    assertThat(forwarded("GET http://a/ HTTP/1.1\r\nHost: a\r\n" + cookie + "\r\n")).contains(cookie);
  }

  @Test
  void anEndOfStreamAnywhereIsOne() {
    String whole = "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n";
    for (int length = 1; length < whole.length(); length++) {
      Scripted client = Scripted.text(whole.substring(0, length));
      assertThatExceptionOfType(EOFException.class).as("%d characters", length).isThrownBy(() -> read(client, null));
      assertThat(client.answer()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void tellsAFailureByAStatus(Outcome outcome) throws IOException {
    for (String request : new String[]{"CONNECT a:1 HTTP/1.1\r\n\r\n",
        "GET http://a:1/ HTTP/1.1\r\nHost: a:1\r\n\r\n"}) {
      Scripted client = Scripted.text(request);
      read(client, null).fail(outcome);
      boolean late = outcome == Outcome.TIMED_OUT || outcome == Outcome.SERVER_SILENT;
      assertThat(client.answer()).startsWith(late ? "HTTP/1.1 504 Gateway Timeout\r\n" : "HTTP/1.1 502 Bad Gateway\r\n")
          .contains("a:1: " + outcome.text());
      assertWellFormed(client.answer());
    }
  }

  @Test
  void garbageNeverCausesAnythingButAnIoException() {
    SplittableRandom random = new SplittableRandom(SEED);
    String[] pieces = {"GET ", "CONNECT ", "http://", "a.b", ":80", "[::1]", "/", "?", "#", "@", " HTTP/1.1", "\r\n",
        "\r\n\r\n", "\n", "\r", "Host: a\r\n", "Connection: upgrade\r\n", "Proxy-Authorization: Basic bWU6cGFzcw==\r\n",
        "X", ":", " ", "\u0000", "é", "%", "xn--", "..", "HTTP/1.1\r\n\r\n"};
    for (int i = 0; i < 100_000; i++) {
      StringBuilder sent = new StringBuilder();
      for (int n = random.nextInt(1, 14); n > 0; n--) {
        if (random.nextInt(8) == 0) sent.append((char) random.nextInt(256));
        else sent.append(pieces[random.nextInt(pieces.length)]);
      }
      if (random.nextInt(3) > 0)
        sent.insert(0, random.nextBoolean() ? "GET http://" : "CONNECT ").append(" HTTP/1.1\r\n\r\n");
      Scripted client = Scripted.text(sent.toString());
      try {
        HttpProxy request = read(client, random.nextInt(4) == 0 ? SECRET : null);
        assertThat(request.target().toBytes()).isNotEmpty();
      } catch (IOException e) {
        // as it should be
      } catch (RuntimeException | Error e) {
        fail("seed " + SEED + ", input " + i + ": " + sent, e);
      }
    }
  }

  @Test
  void namesOfAnyCharactersInAnAnswerKeepItWellFormed() {
    Scripted client = Scripted.text("CONNECT é€x HTTP/1.1\r\n\r\n");
    assertThatExceptionOfType(RequestException.class).isThrownBy(() -> read(client, null));
    String answer = client.out.toString(UTF_8);
    assertThat(answer).contains("é");
    assertWellFormed(client.answer());
  }
}
