package dev.gap.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The server side of an HTTP proxy: CONNECT (RFC 9110 section 9.3.6), and requests in absolute form (RFC 9112 section
 * 3.2.2), each of which gets a connection of its own.
 */
final class HttpProxy implements Inbound {
  private static final Set<String> NOT_FORWARDED = Set.of("proxy-connection", "proxy-authorization", "connection",
      "keep-alive", "host");
  private static final String SCHEME = "http://";

  private final Target target;
  private final byte[] preface;
  private final boolean tunnel;
  private final OutputStream out;

  private HttpProxy(Target target, byte[] preface, boolean tunnel, OutputStream out) {
    this.target = target;
    this.preface = preface;
    this.tunnel = tunnel;
    this.out = out;
  }

  /**
   * Reads a request whose first byte has been read. What the client does wrong is answered by a status.
   *
   * @throws RequestException if the client asks for what is not to be had
   */
  static HttpProxy read(int first, InputStream in, OutputStream out, @Nullable Credentials credentials)
      throws IOException {
    HttpHead head;
    try {
      head = HttpHead.read(first, in);
    } catch (RequestException e) {
      answer(out, "400 Bad Request", "", e.getMessage());
      throw e;
    }
    if (credentials != null && head.field("proxy-authorization").filter(credentials::matchBasic).isEmpty()) {
      String challenge = "Proxy-Authenticate: Basic realm=\"gap\"\r\n";
      answer(out, "407 Proxy Authentication Required", challenge, "a name and a password are required");
      throw new RequestException("an HTTP client gave no or wrong credentials");
    }
    try {
      return head.method().equals("CONNECT") ? connect(head, out) : absolute(head, out);
    } catch (IllegalArgumentException e) {
      answer(out, "400 Bad Request", "", e.getMessage());
      throw new RequestException("HTTP: " + e.getMessage());
    }
  }

  private static HttpProxy connect(HttpHead head, OutputStream out) {
    return new HttpProxy(Target.parse(head.requestTarget(), -1), new byte[0], true, out);
  }

  private static HttpProxy absolute(HttpHead head, OutputStream out) {
    String uri = head.requestTarget();
    if (!uri.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw new IllegalArgumentException("this is a proxy: it takes CONNECT and http:// requests");
    }
    int end = SCHEME.length();
    while (end < uri.length() && "/?#".indexOf(uri.charAt(end)) < 0)
      end++;
    String authority = uri.substring(SCHEME.length(), end);
    authority = authority.substring(authority.lastIndexOf('@') + 1);
    Target target = Target.parse(authority, 80);
    return new HttpProxy(target, forwarded(head, authority, originForm(head.method(), uri.substring(end))), false, out);
  }

  private static String originForm(String method, String path) {
    // RFC 9112 section 3.2.4: OPTIONS without a path asks about the server as a whole
    if (path.isEmpty() && method.equals("OPTIONS")) return "*";
    return path.startsWith("/") ? path : "/" + path;
  }

  /**
   * The request in origin form. Host is what the target says (RFC 9112 section 3.2.2), and fields that Connection names stay
   * here (RFC 9110 section 7.6.1). One connection serves one request, so the target is told to close it after.
   */
  private static byte[] forwarded(HttpHead head, String authority, String path) {
    Set<String> dropped = new HashSet<>(NOT_FORWARDED);
    boolean upgrade = false;
    for (String option : head.field("connection").orElse("").toLowerCase(Locale.ROOT).split(",", -1)) {
      upgrade |= option.strip().equals("upgrade");
      dropped.add(option.strip());
    }
    if (upgrade) dropped.remove("upgrade");
    StringBuilder text = new StringBuilder();
    text.append(head.method()).append(' ').append(path).append(' ').append(head.version()).append("\r\n");
    text.append("Host: ").append(authority).append("\r\n");
    for (String field : head.fields()) {
      if (!dropped.contains(HttpHead.name(field))) text.append(field).append("\r\n");
    }
    text.append(upgrade ? "Connection: upgrade\r\n\r\n" : "Connection: close\r\n\r\n");
    return text.toString().getBytes(ISO_8859_1);
  }

  private static void answer(OutputStream out, String status, String fields, @Nullable String why) throws IOException {
    byte[] body = ("gap: " + why + "\n").getBytes(UTF_8);
    String head = "HTTP/1.1 " + status + "\r\n" + fields + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: "
        + body.length + "\r\nConnection: close\r\n\r\n";
    byte[] all = new byte[head.length() + body.length];
    System.arraycopy(head.getBytes(ISO_8859_1), 0, all, 0, head.length());
    System.arraycopy(body, 0, all, head.length(), body.length);
    out.write(all);
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public byte[] preface() {
    return preface;
  }

  @Override
  public boolean awaitsReply() {
    return tunnel;
  }

  @Override
  public void succeed() throws IOException {
    if (tunnel) out.write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(ISO_8859_1));
  }

  @Override
  public void fail(Outcome outcome) throws IOException {
    boolean late = List.of(Outcome.TIMED_OUT, Outcome.SERVER_SILENT).contains(outcome);
    answer(out, late ? "504 Gateway Timeout" : "502 Bad Gateway", "", target + ": " + outcome.text());
  }
}
