package dev.gap.lab.bench;

import java.io.IOException;
import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.gap.lab.LinkSpec;
import dev.gap.lab.LinkStats;
import dev.gap.lab.TunLink;
import dev.gap.lab.bench.Sightings.Seen;

import static org.assertj.core.api.Assertions.assertThat;

/** The emulated link between real namespaces does what its specification says. */
@Timeout(30)
final class TunLinkIT {
  private static final long SEED = 3;

  @BeforeEach
  void needsRoot() {
    RealLink.assumePossible();
  }

  private static TunLink start(LinkSpec up, LinkSpec down) throws IOException {
    return TunLink.start(RealLink.NEAR_DEVICE, RealLink.FAR_DEVICE, up, down, SEED);
  }

  @Test
  void delayAndLossAreThoseOfTheDirection() throws IOException {
    LinkSpec down = LinkSpec.PERFECT.withDelay(Duration.ofMillis(20)).withLoss(0.1);
    try (TunLink link = start(LinkSpec.PERFECT.withLoss(1), down); RealLink real = new RealLink()) {
      Seen seen = real.blast(2000, 200, 500);
      LinkStats stats = link.bToA();
      assertThat(seen.count()).as("of 2000 datagrams, %s", stats).isBetween(1740, 1860);
      assertThat(stats.packetsIn()).isBetween(2000L, 2010L);
      assertThat(stats.lost()).isBetween(140L, 260L);
      assertThat(seen.leastDelay()).as("nothing is early").isGreaterThanOrEqualTo(20);
      assertThat(seen.medianDelay()).as("seed %d, lateness %s", SEED, link.lateness()).isBetween(20.0, 23.0);
      assertThat(link.aToB().packetsOut()).as("the other direction loses all").isZero();
    }
  }

  @Test
  void rateAndQueueAreThoseOfTheBottleneck() throws IOException {
    LinkSpec down = LinkSpec.PERFECT.withRate(10_000_000).withQueue(Duration.ofMillis(50));
    try (TunLink link = start(LinkSpec.PERFECT, down); RealLink real = new RealLink()) {
      // 20 Mbit/s into 10
      Seen seen = real.blast(3000, 1000, 400);
      LinkStats stats = link.bToA();
      assertThat(stats.overflowed()).as("%s", stats).isGreaterThan(1000);
      assertThat(stats.maxQueueDelayNanos()).isBetween(49_000_000L, 50_000_000L);
      double payloadShare = 1000.0 / (1000 + 28 + TunLink.ETHERNET_BYTES);
      assertThat(seen.megabits()).as("seen %s", seen).isBetween(9.5 * payloadShare, 10.2 * payloadShare);
      assertThat(seen.medianDelay()).as("the queue stands").isBetween(48.0, 56.0);
    }
  }

  @Test
  void duplicatesAndShortcutsArrive() throws IOException {
    LinkSpec down = LinkSpec.PERFECT.withDelay(Duration.ofMillis(30)).withDuplicate(0.2).withReorder(0.1);
    try (TunLink link = start(LinkSpec.PERFECT, down); RealLink real = new RealLink()) {
      Seen seen = real.blast(1000, 100, 1000);
      assertThat(seen.count()).as("%s", link.bToA()).isBetween(1140, 1260);
      assertThat(seen.leastDelay()).isLessThan(10);
      assertThat(seen.medianDelay()).isBetween(30.0, 34.0);
    }
  }

  @Test
  void aLinkThatIsClosedIsGone() throws IOException {
    TunLink link = start(LinkSpec.PERFECT, LinkSpec.PERFECT);
    assertThat(link.isRunning()).isTrue();
    assertThat(link.describe()).isEqualTo(
        "a>b in 0 out 0 lost 0 overflow 0 bytes 0\nb>a in 0 out 0 lost 0 overflow 0 bytes 0");
    link.close();
    assertThat(link.isRunning()).isFalse();
    start(LinkSpec.PERFECT, LinkSpec.PERFECT).close();
  }
}
