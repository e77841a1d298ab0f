package dev.gap.mtcp.engine;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.lab.LinkSpec;
import dev.gap.mtcp.engine.Rig.Download;
import dev.gap.mtcp.engine.secure.SessionConfig;

import static org.assertj.core.api.Assertions.assertThat;

/** What happens to paths, clocks and links in mid-session: no byte is lost, and no connection ends. */
class SecureSurvivalTest {
  private static final LinkSpec LINK = Rig.link(30, 20, 0.01);
  private static final Duration LIMIT = Duration.ofMinutes(10);

  @ParameterizedTest(name = "another {0} every second")
  @ValueSource(strings = {"address", "port"})
  void theNearAddressMayChangeEverySecond(String what) {
    SecureWorld world = new SecureWorld(LINK, 1);
    long total = Size.of(10_000_000, 200_000_000);
    Download download = world.rig.new Download(total);
    for (int i = 1; i <= 600; i++) {
      int host = what.equals("address") ? 10 + i % 200 : 1;
      int port = 50_000 + i;
      world.network.at(Duration.ofSeconds(i), () -> world.moveNear(Rig.address(host, port)));
    }
    finishes(world, download, total);
    Size.figure("moving", "%s: %d moves in %.1f s, %.1f Mbit/s of 20", what,
        world.far().stats().snapshot().migrations(), world.rig.now() / 1e9, total * 8e3 / world.rig.now());
    assertThat(world.far().stats().snapshot().migrations()).isGreaterThan(3);
    assertThat(total * 8e3 / world.rig.now()).as("Mbit/s of 20").isGreaterThan(8);
  }

  @Test
  void anOutageOfSixtySecondsLosesNothing() {
    SecureWorld world = new SecureWorld(LINK, 2);
    Download download = world.rig.new Download(10_000_000);
    world.network.runFor(Duration.ofSeconds(2));
    world.blackout(true);
    world.network.runFor(Duration.ofSeconds(60));
    world.blackout(false);
    long end = world.rig.now();
    long before = download.sink.received;
    assertThat(world.rig.run(() -> download.sink.received > before, LIMIT)).isTrue();
    Size.figure("outage", "60 s: first byte after %.3f s", world.since(end));
    finishes(world, download, 10_000_000);
  }

  @ParameterizedTest(name = "for {0} s")
  @ValueSource(ints = {4, 15})
  void anOutageThatBeginsWhileKeysChangeLosesNothing(int seconds) {
    SessionConfig config = Rig.SECURE.withLimits(
        SessionConfig.Limits.DEFAULT.withKeys(Duration.ofSeconds(3), Duration.ofSeconds(60), 1L << 30));
    SecureWorld world = new SecureWorld(Rig.link(30, 5, 0), 3, config, config);
    Download download = world.rig.new Download(10_000_000);
    // the client has the answer, and the server never hears of that
    world.nearPort.filter = (bytes, length, to) -> world.near().secureStats().snapshot().sessionsResumed() == 0;
    assertThat(world.rig.run(() -> world.near().secureStats().snapshot().sessionsResumed() > 0, LIMIT)).isTrue();
    world.network.runFor(Duration.ofSeconds(seconds));
    world.nearPort.filter = (bytes, length, to) -> true;
    long end = world.rig.now();
    finishes(world, download, 10_000_000);
    Size.figure("outage", "%d s from a change of keys on: finished after %.1f s", seconds, world.since(end));
  }

  /**
   * The server answers the client's second handshake by the proof of the first one's keys, under which nothing has come to the
   * client yet. The second one's keys it forgets unproved: only the first one's are good for another proof then. (Seen: what
   * the client had opened was opened once more in a new session, and the old one's data waited for good.)
   */
  @Test
  void keysWhoseProofWasTakenArePassedOverByAnOutage() {
    SessionConfig config = Rig.SECURE.withLimits(
        SessionConfig.Limits.DEFAULT.withKeys(Duration.ofSeconds(1), Duration.ofSeconds(60), 1L << 30));
    SecureWorld world = new SecureWorld(Rig.link(30, 5, 0), 11, config, config);
    Download download = world.rig.new Download(1_000_000);
    // to the client nothing gets through but the answers to its handshakes, and after the second one nothing to the server
    world.farPort.filter = (bytes, length, to) -> length > 100 && length <= 400;
    world.nearPort.filter = (bytes, length, to) -> world.near().secureStats().snapshot().sessionsResumed() == 0;
    assertThat(world.rig.run(() -> world.near().secureStats().snapshot().sessionsResumed() > 0, LIMIT)).isTrue();
    world.network.runFor(Duration.ofSeconds(15));
    world.farPort.filter = (bytes, length, to) -> true;
    world.nearPort.filter = (bytes, length, to) -> true;
    finishes(world, download, 1_000_000);
    assertThat(world.far().secureStats().snapshot().sessionsOpened()).as("sessions").isOne();
    assertThat(world.far().accept()).as("a connection opened twice").isNull();
  }

  /** Before: 4 to 75 s, for a round trip was taken to be as long as the outage, and the timeout two or three times that. */
  @ParameterizedTest(name = "moved: {0}")
  @ValueSource(booleans = {false, true})
  void anOutageIsNotTakenForARoundTrip(boolean moved) {
    for (int seed = 1; seed <= 20; seed++) {
      SecureWorld world = new SecureWorld(Rig.link(50, 5, 0.25), seed);
      Download download = world.rig.new Download(300_000);
      world.network.runFor(Duration.ofMillis(200 + 25 * seed));
      world.blackout(true);
      if (moved) world.moveNear(Rig.address(50, 5000));
      world.network.runFor(Duration.ofSeconds(18));
      world.blackout(false);
      assertThat(download.sink.finished).as("seed %d", seed).isFalse();
      long end = world.rig.now();
      finishes(world, download, 300_000);
      assertThat(world.since(end)).as("seconds after the outage, seed %d", seed).isLessThan(12);
    }
  }

  @Test
  void aHandshakeThatOvertakesTheFirstWordUnderNewKeysLosesNothing() {
    SessionConfig config = Rig.SECURE.withLimits(
        SessionConfig.Limits.DEFAULT.withKeys(Duration.ofSeconds(3), Duration.ofSeconds(60), 1L << 30));
    SecureWorld world = new SecureWorld(Rig.link(30, 5, 0), 10, config, config);
    Connection dialed = world.rig.dial();
    world.rig.new Source(world.near(), dialed, 10_000_000);
    Rig.Sink sink = world.rig.new Sink(world.far(), world.rig.accepted());
    // once the client has new keys, the server hears of them only by the handshake that follows
    world.nearPort.filter = (bytes, length, to) -> world.near().secureStats().snapshot().sessionsResumed() == 0
        || (length >= 176 && length <= 400);
    assertThat(world.rig.run(() -> world.near().secureStats().snapshot().sessionsResumed() > 0, LIMIT)).isTrue();
    world.network.runFor(Duration.ofMillis(3500));
    world.nearPort.filter = (bytes, length, to) -> true;
    world.rig.run(() -> sink.finished || dialed.closeReason() != null, LIMIT);
    assertThat(sink.finished).as("%d bytes, closed %s", sink.received, dialed.closeReason()).isTrue();
  }

  @ParameterizedTest(name = "for {0} s")
  @ValueSource(ints = {1, 5, 15})
  void anOutageThatBeginsWithTheFirstAnswerLosesNothing(int seconds) {
    SecureWorld world = new SecureWorld(Rig.link(30, 20, 0), 9);
    Download download = world.rig.new Download(100_000);
    world.nearPort.filter = (bytes, length, to) -> !world.near().isOpen(Rig.FAR);
    assertThat(world.rig.run(() -> world.near().isOpen(Rig.FAR), LIMIT)).isTrue();
    world.network.runFor(Duration.ofSeconds(seconds));
    world.nearPort.filter = (bytes, length, to) -> true;
    long end = world.rig.now();
    finishes(world, download, 100_000);
    Size.figure("outage", "%d s from the first answer on: finished after %.1f s", seconds, world.since(end));
    assertThat(world.far().sessionCount()).isOne();
  }

  @ParameterizedTest(name = "of {0} minutes")
  @ValueSource(ints = {4, 10})
  void aTransferGoesOnAfterASleep(int minutes) {
    SecureWorld world = new SecureWorld(LINK, 4);
    Download download = world.rig.new Download(10_000_000);
    world.network.runFor(Duration.ofSeconds(2));
    world.sleep(Duration.ofMinutes(minutes));
    long end = world.rig.now();
    finishes(world, download, 10_000_000);
    Size.figure("sleep", "%d min in a transfer: finished %.1f s after it", minutes, world.since(end));
  }

  @Test
  void anIdleConnectionIsThereAfterASleep() {
    SecureWorld world = new SecureWorld(Rig.link(30, 20, 0), 5);
    Connection dialed = world.rig.dial();
    dialed.write(new byte[1], 0, 1);
    world.near().update(dialed, world.rig.now());
    Connection accepted = world.rig.accepted();
    world.rig.run(() -> accepted.readableBytes() > 0, LIMIT);
    assertThat(accepted.read(new byte[1], 0, 1)).isOne();
    world.far().update(accepted, world.rig.now());
    world.network.runFor(Duration.ofSeconds(5));
    world.sleep(Duration.ofMinutes(10));
    long end = world.rig.now();
    dialed.write(new byte[1], 0, 1);
    world.near().update(dialed, world.rig.now());
    assertThat(world.rig.run(() -> accepted.readableBytes() > 0, LIMIT)).as("%s", dialed.closeReason()).isTrue();
    assertThat(dialed.closeReason()).isNull();
    Size.figure("sleep", "10 min idle: first byte after %.3f s", world.since(end));
    assertThat(world.since(end)).isLessThan(4);
  }

  @Test
  void duplicatesAndReorderingDoNoHarm() {
    LinkSpec link = LINK.withDuplicate(0.2).withReorder(0.2).withJitter(Duration.ofMillis(20));
    SecureWorld world = new SecureWorld(link, 6);
    Download download = world.rig.new Download(Size.of(5_000_000, 100_000_000));
    finishes(world, download, Size.of(5_000_000, 100_000_000));
    long unauthentic = world.near().stats().snapshot().unauthentic();
    Size.figure("duplicates", "20 %%: %d duplicates refused, %.1f s", unauthentic, world.rig.now() / 1e9);
    assertThat(unauthentic).isPositive();
  }

  @ParameterizedTest(name = "of {0} bytes")
  @ValueSource(ints = {1200, 1300, 1420, 1472})
  void thePathMtuIsFound(int mtu) {
    SecureWorld world = new SecureWorld(Rig.link(30, 20, 0.02), 7);
    world.setPathMtu(mtu);
    Download download = world.rig.new Download(5_000_000);
    finishes(world, download, 5_000_000);
    long finished = world.rig.now();
    boolean found = world.rig.run(() -> world.far().datagramSizes().getFirst() > 1200, Duration.ofSeconds(30));
    int size = world.far().datagramSizes().getFirst();
    Size.figure("path MTU", "%d: found %d by %.1f s", mtu, size, (found ? world.rig.now() : finished) / 1e9);
    assertThat(size).isBetween(Math.max(1200, mtu - 60), mtu);
  }

  @Test
  void aBlackHoleInMidTransferIsSurvived() {
    SecureWorld world = new SecureWorld(Rig.link(30, 20, 0), 8);
    Download download = world.rig.new Download(10_000_000);
    world.network.runFor(Duration.ofSeconds(2));
    assertThat(world.far().datagramSizes()).containsExactly(1472);
    world.setPathMtu(1300);
    long from = world.rig.now();
    world.network.runFor(Duration.ofMillis(300)); // what was on its way
    long before = download.sink.received;
    assertThat(world.rig.run(() -> download.sink.received > before + 100_000, LIMIT)).isTrue();
    Size.figure("black hole", "1472 to 1300: flows again after %.1f s", world.since(from));
    assertThat(world.since(from)).isLessThan(10);
    finishes(world, download, 10_000_000);
    assertThat(world.far().datagramSizes().getFirst()).isLessThanOrEqualTo(1300);
  }

  @Test
  void aPathThatIsNarrowerAfterAnOutageIsFound() {
    SecureWorld world = new SecureWorld(Rig.link(30, 20, 0), 8);
    Download download = world.rig.new Download(10_000_000);
    world.network.runFor(Duration.ofSeconds(2));
    assertThat(world.far().datagramSizes()).containsExactly(1472);
    world.blackout(true);
    world.network.runFor(Duration.ofSeconds(30));
    assertThat(world.far().datagramSizes()).as("in the dark").containsExactly(1472);
    world.setPathMtu(1300);
    world.blackout(false);
    long from = world.rig.now();
    long before = download.sink.received;
    assertThat(world.rig.run(() -> download.sink.received > before + 100_000, LIMIT)).isTrue();
    Size.figure("black hole", "1300 after an outage: flows again after %.1f s", world.since(from));
    assertThat(world.since(from)).isLessThan(4);
    finishes(world, download, 10_000_000);
    assertThat(world.far().datagramSizes().getFirst()).isLessThanOrEqualTo(1300);
  }

  /** Data is lost while what the peer sends arrives, or acknowledgments while data does: what is small is lost just the same. */
  @ParameterizedTest(name = "from {0}, seed {1}")
  @CsvSource({"far, 1", "far, 2", "near, 1", "near, 2"})
  void anOutageOfOneDirectionTakesNothingFromTheSizeOfDatagrams(String from, long seed) {
    LinkSpec link = Rig.link(30, 5, 0);
    SecureWorld world = new SecureWorld(link, seed);
    Download download = world.rig.new Download(1L << 32);
    world.network.runFor(Duration.ofSeconds(2));
    Connection up = world.rig.dial();
    world.rig.new Source(world.near(), up, 1L << 32);
    Rig.Sink upload = world.rig.new Sink(world.far(), world.rig.accepted());
    world.network.runFor(Duration.ofMillis(3000 + 311 * seed));
    assertSizes(world, "before");
    boolean far = from.equals("far");
    world.network.setSpec(far ? Rig.FAR : Rig.NEAR, far ? Rig.NEAR : Rig.FAR, link.withLoss(1));
    for (int second = 1; second <= 20; second++) {
      world.network.runFor(Duration.ofSeconds(1));
      assertSizes(world, "in second " + second);
    }
    world.network.setSpec(far ? Rig.FAR : Rig.NEAR, far ? Rig.NEAR : Rig.FAR, link);
    long down = download.sink.received;
    long there = upload.received;
    world.network.runFor(Duration.ofSeconds(5));
    assertSizes(world, "after");
    assertThat(download.sink.received - down).as("downloaded").isGreaterThan(1_000_000);
    assertThat(upload.received - there).as("uploaded").isGreaterThan(1_000_000);
  }

  private static void assertSizes(SecureWorld world, String when) {
    assertThat(world.near().datagramSizes()).as("near's %s", when).containsExactly(1472);
    assertThat(world.far().datagramSizes()).as("far's %s", when).containsExactly(1472);
  }

  /** At 30 % loss each way half of all that is small goes unanswered, too. The limit is what it took when any datagram heard counted. */
  @ParameterizedTest(name = "loss {0}")
  @CsvSource({"0, 2.9", "0.05, 3.2", "0.2, 3.8", "0.3, 6.2"})
  void aBlackHoleIsFoundSoonOnAPathThatLoses(double loss, double mostSeconds) {
    double sum = 0;
    int seeds = 6;
    for (int seed = 1; seed <= seeds; seed++) {
      SecureWorld world = new SecureWorld(Rig.link(30, 5, loss), seed);
      world.rig.new Download(1L << 32);
      world.network.runFor(Duration.ofSeconds(10));
      assertThat(world.far().datagramSizes()).as("seed %d", seed).containsExactly(1472);
      world.setPathMtu(1300);
      long from = world.rig.now();
      assertThat(world.rig.run(() -> world.far().datagramSizes().getFirst() == 1200, LIMIT)).isTrue();
      sum += world.since(from);
    }
    Size.figure("black hole", "1472 to 1300 at a loss of %s: found after %.2f s", loss, sum / seeds);
    assertThat(sum / seeds).as("seconds").isLessThan(mostSeconds);
  }

  private static void finishes(SecureWorld world, Download download, long total) {
    boolean over = world.rig.run(() -> download.sink.finished || download.dialed.closeReason() != null, LIMIT);
    assertThat(download.sink.finished).as("over %s, %d bytes of %d, closed %s", over, download.sink.received, total,
        download.dialed.closeReason()).isTrue();
    assertThat(download.sink.received).isEqualTo(total);
  }
}
