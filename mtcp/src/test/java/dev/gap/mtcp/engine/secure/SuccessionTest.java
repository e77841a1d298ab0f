package dev.gap.mtcp.engine.secure;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.CloseReason;
import dev.gap.mtcp.engine.Connection;
import dev.gap.mtcp.engine.ConnectionConfig;
import dev.gap.mtcp.engine.Endpoint;
import dev.gap.mtcp.engine.EndpointConfig;
import dev.gap.mtcp.engine.protection.InSession;

import static org.assertj.core.api.Assertions.assertThat;

final class SuccessionTest {
  private static final long SECOND = 1_000_000_000;
  private static final InetSocketAddress HOME = new InetSocketAddress("203.0.113.1", 1111);
  private static final InetSocketAddress AWAY = new InetSocketAddress("203.0.113.2", 2222);
  private static final InetSocketAddress LIAR = new InetSocketAddress("203.0.113.9", 9999);
  private static final byte[] BOB = Handshakes.bytes(9);
  private static final byte[] SERVER_PUBLIC = X25519.publicKey(Handshakes.SERVER_STATIC);
  private static final SessionConfig ADA_CLIENT = Handshakes.config(Handshakes.CLIENT);
  private static final SessionConfig BOB_CLIENT = Handshakes.config(new Identity.Client(BOB, SERVER_PUBLIC));
  private static final SessionConfig SERVER = Handshakes.config(Identity.Server.of(Handshakes.SERVER_STATIC,
      Map.of("ada", X25519.publicKey(Handshakes.CLIENT_STATIC), "bob", X25519.publicKey(BOB))));

  private final SplittableRandom random = new SplittableRandom(5);
  private final SecureStats stats = new SecureStats();
  private final Channels channels = new Channels(random);
  private final Reception reception = new Reception(SERVER, List.of(new RootKeys(Handshakes.KEY)),
      () -> Handshakes.UNIX, stats, random, 0);
  private final Sessions sessions = new Sessions(
      new Endpoint(EndpointConfig.acceptingUpTo(8), new InSession(), random), SERVER.limits(), ConnectionConfig.DEFAULT,
      stats, random);
  private final Succession succession = new Succession(reception, channels, sessions, stats);

  /** An INIT that was answered, and the keys that its client has of the answer. */
  private record Greeting(HalfOpen half, Epoch keys) {}

  @Test
  void anAnswerBeginsNoSession() {
    Greeting greeting = greet(ADA_CLIENT, null, HOME);
    assertThat(sessions.size()).isZero();
    assertThat(channel(greeting).halfOpen()).isSameAs(greeting.half);
    assertThat(reception.halfOpenCount()).isOne();
  }

  @Test
  void theFirstDatagramUnderTheNewKeysBeginsOneWhereTheAnswerWent() {
    Greeting greeting = greet(ADA_CLIENT, null, HOME);
    Session session = succession.promote(greeting.half, LIAR, 0);
    assertThat(session.peer()).as("a copy may have overtaken it").isEqualTo(HOME);
    assertThat(session.user()).isEqualTo("ada");
    assertThat(session.keys().current()).isSameAs(greeting.half.epoch());
    assertThat(channel(greeting).session()).isSameAs(session);
    assertThat(reception.halfOpenCount()).isZero();
    assertThat(stats.sessionsOpened).isOne();
  }

  @Test
  void whoProvesTheKeysOfASessionGoesOnWithIt() {
    Greeting first = greet(ADA_CLIENT, null, HOME);
    Session session = succession.promote(first.half, HOME, 0);
    Greeting second = greet(ADA_CLIENT, first.keys, HOME);
    assertThat(session.keys().current()).as("not before the client has them").isSameAs(first.half.epoch());
    assertThat(succession.promote(second.half, HOME, 0)).isSameAs(session);
    assertThat(session.keys().current()).isSameAs(second.half.epoch());
    assertThat(channel(first).session()).as("what is under way under the old keys").isSameAs(session);
    assertThat(sessions.size()).isOne();
    assertThat(stats.sessionsResumed).isOne();
  }

  @Test
  void aSessionThatGoesOnMovesToWhereItsAnswerWentAndNowhereElse() {
    Greeting first = greet(ADA_CLIENT, null, HOME);
    Session session = succession.promote(first.half, HOME, 0);
    Greeting second = greet(ADA_CLIENT, first.keys, AWAY);
    succession.promote(second.half, LIAR, 0);
    assertThat(session.peer()).isEqualTo(HOME);
    Greeting third = greet(ADA_CLIENT, second.keys, AWAY);
    succession.promote(third.half, AWAY, 0);
    assertThat(session.peer()).isEqualTo(AWAY);
  }

  @Test
  void whoProvesTheKeysOfAnAnswerHasGotIt() {
    Greeting first = greet(ADA_CLIENT, null, HOME);
    Greeting second = greet(ADA_CLIENT, first.keys, AWAY);
    assertThat(sessions.size()).isOne();
    Session session = Objects.requireNonNull(second.half.prior());
    assertThat(session.peer()).isEqualTo(HOME);
    assertThat(session.keys().current()).isSameAs(first.half.epoch());
  }

  @Test
  void aFalseProofBeginsAnotherSession() {
    Greeting first = greet(ADA_CLIENT, null, HOME);
    Session session = succession.promote(first.half, HOME, 0);
    byte[] guessed = new byte[96];
    Epoch forged = new Epoch(Suite.AES_256_GCM, new RootKeys(Handshakes.KEY), true, Handshakes.CLIENT_ID,
        first.half.epoch().localId(), guessed, 1L << 30, 0);
    Greeting second = greet(ADA_CLIENT, forged, HOME);
    assertThat(second.half.prior()).isNull();
    assertThat(succession.promote(second.half, HOME, 0)).isNotSameAs(session);
    assertThat(sessions.size()).isEqualTo(2);
  }

  @Test
  void anotherUsersSessionIsNotToBeHad() {
    Greeting ada = greet(ADA_CLIENT, null, HOME);
    assertThat(greet(BOB_CLIENT, ada.keys, HOME).half.prior()).as("before its first datagram").isNull();
    assertThat(sessions.size()).isZero();
    succession.promote(ada.half, HOME, 0);
    assertThat(greet(BOB_CLIENT, ada.keys, HOME).half.prior()).isNull();
  }

  @Test
  void aSessionThatIsOverMeanwhileIsNotRevived() {
    Greeting first = greet(ADA_CLIENT, null, HOME);
    Session session = succession.promote(first.half, HOME, 0);
    Greeting second = greet(ADA_CLIENT, first.keys, HOME);
    sessions.remove(session);
    assertThat(succession.promote(second.half, HOME, 0)).isNotSameAs(session);
    assertThat(stats.sessionsOpened).isEqualTo(2);
  }

  @Test
  void anAnswerThatNothingFollowsIsForgotten() {
    Greeting greeting = greet(ADA_CLIENT, null, HOME);
    succession.onTimeout(10 * SECOND - 1);
    assertThat(channel(greeting).halfOpen()).isNotNull();
    succession.onTimeout(10 * SECOND);
    assertThat(channels.get(greeting.half.epoch().localId())).isNull();
    assertThat(greeting.half.epoch().isSpent()).as("its keys are erased").isTrue();
  }

  @Test
  void keysLongPastAreForgotten() {
    Greeting first = greet(ADA_CLIENT, null, HOME);
    succession.promote(first.half, HOME, 0);
    Greeting last = first;
    for (int i = 1; i <= 9; i++) {
      assertThat(channels.get(first.half.epoch().localId())).as("%d keys", i).isNotNull();
      last = greet(ADA_CLIENT, last.keys, HOME);
      succession.promote(last.half, HOME, 0);
    }
    assertThat(channels.get(first.half.epoch().localId())).isNull();
    assertThat(channel(last).session()).isNotNull();
  }

  @Test
  void anotherSessionOfTheUserAtTheHostIsDoubted() {
    Session old = succession.promote(greet(ADA_CLIENT, null, HOME).half, HOME, 0);
    assertThat(sessions.pollDoubted()).isNull();
    Session bobs = succession.promote(greet(BOB_CLIENT, null, HOME).half, HOME, 0);
    Session elsewhere = succession.promote(greet(ADA_CLIENT, null, AWAY).half, AWAY, 0);
    assertThat(sessions.pollDoubted()).isNull();
    succession.promote(greet(ADA_CLIENT, null, HOME).half, HOME, 0);
    assertThat(sessions.pollDoubted()).isSameAs(old);
    assertThat(sessions.pollDoubted()).isNull();
    assertThat(old.liveness().isDoubted()).isTrue();
    assertThat(bobs.liveness().isDoubted()).isFalse();
    assertThat(elsewhere.liveness().isDoubted()).isFalse();
  }

  @Test
  void aServersAnswerGivesAClientItsKeys() {
    Session session = dialed();
    Epoch keys = greet(ADA_CLIENT, null, HOME).keys;
    succession.succeed(session, new ClientHandshake.Result(keys, null), 0);
    assertThat(session.keys().current()).isSameAs(keys);
    assertThat(Objects.requireNonNull(channels.get(keys.localId())).session()).isSameAs(session);
    assertThat(stats.sessionsOpened).isOne();
  }

  @Test
  void aServerThatDoesNotKnowTheSessionHasRestarted() {
    Session session = dialed();
    Connection connection = session.connections().connect(HOME, 0);
    Epoch first = greet(ADA_CLIENT, null, HOME).keys;
    succession.succeed(session, new ClientHandshake.Result(first, null), 0);
    assertThat(connection.closeReason()).as("there was no session before").isNull();
    Epoch second = greet(ADA_CLIENT, null, HOME).keys;
    succession.succeed(session, new ClientHandshake.Result(second, first), 0);
    assertThat(connection.closeReason()).as("the server knows it").isNull();
    assertThat(session.keys().proven()).isSameAs(first);
    succession.succeed(session, new ClientHandshake.Result(greet(ADA_CLIENT, null, HOME).keys, second), 0);
    assertThat(connection.closeReason()).as("and goes on with it").isNull();
    succession.succeed(session, new ClientHandshake.Result(greet(ADA_CLIENT, null, HOME).keys, null), 0);
    assertThat(connection.closeReason()).isEqualTo(CloseReason.PEER_RESTARTED);
  }

  private Session dialed() {
    Client client = new Client(ADA_CLIENT, new RootKeys(Handshakes.KEY), channels, () -> Handshakes.UNIX, stats, random,
        0);
    return sessions.dial(HOME, client, 0);
  }

  private Greeting greet(SessionConfig config, @Nullable Epoch prior, InetSocketAddress from) {
    ClientHandshake client = Handshakes.client(config, prior, random);
    byte[] datagram = client.datagram(random);
    ServerHandshake.Init init = Objects.requireNonNull(reception.read(datagram, datagram.length), "no INIT");
    HalfOpen half = Objects.requireNonNull(succession.admit(init, from, 0), "no answer");
    byte[] resp = half.datagram(random);
    return new Greeting(half, Objects.requireNonNull(client.receive(resp, resp.length, 0), "no keys").epoch());
  }

  private Channels.Channel channel(Greeting greeting) {
    return Objects.requireNonNull(channels.get(greeting.half.epoch().localId()));
  }
}
