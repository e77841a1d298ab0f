package dev.gap.mtcp.engine.secure;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** Hides receiver ID and packet number: XOR with AES-256 of the datagram's last 16 bytes. */
@SuppressWarnings("InsecureCryptoUsage") // one block, each time another: ECB is the block cipher itself
final class HeaderMask {
  private static final int BLOCK = 16;

  private final Cipher aes;
  private final byte[] mask = new byte[2 * BLOCK];

  HeaderMask(byte[] key) {
    try {
      aes = Cipher.getInstance("AES/ECB/NoPadding");
      aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has AES", e);
    }
  }

  /** {@return what the first 8 bytes of {@code datagram} are to be XORed with} */
  long of(byte[] datagram, int length) {
    try {
      aes.update(datagram, length - BLOCK, BLOCK, mask, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    return Bytes.getLong(mask, 0);
  }
}
