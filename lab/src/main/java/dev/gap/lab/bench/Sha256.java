package dev.gap.lab.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hash by which downloads are verified. */
final class Sha256 {
  private static final int CHUNK_BYTES = 1 << 20;

  private Sha256() {}

  static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** {@return the hash of the first {@code length} bytes of a file, or of all if it has fewer} */
  static String ofBeginning(Path file, long length) throws IOException {
    MessageDigest digest = start();
    byte[] chunk = new byte[CHUNK_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      long left = length;
      while (left > 0) {
        int n = in.read(chunk, 0, (int) Math.min(left, chunk.length));
        if (n < 0) break;
        digest.update(chunk, 0, n);
        left -= n;
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
