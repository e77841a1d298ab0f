package dev.gap.mtcp.engine.secure;

import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

/** INITs at the server: which are answered, and how (docs/protocol.md, "Receiving"). */
final class ServerHandshake {
  private static final int HEADER = 16;
  private static final int RESP_HEADER = 12;
  private static final int STATIC = X25519.BYTES + Aead.TAG_BYTES;
  private static final int PAYLOAD = 1 + 4 + Handshake.PROOF_BYTES;

  private ServerHandshake() {}

  /**
   * The part of an INIT that costs little to read.
   *
   * @param root the keys it came under
   * @param inner all of it
   * @param datagramBytes its length on the wire: no answer is longer
   */
  record Init(RootKeys root, byte[] inner, int datagramBytes) {
    int offer() {
      return inner[3];
    }

    int remoteId() {
      return Bytes.getInt(inner, 4);
    }

    long unixMillis() {
      return Bytes.getLong(inner, 8);
    }

    byte[] ephemeral() {
      return Arrays.copyOfRange(inner, HEADER, HEADER + X25519.BYTES);
    }
  }

  /**
   * What an INIT says once its Noise message is read.
   *
   * @param user the name that goes with the client's static key, or null where there are none
   * @param clientStatic the client's static key, or null
   * @param priorId this side's receiver ID of the session that is to go on, or 0
   */
  record Opened(Init init, Noise noise, @Nullable String user, byte @Nullable [] clientStatic, int priorId,
      byte[] proof) {}

  /** {@return a well-formed INIT, or null} It need not be of the pattern that is {@link #isExpected}. */
  static @Nullable Init read(RootKeys root, byte[] datagram, int length) {
    if (length < Handshake.LEAST_INIT) return null;
    byte[] inner = Handshake.openOuter(root, true, datagram, length);
    if (inner == null || inner[0] != Handshake.VERSION || inner[1] != Handshake.INIT) return null;
    return Bytes.getInt(inner, 4) != 0 ? new Init(root, inner, length) : null;
  }

  /** {@return whether it proves what is asked for: the key alone, or static keys besides} */
  static boolean isExpected(Init init, Identity identity) {
    return switch (identity) {
      case Identity.None() -> init.inner[2] == Handshake.NN;
      case Identity.Server server -> init.inner[2] == Handshake.IK;
      case Identity.Client client -> false;
    };
  }

  /** {@return what the INIT says, or null if its maker does not have the keys, or is no user} */
  static @Nullable Opened open(Init init, Identity identity) {
    if (!isExpected(init, identity)) return null;
    byte[] inner = init.inner();
    Noise noise = Handshake.begin(inner[2], Arrays.copyOf(inner, HEADER));
    byte[] e = init.ephemeral();
    int at = HEADER + X25519.BYTES;
    byte[] clientStatic = null;
    String user = null;
    if (identity instanceof Identity.Server server) {
      noise.mixHash(server.publicKey());
      noise.mixEphemeral(e);
      try {
        noise.mixAgreement(server.privateKey(), e);
        clientStatic = noise.decryptAndHash(Arrays.copyOfRange(inner, at, at + STATIC));
        user = clientStatic == null ? null : server.userOf(clientStatic);
        if (clientStatic == null || user == null) return null;
        noise.mixAgreement(server.privateKey(), clientStatic);
      } catch (InvalidKeyException x) {
        return null;
      }
      noise.mixKeyAndHash(init.root().noisePsk());
      at += STATIC;
    } else {
      noise.mixKeyAndHash(init.root().noisePsk());
      noise.mixEphemeral(e);
    }
    byte[] payload = noise.decryptAndHash(Arrays.copyOfRange(inner, at, inner.length));
    if (payload == null || payload.length < PAYLOAD) return null;
    int priorId = (payload[0] & 1) == 0 ? 0 : Bytes.getInt(payload, 1);
    return new Opened(init, noise, user, clientStatic, priorId, Arrays.copyOfRange(payload, 5, PAYLOAD));
  }

  /** A RESP and the keys that it makes. */
  record Answer(byte[] inner, Epoch epoch) {}

  /** {@return the answer, or null if there is no suite that both sides have, or the client's key is of small order} */
  static @Nullable Answer answer(Opened opened, SessionConfig config, int localId, boolean priorAlive, long nowNanos,
      RandomGenerator random) {
    Init init = opened.init();
    Suite suite = Suite.choose(init.offer(), config.suites());
    if (suite == null) return null;
    byte[] ephemeral = X25519.privateKey(random);
    byte[] e = X25519.publicKey(ephemeral);
    byte[] header = new byte[RESP_HEADER];
    header[0] = Handshake.VERSION;
    header[1] = Handshake.RESP;
    header[2] = (byte) (priorAlive ? 1 : 0);
    header[3] = (byte) suite.bit();
    Bytes.putInt(header, 4, init.remoteId());
    Bytes.putInt(header, 8, localId);
    Noise noise = opened.noise();
    noise.mixHash(header);
    noise.mixEphemeral(e);
    try {
      noise.mixAgreement(ephemeral, init.ephemeral());
      byte[] clientStatic = opened.clientStatic();
      if (clientStatic != null) noise.mixAgreement(ephemeral, clientStatic);
    } catch (InvalidKeyException x) {
      return null;
    }
    int least = Handshake.OUTER + RESP_HEADER + X25519.BYTES + Aead.TAG_BYTES;
    byte[] sealed = noise.encryptAndHash(new byte[random.nextInt(0, init.datagramBytes() - least + 1)]);
    Epoch epoch = new Epoch(suite, init.root(), false, localId, init.remoteId(), noise.split(),
        config.limits().rekeyAtPacket(), nowNanos);
    return new Answer(Handshake.join(header, e, sealed), epoch);
  }
}
