package dev.gap.mtcp.engine.secure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.Json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The vectors of profile 2 for a second implementation, byte for byte: root keys, a whole handshake of each pattern, a
 * datagram of each suite in each direction. {@code mvn -pl mtcp -am test -Dtest=Mtcp2VectorsTest -Dvectors.update=true
 * -Dsurefire.failIfNoSpecifiedTests=false} writes them anew.
 */
final class Mtcp2VectorsTest {
  private static final String FILE = "mtcp2-vectors.json";
  private static final HexFormat HEX = HexFormat.of();
  private static final String KEY = "mk2:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
  private static final String PASSPHRASE = "a long passphrase, not a common one";
  private static final long UNIX = 1_800_000_000_123L;
  private static final int CLIENT_ID = 0x11223344;
  private static final int SERVER_ID = 0xA1B2C3D4;
  private static final int INIT_BYTES = 200;
  private static final int RESP_PADDING = 30;
  private static final byte[] CLIENT_STATIC = bytes(0x40, 32);
  private static final byte[] SERVER_STATIC = bytes(0x60, 32);

  /** Gives out what it is told to, and fails if that is not what is asked for. */
  private static final class Script implements RandomGenerator {
    private final Deque<byte[]> bytes = new ArrayDeque<>();
    private final Deque<Integer> numbers = new ArrayDeque<>();

    Script then(byte[] next) {
      bytes.add(next);
      return this;
    }

    Script then(int next) {
      numbers.add(next);
      return this;
    }

    @Override
    public void nextBytes(byte[] out) {
      byte[] next = bytes.remove();
      assertThat(next).hasSameSizeAs(out);
      System.arraycopy(next, 0, out, 0, out.length);
    }

    @Override
    public int nextInt(int least, int bound) {
      int next = numbers.remove();
      assertThat(next).isGreaterThanOrEqualTo(least).isLessThan(bound);
      return next;
    }

    @Override
    public long nextLong() {
      throw new AssertionError("not in the script");
    }
  }

  @Test
  void theVectorsAreAsTheyWere() throws IOException {
    Map<String, Object> vectors = vectors();
    if (Boolean.getBoolean("vectors.update")) {
      Files.writeString(Path.of("src/test/resources", FILE), write(vectors, "") + "\n");
      return;
    }
    assertThat(Json.read(file())).isEqualTo(vectors);
  }

  private static Map<String, Object> vectors() {
    Map<String, Object> vectors = new LinkedHashMap<>();
    vectors.put("root_keys", List.of(rootKeys(KEY), rootKeys(PASSPHRASE)));
    Identity client = new Identity.Client(CLIENT_STATIC, X25519.publicKey(SERVER_STATIC));
    Identity server = Identity.Server.of(SERVER_STATIC, Map.of("ada", X25519.publicKey(CLIENT_STATIC)));
    vectors.put("handshakes", List.of(
        handshake("NN, no session before", new Identity.None(), new Identity.None(), Suite.CHACHA20_POLY1305, null),
        handshake("NN, a session before", new Identity.None(), new Identity.None(), Suite.AES_256_GCM,
            epoch(Suite.AES_256_GCM, true)),
        handshake("IK", client, server, Suite.AES_256_GCM, null)));
    vectors.put("datagrams",
        List.of(datagrams(Suite.CHACHA20_POLY1305, true), datagrams(Suite.CHACHA20_POLY1305, false),
            datagrams(Suite.AES_256_GCM, true), datagrams(Suite.AES_256_GCM, false)));
    return vectors;
  }

  private static Map<String, Object> rootKeys(String text) {
    SharedKey key = SharedKey.parse(text);
    RootKeys root = new RootKeys(key);
    Map<String, Object> v = new LinkedHashMap<>();
    v.put("key", text);
    put(v, "psk", key.bytes());
    put(v, "outer_c2s", root.outer(true));
    put(v, "outer_s2c", root.outer(false));
    put(v, "hp_c2s", root.maskKey(true));
    put(v, "hp_s2c", root.maskKey(false));
    put(v, "noise_psk", root.noisePsk());
    return v;
  }

  private static Map<String, Object> handshake(String name, Identity clientIdentity, Identity serverIdentity,
      Suite suite,
      @Nullable Epoch prior) {
    byte[] clientEphemeral = bytes(0x80, 32);
    byte[] serverEphemeral = bytes(0xA0, 32);
    byte[] initNonce = bytes(0xC0, 12);
    byte[] respNonce = bytes(0xD0, 12);
    SessionConfig config = SessionConfig.withKey(SharedKey.parse(KEY)).withSuites(Set.of(suite));
    RootKeys root = new RootKeys(config.keys().getFirst());
    ClientHandshake client = new ClientHandshake(config.withIdentity(clientIdentity), root, CLIENT_ID, prior, UNIX,
        new Script().then(clientEphemeral).then(INIT_BYTES));
    byte[] init = client.datagram(new Script().then(initNonce));

    SessionConfig serverConfig = config.withIdentity(serverIdentity);
    ServerHandshake.Init read = Objects.requireNonNull(ServerHandshake.read(root, init, init.length));
    ServerHandshake.Opened opened = Objects.requireNonNull(ServerHandshake.open(read, serverIdentity));
    ServerHandshake.Answer answer = Objects.requireNonNull(ServerHandshake.answer(opened, serverConfig, SERVER_ID,
        prior != null, 0, new Script().then(serverEphemeral).then(RESP_PADDING)));
    byte[] resp = Handshake.sealOuter(root, false, answer.inner(), new Script().then(respNonce));
    ClientHandshake.Result result = Objects.requireNonNull(client.receive(resp, resp.length, 0));
    byte[] secrets = opened.noise().split();
    assertThat(result.priorAlive()).isEqualTo(prior != null);
    assertThat(result.epoch().keyLogLine()).isEqualTo(answer.epoch().keyLogLine())
        .isEqualTo(new Epoch(suite, root, true, CLIENT_ID, SERVER_ID, secrets.clone(), 16, 0).keyLogLine());

    Map<String, Object> v = new LinkedHashMap<>();
    v.put("name", name);
    v.put("key", KEY);
    v.put("pattern", clientIdentity instanceof Identity.Client ? "IK" : "NN");
    v.put("suite", suite.name());
    v.put("unix_millis", UNIX);
    v.put("client_rid", HEX.toHexDigits(CLIENT_ID));
    v.put("server_rid", HEX.toHexDigits(SERVER_ID));
    if (clientIdentity instanceof Identity.Client) {
      put(v, "client_static_private", CLIENT_STATIC);
      put(v, "client_static_public", X25519.publicKey(CLIENT_STATIC));
      put(v, "server_static_private", SERVER_STATIC);
      put(v, "server_static_public", X25519.publicKey(SERVER_STATIC));
    }
    put(v, "client_ephemeral_private", clientEphemeral);
    put(v, "client_ephemeral_public", X25519.publicKey(clientEphemeral));
    put(v, "server_ephemeral_private", serverEphemeral);
    put(v, "server_ephemeral_public", X25519.publicKey(serverEphemeral));
    if (prior != null) {
      put(v, "prior_t3", bytes(0x30, 32));
      v.put("prior_server_rid", HEX.toHexDigits(prior.remoteId()));
      put(v, "prior_proof", opened.proof());
    }
    put(v, "init_inner", read.inner());
    put(v, "init_datagram", init);
    put(v, "resp_inner", answer.inner());
    put(v, "resp_datagram", resp);
    put(v, "t1", Arrays.copyOf(secrets, 32));
    put(v, "t2", Arrays.copyOfRange(secrets, 32, 64));
    put(v, "t3", Arrays.copyOfRange(secrets, 64, 96));
    return v;
  }

  private static Epoch epoch(Suite suite, boolean client) {
    byte[] secrets = Handshake.join(bytes(0x10, 32), bytes(0x20, 32), bytes(0x30, 32));
    return new Epoch(suite, new RootKeys(SharedKey.parse(KEY)), client, client ? CLIENT_ID : SERVER_ID,
        client ? SERVER_ID : CLIENT_ID, secrets, 1 << 20, 0);
  }

  /** The fourth datagram of a direction, so that the packet number shows. */
  private static Map<String, Object> datagrams(Suite suite, boolean toServer) {
    Epoch sender = epoch(suite, toServer);
    Epoch receiver = epoch(suite, !toServer);
    byte[] plain = bytes(0x01, 45);
    byte[] out = new byte[100];
    int length = 0;
    for (int i = 0; i <= 3; i++)
      length = sender.seal(plain, 0, plain.length, out);
    byte[] datagram = Arrays.copyOf(out, length);
    byte[] unmasked = datagram.clone();
    long mask = new RootKeys(SharedKey.parse(KEY)).mask(toServer).of(unmasked, length);
    Bytes.putLong(unmasked, 0, Bytes.getLong(unmasked, 0) ^ mask);
    byte[] opened = new byte[plain.length];
    assertThat(receiver.open(unmasked, length, opened, 0)).isEqualTo(plain.length);
    assertThat(opened).isEqualTo(plain);

    byte[] traffic = bytes(toServer ? 0x10 : 0x20, 32);
    Map<String, Object> v = new LinkedHashMap<>();
    v.put("name", suite.name() + (toServer ? ", client to server" : ", server to client"));
    v.put("key", KEY);
    put(v, "traffic_secret", traffic);
    put(v, "traffic_key", PacketCipher.keyOf(traffic));
    put(v, "traffic_iv", PacketCipher.ivOf(traffic));
    v.put("receiver_rid", HEX.toHexDigits(toServer ? SERVER_ID : CLIENT_ID));
    v.put("packet_number", 3L);
    put(v, "plaintext", plain);
    put(v, "unmasked", unmasked);
    put(v, "datagram", datagram);
    return v;
  }

  private static void put(Map<String, Object> vector, String name, byte[] value) {
    vector.put(name, HEX.formatHex(value));
  }

  /** {@return bytes that count up} */
  private static byte[] bytes(int first, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++)
      bytes[i] = (byte) (first + i);
    return bytes;
  }

  private static String file() throws IOException {
    try (InputStream in = Mtcp2VectorsTest.class.getResourceAsStream("/" + FILE)) {
      return new String(Objects.requireNonNull(in, FILE + " is missing").readAllBytes(), UTF_8);
    }
  }

  private static String write(Object value, String indent) {
    String deeper = indent + "  ";
    StringBuilder s = new StringBuilder();
    switch (value) {
      case Map<?, ?> map -> {
        map.forEach(
            (name, v) -> s.append(s.isEmpty() ? "{\n" : ",\n").append(deeper).append('"').append(name).append("\": ")
                .append(write(v, deeper)));
        s.append('\n').append(indent).append('}');
      }
      case List<?> list -> {
        list.forEach(v -> s.append(s.isEmpty() ? "[\n" : ",\n").append(deeper).append(write(v, deeper)));
        s.append('\n').append(indent).append(']');
      }
      case Long number -> s.append(number);
      default -> s.append('"').append(value).append('"');
    }
    return s.toString();
  }
}
