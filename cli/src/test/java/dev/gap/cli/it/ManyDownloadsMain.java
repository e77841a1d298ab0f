package dev.gap.cli.it;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** Many downloads at once through the proxy: none reads its answer before all have asked. */
final class ManyDownloadsMain {
  private static final int PATIENCE_MILLIS = 90_000;

  private final InetSocketAddress proxy;
  private final String host;
  private final int port;
  private final String path;
  private final String sha256;
  private final CyclicBarrier allConnected;
  private final AtomicInteger intact = new AtomicInteger();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  private ManyDownloadsMain(String[] arguments) {
    proxy = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0]));
    host = arguments[1];
    port = Integer.parseInt(arguments[2]);
    path = arguments[3];
    sha256 = arguments[4];
    allConnected = new CyclicBarrier(Integer.parseInt(arguments[5]));
  }

  /** Arguments: port of the proxy, host, port, path, SHA-256 of what is there, how many. */
  public static void main(String[] arguments) {
    ManyDownloadsMain many = new ManyDownloadsMain(arguments);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < many.allConnected.getParties(); i++)
        threads.execute(many::downloadAndCount);
    }
    System.out.println("intact " + many.intact);
    many.failures.stream().limit(10).forEach(System.out::println);
  }

  private void downloadAndCount() {
    try {
      String got = download();
      if (got.equals(sha256)) intact.incrementAndGet();
      else failures.add("other bytes: " + got);
    } catch (IOException | BrokenBarrierException | TimeoutException e) {
      failures.add(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String download() throws IOException, InterruptedException, BrokenBarrierException, TimeoutException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      int reply = SocksClient.connect(socket, proxy, host, port);
      if (reply != 0) throw new IOException("reply " + reply);
      socket.getOutputStream().write(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(US_ASCII));
      allConnected.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      skipHead(in);
      MessageDigest digest = Site.sha256();
      byte[] buffer = new byte[16 << 10];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer))
        digest.update(buffer, 0, n);
      return HexFormat.of().formatHex(digest.digest());
    }
  }

  private static void skipHead(InputStream in) throws IOException {
    int seen = 0;
    while (seen < 4) {
      int b = in.read();
      if (b < 0) throw new IOException("the answer ends in its head");
      seen = b == (seen % 2 == 0 ? '\r' : '\n') ? seen + 1 : b == '\r' ? 1 : 0;
    }
  }
}
