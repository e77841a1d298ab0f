package dev.gap.lab.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures a program that downloads into a file, by watching the file grow: {@code FILE COMMAND... -- download SECONDS}.
 * It prints what a {@link Probe} prints.
 */
final class FileProbeMain {
  static final String END_OF_COMMAND = "--";

  private static final Duration FIRST_BYTE_PATIENCE = Duration.ofSeconds(20);
  private static final Duration STEP = Duration.ofMillis(2);

  private FileProbeMain() {}

  /** Measures once. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> all = Arrays.asList(arguments);
    int end = all.lastIndexOf(END_OF_COMMAND);
    if (!all.get(end + 1).equals(Source.DOWNLOAD)) throw new IllegalArgumentException("this only downloads");
    Path file = Path.of(all.getFirst());
    double seconds = Double.parseDouble(all.get(end + 2));
    System.out.println(measure(file, all.subList(1, end), Math.round(seconds * 1e9)).line());
  }

  private static Download measure(Path file, List<String> command, long length)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Process process = new ProcessBuilder(command).redirectInput(new File("/dev/null"))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      long first = begin;
      long deadline = begin + FIRST_BYTE_PATIENCE.toNanos();
      long last = begin;
      long bytes = 0;
      long now = begin;
      while (process.isAlive() && now - deadline < 0) {
        LockSupport.parkNanos(STEP.toNanos());
        now = System.nanoTime();
        long size = Files.exists(file) ? Files.size(file) : 0;
        if (size == bytes) continue;
        if (bytes == 0) {
          first = now;
          deadline = now + length;
        }
        bytes = size;
        last = now;
      }
      long elapsed = process.isAlive() ? length : last - first;
      return new Download(bytes, first - begin, elapsed, Sha256.ofBeginning(file, bytes));
    } finally {
      process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
    }
  }
}
