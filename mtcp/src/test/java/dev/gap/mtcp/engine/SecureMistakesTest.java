package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.secure.Identity;
import dev.gap.mtcp.engine.secure.SecureStats;
import dev.gap.mtcp.engine.secure.SessionConfig;
import dev.gap.mtcp.engine.secure.SharedKey;
import dev.gap.mtcp.engine.secure.X25519;

import static org.assertj.core.api.Assertions.assertThat;

/** What a user may have set wrong: the server answers none of it, and counts what is wrong where it can know. */
class SecureMistakesTest {
  private static final byte[] SERVER = X25519.privateKey(new SplittableRandom(1));
  private static final byte[] CLIENT = X25519.privateKey(new SplittableRandom(2));
  private static final byte[] STRANGER = X25519.privateKey(new SplittableRandom(3));
  private static final Identity USERS = Identity.Server.of(SERVER, Map.of("ada", X25519.publicKey(CLIENT)));

  /** {@return what a server has counted of a client that nobody answered for half a minute} */
  private static SecureStats.Snapshot refused(SessionConfig near, SessionConfig far, Duration clockOff) {
    SecureWorld world = new SecureWorld(Rig.link(20, 20, 0), 1, near, far);
    world.nearWall = clockOff;
    world.near().keepSession(Rig.FAR, 0);
    world.network.runFor(Duration.ofSeconds(30));
    assertThat(world.near().isOpen(Rig.FAR)).isFalse();
    assertThat(world.far().stats().snapshot().sent()).as("datagrams of the server").isZero();
    SecureStats.Snapshot counted = world.far().secureStats().snapshot();
    assertThat(counted.initsAnswered()).isZero();
    return counted;
  }

  private static SessionConfig client(byte[] mine, byte[] server) {
    return Rig.SECURE.withIdentity(new Identity.Client(mine, X25519.publicKey(server)));
  }

  @Test
  void aClockThatIsWrongIsCountedWithHowMuch() {
    SecureStats.Snapshot counted = refused(Rig.SECURE, Rig.SECURE, Duration.ofHours(2));
    assertThat(counted.initsUntimely()).isPositive();
    assertThat(counted.clockOffMillis()).isBetween(7_199_000L, 7_201_000L);
    assertThat(refused(Rig.SECURE, Rig.SECURE, Duration.ofMinutes(-5)).clockOffMillis()).isBetween(-301_000L,
        -299_000L);
  }

  @Test
  void staticKeysAtOneSideOnlyAreCountedAsThat() {
    SecureStats.Snapshot none = refused(client(CLIENT, SERVER), Rig.SECURE, Duration.ZERO);
    assertThat(none.initsMismatched()).isPositive();
    assertThat(none.initsRefused()).isZero();
    SecureStats.Snapshot wanted = refused(Rig.SECURE, Rig.SECURE.withIdentity(USERS), Duration.ZERO);
    assertThat(wanted.initsMismatched()).isPositive();
  }

  @Test
  void aStaticKeyThatIsNoUsersOrNotTheServersIsRefused() {
    SessionConfig far = Rig.SECURE.withIdentity(USERS);
    assertThat(refused(client(STRANGER, SERVER), far, Duration.ZERO).initsRefused()).isPositive();
    assertThat(refused(client(CLIENT, STRANGER), far, Duration.ZERO).initsRefused()).isPositive();
  }

  @Test
  void whoHasAnotherKeyIsNobody() {
    SessionConfig other = SessionConfig.withKey(SharedKey.parse("mk2:HxECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"));
    SecureStats.Snapshot counted = refused(other, Rig.SECURE, Duration.ZERO);
    assertThat(counted.initsRefused() + counted.initsUntimely() + counted.initsMismatched()).isZero();
  }
}
