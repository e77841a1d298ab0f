package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gap.lab.LinkSpec;
import dev.gap.mtcp.engine.Rig.Download;
import dev.gap.mtcp.engine.secure.SessionConfig;
import dev.gap.mtcp.engine.secure.SessionConfig.Limits;
import dev.gap.mtcp.engine.secure.SharedKey;

import static org.assertj.core.api.Assertions.assertThat;

/** New keys, old keys, and the clocks that decide about them: none of it costs a byte. */
class SecureKeysTest {
  private static final SharedKey NEW = SharedKey.parse("mk2:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
  private static final SharedKey OLD = SharedKey.parse("mk2:HxECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
  private static final Duration LIMIT = Duration.ofMinutes(10);

  @ParameterizedTest(name = "after {0} s or {1} packets")
  @CsvSource({"3, 1073741824, 1000", "120, 500, 9000"})
  void rekeyingUnderLossLosesNothing(int seconds, long packets, int full) {
    Limits limits = Limits.DEFAULT.withKeys(Duration.ofSeconds(seconds), Duration.ofSeconds(seconds + 60), packets);
    SessionConfig config = Rig.SECURE.withLimits(limits);
    int least = Size.of(4, full);
    long resumed = 0;
    double time = 0;
    int runs = 0;
    while (resumed < least) {
      SecureWorld world = new SecureWorld(Rig.link(30, 3, 0.1), ++runs, config, config);
      finishes(world, 5_000_000);
      long here = world.far().secureStats().snapshot().sessionsResumed();
      assertThat(here).as("seed %d", runs).isGreaterThan(2);
      assertThat(world.far().secureStats().snapshot().sessionsOpened()).as("seed %d", runs).isOne();
      resumed += here;
      time += world.rig.now() / 1e9;
    }
    Size.figure("rekeying", "%d keys in %d downloads, %.0f s together, at 10 %% loss", resumed, runs, time);
  }

  @ParameterizedTest(name = "{0} by {1} h")
  @CsvSource({"near, 1", "near, -1", "far, 1", "far, -1", "near, 87660", "near, -87660", "far, 87660", "far, -87660",
      "both, 1", "both, -1"})
  void aWallClockMayJump(String side, long hours) {
    Limits limits = Limits.DEFAULT.withKeys(Duration.ofSeconds(10), Duration.ofSeconds(25), 1L << 30)
        .withSkew(Duration.ofSeconds(10));
    SessionConfig config = Rig.SECURE.withLimits(limits);
    SecureWorld world = new SecureWorld(Rig.link(30, 0.2, 0.05), 2, config, config);
    world.network.at(Duration.ofSeconds(15), () -> {
      if (!side.equals("far")) world.nearWall = Duration.ofHours(hours);
      if (!side.equals("near")) world.farWall = Duration.ofHours(hours);
    });
    finishes(world, 3_000_000);
    long resumed = world.far().secureStats().snapshot().sessionsResumed();
    Size.figure("wall clock", "%s by %d h: %d keys, %.0f s", side, hours, resumed, world.rig.now() / 1e9);
    assertThat(resumed).isGreaterThan(5);
    assertThat(world.far().secureStats().snapshot().sessionsOpened()).isOne();
  }

  @Test
  void clocksThatWereWrongForAWhileLockNobodyOut() {
    SessionConfig config = Rig.SECURE.withLimits(Limits.DEFAULT.withSkew(Duration.ofSeconds(10)));
    SecureWorld world = new SecureWorld(Rig.link(30, 20, 0), 3, config, config);
    finishes(world, 1000);
    world.nearWall = Duration.ofHours(1);
    world.farWall = Duration.ofHours(1);
    world.restartNear();
    finishes(world, 1000);
    world.network.runFor(Duration.ofSeconds(60));
    world.nearWall = Duration.ZERO;
    world.farWall = Duration.ZERO;
    world.restartNear();
    finishes(world, 1000);
  }

  @Test
  void anOldKeyWorksUntilItIsTakenAway() {
    SessionConfig server = Rig.SECURE.withKeys(List.of(NEW, OLD));
    for (SharedKey key : List.of(OLD, NEW)) {
      SecureWorld world = new SecureWorld(Rig.link(30, 20, 0.02), 4, SessionConfig.withKey(key), server);
      finishes(world, 300_000);
    }
    SecureWorld world = new SecureWorld(Rig.link(30, 20, 0), 5, SessionConfig.withKey(OLD), SessionConfig.withKey(NEW));
    Download refused = world.rig.new Download(1000);
    assertThat(refused.finish(Duration.ofSeconds(30))).isFalse();
    assertThat(world.far().stats().snapshot().sent()).isZero();
  }

  /** The session is there at both ends: the INIT, its answer and the first datagram under the keys have got through. */
  @ParameterizedTest(name = "{0} lost, {1} corrupt")
  @CsvSource({"0.2, 0.125", "0.3, 0.3"})
  void handshakesGetThroughBadLinks(double loss, double corrupt) {
    int count = Size.of(200, 10_000);
    LinkSpec link = Rig.link(50, 20, loss).withCorrupt(corrupt);
    double longest = 0;
    double sum = 0;
    List<Integer> failed = new ArrayList<>();
    for (int seed = 1; seed <= count; seed++) {
      SecureWorld world = new SecureWorld(link, seed);
      world.near().keepSession(Rig.FAR, 0);
      boolean open = world.rig.run(() -> world.near().isOpen(Rig.FAR) && world.far().sessionCount() == 1,
          Duration.ofSeconds(20));
      if (!open) failed.add(seed);
      longest = Math.max(longest, world.since(0));
      sum += world.since(0);
    }
    Size.figure("handshakes", "%.1f %% lost, %.1f %% corrupt: %d of %d within 20 s, mean %.2f s, longest %.1f s",
        100 * loss, 100 * corrupt, count - failed.size(), count, sum / count, longest);
    assertThat(failed).as("seeds").isEmpty();
  }

  private static void finishes(SecureWorld world, long total) {
    Download download = world.rig.new Download(total);
    boolean over = world.rig.run(() -> download.sink.finished || download.dialed.closeReason() != null, LIMIT);
    assertThat(download.sink.finished).as("over %s, %d bytes of %d, closed %s", over, download.sink.received, total,
        download.dialed.closeReason()).isTrue();
    assertThat(download.sink.received).isEqualTo(total);
  }
}
