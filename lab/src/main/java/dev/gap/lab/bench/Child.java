package dev.gap.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of a measurement. What it says goes to files. */
final class Child implements AutoCloseable {
  private static final int LAST_LINES = 5;
  private static final Duration END_PATIENCE = Duration.ofSeconds(1);

  private final String name;
  private final Process process;
  private final Path out;
  private final Path err;

  private Child(String name, Process process, Path out, Path err) {
    this.name = name;
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Starts {@code command} in {@code folder}, which is also its home. */
  static Child start(Path folder, String name, List<String> command) throws IOException {
    Path out = folder.resolve(name + ".out");
    Path err = folder.resolve(name + ".err");
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(out.toFile())
        .redirectError(err.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(key -> key.startsWith("GAP_") || key.toUpperCase(Locale.ROOT).endsWith("_PROXY"));
    environment.put("HOME", folder.toString());
    environment.put("GAP_RUNTIME_DIR", folder.toString());
    Process process = builder.start();
    process.getOutputStream().close();
    return new Child(name, process, out, err);
  }

  boolean isAlive() { return process.isAlive(); }

  /** {@return what it has written to its standard output} */
  String out() throws IOException {
    return Files.readString(out);
  }

  /** Waits for its end. {@return what it has written to its standard output} It has to succeed. */
  String finish(Duration patience) throws IOException {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS))
        throw new IOException(name + " does not end: " + lastWords());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + name, e);
    }
    if (process.exitValue() != 0) throw new IOException(name + " failed: " + lastWords());
    return out();
  }

  /** {@return the end of all that it has said} */
  String lastWords() throws IOException {
    List<String> lines = (out() + Files.readString(err)).lines().filter(line -> !line.isBlank()).toList();
    return String.join(" / ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
