package dev.gap.cli.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Nginx in far: it serves files of random bytes, and keeps what is posted to {@code /post}. */
final class Site implements AutoCloseable {
  static final int PORT = 8080;

  private static final int CHUNK_BYTES = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String CONFIGURATION = """
      worker_processes 1; worker_rlimit_nofile 16384; daemon off; user root;
      pid FOLDER/nginx.pid; error_log FOLDER/nginx.log;
      events { worker_connections 8192; }
      http {
        access_log off; sendfile on;
        # an outage is no reason for nginx to give up
        send_timeout 10m;
        client_max_body_size 0; client_body_temp_path FOLDER/posted;
        proxy_temp_path FOLDER/proxy; fastcgi_temp_path FOLDER/fastcgi; uwsgi_temp_path FOLDER/uwsgi;
        scgi_temp_path FOLDER/scgi;
        server {
          listen 8080 backlog=2048;
          root FOLDER/www;
          # the body goes to a file, whose name is the answer
          location = /post {
            client_body_in_file_only on;
            proxy_pass http://127.0.0.1:8081;
            proxy_pass_request_body off;
            proxy_set_header Content-Length "";
            proxy_set_header X-File $request_body_file;
          }
        }
        server { listen 127.0.0.1:8081; location / { return 200 "$http_x_file"; } }
      }
      """;

  /** A file that it serves. */
  record Page(String path, long bytes, String sha256) {}

  private final Path folder;
  private final Path www;
  private final Running process;

  private Site(Path folder, Path www, Running process) {
    this.folder = folder;
    this.www = www;
    this.process = process;
  }

  static Site start(Path parent, Namespaces net) {
    try {
      Path folder = Files.createDirectories(parent.resolve("site"));
      Path www = Files.createDirectories(folder.resolve("www"));
      Path conf = Files.writeString(folder.resolve("nginx.conf"), CONFIGURATION.replace("FOLDER", folder.toString()));
      List<String> command = List.of("nginx", "-e", folder.resolve("nginx.log").toString(), "-c", conf.toString());
      Running process = Running.start(folder, "nginx", Map.of(), net.in(Namespaces.Place.FAR, command));
      Wait.until("nginx runs", PATIENCE, () -> {
        if (!process.isAlive()) throw new AssertionError("nginx does not start: " + process.err());
        return Files.exists(folder.resolve("nginx.pid"));
      });
      return new Site(folder, www, process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a file of random bytes, always the same ones. */
  Page publish(String name, long bytes) {
    MessageDigest digest = sha256();
    try (OutputStream out = new DigestOutputStream(Files.newOutputStream(www.resolve(name)), digest)) {
      SplittableRandom random = new SplittableRandom(bytes);
      byte[] chunk = new byte[CHUNK_BYTES];
      for (long left = bytes; left > 0; left -= chunk.length) {
        random.nextBytes(chunk);
        out.write(chunk, 0, Math.toIntExact(Math.min(left, chunk.length)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Page("/" + name, bytes, HexFormat.of().formatHex(digest.digest()));
  }

  /** {@return the file behind a page} */
  Path file(Page page) {
    return www.resolve(page.path().substring(1));
  }

  static String hash(Path file) {
    MessageDigest digest = sha256();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] chunk = new byte[CHUNK_BYTES];
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk))
        digest.update(chunk, 0, n);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** {@return nginx's own log} */
  String log() {
    try {
      Path log = folder.resolve("nginx.log");
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.terminate();
    process.await(PATIENCE);
  }
}
