package dev.gap.tcp;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** Bytes that follow from a seed, written in pieces of every size, and what they look like where they arrive. */
record Payload(long bytes, String sha256) {
  /** Whether {@code -Dgap.full=true} wants the large sizes. */
  static final boolean FULL = Boolean.getBoolean("gap.full");

  private static final int MIB = 1 << 20;
  private static final int MOST = 1 << 16;

  /** {@return so many MiB, in bytes: {@code small} in every build, {@code full} on demand} */
  static long mebibytes(int small, int full) {
    return (long) MIB * (FULL ? full : small);
  }

  /** Writes. {@return what was written} */
  static Payload write(OutputStream out, long bytes, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    MessageDigest digest = hasher();
    byte[] piece = new byte[MOST];
    for (long left = bytes; left > 0;) {
      int length = (int) Math.min(left, 1 + random.nextInt(MOST));
      random.nextBytes(piece);
      digest.update(piece, 0, length);
      out.write(piece, 0, length);
      left -= length;
    }
    return of(bytes, digest);
  }

  /** {@return what comes until the end} */
  static Payload read(InputStream in) throws IOException {
    MessageDigest digest = hasher();
    byte[] piece = new byte[MOST];
    long count = 0;
    for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
      digest.update(piece, 0, length);
      count += length;
    }
    return of(count, digest);
  }

  /** {@return the next so many bytes} */
  static Payload read(InputStream in, long bytes) throws IOException {
    MessageDigest digest = hasher();
    byte[] piece = new byte[MOST];
    for (long left = bytes; left > 0;) {
      int length = in.read(piece, 0, (int) Math.min(left, piece.length));
      if (length < 0) throw new EOFException("the end, " + left + " bytes too early");
      digest.update(piece, 0, length);
      left -= length;
    }
    return of(bytes, digest);
  }

  private static Payload of(long bytes, MessageDigest digest) {
    return new Payload(bytes, HexFormat.of().formatHex(digest.digest()));
  }

  private static MessageDigest hasher() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
