package dev.gap.mtcp.engine;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import dev.gap.lab.LinkSpec;
import dev.gap.mtcp.engine.Rig.Download;

import static org.assertj.core.api.Assertions.assertThat;

/** Flow control that is true: the window says what the receiver will hold, and grows with the path. */
class FlowControlScenarioTest {
  private static final LinkSpec LINK = Rig.link(25, 200, 0.01);
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static Rig rig(WindowPolicy window, long seed) {
    return new Rig(LINK, LINK, seed,
        EndpointConfig.dialing().withConnection(ConnectionConfig.DEFAULT.withWindow(window)),
        EndpointConfig.acceptingUpTo(8));
  }

  @Test
  void aReaderThatStopsClosesTheWindowAndHoldsNoMoreThanIt() {
    Rig rig = rig(new WindowPolicy.Fixed(100), 1);
    Download download = rig.new Download(10_000_000);
    download.sink.reading = false;
    rig.network.runFor(Duration.ofSeconds(5));
    ConnectionInfo info = download.dialed.info();
    assertThat(info.window()).isZero();
    assertThat(info.unreadBytes()).isEqualTo(100 * 1420);
  }

  @Test
  void aClosedWindowIsProbedAndReopensWhenTheReaderReads() {
    Rig rig = rig(new WindowPolicy.Fixed(100), 2);
    Download download = rig.new Download(10_000_000);
    download.sink.reading = false;
    rig.network.runFor(Duration.ofSeconds(5));
    long before = rig.network.link(Rig.FAR, Rig.NEAR).stats().packetsIn();
    rig.network.runFor(Duration.ofSeconds(20));
    long probes = rig.network.link(Rig.FAR, Rig.NEAR).stats().packetsIn() - before;
    assertThat(probes).isBetween(8L, 40L);
    download.sink.reading = true;
    assertThat(download.finish(LIMIT)).isTrue();
    assertThat(download.sink.received).isEqualTo(10_000_000);
  }

  @Test
  void aLostWindowUpdateIsMadeUpForByAProbe() {
    Rig rig = rig(new WindowPolicy.Fixed(100), 3);
    Download download = rig.new Download(1_000_000);
    download.sink.reading = false;
    rig.network.runFor(Duration.ofSeconds(5));
    rig.network.link(Rig.NEAR, Rig.FAR).setBlackout(true);
    download.sink.reading = true;
    rig.network.runFor(Duration.ofMillis(300));
    rig.network.link(Rig.NEAR, Rig.FAR).setBlackout(false);
    assertThat(download.finish(Duration.ofSeconds(20))).isTrue();
  }

  @Test
  void theWindowGrowsWithThePathUpToItsBound() {
    Rig rig = rig(new WindowPolicy.Auto(5000), 4);
    Download download = rig.new Download(100_000_000);
    rig.network.runFor(Duration.ofSeconds(4));
    assertThat(download.dialed.info().windowLimit()).isBetween(2000, 5000);
    assertThat(download.sink.received).isGreaterThan(60_000_000);
  }

  @Test
  void theWindowOfASlowReaderStaysSmall() {
    Rig rig = rig(WindowPolicy.AUTO, 5);
    Download download = rig.new Download(100_000_000);
    download.sink.reading = false;
    rig.network.runFor(Duration.ofSeconds(5));
    assertThat(download.dialed.info().windowLimit()).isLessThanOrEqualTo(4096);
  }

  @Test
  void aWindowSetLaterHoldsForOpenConnections() {
    Rig rig = rig(WindowPolicy.AUTO, 6);
    Download download = rig.new Download(1_000_000_000);
    rig.network.runFor(Duration.ofSeconds(3));
    rig.near.setWindow(new WindowPolicy.Fixed(64));
    rig.network.runFor(Duration.ofSeconds(1));
    long before = download.sink.received;
    rig.network.runFor(Duration.ofSeconds(2));
    // 64 segments in a round trip of 50 ms
    assertThat((download.sink.received - before) / 2.0).isLessThan(64 * 1420 * 20 * 1.1);
    assertThat(rig.near.connect(Rig.FAR, rig.now()).info().windowLimit()).isEqualTo(64);
  }

  /** What opens a connection on so long a path is sent twice, and its timestamp is 0: the round trip stayed unknown, and the window as it began. */
  @Test
  void theWindowGrowsOnAPathLongerThanTheFirstTimeoutToo() {
    Rig rig = new Rig(Rig.link(150, 200, 0), 4);
    Download download = rig.new Download(1L << 30);
    rig.network.runFor(Duration.ofSeconds(4));
    assertThat(download.dialed.info().minRttNanos()).isGreaterThanOrEqualTo(Duration.ofMillis(299).toNanos());
    assertThat(download.dialed.info().windowLimit()).as("twice what the path holds").isGreaterThan(10_000);
    long before = download.sink.received;
    rig.network.runFor(Duration.ofSeconds(4));
    assertThat((download.sink.received - before) * 8 / 4).as("bits a second").isGreaterThan(180_000_000);
  }
}
