package dev.gap.mtcp.engine.secure;

import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

/** Both sides of a handshake, without a network. */
final class Handshakes {
  static final SharedKey KEY = SharedKey.ofBytes(bytes(1));
  static final byte[] CLIENT_STATIC = bytes(2);
  static final byte[] SERVER_STATIC = bytes(3);
  static final Identity CLIENT = new Identity.Client(CLIENT_STATIC, X25519.publicKey(SERVER_STATIC));
  static final Identity SERVER = Identity.Server.of(SERVER_STATIC, Map.of("ada", X25519.publicKey(CLIENT_STATIC)));
  static final long UNIX = 1_800_000_000_000L;
  static final int CLIENT_ID = 0x11223344;
  static final int SERVER_ID = 0xA1B2C3D4;

  /** Two epochs that belong together. */
  record Pair(Epoch client, Epoch server) {}

  private static final RootKeys ROOT = new RootKeys(KEY);

  private Handshakes() {}

  static byte[] bytes(long seed) {
    return X25519.privateKey(new SplittableRandom(seed));
  }

  static SessionConfig config(Identity identity) {
    return SessionConfig.withKey(KEY).withIdentity(identity);
  }

  static ClientHandshake client(SessionConfig config, @Nullable Epoch prior, RandomGenerator random) {
    return new ClientHandshake(config, new RootKeys(config.keys().getFirst()), CLIENT_ID, prior, UNIX, random);
  }

  /** {@return what a server makes of an INIT, or null} */
  static ServerHandshake.@Nullable Opened open(SessionConfig config, byte[] datagram) {
    RootKeys root = new RootKeys(config.keys().getFirst());
    ServerHandshake.Init init = ServerHandshake.read(root, datagram, datagram.length);
    return init == null ? null : ServerHandshake.open(init, config.identity());
  }

  static ServerHandshake.Answer answer(SessionConfig config, byte[] datagram, RandomGenerator random) {
    ServerHandshake.Opened opened = Objects.requireNonNull(open(config, datagram), "the INIT does not open");
    return Objects.requireNonNull(ServerHandshake.answer(opened, config, SERVER_ID, false, 0, random), "no answer");
  }

  static byte[] resp(SessionConfig config, ServerHandshake.Answer answer, RandomGenerator random) {
    return Handshake.sealOuter(new RootKeys(config.keys().getFirst()), false, answer.inner(), random);
  }

  static Pair pair(SessionConfig clientConfig, SessionConfig serverConfig, RandomGenerator random) {
    ClientHandshake client = client(clientConfig, null, random);
    ServerHandshake.Answer answer = answer(serverConfig, client.datagram(random), random);
    byte[] resp = resp(serverConfig, answer, random);
    ClientHandshake.Result result = Objects.requireNonNull(client.receive(resp, resp.length, 0),
        "the RESP does not open");
    return new Pair(result.epoch(), answer.epoch());
  }

  /** Takes the mask off a datagram's header, as a receiver does. */
  static void unmask(byte[] datagram, int length, boolean toServer) {
    long mask = ROOT.mask(toServer).of(datagram, length);
    Bytes.putLong(datagram, 0, Bytes.getLong(datagram, 0) ^ mask);
  }
}
