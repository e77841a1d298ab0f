package dev.gap.mtcp.engine.secure;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

final class HandshakeTest {
  private static final SessionConfig NN = Handshakes.config(new Identity.None());
  private static final SessionConfig IK_CLIENT = Handshakes.config(Handshakes.CLIENT);
  private static final SessionConfig IK_SERVER = Handshakes.config(Handshakes.SERVER);

  private final SplittableRandom random = new SplittableRandom(8);

  static Stream<Arguments> patterns() {
    return Stream.of(argumentSet("NN", NN, NN), argumentSet("IK", IK_CLIENT, IK_SERVER));
  }

  private ClientHandshake client(SessionConfig config) {
    return Handshakes.client(config, null, random);
  }

  private byte[] init(SessionConfig config) {
    return client(config).datagram(random);
  }

  private static ClientHandshake.Result receive(ClientHandshake client, byte[] resp) {
    return Objects.requireNonNull(client.receive(resp, resp.length, 0), "the RESP does not open");
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void bothSidesGetTheSameKeys(SessionConfig clientConfig, SessionConfig serverConfig) {
    Handshakes.Pair pair = Handshakes.pair(clientConfig, serverConfig, random);
    assertThat(pair.client().keyLogLine()).isEqualTo(pair.server().keyLogLine());
    assertThat(pair.client().localId()).isEqualTo(Handshakes.CLIENT_ID).isEqualTo(pair.server().remoteId());
    assertThat(pair.client().remoteId()).isEqualTo(Handshakes.SERVER_ID).isEqualTo(pair.server().localId());
    byte[] e = Handshakes.bytes(9);
    assertThat(pair.client().proof(e)).isEqualTo(pair.server().proof(e));
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void everyHandshakeMakesOtherKeys(SessionConfig clientConfig, SessionConfig serverConfig) {
    String first = Handshakes.pair(clientConfig, serverConfig, random).client().keyLogLine();
    assertThat(Handshakes.pair(clientConfig, serverConfig, random).client().keyLogLine()).isNotEqualTo(first);
  }

  @Test
  void theServerKnowsTheUserByTheStaticKey() {
    assertThat(Objects.requireNonNull(Handshakes.open(IK_SERVER, init(IK_CLIENT))).user()).isEqualTo("ada");
    assertThat(Objects.requireNonNull(Handshakes.open(NN, init(NN))).user()).isNull();
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void anInitSaysWhoAndWhenAndIs176To400Bytes(SessionConfig clientConfig, SessionConfig serverConfig) {
    int least = 1000;
    int most = 0;
    for (int i = 0; i < 300; i++) {
      byte[] init = init(clientConfig);
      least = Math.min(least, init.length);
      most = Math.max(most, init.length);
      ServerHandshake.Init read = Objects.requireNonNull(
          ServerHandshake.read(new RootKeys(Handshakes.KEY), init, init.length));
      assertThat(ServerHandshake.isExpected(read, serverConfig.identity())).isTrue();
      assertThat(read.remoteId()).isEqualTo(Handshakes.CLIENT_ID);
      assertThat(read.unixMillis()).isEqualTo(Handshakes.UNIX);
      assertThat(read.offer()).isEqualTo(3);
    }
    assertThat(least).isBetween(176, 180);
    assertThat(most).isBetween(396, 400);
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void aRespIsNeverLongerThanTheInit(SessionConfig clientConfig, SessionConfig serverConfig) {
    boolean asLong = false;
    for (int i = 0; i < 300; i++) {
      byte[] init = init(clientConfig);
      byte[] resp = Handshakes.resp(serverConfig, Handshakes.answer(serverConfig, init, random), random);
      assertThat(resp.length).isBetween(88, init.length);
      asLong |= resp.length > init.length - 40;
    }
    assertThat(asLong).isTrue();
  }

  @Test
  void theSameInitIsAnotherDatagramEachTime() {
    ClientHandshake client = client(NN);
    byte[] first = client.datagram(random);
    byte[] second = client.datagram(random);
    assertThat(second).hasSameSizeAs(first).isNotEqualTo(first);
    assertThat(Objects.requireNonNull(Handshakes.open(NN, first)).init().inner())
        .isEqualTo(Objects.requireNonNull(Handshakes.open(NN, second)).init().inner());
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void anInitUnderAnotherKeyIsNotRead(SessionConfig clientConfig, SessionConfig serverConfig) {
    SessionConfig other = serverConfig.withKeys(List.of(SharedKey.ofBytes(Handshakes.bytes(99))));
    assertThat(Handshakes.open(other, init(clientConfig))).isNull();
  }

  @Test
  void aClientThatPinsAnotherServerIsNotOpened() {
    Identity wrong = new Identity.Client(Handshakes.CLIENT_STATIC, X25519.publicKey(Handshakes.bytes(98)));
    assertThat(Handshakes.open(IK_SERVER, init(Handshakes.config(wrong)))).isNull();
  }

  @Test
  void aStaticKeyThatIsNoUsersIsNotOpened() {
    Identity stranger = new Identity.Client(Handshakes.bytes(97), X25519.publicKey(Handshakes.SERVER_STATIC));
    assertThat(Handshakes.open(IK_SERVER, init(Handshakes.config(stranger)))).isNull();
    SessionConfig nobody = Handshakes.config(Identity.Server.of(Handshakes.SERVER_STATIC, Map.of()));
    assertThat(Handshakes.open(nobody, init(IK_CLIENT))).isNull();
  }

  @Test
  void theOtherPatternIsNotRead() {
    assertThat(Handshakes.open(IK_SERVER, init(NN))).isNull();
    assertThat(Handshakes.open(NN, init(IK_CLIENT))).isNull();
    assertThat(Handshakes.open(IK_CLIENT, init(IK_CLIENT))).as("at a client").isNull();
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void aTruncatedInitIsNotRead(SessionConfig clientConfig, SessionConfig serverConfig) {
    byte[] init = init(clientConfig);
    for (int length = 0; length < init.length; length++)
      assertThat(Handshakes.open(serverConfig, Arrays.copyOf(init, length))).as("%d bytes", length).isNull();
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void whoHoldsTheKeyCannotChangeAByteOfAnotherClientsInit(SessionConfig clientConfig, SessionConfig serverConfig) {
    RootKeys root = new RootKeys(Handshakes.KEY);
    byte[] init = init(clientConfig);
    byte[] inner = Objects.requireNonNull(Handshake.openOuter(root, true, init, init.length));
    for (int at = 0; at < inner.length; at++) {
      byte[] changed = inner.clone();
      changed[at] ^= 0x40;
      assertThat(Handshakes.open(serverConfig, Handshake.sealOuter(root, true, changed, random))).as("byte %d", at)
          .isNull();
    }
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void aBadRespSpoilsNothing(SessionConfig clientConfig, SessionConfig serverConfig) {
    RootKeys root = new RootKeys(Handshakes.KEY);
    ClientHandshake client = client(clientConfig);
    ServerHandshake.Answer answer = Handshakes.answer(serverConfig, client.datagram(random), random);
    for (int at = 0; at < answer.inner().length; at++) {
      byte[] changed = answer.inner().clone();
      changed[at] ^= 0x40;
      byte[] bad = Handshake.sealOuter(root, false, changed, random);
      assertThat(client.receive(bad, bad.length, 0)).as("byte %d", at).isNull();
    }
    byte[] resp = Handshakes.resp(serverConfig, answer, random);
    for (int length = 0; length < resp.length; length++)
      assertThat(client.receive(Arrays.copyOf(resp, length), length, 0)).as("%d bytes", length).isNull();
    byte[] reflected = client.datagram(random);
    assertThat(client.receive(reflected, reflected.length, 0)).as("its own INIT").isNull();

    assertThat(receive(client, resp).epoch().keyLogLine()).isEqualTo(answer.epoch().keyLogLine());
  }

  @Test
  void theRespToAnotherInitIsNotTaken() {
    ClientHandshake client = client(NN);
    byte[] resp = Handshakes.resp(NN, Handshakes.answer(NN, init(NN), random), random);
    assertThat(client.receive(resp, resp.length, 0)).isNull();
  }

  @Test
  void whoDoesNotHoldTheServersStaticKeyCannotAnswer() {
    ClientHandshake client = client(IK_CLIENT);
    ServerHandshake.Opened opened = Objects.requireNonNull(Handshakes.open(IK_SERVER, client.datagram(random)));
    Noise guessed = Handshake.begin(Handshake.IK, Arrays.copyOf(opened.init().inner(), 16));
    ServerHandshake.Opened forged = new ServerHandshake.Opened(opened.init(), guessed, "ada", opened.clientStatic(), 0,
        new byte[16]);
    ServerHandshake.Answer answer = Objects.requireNonNull(
        ServerHandshake.answer(forged, IK_SERVER, Handshakes.SERVER_ID, false, 0, random));
    byte[] resp = Handshakes.resp(IK_SERVER, answer, random);
    assertThat(client.receive(resp, resp.length, 0)).isNull();
  }

  @Test
  void theBestCommonSuiteIsChosenAndNoneOtherAccepted() {
    SessionConfig chacha = NN.withSuites(EnumSet.of(Suite.CHACHA20_POLY1305));
    SessionConfig aes = NN.withSuites(EnumSet.of(Suite.AES_256_GCM));
    assertThat(Handshakes.pair(NN, NN, random).client().keyLogLine()).contains("AES_256_GCM");
    assertThat(Handshakes.pair(chacha, NN, random).client().keyLogLine()).contains("CHACHA20_POLY1305");
    assertThat(Handshakes.pair(NN, chacha, random).client().keyLogLine()).contains("CHACHA20_POLY1305");
    ServerHandshake.Opened opened = Objects.requireNonNull(Handshakes.open(aes, init(chacha)));
    assertThat(ServerHandshake.answer(opened, aes, Handshakes.SERVER_ID, false, 0, random)).isNull();
  }

  @Test
  void aSuiteThatWasNotOfferedIsNotTaken() {
    SessionConfig aes = NN.withSuites(Set.of(Suite.AES_256_GCM));
    ClientHandshake client = client(aes);
    ServerHandshake.Opened opened = Objects.requireNonNull(Handshakes.open(NN, client.datagram(random)));
    byte[] inner = opened.init().inner().clone();
    inner[3] = 1;
    ServerHandshake.Init lied = new ServerHandshake.Init(opened.init().root(), inner, 300);
    ServerHandshake.Opened forged = new ServerHandshake.Opened(lied, opened.noise(), null, null, 0, new byte[16]);
    ServerHandshake.Answer answer = Objects.requireNonNull(
        ServerHandshake.answer(forged, NN, Handshakes.SERVER_ID, false, 0, random));
    byte[] resp = Handshakes.resp(NN, answer, random);
    assertThat(client.receive(resp, resp.length, 0)).isNull();
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void aClientProvesThatItWasInTheSessionBefore(SessionConfig clientConfig, SessionConfig serverConfig) {
    Handshakes.Pair before = Handshakes.pair(clientConfig, serverConfig, random);
    byte[] again = Handshakes.client(clientConfig, before.client(), random).datagram(random);
    ServerHandshake.Opened opened = Objects.requireNonNull(Handshakes.open(serverConfig, again));
    assertThat(opened.priorId()).isEqualTo(before.server().localId());
    assertThat(opened.proof()).isEqualTo(before.server().proof(opened.init().ephemeral()));
    Handshakes.Pair other = Handshakes.pair(clientConfig, serverConfig, random);
    assertThat(opened.proof()).isNotEqualTo(other.server().proof(opened.init().ephemeral()));
  }

  @Test
  void withoutASessionBeforeThereIsNoProof() {
    ServerHandshake.Opened opened = Objects.requireNonNull(Handshakes.open(NN, init(NN)));
    assertThat(opened.priorId()).isZero();
    assertThat(opened.proof()).containsOnly(0);
  }

  @Test
  void theServerSaysWhetherTheSessionIsStillAlive() {
    Epoch prior = Handshakes.pair(NN, NN, random).client();
    for (boolean alive : new boolean[]{false, true}) {
      ClientHandshake client = Handshakes.client(NN, prior, random);
      ServerHandshake.Opened opened = Objects.requireNonNull(Handshakes.open(NN, client.datagram(random)));
      ServerHandshake.Answer answer = Objects.requireNonNull(
          ServerHandshake.answer(opened, NN, Handshakes.SERVER_ID, alive, 0, random));
      ClientHandshake.Result result = receive(client, Handshakes.resp(NN, answer, random));
      assertThat(result.priorAlive()).isEqualTo(alive);
      assertThat(result.prior()).isSameAs(alive ? prior : null);
    }
  }

  @Test
  void anEphemeralKeyOfSmallOrderIsRefused() {
    RootKeys root = new RootKeys(Handshakes.KEY);
    byte[] header = new byte[16];
    header[0] = 2;
    header[1] = 1;
    header[3] = 3;
    header[7] = 9;
    byte[] zero = new byte[32];
    Noise noise = Handshake.begin(Handshake.NN, header);
    noise.mixKeyAndHash(root.noisePsk());
    noise.mixEphemeral(zero);
    byte[] init = Handshake.sealOuter(root, true,
        Handshake.join(header, zero, noise.encryptAndHash(new byte[200])), random);
    ServerHandshake.Opened opened = Objects.requireNonNull(Handshakes.open(NN, init));
    assertThat(ServerHandshake.answer(opened, NN, Handshakes.SERVER_ID, false, 0, random)).isNull();
  }

  @Test
  void aServerDoesNotDialAndTwoUsersHaveTwoKeys() {
    assertThatThrownBy(() -> client(IK_SERVER)).isInstanceOf(IllegalArgumentException.class);
    byte[] key = X25519.publicKey(Handshakes.CLIENT_STATIC);
    assertThatThrownBy(() -> Identity.Server.of(Handshakes.SERVER_STATIC, Map.of("ada", key, "bob", key.clone())))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("same key");
  }
}
