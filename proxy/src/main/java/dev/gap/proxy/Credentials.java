package dev.gap.proxy;

import java.security.MessageDigest;
import java.util.Base64;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The name and password that a client of the local proxy must give: 1 to 255 bytes each (RFC 1929). */
public record Credentials(String user, String password) {
  public Credentials {
    check("user", user);
    check("password", password);
  }

  private static void check(String what, String value) {
    int length = value.getBytes(UTF_8).length;
    if (length < 1 || length > 255) throw new IllegalArgumentException("a " + what + " has 1 to 255 bytes");
  }

  /** {@return the credentials in {@code user:password}} */
  public static Credentials parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) throw new IllegalArgumentException("credentials are written user:password");
    return new Credentials(text.substring(0, colon), text.substring(colon + 1));
  }

  /** {@return whether these are they, in time that does not tell how much of them is right} */
  boolean match(byte[] givenUser, byte[] givenPassword) {
    boolean userRight = MessageDigest.isEqual(user.getBytes(UTF_8), givenUser);
    boolean passwordRight = MessageDigest.isEqual(password.getBytes(UTF_8), givenPassword);
    return userRight && passwordRight;
  }

  /** {@return whether a {@code Proxy-Authorization} header value gives them (RFC 7617)} */
  boolean matchBasic(String header) {
    String scheme = "Basic ";
    String given = header.trim();
    // RFC 9110 section 11.1: the scheme is case-insensitive
    if (!given.regionMatches(true, 0, scheme, 0, scheme.length())) return false;
    String expected = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    return MessageDigest.isEqual(expected.getBytes(UTF_8), given.substring(scheme.length()).trim().getBytes(UTF_8));
  }

  @Override
  public String toString() {
    return user + ":(hidden)";
  }
}
