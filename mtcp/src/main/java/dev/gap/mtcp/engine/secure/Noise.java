package dev.gap.mtcp.engine.secure;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * The symmetric state of a Noise handshake (Noise protocol framework, revision 34, section 5.2) with X25519,
 * ChaCha20-Poly1305 and SHA-256, and the tokens that mTCP/2's two patterns are made of.
 */
final class Noise {
  private byte[] chainingKey;
  private byte[] hash;
  private byte @Nullable [] key;
  private long nonce;

  /** @param name of the protocol, as in the framework's section 8 */
  Noise(String name) {
    byte[] bytes = name.getBytes(US_ASCII);
    hash = bytes.length <= Hkdf.HASH_BYTES ? Arrays.copyOf(bytes, Hkdf.HASH_BYTES) : sha256(bytes);
    chainingKey = hash;
  }

  private Noise(Noise other) {
    chainingKey = other.chainingKey;
    hash = other.hash;
    key = other.key;
    nonce = other.nonce;
  }

  /** {@return a copy to go on with, so that a wrong message spoils nothing} */
  Noise copy() {
    return new Noise(this);
  }

  void mixHash(byte[] data) {
    hash = sha256(hash, data);
  }

  void mixKey(byte[] material) {
    byte[] out = derive(material, 2);
    chainingKey = Arrays.copyOf(out, Hkdf.HASH_BYTES);
    initializeKey(Arrays.copyOfRange(out, Hkdf.HASH_BYTES, 2 * Hkdf.HASH_BYTES));
  }

  void mixKeyAndHash(byte[] material) {
    byte[] out = derive(material, 3);
    chainingKey = Arrays.copyOf(out, Hkdf.HASH_BYTES);
    mixHash(Arrays.copyOfRange(out, Hkdf.HASH_BYTES, 2 * Hkdf.HASH_BYTES));
    initializeKey(Arrays.copyOfRange(out, 2 * Hkdf.HASH_BYTES, 3 * Hkdf.HASH_BYTES));
  }

  /** The token e, which in a handshake with a pre-shared key is mixed into the key too (section 9.2). */
  void mixEphemeral(byte[] publicKey) {
    mixHash(publicKey);
    mixKey(publicKey);
  }

  void mixAgreement(byte[] privateKey, byte[] publicKey) throws InvalidKeyException {
    byte[] secret = X25519.agree(privateKey, publicKey);
    mixKey(secret);
    Aead.erase(secret);
  }

  byte[] encryptAndHash(byte[] plain) {
    byte[] sealed = key == null ? plain : Aead.seal(key, nextNonce(), hash, plain);
    mixHash(sealed);
    return sealed;
  }

  /** {@return the plaintext, or null if the peer did not make it} */
  byte @Nullable [] decryptAndHash(byte[] sealed) {
    byte[] plain = key == null ? sealed : Aead.open(key, nextNonce(), hash, sealed);
    if (plain != null) mixHash(sealed);
    return plain;
  }

  /** {@return 32 bytes each for the initiator's direction, the responder's, and what mTCP/2 keeps for proofs} */
  byte[] split() {
    return derive(new byte[0], 3);
  }

  private byte[] derive(byte[] material, int outputs) {
    return Hkdf.expand(Hkdf.extract(chainingKey, material), new byte[0], outputs * Hkdf.HASH_BYTES);
  }

  private void initializeKey(byte[] newKey) {
    key = newKey;
    nonce = 0;
  }

  private byte[] nextNonce() {
    return ByteBuffer.allocate(Aead.NONCE_BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(0).putLong(nonce++).array();
  }

  static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts)
        digest.update(part);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
