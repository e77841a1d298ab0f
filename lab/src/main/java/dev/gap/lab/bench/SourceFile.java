package dev.gap.lab.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** The file that is downloaded: random bytes, more than any link of a plan carries in the time there is. */
final class SourceFile {
  private static final int CHUNK_BYTES = 1 << 20;
  private static final double UNLIMITED = 2e9;
  private static final double MOST_BYTES = 4L << 30;

  private SourceFile() {}

  static Path make(Path folder, Lab.Plan plan) throws IOException {
    double rate = plan.scenarios().stream().mapToDouble(s -> s.down().rate() == 0 ? UNLIMITED : s.down().rate()).max()
        .orElse(UNLIMITED);
    long bytes = (long) Math.min(MOST_BYTES, rate / 8 * plan.seconds()) + CHUNK_BYTES;
    Path file = folder.resolve("source.bin");
    SplittableRandom random = new SplittableRandom(plan.seed());
    byte[] chunk = new byte[CHUNK_BYTES];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = bytes; left > 0; left -= chunk.length) {
        random.nextBytes(chunk);
        out.write(chunk);
      }
    }
    return file;
  }
}
