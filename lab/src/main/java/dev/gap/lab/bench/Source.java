package dev.gap.lab.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** The far end of a measurement: it sends a file to who asks for it, or sends back what comes. */
public final class Source {
  static final String DOWNLOAD = "download";
  static final String ECHO = "echo";

  private static final int LONGEST_LINE = 100;
  private static final int CHUNK_BYTES = 64 << 10;

  private Source() {}

  /** Does what the first line of a stream asks for, until the stream ends. */
  public static void serve(Duplex stream, Path file) throws IOException {
    try (stream) {
      String wish = line(stream.in());
      switch (wish) {
        case DOWNLOAD -> send(file, stream.out());
        case ECHO -> echo(stream.in(), stream.out());
        default -> throw new IOException("nobody has taught the source to " + wish);
      }
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || line.length() == LONGEST_LINE) throw new IOException("no line came, but: " + line);
      line.append((char) c);
    }
    return line.toString();
  }

  static void ask(String wish, OutputStream out) throws IOException {
    out.write((wish + "\n").getBytes(US_ASCII));
    out.flush();
  }

  private static void send(Path file, OutputStream out) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      in.transferTo(out);
      out.flush();
    }
  }

  private static void echo(InputStream in, OutputStream out) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
      out.write(chunk, 0, n);
      out.flush();
    }
  }
}
