package dev.gap.lab.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** A probe and a source over loopback. */
@Timeout(30)
@ResourceLock(Resources.SYSTEM_OUT)
final class ProbeTest {
  @TempDir
  Path folder;

  private record Stream(Socket socket) implements Duplex {
    @Override
    public InputStream in() {
      try {
        return socket.getInputStream();
      } catch (IOException e) {
        return InputStream.nullInputStream();
      }
    }

    @Override
    public OutputStream out() {
      try {
        return socket.getOutputStream();
      } catch (IOException e) {
        return OutputStream.nullOutputStream();
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private String probe(Path file, String... measurement) throws IOException {
    PrintStream before = System.out;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        PrintStream captured = new PrintStream(said, true, UTF_8)) {
      Thread.ofPlatform().daemon().start(() -> accept(listener, file));
      System.setOut(captured);
      Probe.run(() -> new Stream(new Socket(listener.getInetAddress(), listener.getLocalPort())), measurement);
    } finally {
      System.setOut(before);
    }
    return said.toString(UTF_8);
  }

  private static void accept(ServerSocket listener, Path file) {
    try {
      while (true) {
        Socket client = listener.accept();
        Thread.ofPlatform().daemon().start(() -> serve(client, file));
      }
    } catch (IOException e) {
      // the test is over
    }
  }

  private static void serve(Socket client, Path file) {
    try {
      Source.serve(new Stream(client), file);
    } catch (IOException e) {
      // the probe has had enough
    }
  }

  @Test
  void aDownloadIsVerifiedByItsHash() throws IOException {
    byte[] bytes = new byte[3_000_000];
    bytes[77] = 5;
    Path file = Files.write(folder.resolve("file"), bytes);
    Download download = Download.parse(probe(file, "download", "20"));
    assertThat(download.bytes()).isEqualTo(bytes.length);
    assertThat(download.sha256()).isEqualTo(Sha256.ofBeginning(file, bytes.length))
        .isNotEqualTo(Sha256.ofBeginning(file, bytes.length - 1));
    assertThat(download.elapsedNanos()).as("it ended before its time").isLessThan(20_000_000_000L);
    assertThat(download.firstByteNanos()).isPositive();
  }

  @Test
  void aDownloadEndsWithItsTime() throws IOException {
    Path file = folder.resolve("large");
    Lab.Plan plan = new Lab.Plan(List.of(Scenario.usual()), List.of(), 5, 1, 1);
    Path source = SourceFile.make(Files.createDirectory(file), plan);
    assertThat(Files.size(source)).isGreaterThan(62_500_000);
    Download download = Download.parse(probe(source, "download", "0.001"));
    assertThat(download.bytes()).isPositive().isLessThan(Files.size(source));
    assertThat(download.sha256()).isEqualTo(Sha256.ofBeginning(source, download.bytes()));
    assertThat(download.elapsedNanos()).isEqualTo(1_000_000);
  }

  @Test
  void echoesAreTimed() throws IOException {
    Echo echo = Echo.parse(probe(folder, "echo", "20", "5", "200"));
    assertThat(echo.count()).isEqualTo(20);
    assertThat(echo.sent()).isEqualTo(20);
    assertThat(echo.p50()).isPositive().isLessThanOrEqualTo(echo.max());
  }
}
