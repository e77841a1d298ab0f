package dev.gap.cli.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process that a test has started. What it says goes to files, and it does not outlive the tests. */
final class Running implements AutoCloseable {
  private static final Set<Process> ALL = ConcurrentHashMap.newKeySet();
  private static final Duration DEATH_PATIENCE = Duration.ofSeconds(5);

  /** How the parallel collector speaks of its two generations. */
  private static final Pattern USED = Pattern.compile("(?:PSYoungGen|ParOldGen)\\s+total \\d+K, used (\\d+)K");

  static {
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().unstarted(() -> ALL.forEach(Process::destroyForcibly)));
  }

  private final String name;
  private final Process process;
  private final Path out;
  private final Path err;

  private Running(String name, Process process, Path out, Path err) {
    this.name = name;
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts a process.
   *
   * @param folder its working directory, where its output goes to {@code name.out} and {@code name.err}
   * @param environment what to add to the environment, from which everything about gap is removed
   */
  static Running start(Path folder, String name, Map<String, String> environment, List<String> command) {
    Path out = folder.resolve(name + ".out");
    Path err = folder.resolve(name + ".err");
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(out.toFile())
        .redirectError(err.toFile());
    builder.environment().keySet()
        .removeIf(key -> key.startsWith("GAP_") || key.toUpperCase(Locale.ROOT).endsWith("_PROXY"));
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      ALL.removeIf(other -> !other.isAlive());
      ALL.add(process);
      return new Running(name, process, out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return name;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() { return process.isAlive(); }

  /** {@return what it has written to its standard output} */
  String out() {
    return read(out);
  }

  /** {@return what it has written to its standard error} */
  String err() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a line to its standard input. */
  void tell(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " does not listen", e);
    }
  }

  /** Waits until it has said {@code text} on either output. */
  Running awaitText(String text, Duration patience) {
    Wait.until(name + " says '" + text + "'", patience, () -> {
      if (out().contains(text) || err().contains(text)) return true;
      if (!isAlive()) throw new AssertionError(name + " ended before it said '" + text + "': " + out() + err());
      return false;
    });
    return this;
  }

  /** {@return its exit code, once it has ended} */
  int await(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS))
        throw new AssertionError(name + " has not ended within " + patience.toSeconds() + " s: " + err());
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + name, e);
    }
  }

  /** Sends SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Sends SIGKILL and waits for the end. */
  void kill() {
    process.destroyForcibly();
    await(DEATH_PATIENCE);
  }

  /** {@return how much memory it has, in MiB, as the kernel sees it} */
  long residentMib() {
    String status = read(Path.of("/proc", String.valueOf(pid()), "status"));
    String line = status.lines().filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
    return Long.parseLong(line.replaceAll("[^0-9]", "")) >> 10;
  }

  /** {@return how much of its heap is in use, in MiB, after a collection} Only for a JVM with the parallel collector. */
  long liveHeapMib() {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Shell.run(jcmd, String.valueOf(pid()), "GC.run");
    String heap = Shell.run(jcmd, String.valueOf(pid()), "GC.heap_info");
    Matcher used = USED.matcher(heap);
    long kib = 0;
    while (used.find())
      kib += Long.parseLong(used.group(1));
    return kib >> 10;
  }

  @Override
  public void close() {
    if (isAlive()) kill();
  }
}
