package dev.gap.cli.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.gap.cli.it.Namespaces.Place;

import static org.assertj.core.api.Assertions.assertThat;

/** What programs see of the proxy: its protocols, ends of stream, and what becomes of failures. */
@Timeout(90)
final class ProxyIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int SOCKS_FAILED = 97;
  private static final int NO_LISTENER = 8099;

  @RegisterExtension
  static final Bed BED = new Bed();

  private static void startBoth(String... localOptions) {
    BED.relay("delay=10", "loss=0.01");
    BED.server();
    BED.local(localOptions);
  }

  @Test
  void socks5AndHttpProxyBothWork() {
    Site.Page page = BED.site().publish("page", 300_000);
    startBoth();
    String byName = Bed.SITE + page.path();
    String byAddress = "http://" + Namespaces.FAR_ADDRESS + ":" + Site.PORT + page.path();
    List<Download> downloads = List.of(BED.curl("socks5-name", "--socks5-hostname", Bed.PROXY, byName),
        BED.curl("socks5-address", "--socks5", Bed.PROXY, byAddress),
        BED.curl("http-name", "-x", "http://" + Bed.PROXY, byName),
        BED.curl("http-address", "-x", "http://" + Bed.PROXY, byAddress),
        BED.curl("connect-name", "-p", "-x", "http://" + Bed.PROXY, byName),
        BED.curl("connect-address", "-p", "-x", "http://" + Bed.PROXY, byAddress));
    downloads.forEach(download -> download.awaitIntact(page, SOON));
  }

  @Test
  void requestsWithABodyPassThroughBothProxies() {
    // more than a megabyte: curl waits for '100 Continue' before it sends
    Site.Page body = BED.site().publish("body", 3_000_000);
    startBoth();
    String[][] ways = {{"--socks5-hostname", Bed.PROXY}, {"-x", "http://" + Bed.PROXY},
        {"-p", "-x", "http://" + Bed.PROXY}};
    for (int i = 0; i < ways.length; i++) {
      List<String> options = new ArrayList<>(List.of(ways[i]));
      options.addAll(List.of("--data-binary", "@" + BED.site().file(body), Bed.SITE + "/post"));
      Download post = BED.curl("post" + i, options.toArray(String[]::new));
      assertThat(post.awaitExit(SOON)).as("curl says: %s", post.error()).isZero();
      assertThat(Site.hash(Path.of(post.text().strip()))).as("SHA-256 of what was posted").isEqualTo(body.sha256());
    }
  }

  @Test
  void anHttpClientMayAskForSeveralPagesInARow() {
    Site.Page first = BED.site().publish("first", 50_000);
    Site.Page second = BED.site().publish("second", 70_000);
    startBoth();
    Path other = BED.folder().resolve("second.got");
    Download both = BED.curl("first", "-x", "http://" + Bed.PROXY, Bed.SITE + first.path(), "-o", other.toString(),
        Bed.SITE + second.path());
    both.awaitIntact(first, SOON);
    assertThat(Site.hash(other)).isEqualTo(second.sha256());
  }

  @Test
  void halfCloseWorks() throws IOException {
    Site.Page upload = BED.site().publish("upload", 5_000_000);
    Site.Page page = BED.site().publish("answer", 2_000_000);
    startBoth();
    BED.java(Place.FAR, "sum", SumMain.class).awaitText("ready", SOON);

    Path sum = BED.folder().resolve("sum.got");
    Running probe = probe("probe", SumMain.PORT, BED.site().file(upload), sum);
    assertThat(probe.await(SOON)).isZero();
    assertThat(probe.out()).isEqualTo("reply 0\nend eof\n");
    assertThat(Files.readString(sum)).isEqualTo(upload.sha256());

    String command = "printf 'GET " + page.path() + " HTTP/1.0\\r\\n\\r\\n' | nc -N -X 5 -x " + Bed.PROXY + " "
        + Namespaces.FAR_ADDRESS + " " + Site.PORT + " | tail -c " + page.bytes() + " | sha256sum";
    Running nc = BED.start(Place.NEAR, "nc", "sh", "-c", command);
    assertThat(nc.await(SOON)).isZero();
    assertThat(nc.out()).as("nc says %s", nc.err()).startsWith(page.sha256());
  }

  @Test
  void trueRepliesTellWhatBecameOfTheConnection() throws IOException {
    startBoth("--reply", "true");
    Path nothing = Files.createFile(BED.folder().resolve("nothing"));
    Path got = BED.folder().resolve("got");
    Running refused = probe("refused", NO_LISTENER, nothing, got);
    assertThat(refused.await(SOON)).isZero();
    assertThat(refused.out()).isEqualTo("reply 5\nend eof\n");

    Download toNoPort = BED.curl("no-port", "--socks5-hostname", Bed.PROXY,
        "http://" + Namespaces.FAR_NAME + ":" + NO_LISTENER);
    assertThat(toNoPort.awaitExit(SOON)).isEqualTo(SOCKS_FAILED);
    assertThat(toNoPort.error()).contains("(5)");
    Download toNoHost = BED.curl("no-host", "--socks5-hostname", Bed.PROXY, "http://nowhere.gapit.test/");
    assertThat(toNoHost.awaitExit(SOON)).isEqualTo(SOCKS_FAILED);
    assertThat(toNoHost.error()).contains("(4)");
    Download tunnel = BED.curl("tunnel", "-p", "-x", "http://" + Bed.PROXY,
        "http://" + Namespaces.FAR_NAME + ":" + NO_LISTENER);
    assertThat(tunnel.awaitExit(SOON)).isNotZero();
    assertThat(tunnel.error()).contains("502");

    Site.Page page = BED.site().publish("after", 100_000);
    BED.download("after", page).awaitIntact(page, SOON);
  }

  @Test
  void aFastReplyThatProvesWrongEndsInAReset() throws IOException {
    startBoth();
    Path nothing = Files.createFile(BED.folder().resolve("nothing"));
    Path got = BED.folder().resolve("got");
    Running refused = probe("refused", NO_LISTENER, nothing, got);
    assertThat(refused.await(SOON)).isZero();
    assertThat(refused.out()).startsWith("reply 0\nend reset");
    for (String host : List.of(Namespaces.FAR_NAME + ":" + NO_LISTENER, "nowhere.gapit.test")) {
      Download download = BED.curl(host.replace(':', '-'), "--socks5-hostname", Bed.PROXY, "http://" + host + "/");
      assertThat(download.awaitExit(SOON)).as("curl says: %s", download.error()).isEqualTo(56);
      assertThat(download.error()).contains("reset by peer");
    }
  }

  private static Running probe(String name, int port, Path send, Path receive) {
    return BED.java(Place.NEAR, name, ProbeMain.class, String.valueOf(Bed.PROXY_PORT), Namespaces.FAR_NAME,
        String.valueOf(port), send.toString(), receive.toString());
  }
}
