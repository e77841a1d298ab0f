package dev.gap.mtcp.engine.secure;

import java.util.Arrays;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** What INIT and RESP have in common (docs/protocol.md, "Handshake"). */
final class Handshake {
  static final int VERSION = 2;
  static final int INIT = 1;
  static final int RESP = 2;
  static final int NN = 0;
  static final int IK = 1;
  static final int PROOF_BYTES = 16;
  static final int LEAST_INIT = 176;
  static final int MOST_INIT = 400;
  /** Nonce and the tag of the outer seal. */
  static final int OUTER = Aead.NONCE_BYTES + Aead.TAG_BYTES;
  private static final byte[] PROLOGUE = "mTCP/2".getBytes(US_ASCII);
  private static final byte[] NOTHING = new byte[0];

  private Handshake() {}

  static Noise begin(int pattern, byte[] innerHeader) {
    Noise noise = new Noise(pattern == NN
        ? "Noise_NNpsk0_25519_ChaChaPoly_SHA256"
        : "Noise_IKpsk1_25519_ChaChaPoly_SHA256");
    byte[] prologue = Arrays.copyOf(PROLOGUE, PROLOGUE.length + innerHeader.length);
    System.arraycopy(innerHeader, 0, prologue, PROLOGUE.length, innerHeader.length);
    noise.mixHash(prologue);
    return noise;
  }

  /** {@return a datagram: a random nonce, and the inner message sealed under it} */
  static byte[] sealOuter(RootKeys root, boolean toServer, byte[] inner, RandomGenerator random) {
    byte[] nonce = new byte[Aead.NONCE_BYTES];
    random.nextBytes(nonce);
    return join(nonce, Aead.seal(root.outer(toServer), nonce, NOTHING, inner));
  }

  /** {@return the inner message, or null if no holder of the key made it} */
  static byte @Nullable [] openOuter(RootKeys root, boolean toServer, byte[] datagram, int length) {
    if (length < OUTER || length > MOST_INIT) return null;
    byte[] nonce = Arrays.copyOf(datagram, Aead.NONCE_BYTES);
    return Aead.open(root.outer(toServer), nonce, NOTHING, Arrays.copyOfRange(datagram, Aead.NONCE_BYTES, length));
  }

  static byte[] join(byte[]... parts) {
    byte[] whole = new byte[Arrays.stream(parts).mapToInt(p -> p.length).sum()];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, whole, at, part.length);
      at += part.length;
    }
    return whole;
  }
}
