package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.gap.lab.LinkSpec;
import dev.gap.mtcp.engine.Rig.Download;
import dev.gap.mtcp.engine.secure.Identity;
import dev.gap.mtcp.engine.secure.SessionConfig;
import dev.gap.mtcp.engine.secure.SessionConfig.Limits;
import dev.gap.mtcp.engine.secure.X25519;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many short sessions over bad paths, with outages, moves, and new keys all the time: every byte, and nothing left over. Half
 * of the servers have static keys and users.
 */
class SecureSimulationTest {
  /** {@code -Dgap.seed=} and {@code -Dgap.runs=} make parts of the full size. */
  private static final int FIRST = Integer.getInteger("gap.seed", 1);
  private static final int RUNS = Integer.getInteger("gap.runs", Size.of(300, 100_000));
  /** Of failing seeds, so that one does not hide the others. */
  private static final int MOST_FAILURES = 10;

  private static final byte[] SERVER = X25519.privateKey(new SplittableRandom(1));
  private static final Map<String, byte[]> USERS = Map.of("ada", X25519.privateKey(new SplittableRandom(2)), "bob",
      X25519.privateKey(new SplittableRandom(3)));
  private static final Identity STATIC_SERVER = Identity.Server.of(SERVER,
      Map.of("ada", X25519.publicKey(USERS.get("ada")), "bob", X25519.publicKey(USERS.get("bob"))));
  private static final byte[] SERVER_PUBLIC = X25519.publicKey(SERVER);

  private long keys;
  private long moves;
  private long ofUsers;

  @Test
  void whateverThePathEveryByteArrivesAndNothingIsLeftOver() {
    List<String> failures = new ArrayList<>();
    int done = 0;
    for (int seed = FIRST; done < RUNS && failures.size() < MOST_FAILURES; seed++, done++) {
      try {
        run(seed);
      } catch (AssertionError | IllegalStateException e) {
        failures.add("seed %d: %s".formatted(seed, e.getMessage()));
      }
    }
    Size.figure("simulation", "%d schedules from seed %d on, %d with static keys, %d new keys, %d moves, %d failures",
        done, FIRST, ofUsers, keys, moves, failures.size());
    assertThat(failures).isEmpty();
  }

  private void run(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Limits limits = Limits.DEFAULT.withKeys(Duration.ofMillis(200 + random.nextInt(3000)), Duration.ofSeconds(60),
        16 + random.nextInt(2000));
    SessionConfig config = Rig.SECURE.withLimits(limits);
    String user = seed % 2 == 0 ? null : random.nextBoolean() ? "ada" : "bob";
    SecureWorld world = new SecureWorld(draw(random), seed, config.withIdentity(client(user)),
        config.withIdentity(user == null ? new Identity.None() : STATIC_SERVER));
    if (user != null) ofUsers++;
    long total = 1 + random.nextLong(400_000);
    Download download = world.rig.new Download(total);
    if (random.nextInt(4) == 0) outage(world, random);
    for (int i = random.nextInt(4); i > 0; i--)
      move(world, random);
    world.rig.run(() -> download.sink.finished || download.dialed.closeReason() != null, Duration.ofMinutes(4));
    assertThat(download.sink.finished).as("%d bytes of %d, closed %s", download.sink.received, total,
        download.dialed.closeReason()).isTrue();
    assertThat(download.sink.received).isEqualTo(total);
    if (download.served != null) assertThat(world.far().userOf(download.served)).as("user").isEqualTo(user);
    keys += world.far().secureStats().snapshot().sessionsResumed();
    moves += world.far().stats().snapshot().migrations();
    boolean gone = world.rig.run(() -> world.near().connectionCount() + world.far().connectionCount() == 0,
        Duration.ofMinutes(6));
    assertThat(gone).as("connections left: near %d, far %d", world.near().connectionCount(),
        world.far().connectionCount()).isTrue();
    boolean quiet = world.rig.run(() -> world.far().halfOpenCount() == 0, Duration.ofSeconds(40));
    assertThat(quiet).as("handshakes left: %d", world.far().halfOpenCount()).isTrue();
    assertThat(world.far().sessionCount()).as("sessions").isOne();
    world.near().closeSessions(world.rig.now());
    world.rig.run(() -> world.far().sessionCount() + world.near().sessionCount() == 0, Duration.ofMinutes(20));
    assertThat(world.far().sessionCount()).as("sessions at the end").isZero();
  }

  private static Identity client(@Nullable String user) {
    return user == null ? new Identity.None() : new Identity.Client(USERS.get(user), SERVER_PUBLIC);
  }

  private static LinkSpec draw(SplittableRandom random) {
    return Rig.link(1 + random.nextInt(150), 0.5 + random.nextDouble(20), random.nextDouble(0.3))
        .withJitter(Duration.ofMillis(random.nextInt(40))).withDuplicate(random.nextDouble(0.2))
        .withReorder(random.nextDouble(0.1)).withCorrupt(random.nextDouble(0.1))
        .withQueue(Duration.ofMillis(20 + random.nextInt(200))).withBurst(1 + random.nextInt(2));
  }

  private static void outage(SecureWorld world, SplittableRandom random) {
    Duration from = Duration.ofMillis(random.nextInt(2000));
    world.network.at(from, () -> world.blackout(true));
    world.network.at(from.plusMillis(random.nextInt(20_000)), () -> world.blackout(false));
  }

  private static void move(SecureWorld world, SplittableRandom random) {
    int host = random.nextInt(3) == 0 ? 1 : 10 + random.nextInt(200);
    int port = 1 + random.nextInt(30_000);
    world.network.at(Duration.ofMillis(random.nextInt(3000)), () -> world.moveNear(Rig.address(host, port)));
  }
}
