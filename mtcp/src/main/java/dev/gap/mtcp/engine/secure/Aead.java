package dev.gap.mtcp.engine.secure;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

/** ChaCha20-Poly1305 (RFC 8439) on whole messages, for the few of a handshake. */
final class Aead {
  static final int NONCE_BYTES = 12;
  static final int TAG_BYTES = 16;

  private Aead() {}

  static byte[] seal(byte[] key, byte[] nonce, byte[] additional, byte[] plain) {
    try {
      return run(Cipher.ENCRYPT_MODE, key, nonce, additional, plain);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has ChaCha20-Poly1305", e);
    }
  }

  /** {@return the plaintext, or null if the key did not make it} */
  static byte @Nullable [] open(byte[] key, byte[] nonce, byte[] additional, byte[] sealed) {
    if (sealed.length < TAG_BYTES) return null;
    try {
      return run(Cipher.DECRYPT_MODE, key, nonce, additional, sealed);
    } catch (AEADBadTagException e) {
      return null;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has ChaCha20-Poly1305", e);
    }
  }

  private static byte[] run(int mode, byte[] key, byte[] nonce, byte[] additional, byte[] text)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
    cipher.init(mode, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(nonce));
    if (additional.length > 0) cipher.updateAAD(additional);
    return cipher.doFinal(text);
  }

  /** Overwrites a secret that is no longer needed. */
  static void erase(byte[] secret) {
    Arrays.fill(secret, (byte) 0);
  }
}
