package dev.gap.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A small web server for the demo, with one file of random bytes, new each time, that can be checked as it comes. */
final class DemoSite implements AutoCloseable {
  private static final String PAGE = "<!doctype html><title>gap demo</title><h1>It works</h1>"
      + "<p>This page came through mTCP, over an emulated bad link.</p><p><a href=\"/file\">The file</a></p>\n";

  private final HttpServer server;
  private final long size;
  private final long seed = new SecureRandom().nextLong();

  private DemoSite(HttpServer server, long size) {
    this.server = server;
    this.size = size;
  }

  static DemoSite start(long size) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    DemoSite site = new DemoSite(server, size);
    server.createContext("/", site::page);
    server.createContext("/file", site::file);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    return site;
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  long size() {
    return size;
  }

  /** {@return the bytes of the file, from its beginning} */
  Bytes bytes() {
    return new Bytes(seed);
  }

  /** Opens the file through a SOCKS5 proxy. */
  InputStream openThrough(InetSocketAddress proxy) throws IOException {
    URI uri = URI.create("http://" + address().getAddress().getHostAddress() + ":" + address().getPort() + "/file");
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(new Proxy(Proxy.Type.SOCKS, proxy));
    return connection.getInputStream();
  }

  private void page(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] page = PAGE.getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
      exchange.sendResponseHeaders(200, page.length);
      exchange.getResponseBody().write(page);
    }
  }

  private void file(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
      exchange.sendResponseHeaders(200, size);
      OutputStream out = exchange.getResponseBody();
      Bytes bytes = bytes();
      byte[] chunk = new byte[64 << 10];
      for (long left = size; left > 0; left -= Math.min(left, chunk.length)) {
        bytes.next(chunk);
        out.write(chunk, 0, (int) Math.min(left, chunk.length));
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }

  /** An endless sequence of bytes that follows from a seed. */
  static final class Bytes {
    private final SplittableRandom random;
    private final byte[] block = new byte[64 << 10];
    private int used = block.length;

    private Bytes(long seed) {
      random = new SplittableRandom(seed);
    }

    void next(byte[] chunk) {
      for (int at = 0; at < chunk.length;) {
        if (used == block.length) refill();
        int n = Math.min(chunk.length - at, block.length - used);
        System.arraycopy(block, used, chunk, at, n);
        used += n;
        at += n;
      }
    }

    /** {@return whether the next {@code length} bytes are those given} */
    boolean nextAre(byte[] given, int length) {
      for (int at = 0; at < length;) {
        if (used == block.length) refill();
        int n = Math.min(length - at, block.length - used);
        if (!Arrays.equals(given, at, at + n, block, used, used + n)) return false;
        used += n;
        at += n;
      }
      return true;
    }

    private void refill() {
      random.nextBytes(block);
      used = 0;
    }
  }
}
