package dev.gap.proxy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** A client in memory: what it sends stands in {@link #in}, and what it is answered is found in {@link #out}. */
final class Scripted {
  final InputStream in;
  final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Scripted(byte[] sent) {
    in = new ByteArrayInputStream(sent);
  }

  static Scripted bytes(int... sent) {
    byte[] bytes = new byte[sent.length];
    for (int i = 0; i < sent.length; i++)
      bytes[i] = (byte) sent[i];
    return new Scripted(bytes);
  }

  static Scripted text(String sent) {
    return new Scripted(sent.getBytes(ISO_8859_1));
  }

  /** {@return what it was answered} */
  String answer() {
    return out.toString(ISO_8859_1);
  }

  /** {@return what was not read of what it sent} */
  String rest() throws IOException {
    return new String(in.readAllBytes(), ISO_8859_1);
  }
}
