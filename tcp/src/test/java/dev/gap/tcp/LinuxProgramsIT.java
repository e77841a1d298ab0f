package dev.gap.tcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.gap.tcp.TwoHosts.Family;
import dev.gap.tcp.TwoHosts.Setup;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

/** Programs that everybody has speak with our stack, and many connections do so at the same time. */
@Timeout(120)
final class LinuxProgramsIT {
  private static final long BYTES = Payload.mebibytes(16, 1024);
  private static final int CONNECTIONS = 100;
  private static final long BYTES_EACH = 100_000;
  private static final int HTTP = 80;

  @BeforeEach
  void needsRootAndTun() {
    TwoHosts.assumePossible();
  }

  /** {@return the lines before the empty one} */
  private static List<String> head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) return List.of();
      head.append((char) next);
    }
    return head.toString().lines().filter(line -> !line.isEmpty()).toList();
  }

  /** Answers requests, of one client after the other, with as many bytes as the path says. */
  private static boolean serve(TcpServerSocket server, int clients) throws IOException {
    for (int i = 0; i < clients; i++) {
      try (TcpSocket client = server.accept()) {
        for (List<String> head = head(client.getInputStream()); !head.isEmpty(); head = head(client.getInputStream())) {
          long bytes = Long.parseLong(head.getFirst().split("[ /]", -1)[2]);
          client.getOutputStream()
              .write(("HTTP/1.1 200 OK\r\nContent-Length: " + bytes + "\r\n\r\n").getBytes(US_ASCII));
          Payload.write(client.getOutputStream(), bytes, bytes);
        }
      }
    }
    return true;
  }

  @ParameterizedTest
  @EnumSource
  void curlDownloadsFromOurServerTwiceOverOneConnection(Family family) throws IOException {
    String curl = Child.assumed("curl");
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD); TcpServerSocket server = hosts.stack().listen(HTTP)) {
      Future<Boolean> served = Background.start(() -> serve(server, 1));
      String host = TwoHosts.stackAt(family, HTTP).getAddress().getHostAddress();
      String url = "http://" + (family == Family.IPV6 ? "[" + host + "]" : host) + "/";
      try (Child child = Child.start(
          hosts.namespace().in(curl, "-sSg", "--max-time", "100", "--noproxy", "*", url + BYTES, url + 1000))) {
        Future<Payload> first = Background.start(() -> Payload.write(OutputStream.nullOutputStream(), BYTES, BYTES));
        assertThat(Payload.read(child.output(), BYTES)).isEqualTo(Background.get(first));
        Payload second = Payload.write(OutputStream.nullOutputStream(), 1000, 1000);
        assertThat(Payload.read(child.output())).isEqualTo(second);
        child.finish();
      }
      assertThat(Background.get(served)).isTrue();
      KernelView seen = KernelView.of(hosts.namespace());
      seen.assertNothingAmiss();
      assertThat(seen.of("TcpActiveOpens")).isEqualTo(1);
    }
  }

  @Test
  void ourClientDownloadsFromNginxTwiceOverOneConnection(@TempDir Path folder) throws IOException {
    String nginx = Child.assumed("nginx");
    Path file = folder.resolve("file");
    Payload written;
    try (OutputStream out = Files.newOutputStream(file)) {
      written = Payload.write(out, BYTES, 5);
    }
    Path config = folder.resolve("nginx.conf");
    Files.writeString(config, """
        daemon off; master_process off; user root; pid %1$s/pid; error_log %1$s/error.log;
        events {}
        http {
          access_log off; sendfile on; tcp_nopush on;
          client_body_temp_path %1$s; proxy_temp_path %1$s; fastcgi_temp_path %1$s; uwsgi_temp_path %1$s;
          scgi_temp_path %1$s;
          server { listen 80; listen [::]:80; root %1$s; }
        }
        """.formatted(folder));
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD)) {
      try (Child child = Child.start(
          hosts.namespace().in(nginx, "-p", folder.toString(), "-c", config.toString(), "-e", folder + "/error.log"))) {
        while (!hosts.namespace().listens(HTTP))
          assertThat(child.isAlive()).isTrue();
        for (Family family : Family.values()) {
          try (TcpSocket socket = hosts.stack().connect(TwoHosts.kernelAt(family, HTTP))) {
            assertThat(get(socket, "keep-alive")).isEqualTo(written);
            assertThat(get(socket, "close")).isEqualTo(written);
            assertThat(socket.getInputStream().read()).as("nginx has closed").isEqualTo(-1);
          }
        }
      }
      KernelView.of(hosts.namespace()).assertNothingAmiss();
    }
  }

  private static Payload get(TcpSocket socket, String connection) throws IOException {
    String request = "GET /file HTTP/1.1\r\nHost: nginx\r\nConnection: " + connection + "\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(US_ASCII));
    List<String> head = head(socket.getInputStream());
    assertThat(head).contains("HTTP/1.1 200 OK", "Content-Length: " + BYTES);
    return Payload.read(socket.getInputStream(), BYTES);
  }

  // many at the same time

  private static boolean echo(Socket socket) throws IOException {
    try (socket) {
      socket.getInputStream().transferTo(socket.getOutputStream());
      return true;
    }
  }

  /** All are open before any of them is used. */
  private static void useAll(List<Socket> clients) throws IOException {
    List<Future<Payload>> sent = new ArrayList<>();
    List<Future<Payload>> returned = new ArrayList<>();
    for (Socket client : clients) {
      long seed = client.getLocalPort();
      returned.add(Background.start(() -> Payload.read(client.getInputStream())));
      sent.add(Background.start(() -> {
        Payload payload = Payload.write(client.getOutputStream(), BYTES_EACH, seed);
        client.shutdownOutput();
        return payload;
      }));
    }
    for (int i = 0; i < clients.size(); i++) {
      assertThat(Background.get(returned.get(i))).isEqualTo(Background.get(sent.get(i)));
      clients.get(i).close();
    }
  }

  @Test
  void ourServerServesAHundredAtTheSameTime() throws IOException {
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD); TcpServerSocket server = hosts.stack().listen(0)) {
      List<Socket> clients = new ArrayList<>();
      List<Future<Boolean>> echoes = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        Family family = i % 2 == 0 ? Family.IPV4 : Family.IPV6;
        clients.add(hosts.namespace().connect(TwoHosts.stackAt(family, server.getLocalPort())));
        TcpSocket accepted = server.accept();
        echoes.add(Background.start(() -> echo(accepted)));
      }
      assertThat(hosts.stack().connections()).isEqualTo(CONNECTIONS);
      useAll(clients);
      for (Future<Boolean> echo : echoes)
        assertThat(Background.get(echo)).isTrue();
      // a FIN that comes twice to TIME-WAIT is acknowledged without a word about it
      KernelView.of(hosts.namespace()).assertNothingAmiss(CONNECTIONS);
    }
  }

  @Test
  void ourClientsAreAHundredAtTheSameTime() throws IOException {
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD); ServerSocket server = hosts.namespace().listen()) {
      List<Socket> clients = new ArrayList<>();
      List<Future<Boolean>> echoes = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        Family family = i % 2 == 0 ? Family.IPV4 : Family.IPV6;
        clients.add(hosts.stack().connect(TwoHosts.kernelAt(family, server.getLocalPort())));
        Socket accepted = server.accept();
        echoes.add(Background.start(() -> echo(accepted)));
      }
      assertThat(hosts.stack().connections()).isEqualTo(CONNECTIONS);
      useAll(clients);
      for (Future<Boolean> echo : echoes)
        assertThat(Background.get(echo)).isTrue();
      // a FIN that comes twice to TIME-WAIT is acknowledged without a word about it
      KernelView.of(hosts.namespace()).assertNothingAmiss(CONNECTIONS);
    }
  }
}
