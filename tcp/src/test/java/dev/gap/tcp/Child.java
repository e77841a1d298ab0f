package dev.gap.tcp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Assumptions;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A program of the system that runs beside a test. */
final class Child implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;
  private static final String FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin";

  private final List<String> command;
  private final Process process;
  private final BufferedReader lines;

  private Child(List<String> command, ProcessBuilder.Redirect errors) throws IOException {
    this.command = command;
    process = new ProcessBuilder(command).redirectError(errors).start();
    lines = process.inputReader(UTF_8);
  }

  static Child start(List<String> command) throws IOException {
    return new Child(command, ProcessBuilder.Redirect.INHERIT);
  }

  /** Starts it with its standard error in a file. */
  static Child start(List<String> command, Path errors) throws IOException {
    return new Child(command, ProcessBuilder.Redirect.to(errors.toFile()));
  }

  /** Runs a command, which has to succeed. {@return what it says} */
  static String run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0)
        throw new IOException(String.join(" ", command) + ": " + text.strip());
      return text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted during " + String.join(" ", command), e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Skips the test unless there is such a command. {@return its path} */
  static String assumed(String command) {
    for (String folder : FOLDERS.split(":", -1)) {
      Path path = Path.of(folder, command);
      if (Files.isExecutable(path)) return path.toString();
    }
    return Assumptions.abort("SKIPPED, not tested: this system has no " + command);
  }

  /** {@return the next line that it writes} */
  String line() throws IOException {
    String line = lines.readLine();
    if (line == null) throw new IOException(String.join(" ", command) + " has nothing more to say");
    return line;
  }

  /** {@return what it writes; not together with {@link #line}} */
  InputStream output() {
    return process.getInputStream();
  }

  /** {@return what it reads} */
  OutputStream input() {
    return process.getOutputStream();
  }

  boolean isAlive() { return process.isAlive(); }

  /** Waits for its end. It has to succeed. */
  void finish() throws IOException {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
        throw new IOException(String.join(" ", command) + " does not end");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted during " + String.join(" ", command), e);
    }
    if (process.exitValue() != 0)
      throw new IOException(String.join(" ", command) + " has failed: " + process.exitValue());
  }

  /** Ends it at once, as {@code kill -9} does. */
  void kill() throws IOException {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(2, TimeUnit.SECONDS)) process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    lines.close();
  }
}
