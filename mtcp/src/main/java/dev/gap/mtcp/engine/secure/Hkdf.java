package dev.gap.mtcp.engine.secure;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** HKDF with SHA-256 (RFC 5869), and the HMAC below it. */
final class Hkdf {
  static final int HASH_BYTES = 32;
  private static final int BLOCK_BYTES = 64;

  private Hkdf() {}

  /** {@return HMAC-SHA256 of the parts, one after the other} */
  static byte[] hmac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      // the JDK refuses an empty key; HMAC pads short ones with zeros, so one of zeros is the same
      mac.init(new SecretKeySpec(key.length == 0 ? new byte[BLOCK_BYTES] : key, "HmacSHA256"));
      for (byte[] part : parts)
        mac.update(part);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has HMAC-SHA256", e);
    }
  }

  /** {@return the pseudorandom key (RFC 5869 section 2.2)} */
  static byte[] extract(byte[] salt, byte[] keyMaterial) {
    return hmac(salt, keyMaterial);
  }

  /** {@return {@code length} bytes of output key material, at most 255 times 32 (RFC 5869 section 2.3)} */
  static byte[] expand(byte[] pseudorandomKey, byte[] info, int length) {
    byte[] out = new byte[length];
    byte[] last = new byte[0];
    for (int at = 0, i = 1; at < length; at += HASH_BYTES, i++) {
      last = hmac(pseudorandomKey, last, info, new byte[]{(byte) i});
      System.arraycopy(last, 0, out, at, Math.min(HASH_BYTES, length - at));
    }
    Arrays.fill(last, (byte) 0);
    return out;
  }

  static byte[] expand(byte[] pseudorandomKey, String label, int length) {
    return expand(pseudorandomKey, label.getBytes(US_ASCII), length);
  }
}
