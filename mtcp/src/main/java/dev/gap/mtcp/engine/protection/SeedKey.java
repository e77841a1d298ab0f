package dev.gap.mtcp.engine.protection;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The AES key of profile 1: OpenSSL's EVP_BytesToKey with MD5, no salt and one round, from the UTF-8 bytes of the shared
 * key.
 */
public final class SeedKey {
  private static final int MD5_BYTES = 16;

  private final byte[] aes = new byte[2 * MD5_BYTES];

  /** @param shared the shared key, not empty */
  public SeedKey(String shared) {
    if (shared.isEmpty()) throw new IllegalArgumentException("the key is empty");
    byte[] text = shared.getBytes(UTF_8);
    MessageDigest md5 = md5();
    byte[] first = md5.digest(text);
    md5.update(first);
    byte[] second = md5.digest(text);
    System.arraycopy(first, 0, aes, 0, MD5_BYTES);
    System.arraycopy(second, 0, aes, MD5_BYTES, MD5_BYTES);
  }

  /** {@return a copy of the 32 bytes of the AES-256 key} */
  public byte[] aesKey() {
    return aes.clone();
  }

  /** {@return a copy of the 16 bytes of the initialization vector, the same for every datagram} */
  public byte[] iv() {
    return Arrays.copyOf(aes, MD5_BYTES);
  }

  @SuppressWarnings("InsecureCryptoUsage") // the seed's wire format: profile 1 exists for compatibility alone
  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has MD5", e);
    }
  }
}
