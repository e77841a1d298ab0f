package dev.gap.mtcp.engine.secure;

import java.security.GeneralSecurityException;
import java.text.Normalizer;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** The pre-shared key of profile 2: 32 bytes, given as they are or stretched from a passphrase (docs/protocol.md, "Keys"). */
public final class SharedKey {
  /** What a key that is given as it is begins with. */
  public static final String PREFIX = "mk2:";
  private static final int BYTES = 32;
  private static final int ROUNDS = 600_000;
  private static final byte[] SALT = "mTCP/2 passphrase v1".getBytes(US_ASCII);
  private static final int LEAST_CHARACTERS = 16;
  private static final int LEAST_DISTINCT = 8;
  /** Long enough for the rules above, and on every list: what is left when spaces and case are taken away. */
  private static final Set<String> COMMON = Set.of("correcthorsebatterystaple", "qwertyuiopasdfghjkl",
      "qwertyuiopasdfghjklzxcvbnm", "abcdefghijklmnop", "abcdefghijklmnopqrstuvwxyz", "passwordpassword123",
      "12345678901234567890", "1234567890123456", "1234567812345678", "0123456789abcdef", "administrator123",
      "thequickbrownfox", "thequickbrownfoxjumpsoverthelazydog", "letmeinletmein123", "passwordpassword",
      "iloveyouiloveyou", "1q2w3e4r5t6y7u8i", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv", "changemechangeme",
      "adminadminadmin1", "0123456789abcdef0123456789abcdef", "tobeornottobethatisthequestion");

  private final byte[] psk;

  private SharedKey(byte[] psk) {
    this.psk = psk;
  }

  /**
   * {@return the key that {@code text} stands for} A passphrase takes a good part of a second.
   *
   * @throws IllegalArgumentException if it is malformed or too weak, saying what to do
   */
  public static SharedKey parse(String text) {
    return text.startsWith(PREFIX) ? ofBytes(decode(text.substring(PREFIX.length()))) : ofPassphrase(text);
  }

  /**
   * Refuses what {@link #parse} would refuse, without the work.
   *
   * @throws IllegalArgumentException saying what to do
   */
  public static void check(String text) {
    if (text.startsWith(PREFIX)) Aead.erase(decode(text.substring(PREFIX.length())));
    else checkPassphrase(normalize(text));
  }

  static SharedKey ofBytes(byte[] psk) {
    return new SharedKey(psk);
  }

  private static byte[] decode(String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("a key that begins with mk2: goes on with 43 letters, digits, - and _, as"
          + " 'gap genkey' prints them", e);
    }
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a key that begins with mk2: has 32 bytes, this one " + bytes.length
          + ": copy all of what 'gap genkey' printed");
    }
    return bytes;
  }

  private static String normalize(String passphrase) {
    return Normalizer.normalize(passphrase, Normalizer.Form.NFC);
  }

  private static SharedKey ofPassphrase(String passphrase) {
    String normal = normalize(passphrase);
    checkPassphrase(normal);
    PBEKeySpec spec = new PBEKeySpec(normal.toCharArray(), SALT, ROUNDS, 8 * BYTES);
    try {
      return new SharedKey(SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded());
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has PBKDF2", e);
    } finally {
      spec.clearPassword();
    }
  }

  private static void checkPassphrase(String normal) {
    String advice = "; 'gap genkey' makes a good key";
    int characters = normal.codePointCount(0, normal.length());
    if (characters < LEAST_CHARACTERS) {
      throw new IllegalArgumentException("a passphrase has at least 16 characters, this one " + characters + advice);
    }
    if (normal.codePoints().distinct().count() < LEAST_DISTINCT) {
      throw new IllegalArgumentException("a passphrase has at least 8 different characters" + advice);
    }
    String plain = normal.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    if (COMMON.contains(plain)) throw new IllegalArgumentException("this passphrase is on every list" + advice);
  }

  byte[] bytes() {
    return psk;
  }

  @Override
  public String toString() {
    return "SharedKey[hidden]";
  }
}
