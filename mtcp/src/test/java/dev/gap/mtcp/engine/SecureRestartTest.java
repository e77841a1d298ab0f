package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import dev.gap.lab.LinkSpec;
import dev.gap.mtcp.engine.Rig.Download;
import dev.gap.mtcp.engine.secure.SecureEndpoint;

import static org.assertj.core.api.Assertions.assertThat;

/** One side dies without a word and comes back as another: the rest finds out soon, and goes on. */
class SecureRestartTest {
  private static final LinkSpec LINK = Rig.link(30, 20, 0);
  private static final double ROUND_TRIP = 0.07;
  private static final Duration LIMIT = Duration.ofMinutes(10);

  @Test
  void aClientThatSendsFindsANewServerWithinFourSeconds() {
    SecureWorld world = new SecureWorld(LINK, 1);
    Connection dialed = world.rig.dial();
    world.rig.new Source(world.near(), dialed, 100_000_000);
    Rig.Sink sink = world.rig.new Sink(world.far(), world.rig.accepted());
    world.network.runFor(Duration.ofSeconds(3));
    assertThat(sink.received).isPositive();
    sink.reading = false;
    world.restartFar();
    double found = restartFound(world, dialed);
    Size.figure("server restarted", "upload: found after %.2f s", found);
    assertThat(found).isLessThan(4 + ROUND_TRIP);
    works(world);
  }

  @Test
  void aClientThatOnlyReceivesFindsItByItsPings() {
    SecureWorld world = new SecureWorld(LINK, 2);
    Download download = world.rig.new Download(100_000_000);
    world.network.runFor(Duration.ofSeconds(3));
    assertThat(download.sink.received).isPositive();
    world.restartFar();
    double found = restartFound(world, download.dialed);
    Size.figure("server restarted", "download: found after %.2f s", found);
    assertThat(found).isLessThan(1.2 * 15 + 4 + ROUND_TRIP);
    works(world);
  }

  @Test
  void anIdleClientFindsItWithItsFirstWord() {
    SecureWorld world = new SecureWorld(LINK, 3);
    works(world);
    Connection idle = world.rig.dial();
    idle.write(new byte[1], 0, 1);
    world.near().update(idle, world.rig.now());
    world.rig.accepted();
    world.network.runFor(Duration.ofSeconds(2));
    world.restartFar();
    idle.write(new byte[1], 0, 1);
    world.near().update(idle, world.rig.now());
    double found = restartFound(world, idle);
    Size.figure("server restarted", "idle: found after %.2f s", found);
    assertThat(found).isLessThan(4 + ROUND_TRIP);
    works(world);
  }

  @Test
  void theFirstConnectionAfterTheRestartKnowsWithinFourSecondsToo() {
    SecureWorld world = new SecureWorld(LINK, 4);
    works(world);
    world.network.runFor(Duration.ofSeconds(30));
    world.restartFar();
    long from = world.rig.now();
    Download download = world.rig.new Download(10_000);
    world.rig.run(() -> download.dialed.closeReason() != null || download.sink.finished, LIMIT);
    Size.figure("server restarted", "first connection after it: %s after %.2f s", download.sink.finished
        ? "worked"
        : download.dialed.closeReason(), world.since(from));
    assertThat(world.since(from)).isLessThan(4 + 3 * ROUND_TRIP);
    works(world);
  }

  @Test
  void aNewClientAtTheSameAddressWorksAtOnceAndTheOldConnectionsEnd() {
    SecureWorld world = new SecureWorld(LINK, 5);
    Download old = world.rig.new Download(100_000_000);
    world.network.runFor(Duration.ofSeconds(3));
    old.sink.reading = false;
    world.restartNear();
    long from = world.rig.now();
    works(world);
    Size.figure("client restarted", "new session works after %.3f s", world.since(from));
    assertThat(world.since(from)).isLessThan(1);
    assertThat(old.served).isNotNull();
    assertThat(world.rig.run(() -> old.served.closeReason() != null, LIMIT)).isTrue();
    Size.figure("client restarted", "old connection %s after %.1f s", old.served.closeReason(), world.since(from));
    assertThat(old.served.closeReason()).isEqualTo(CloseReason.PEER_RESTARTED);
    assertThat(world.since(from)).isLessThan(4 + ROUND_TRIP);
    assertThat(world.rig.run(() -> world.far().connectionCount() == 0, LIMIT)).isTrue();
    assertThat(world.far().sessionCount()).isOne();
  }

  @Test
  void aNewClientAtAnotherPortOfTheSameHostTakesThePlaceOfTheDeadOneToo() {
    SecureWorld world = new SecureWorld(LINK, 6);
    Download old = world.rig.new Download(100_000_000);
    world.network.runFor(Duration.ofSeconds(3));
    world.restartNear();
    world.moveNear(Rig.address(1, 40_001));
    long from = world.rig.now();
    works(world);
    assertThat(old.served).isNotNull();
    assertThat(world.rig.run(() -> old.served.closeReason() != null, LIMIT)).isTrue();
    assertThat(old.served.closeReason()).isEqualTo(CloseReason.PEER_RESTARTED);
    assertThat(world.since(from)).isLessThan(4 + ROUND_TRIP);
  }

  @Test
  void anotherClientBehindTheSameAddressEndsNothingOfOneThatLives() {
    SecureWorld world = new SecureWorld(LINK, 7);
    Download first = world.rig.new Download(5_000_000);
    world.rig.run(() -> first.served != null, LIMIT);
    Connection idle = world.rig.dial();
    idle.write(new byte[1], 0, 1);
    world.near().update(idle, world.rig.now());
    world.rig.accepted();
    InetSocketAddress neighbour = Rig.address(1, 40_001);
    SecureEndpoint other = Rig.secureEndpoint(EndpointConfig.dialing(), Rig.SECURE, world.network, 77);
    world.network.attach(neighbour, other);
    world.network.connect(neighbour, Rig.FAR, LINK, LINK);
    other.keepSession(Rig.FAR, world.rig.now());
    for (int i = 0; i < 3; i++) {
      world.network.runFor(Duration.ofSeconds(20));
      assertThat(world.far().sessionCount()).isEqualTo(2);
    }
    assertThat(first.sink.finished).isTrue();
    assertThat(idle.closeReason()).isNull();
    assertThat(world.far().connectionCount()).isOne();
    works(world);
  }

  private static double restartFound(SecureWorld world, Connection connection) {
    long from = world.rig.now();
    assertThat(world.rig.run(() -> connection.closeReason() != null, LIMIT)).isTrue();
    assertThat(connection.closeReason()).isEqualTo(CloseReason.PEER_RESTARTED);
    return world.since(from);
  }

  private static void works(SecureWorld world) {
    Download next = world.rig.new Download(1_000);
    assertThat(next.finish(Duration.ofSeconds(20))).as("%s", next.dialed.closeReason()).isTrue();
    assertThat(next.sink.received).isEqualTo(1_000);
  }
}
