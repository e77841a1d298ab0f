package dev.gap.proxy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * The head of an HTTP/1.x request (RFC 9112 section 2).
 *
 * @param method as written
 * @param requestTarget as written
 * @param version as written
 * @param fields header lines, as written
 */
record HttpHead(String method, String requestTarget, String version, List<String> fields) {
  private static final int MOST_BYTES = 64 << 10;

  /**
   * Reads a head up to its empty line, and not a byte more.
   *
   * @param first the byte that has been read already
   * @throws RequestException if it is too long or not HTTP
   */
  static HttpHead read(int first, InputStream in) throws IOException {
    List<String> lines = new ArrayList<>();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int total = 1;
    for (int b = first;; b = in.read(), total++) {
      if (b < 0) throw new EOFException("end of stream in an HTTP request head");
      if (total > MOST_BYTES) throw new RequestException("an HTTP request head of more than " + MOST_BYTES + " bytes");
      if (b != '\n') {
        line.write(b);
        continue;
      }
      String text = line.toString(ISO_8859_1);
      line.reset();
      if (text.endsWith("\r")) text = text.substring(0, text.length() - 1);
      if (text.indexOf('\r') >= 0) throw new RequestException("a carriage return within an HTTP line");
      // RFC 9112 section 2.2: empty lines before the request line are ignored
      if (!text.isEmpty()) lines.add(text);
      else if (!lines.isEmpty()) return parse(lines);
    }
  }

  private static HttpHead parse(List<String> lines) throws RequestException {
    String[] words = lines.getFirst().split(" ", -1);
    if (words.length != 3 || words[0].isEmpty() || !words[2].matches("HTTP/1\\.[0-9]")) {
      throw new RequestException("not an HTTP/1 request line");
    }
    for (String field : lines.subList(1, lines.size())) {
      if (!field.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\\x00]*"))
        throw new RequestException("malformed HTTP header line");
    }
    return new HttpHead(words[0], words[1], words[2], List.copyOf(lines.subList(1, lines.size())));
  }

  /** {@return the value of the first field of this name} */
  Optional<String> field(String name) {
    return fields.stream().filter(f -> name(f).equals(name)).map(f -> f.substring(f.indexOf(':') + 1).trim())
        .findFirst();
  }

  /** {@return the name of a field line, in lower case} */
  static String name(String field) {
    return field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT);
  }
}
