package dev.gap.mtcp.engine.secure;

import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

/** One INIT and the answer to it, at the client. It is sent again as it is, each time under another outer nonce. */
public final class ClientHandshake {
  private static final int HEADER = 16;
  private static final int RESP_HEADER = 12;

  private final SessionConfig config;
  private final RootKeys root;
  private final Noise noise;
  private final byte[] ephemeral;
  private final byte[] inner;
  private final int localId;
  private final @Nullable Epoch prior;

  /**
   * What a RESP gave: keys.
   *
   * @param prior the keys whose proof the server has taken, so that the session goes on, or null if it does not
   */
  public record Result(Epoch epoch, @Nullable Epoch prior) {
    /** {@return whether the old session is still alive at the server} */
    public boolean priorAlive() {
      return prior != null;
    }
  }

  /**
   * @param localId the receiver ID for here, not 0
   * @param prior the keys of the session that is to go on, or null
   */
  ClientHandshake(SessionConfig config, RootKeys root, int localId, @Nullable Epoch prior, long unixMillis,
      RandomGenerator random) {
    this.config = config;
    this.root = root;
    this.localId = localId;
    this.prior = prior;
    ephemeral = X25519.privateKey(random);
    byte[] e = X25519.publicKey(ephemeral);
    byte[] header = new byte[HEADER];
    header[0] = Handshake.VERSION;
    header[1] = Handshake.INIT;
    header[2] = (byte) (config.identity() instanceof Identity.Client ? Handshake.IK : Handshake.NN);
    header[3] = (byte) Suite.offer(config.suites());
    Bytes.putInt(header, 4, localId);
    Bytes.putLong(header, 8, unixMillis);
    noise = Handshake.begin(header[2], header);
    byte[] statics = switch (config.identity()) {
      case Identity.None() -> first(e);
      case Identity.Client(byte[] mine, byte[] server) -> first(e, mine, server);
      case Identity.Server server -> throw new IllegalArgumentException("a server does not dial");
    };
    int fixed = Handshake.OUTER + HEADER + X25519.BYTES + statics.length + Aead.TAG_BYTES;
    int length = random.nextInt(Handshake.LEAST_INIT, Handshake.MOST_INIT + 1);
    byte[] sealed = noise.encryptAndHash(payload(prior, e, length - fixed));
    inner = Handshake.join(header, e, statics, sealed);
  }

  private byte[] first(byte[] e) {
    noise.mixKeyAndHash(root.noisePsk());
    noise.mixEphemeral(e);
    return new byte[0];
  }

  private byte[] first(byte[] e, byte[] mine, byte[] server) {
    noise.mixHash(server);
    noise.mixEphemeral(e);
    try {
      noise.mixAgreement(ephemeral, server);
      byte[] statics = noise.encryptAndHash(X25519.publicKey(mine));
      noise.mixAgreement(mine, server);
      noise.mixKeyAndHash(root.noisePsk());
      return statics;
    } catch (InvalidKeyException x) {
      throw new IllegalArgumentException("the server's key is no key", x);
    }
  }

  private static byte[] payload(@Nullable Epoch prior, byte[] e, int length) {
    byte[] payload = new byte[length];
    if (prior == null) return payload;
    payload[0] = 1;
    Bytes.putInt(payload, 1, prior.remoteId());
    System.arraycopy(prior.proof(e), 0, payload, 5, Handshake.PROOF_BYTES);
    return payload;
  }

  /** {@return the receiver ID for here} */
  public int localId() {
    return localId;
  }

  /** {@return a datagram to send} */
  public byte[] datagram(RandomGenerator random) {
    return Handshake.sealOuter(root, true, inner, random);
  }

  /** {@return what a datagram gives, or null if it is no answer to this handshake} */
  public @Nullable Result receive(byte[] datagram, int length, long nowNanos) {
    byte[] resp = Handshake.openOuter(root, false, datagram, length);
    if (resp == null || resp.length < RESP_HEADER + X25519.BYTES + Aead.TAG_BYTES) return null;
    if (resp[0] != Handshake.VERSION || resp[1] != Handshake.RESP || Bytes.getInt(resp, 4) != localId) return null;
    Suite suite = Suite.of(resp[3]);
    int remoteId = Bytes.getInt(resp, 8);
    if (suite == null || !config.suites().contains(suite) || remoteId == 0) return null;
    byte[] e = Arrays.copyOfRange(resp, RESP_HEADER, RESP_HEADER + X25519.BYTES);
    Noise attempt = noise.copy();
    attempt.mixHash(Arrays.copyOf(resp, RESP_HEADER));
    attempt.mixEphemeral(e);
    try {
      attempt.mixAgreement(ephemeral, e);
      if (config.identity() instanceof Identity.Client(byte[] mine, byte[] server)) attempt.mixAgreement(mine, e);
    } catch (InvalidKeyException x) {
      return null;
    }
    byte[] sealed = Arrays.copyOfRange(resp, RESP_HEADER + X25519.BYTES, resp.length);
    if (attempt.decryptAndHash(sealed) == null) return null;
    Epoch epoch = new Epoch(suite, root, true, localId, remoteId, attempt.split(), config.limits().rekeyAtPacket(),
        nowNanos);
    return new Result(epoch, (resp[2] & 1) != 0 ? prior : null);
  }
}
