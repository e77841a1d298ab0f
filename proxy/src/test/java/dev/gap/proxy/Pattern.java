package dev.gap.proxy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A stream whose every byte follows from its place, so that a lost, doubled or displaced one shows. */
final class Pattern {
  private static final int CHUNK = 61_007;

  private Pattern() {}

  private static byte at(long i) {
    return (byte) (i * 31 + (i >>> 8) * 7 + (i >>> 16) * 3);
  }

  static byte[] bytes(long from, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++)
      bytes[i] = at(from + i);
    return bytes;
  }

  /** Writes the first {@code total} bytes of it. */
  static void write(OutputStream out, long total) throws IOException {
    for (long sent = 0; sent < total; sent += CHUNK)
      out.write(bytes(sent, (int) Math.min(CHUNK, total - sent)));
  }

  /** Reads and checks bytes {@code from} to {@code to}, and not one more. */
  static void expect(InputStream in, long from, long to) throws IOException {
    byte[] got = new byte[CHUNK];
    for (long received = from; received < to;) {
      int n = in.read(got, 0, (int) Math.min(got.length, to - received));
      if (n < 0) throw new EOFException("end of stream after " + received + " of " + to + " bytes");
      for (int i = 0; i < n; i++) {
        if (got[i] != at(received + i)) throw new AssertionError("byte " + (received + i) + " is wrong");
      }
      received += n;
    }
  }

  /** Reads and checks the first {@code total} bytes of it, and the end of the stream. */
  static void expectAll(InputStream in, long total) throws IOException {
    expect(in, 0, total);
    int more = in.read();
    if (more >= 0) throw new AssertionError("more than " + total + " bytes");
  }
}
