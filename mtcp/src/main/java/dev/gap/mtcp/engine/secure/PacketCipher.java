package dev.gap.mtcp.engine.secure;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Seals or opens the data datagrams of one direction under one key. The packet number makes the nonce. */
final class PacketCipher {
  private static final int TAG_BITS = 8 * Aead.TAG_BYTES;
  private static final int KEY_BYTES = 32;

  private final Suite suite;
  private final Cipher cipher;
  private final int mode;
  private final SecretKey key;
  private final byte[] iv;
  private final byte[] nonce = new byte[Aead.NONCE_BYTES];

  private PacketCipher(Suite suite, int mode, byte[] traffic) {
    this.suite = suite;
    this.mode = mode;
    byte[] keyBytes = keyOf(traffic);
    iv = ivOf(traffic);
    key = new SecretKeySpec(keyBytes, suite == Suite.AES_256_GCM ? "AES" : "ChaCha20");
    Aead.erase(keyBytes);
    try {
      cipher = Cipher.getInstance(suite == Suite.AES_256_GCM ? "AES/GCM/NoPadding" : "ChaCha20-Poly1305");
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has both", e);
    }
  }

  static byte[] keyOf(byte[] traffic) {
    return Hkdf.expand(traffic, "mtcp2 key", KEY_BYTES);
  }

  static byte[] ivOf(byte[] traffic) {
    return Hkdf.expand(traffic, "mtcp2 iv", Aead.NONCE_BYTES);
  }

  static PacketCipher sealing(Suite suite, byte[] traffic) {
    return new PacketCipher(suite, Cipher.ENCRYPT_MODE, traffic);
  }

  static PacketCipher opening(Suite suite, byte[] traffic) {
    return new PacketCipher(suite, Cipher.DECRYPT_MODE, traffic);
  }

  private AlgorithmParameterSpec parameters(int packetNumber) {
    System.arraycopy(iv, 0, nonce, 0, Aead.NONCE_BYTES);
    for (int i = 0; i < 4; i++)
      nonce[Aead.NONCE_BYTES - 4 + i] ^= (byte) (packetNumber >>> (24 - 8 * i));
    return suite == Suite.AES_256_GCM ? new GCMParameterSpec(TAG_BITS, nonce) : new IvParameterSpec(nonce);
  }

  /**
   * Seals {@code length} bytes.
   *
   * @param header the additional data: 8 bytes at the start of {@code out}, after which the ciphertext is written
   * @return the length of the datagram so far
   */
  int seal(int packetNumber, byte[] plain, int offset, int length, byte[] out, int header) {
    try {
      cipher.init(mode, key, parameters(packetNumber));
      cipher.updateAAD(out, 0, header);
      return header + cipher.doFinal(plain, offset, length, out, header);
    } catch (GeneralSecurityException e) {
      // a nonce used twice is refused by the JDK itself: packet numbers only grow, so that is a bug here
      throw new IllegalStateException("cannot seal", e);
    }
  }

  /** {@return the length of the plaintext, written to {@code out} at {@code outOffset}, or -1 if the peer did not make it} */
  int open(int packetNumber, byte[] datagram, int header, int length, byte[] out, int outOffset) {
    try {
      cipher.init(mode, key, parameters(packetNumber));
      cipher.updateAAD(datagram, 0, header);
      return cipher.doFinal(datagram, header, length - header, out, outOffset);
    } catch (AEADBadTagException e) {
      return -1;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot open", e);
    }
  }
}
