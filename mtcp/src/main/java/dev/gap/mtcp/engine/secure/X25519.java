package dev.gap.mtcp.engine.secure;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.random.RandomGenerator;
import javax.crypto.KeyAgreement;

/** X25519 (RFC 7748) on the bytes of keys. */
public final class X25519 {
  /** The length of either key. */
  public static final int BYTES = 32;

  private static final byte[] BASE_POINT = new byte[BYTES];

  static {
    BASE_POINT[0] = 9;
  }

  private X25519() {}

  /** {@return a new private key} */
  public static byte[] privateKey(RandomGenerator random) {
    byte[] key = new byte[BYTES];
    random.nextBytes(key);
    return key;
  }

  /** {@return the public key of a private one} */
  public static byte[] publicKey(byte[] privateKey) {
    try {
      return agree(privateKey, BASE_POINT);
    } catch (InvalidKeyException e) {
      throw new AssertionError("the base point is a good one", e);
    }
  }

  /**
   * {@return the shared secret}
   *
   * @throws InvalidKeyException if the public key is a point of small order: the secret would be zero
   */
  public static byte[] agree(byte[] privateKey, byte[] publicKey) throws InvalidKeyException {
    try {
      KeyAgreement agreement = KeyAgreement.getInstance("X25519");
      KeyFactory factory = KeyFactory.getInstance("X25519");
      PrivateKey mine = factory.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, privateKey));
      PublicKey theirs = factory.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, coordinate(publicKey)));
      agreement.init(mine);
      agreement.doPhase(theirs, true);
      return agreement.generateSecret();
    } catch (InvalidKeyException e) {
      throw e;
    } catch (GeneralSecurityException | IllegalStateException e) {
      throw new InvalidKeyException("not a usable X25519 key", e);
    }
  }

  /** Little-endian, the highest bit ignored (RFC 7748 section 5). */
  private static BigInteger coordinate(byte[] publicKey) {
    byte[] bigEndian = new byte[BYTES];
    for (int i = 0; i < BYTES; i++)
      bigEndian[i] = publicKey[BYTES - 1 - i];
    bigEndian[0] &= 0x7F;
    return new BigInteger(1, bigEndian);
  }
}
