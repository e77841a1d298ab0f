package dev.gap.mtcp.engine;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.mtcp.engine.LinkWatch.Seen;

import static org.assertj.core.api.Assertions.assertThat;

/** A path that was known before: after an outage, and for the next connection. 100 Mbit/s, 50 ms each way. */
final class PathReturnsScenarioTest {
  private static final Duration ROUND = Duration.ofMillis(100);
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @ParameterizedTest(name = "profile {0}, loss {1}, seed {2}")
  @CsvSource({"1, 0, 1", "1, 0.02, 2", "2, 0, 1", "2, 0.02, 2"})
  void twoRoundTripsAfterTheFirstPacketThroughTheRateIsFull(int profile, double loss, long seed) {
    Rig rig = Rig.ofProfile(profile, Rig.link(50, 100, loss), seed);
    Rig.Download download = rig.new Download(1L << 32);
    rig.network.runFor(Duration.ofMillis(2000 + 311 * seed));
    rig.network.blackout(Rig.NEAR, Rig.FAR, true);
    rig.network.runFor(Duration.ofSeconds(30));
    long before = packetsOut(rig);
    rig.network.blackout(Rig.NEAR, Rig.FAR, false);
    assertThat(rig.run(() -> packetsOut(rig) > before, LIMIT)).isTrue();
    rig.network.runFor(ROUND.multipliedBy(2));
    Seen seen = new LinkWatch(rig).watch(download, ROUND.multipliedBy(2));
    assertThat(seen.delivered()).as("of the path's rate: %s", seen).isGreaterThan(0.87);
    assertThat(seen.sent()).as("over the path's rate: %s", seen).isLessThan(1.2);
    assertThat(seen.overflowed()).isZero();
  }

  /** An outage is no black hole of large datagrams. Before: for half a second each segment went in two parts. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void afterAnOutageDatagramsAreAsLargeAsBefore(long seed) {
    Rig rig = Rig.ofProfile(2, Rig.link(50, 100, 0), seed);
    Rig.Download download = rig.new Download(1L << 32);
    rig.network.runFor(Duration.ofMillis(2000 + 311 * seed));
    rig.network.blackout(Rig.NEAR, Rig.FAR, true);
    rig.network.runFor(Duration.ofSeconds(30));
    int[] parts = new int[1];
    rig.network.tap((now, from, to, bytes, length) -> {
      if (from.equals(Rig.FAR) && length > 400 && length < 1400) parts[0]++;
    });
    rig.network.blackout(Rig.NEAR, Rig.FAR, false);
    rig.network.runFor(Duration.ofSeconds(3));
    assertThat(download.sink.received).as("arrived").isGreaterThan(40_000_000);
    assertThat(parts[0]).as("datagrams that are neither whole segments nor about keys").isZero();
  }

  private static long packetsOut(Rig rig) {
    return rig.network.link(Rig.FAR, Rig.NEAR).stats().packetsOut();
  }

  /** Profile 1's next connection does not know that its peer is gap's until it hears it, so its first window is the original's. */
  @ParameterizedTest(name = "profile {0}, loss {1}")
  @CsvSource({"1, 0", "1, 0.05", "2, 0", "2, 0.05"})
  void theNextDownloadHasThePathsRateInItsSecondRoundTrip(int profile, double loss) {
    Rig rig = Rig.ofProfile(profile, Rig.link(50, 100, loss), 1);
    assertThat(rig.new Download(10_000_000).finish(LIMIT)).isTrue();
    rig.network.runFor(Duration.ofSeconds(1));
    long before = packetsOut(rig);
    Rig.Download next = rig.new Download(1L << 32);
    assertThat(rig.run(() -> packetsOut(rig) > before, LIMIT)).isTrue();
    LinkWatch watch = new LinkWatch(rig);
    Seen first = watch.watch(next, ROUND);
    Seen second = watch.watch(next, ROUND);
    assertThat(first.delivered()).as("first: %s", first).isGreaterThan(profile == 1 ? 0.3 : 0.95);
    assertThat(second.delivered()).as("second: %s", second).isGreaterThan(0.95);
    assertThat(second.sent()).as("second: %s", second).isLessThan(1.1);
  }
}
