package dev.gap.mtcp.engine.secure;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The vectors of cacophony (vectors/cacophony.txt) for both patterns, initiator and responder, and what follows the handshake. */
final class NoiseTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] PROLOGUE = HEX.parseHex("4a6f686e2047616c74");
  private static final byte[] PSK = HEX.parseHex("54686973206973206d7920417573747269616e20706572737065637469766521");
  private static final byte[] INITIATOR = HEX
      .parseHex("893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a");
  private static final byte[] RESPONDER = HEX
      .parseHex("bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b");
  private static final byte[] INITIATOR_STATIC = HEX
      .parseHex("e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1");
  private static final byte[] RESPONDER_STATIC = HEX
      .parseHex("4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893");
  private static final byte[] RESPONDER_STATIC_PUBLIC = HEX
      .parseHex("31e0303fd6418d2f8c0e78b91f22e8caed0fbe48656dcf4767e4834f701b8f62");
  private static final String NN = "Noise_NNpsk0_25519_ChaChaPoly_SHA256";
  private static final String IK = "Noise_IKpsk1_25519_ChaChaPoly_SHA256";
  /** What the initiator and the responder say in turn. */
  private static final String[] SAID = {"4c756477696720766f6e204d69736573", "4d757272617920526f746862617264",
      "462e20412e20486179656b", "4361726c204d656e676572", "4a65616e2d426170746973746520536179",
      "457567656e2042f6686d20766f6e2042617765726b"};
  private static final String[] NN_SENT = {
      "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944"
          + "79b962b8aff8485742ac32f905ba45369e2465fb59e138a93d67a0d1266b6a54",
      "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843"
          + "d6062704d5a9c422a8e834423f8c1feada7e8d0d910a1a2cd030fb584221e3",
      "e632c3763d7669067383433197a3baddf146e9e70ad4b4e9e59e0f",
      "64c6bee32ea91c8474bb4c21d7a700109ad45af77b29764ba5eb1e",
      "e2fa0bed0603b62d3ccac2ecabbf3fe33f3e86514909b323361626266cb2471cc8",
      "0c01dc9cec1fe4ddd692e8dd32188aa351088dc91183639a53b57aa4692b5ebdef8b8ca111"};
  private static final String[] IK_SENT = {
      "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944"
          + "ac58a6c31948ce200911c5b27b67f1c4d1bed490532dd94ed17164fcc5784d3730fc302b70cc0f19beedaeb56bd974c0"
          + "e57d747d11534c746eb2a32ac3fde3e4cdf6c3a4705762a6c6ca664b3bc89490",
      "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843"
          + "846a944a0652fb390d213d0700d5ae8fef7aad0ecc79a9216d15de5d7f3ee4",
      "5d872673f64813a47a00369b15c8da92691605ad71ba019de8e718",
      "2045266a750b6af2547f7eb1391058196b742d0aac4b3a1bcc1913",
      "9ec47ed0e7628c7d7a4eed631b963740ac2fd754eadaa9232e99054af4f7b29174",
      "310e359407350594cfb96eb4596e35677d4a71ceb42aa8cbba097bb9e7150b0d1bd749c4aa"};

  @Test
  void nnIsAsPublishedForTheInitiator() throws InvalidKeyException {
    Noise noise = begin(NN);
    noise.mixKeyAndHash(PSK);
    noise.mixEphemeral(X25519.publicKey(INITIATOR));
    assertThat(Handshake.join(X25519.publicKey(INITIATOR), noise.encryptAndHash(said(0)))).isEqualTo(hex(NN_SENT[0]));

    byte[] answer = hex(NN_SENT[1]);
    noise.mixEphemeral(Arrays.copyOf(answer, 32));
    noise.mixAgreement(INITIATOR, Arrays.copyOf(answer, 32));
    assertThat(noise.decryptAndHash(from(answer, 32))).isEqualTo(said(1));
    checkTransport(noise, NN_SENT);
  }

  @Test
  void nnIsAsPublishedForTheResponder() throws InvalidKeyException {
    Noise noise = begin(NN);
    byte[] first = hex(NN_SENT[0]);
    noise.mixKeyAndHash(PSK);
    noise.mixEphemeral(Arrays.copyOf(first, 32));
    assertThat(noise.decryptAndHash(from(first, 32))).isEqualTo(said(0));

    noise.mixEphemeral(X25519.publicKey(RESPONDER));
    noise.mixAgreement(RESPONDER, Arrays.copyOf(first, 32));
    assertThat(Handshake.join(X25519.publicKey(RESPONDER), noise.encryptAndHash(said(1)))).isEqualTo(hex(NN_SENT[1]));
    checkTransport(noise, NN_SENT);
  }

  @Test
  void ikIsAsPublishedForTheInitiator() throws InvalidKeyException {
    Noise noise = begin(IK);
    noise.mixHash(RESPONDER_STATIC_PUBLIC);
    noise.mixEphemeral(X25519.publicKey(INITIATOR));
    noise.mixAgreement(INITIATOR, RESPONDER_STATIC_PUBLIC);
    byte[] statics = noise.encryptAndHash(X25519.publicKey(INITIATOR_STATIC));
    noise.mixAgreement(INITIATOR_STATIC, RESPONDER_STATIC_PUBLIC);
    noise.mixKeyAndHash(PSK);
    byte[] sent = Handshake.join(X25519.publicKey(INITIATOR), statics, noise.encryptAndHash(said(0)));
    assertThat(sent).isEqualTo(hex(IK_SENT[0]));

    byte[] answer = hex(IK_SENT[1]);
    noise.mixEphemeral(Arrays.copyOf(answer, 32));
    noise.mixAgreement(INITIATOR, Arrays.copyOf(answer, 32));
    noise.mixAgreement(INITIATOR_STATIC, Arrays.copyOf(answer, 32));
    assertThat(noise.decryptAndHash(from(answer, 32))).isEqualTo(said(1));
    checkTransport(noise, IK_SENT);
  }

  @Test
  void ikIsAsPublishedForTheResponder() throws InvalidKeyException {
    Noise noise = begin(IK);
    byte[] first = hex(IK_SENT[0]);
    byte[] e = Arrays.copyOf(first, 32);
    noise.mixHash(X25519.publicKey(RESPONDER_STATIC));
    noise.mixEphemeral(e);
    noise.mixAgreement(RESPONDER_STATIC, e);
    byte[] theirs = noise.decryptAndHash(Arrays.copyOfRange(first, 32, 80));
    assertThat(theirs).isNotNull().isEqualTo(X25519.publicKey(INITIATOR_STATIC));
    noise.mixAgreement(RESPONDER_STATIC, X25519.publicKey(INITIATOR_STATIC));
    noise.mixKeyAndHash(PSK);
    assertThat(noise.decryptAndHash(from(first, 80))).isEqualTo(said(0));

    noise.mixEphemeral(X25519.publicKey(RESPONDER));
    noise.mixAgreement(RESPONDER, e);
    noise.mixAgreement(RESPONDER, X25519.publicKey(INITIATOR_STATIC));
    assertThat(Handshake.join(X25519.publicKey(RESPONDER), noise.encryptAndHash(said(1)))).isEqualTo(hex(IK_SENT[1]));
    checkTransport(noise, IK_SENT);
  }

  @Test
  void aWrongMessageDecryptedOnACopySpoilsNothing() throws InvalidKeyException {
    Noise noise = begin(NN);
    noise.mixKeyAndHash(PSK);
    noise.mixEphemeral(X25519.publicKey(INITIATOR));
    noise.encryptAndHash(said(0));
    Noise attempt = noise.copy();
    attempt.mixEphemeral(X25519.publicKey(RESPONDER_STATIC));
    assertThat(attempt.decryptAndHash(new byte[31])).isNull();

    byte[] answer = hex(NN_SENT[1]);
    noise.mixEphemeral(Arrays.copyOf(answer, 32));
    noise.mixAgreement(INITIATOR, Arrays.copyOf(answer, 32));
    assertThat(noise.decryptAndHash(from(answer, 32))).isEqualTo(said(1));
  }

  @Test
  void theThirdSecretIsNeitherDirections() {
    byte[] secrets = begin(NN).split();
    assertThat(secrets).hasSize(96);
    assertThat(from(secrets, 64)).isNotEqualTo(Arrays.copyOf(secrets, 32))
        .isNotEqualTo(Arrays.copyOfRange(secrets, 32, 64));
  }

  private static Noise begin(String name) {
    Noise noise = new Noise(name);
    noise.mixHash(PROLOGUE);
    return noise;
  }

  /** The messages after the handshake, which only the keys of both directions decide. */
  private static void checkTransport(Noise noise, String[] sent) {
    byte[] secrets = noise.split();
    for (int i = 2; i < sent.length; i++) {
      byte[] key = Arrays.copyOfRange(secrets, 32 * (i % 2), 32 * (i % 2) + 32);
      byte[] nonce = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putLong(4, i / 2 - 1).array();
      assertThat(Aead.seal(key, nonce, new byte[0], said(i))).as("message %d", i).isEqualTo(hex(sent[i]));
    }
  }

  private static byte[] said(int i) {
    return hex(SAID[i]);
  }

  private static byte[] hex(String digits) {
    return HEX.parseHex(digits);
  }

  private static byte[] from(byte[] bytes, int at) {
    return Arrays.copyOfRange(bytes, at, bytes.length);
  }
}
