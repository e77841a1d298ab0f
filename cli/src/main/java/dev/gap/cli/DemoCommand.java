package dev.gap.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import dev.gap.lab.LinkSpec;
import dev.gap.lab.UdpRelay;
import dev.gap.mtcp.MtcpConfig;
import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.proxy.LocalProxy;
import dev.gap.proxy.ProxyServer;
import dev.gap.proxy.ReplyMode;
import dev.gap.proxy.Target;

/** {@code gap demo}: server and local in one process, with an emulated bad link between them. */
@Command(name = "demo", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Show gap at work: a server and a local with an emulated bad link between them (in user space, no root needed), a"
        + " verified download through SOCKS5, and then the proxy for your own curl or browser until Ctrl-C.",
    ""})
final class DemoCommand implements Callable<Integer> {
  private static final int SERVER_SEED = 1;
  private static final int UDP_AND_IP = LinkSpec.UDP_OVERHEAD_BYTES;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--once", description = "End after the figures; the exit code is 0 only if every byte was verified.")
  private boolean once;

  @Option(names = "--size", paramLabel = "MIB", defaultValue = "32", description = "What to download, in MiB (default ${DEFAULT-VALUE}).")
  private int mebibytes;

  @Option(names = "--rate", paramLabel = "MBIT", defaultValue = "50", description = "The link's rate in Mbit/s (default ${DEFAULT-VALUE}).")
  private double megabits;

  @Option(names = "--delay", paramLabel = "MS", defaultValue = "50", description = "Its delay each way (default ${DEFAULT-VALUE}).")
  private int delayMillis;

  @Option(names = "--loss", paramLabel = "PERCENT", defaultValue = "5", description = "Its loss each way (default ${DEFAULT-VALUE}).")
  private double lossPercent;

  @Option(names = "--listen", paramLabel = "ADDR:PORT", defaultValue = "127.0.0.1:1186", description = "Where the proxy listens (default ${DEFAULT-VALUE}, or any port if that is taken).")
  private String listen = "";

  @Override
  public Integer call() throws IOException, ConfigException {
    LinkSpec link = link();
    MtcpConfig mtcp = MtcpConfig.withKey(GenkeyCommand.generate());
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (DemoSite site = DemoSite.start((long) mebibytes << 20);
        ProxyServer server = ProxyServer.start(new ProxyServer.Config(loopback, mtcp, Duration.ofSeconds(15)));
        UdpRelay relay = UdpRelay.start(loopback, server.localAddress(), link, link, SERVER_SEED);
        LocalProxy local = startLocal(relay.localAddress(), mtcp)) {
      InetSocketAddress proxy = local.localAddresses().getFirst();
      say("link    %.0f Mbit/s, %d ms each way, %.1f %% loss each way, 100 ms of queue", megabits, delayMillis,
          lossPercent);
      say("path    SOCKS5 on %s -> mTCP -> that link -> gap server -> web server on %s", text(proxy),
          text(site.address()));
      boolean verified = download(site, proxy, relay);
      if (once) return verified ? Exit.OK : Exit.FAILED;
      stayUp(site, proxy);
      return verified ? Exit.OK : Exit.FAILED;
    }
  }

  private LinkSpec link() {
    try {
      if (mebibytes < 1 || mebibytes > 1 << 20) throw new IllegalArgumentException("the size is 1 to 1048576 MiB");
      LinkSpec link = LinkSpec.PERFECT.withDelay(Duration.ofMillis(delayMillis)).withRate((long) (megabits * 1e6))
          .withQueue(Duration.ofMillis(100));
      return LinkOption.LOSS.apply(link, lossPercent);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "demo: " + e.getMessage(), e);
    }
  }

  private LocalProxy startLocal(InetSocketAddress server, MtcpConfig mtcp) throws IOException, ConfigException {
    Target.Ip target = new Target.Ip(server.getAddress(), server.getPort());
    InetSocketAddress address;
    try {
      address = switch (Target.parse(listen, -1)) {
        case Target.Ip(InetAddress ip, int port) -> new InetSocketAddress(ip, port);
        case Target.Name(String name, int port) -> new InetSocketAddress(InetAddress.getByName(name), port);
      };
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--listen: " + e.getMessage());
    }
    try {
      return LocalProxy.start(new LocalProxy.Config(List.of(address), target, mtcp, ReplyMode.FAST, null));
    } catch (BindException e) {
      InetSocketAddress any = new InetSocketAddress(address.getAddress(), 0);
      return LocalProxy.start(new LocalProxy.Config(List.of(any), target, mtcp, ReplyMode.FAST, null));
    }
  }

  private boolean download(DemoSite site, InetSocketAddress proxy, UdpRelay relay) throws IOException {
    long size = site.size();
    long begin = System.nanoTime();
    long firstByte = 0;
    long verified = 0;
    try (ProgressBar bar = progressBar(size); InputStream in = site.openThrough(proxy)) {
      byte[] got = new byte[64 << 10];
      DemoSite.Bytes expected = site.bytes();
      for (int n = in.read(got); n >= 0; n = in.read(got)) {
        if (firstByte == 0) firstByte = System.nanoTime();
        if (!expected.nextAre(got, n)) break;
        verified += n;
        bar.stepTo(verified);
      }
    }
    double seconds = (System.nanoTime() - Math.max(begin, firstByte)) / 1e9;
    boolean complete = verified == size;
    double goodput = verified * 8 / 1e6 / seconds;
    double share = (double) SegmentHeader.MAX_PAYLOAD / (SegmentHeader.MAX_DATAGRAM + UDP_AND_IP);
    double limit = megabits * share * (1 - lossPercent / 100);
    say("bytes   %,d of %,d verified%s", verified, size, complete ? "" : ": NOT COMPLETE");
    say("first   byte after %.0f ms (the round trip is %d ms)", (firstByte - begin) / 1e6, 2 * delayMillis);
    say("goodput %.1f Mbit/s, %.0f %% of the %.1f that this link can deliver", goodput, 100 * goodput / limit, limit);
    say("wire    %.2f bytes sent for each delivered; at this loss no protocol sends fewer than %.2f",
        (double) relay.down().bytesIn() / Math.max(1, verified), 1 / (1 - lossPercent / 100) / share);
    return complete;
  }

  private static ProgressBar progressBar(long size) {
    return new ProgressBarBuilder().setTaskName("download").setInitialMax(size).setUnit(" MiB", 1 << 20)
        .setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(200).showSpeed().build();
  }

  private static void stayUp(DemoSite site, InetSocketAddress proxy) {
    CountDownLatch never = new CountDownLatch(1);
    say("");
    say("The proxy stays up until Ctrl-C. Try it, as SOCKS5 or as HTTP proxy:");
    say("  curl --socks5-hostname %s http://%s/", text(proxy), text(site.address()));
    say("  curl --proxy http://%s -o /dev/null http://%s/file", text(proxy), text(site.address()));
    say("  chromium --proxy-server=socks5://%s", text(proxy));
    try {
      never.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  private static void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
