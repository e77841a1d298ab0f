package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gap.mtcp.engine.LinkWatch.Seen;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A path of 1 Gbit/s and 300 ms, which holds 25000 datagrams: neither the start nor the receiver keeps it waiting, and it is not
 * flooded. Round trips are counted from the first datagram that opens the session or the connection, the first being number 1.
 */
final class FastLongPathScenarioTest {
  private static final Duration ROUND = Duration.ofMillis(300);
  private static final int ROUNDS = 20;
  private static final int PATH_HOLDS = 25_000;

  @ParameterizedTest(name = "profile {0}, loss {1}")
  @CsvSource({"1, 0.01", "2, 0"})
  void itIsFullInTheFifthRoundTripAndNeverFlooded(int profile, double loss) {
    Rig rig = Rig.ofProfile(profile, Rig.link(150, 1000, loss), 7);
    Rig.Download download = rig.new Download(1L << 32);
    LinkWatch watch = new LinkWatch(rig);
    List<Seen> rounds = IntStream.range(0, ROUNDS).mapToObj(i -> watch.watch(download, ROUND)).toList();
    assertThat(rounds.get(4).delivered()).as("round trip 5 of %s", rounds).isGreaterThan(0.95);
    assertThat(rounds.stream().skip(4).mapToDouble(Seen::delivered).average().orElseThrow()).as("then: %s", rounds)
        .isGreaterThan(0.93);
    assertThat(rounds.stream().mapToLong(Seen::overflowed).sum()).as("overflow: %s", rounds)
        .isLessThan(PATH_HOLDS / 10);
  }

  /** 50 kB every 20 ms. */
  @Test
  void whoReadsSlowlyIsNotGivenWhatThePathHolds() {
    Rig rig = new Rig(Rig.link(150, 1000, 0), 7);
    Rig.Download download = rig.new Download(1L << 32);
    download.sink.reading = false;
    byte[] chunk = new byte[50_000];
    long[] read = new long[2];
    rig.application(() -> {
      if (rig.now() / 20_000_000 == read[0]) return;
      read[0] = rig.now() / 20_000_000;
      read[1] += Math.max(0, download.dialed.read(chunk, 0, chunk.length));
      rig.near.update(download.dialed, rig.now());
    });
    rig.network.runFor(Duration.ofSeconds(5));
    assertThat(read[1]).isGreaterThan(3_000_000);
    assertThat(download.dialed.info().windowLimit()).isLessThanOrEqualTo(4096);
  }

  /** It has read the first run of segments, and reads nothing more. */
  @Test
  void whoStopsReadingHoldsNoMoreThanWasOnItsWay() {
    Rig rig = new Rig(Rig.link(150, 1000, 0), 7);
    Rig.Download download = rig.new Download(1L << 32);
    rig.application(() -> download.sink.reading = download.sink.received < 1_000_000);
    rig.network.runFor(Duration.ofSeconds(5));
    assertThat(download.dialed.info().unreadBytes()).isLessThan(PATH_HOLDS * 1420L * 11 / 10);
    assertThat(download.dialed.info().windowLimit()).isLessThanOrEqualTo(4096);
  }
}
