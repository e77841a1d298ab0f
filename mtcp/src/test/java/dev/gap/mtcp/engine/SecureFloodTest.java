package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.Intruder.Packet;
import dev.gap.mtcp.engine.Rig.Download;
import dev.gap.mtcp.engine.secure.SecureEndpoint;
import dev.gap.mtcp.engine.secure.SessionConfig;
import dev.gap.mtcp.engine.secure.SessionConfig.Limits;
import dev.gap.transport.PacketBatch;

import static org.assertj.core.api.Assertions.assertThat;

/** Masses of junk, masses of handshakes: memory is bounded, nobody is flooded in turn, and sessions go on. */
class SecureFloodTest {
  private static final long SEED = 7;

  /** What became of a hundred downloads: when the last ended, how many datagrams went to nobody, what the heap grew by. */
  private record Junk(double seconds, long datagrams, long refused, long strays, long heapGrowth) {
    private static final int TRANSFERS = 100;
    private static final double MEGABITS = 100;
    private static final int SECONDS = Size.of(2, 20);
    private static final int PER_MILLI = 50;
    private static final long BYTES = (long) (MEGABITS * 125_000 / TRANSFERS * (SECONDS + 2));

    static Junk beside(boolean junk) {
      SplittableRandom random = new SplittableRandom(SEED);
      SecureWorld world = new SecureWorld(Rig.link(30, MEGABITS, 0.01), 1);
      List<Download> downloads = new ArrayList<>();
      for (int i = 0; i < TRANSFERS; i++)
        downloads.add(world.rig.new Download(BYTES));
      world.network.runFor(Duration.ofSeconds(1));
      long before = usedHeap();
      long[] strays = new long[1];
      world.network
          .tap((now, from, to, bytes, length) -> strays[0] += to.equals(Rig.NEAR) || to.equals(Rig.FAR) ? 0 : 1);
      for (int i = 0; junk && i < 1000 * SECONDS; i++)
        world.network.after(Duration.ofMillis(i), () -> throwAt(world, random));
      world.network.runFor(Duration.ofSeconds(SECONDS));
      long growth = usedHeap() - before;
      assertThat(downloads).as("under way").noneMatch(d -> d.sink.finished);
      boolean all = world.rig.run(() -> downloads.stream().allMatch(d -> d.sink.finished), Duration.ofSeconds(60));
      assertThat(all).as("all finished, junk %s", junk).isTrue();
      assertThat(downloads).allMatch(d -> d.sink.received == BYTES);
      EndpointStats.Snapshot far = world.far().stats().snapshot();
      EndpointStats.Snapshot near = world.near().stats().snapshot();
      return new Junk(world.rig.now() / 1e9, near.sent() + far.sent(), near.unauthentic() + far.unauthentic(),
          strays[0],
          growth);
    }

    /** A quarter of it seems to come from the peer, a quarter of it goes to the client. */
    private static void throwAt(SecureWorld world, SplittableRandom random) {
      for (int i = 0; i < PER_MILLI; i++) {
        byte[] bytes = new byte[random.nextInt(1500)];
        random.nextBytes(bytes);
        boolean toNear = random.nextInt(4) == 0;
        InetSocketAddress peer = toNear ? Rig.FAR : Rig.NEAR;
        InetSocketAddress from = random.nextInt(4) == 0 ? peer : Rig.address(random.nextInt(3, 255), 1);
        world.network.inject(from, toNear ? Rig.NEAR : Rig.FAR, bytes, bytes.length);
      }
    }
  }

  @Test
  void junkBesideAHundredTransfersIsNotAnsweredAndCostsNeitherMemoryNorGoodput() {
    Junk without = Junk.beside(false);
    Junk with = Junk.beside(true);
    long growth = with.heapGrowth() - without.heapGrowth();
    double kept = without.seconds() / with.seconds();
    Size.figure("junk",
        "%d datagrams in %d s (%d a second) beside %d downloads over %.0f Mbit/s: %d answers, goodput %.1f %%"
            + " of that without, %d datagrams sent instead of %d, heap %+d KB",
        with.refused(), Junk.SECONDS,
        1000 * Junk.PER_MILLI, Junk.TRANSFERS, Junk.MEGABITS, with.strays(), 100 * kept, with.datagrams(),
        without.datagrams(), growth >> 10);
    assertThat(with.strays()).isZero();
    // answers to the copies of an INIT, which come after the first, are refused as well
    assertThat(with.refused() - without.refused()).isEqualTo(1000L * Junk.PER_MILLI * Junk.SECONDS);
    // an answer to whom junk only seemed to come from would be among these
    assertThat((double) with.datagrams()).isBetween(0.95 * without.datagrams(), 1.05 * without.datagrams());
    assertThat(growth).isLessThan(8L << 20);
    assertThat(kept).isGreaterThan(0.9);
  }

  @Test
  void handshakesUnderWayAreBoundedInNumberAndMemoryAndAnsweredWithNoMoreThanTheyBring() {
    int count = Size.of(1500, 20_000);
    List<Packet> inits = inits(count, 0);
    SecureWorld world = new SecureWorld(Rig.link(30, 20, 0), 2);
    Download download = world.rig.new Download(5_000_000);
    world.network.runFor(Duration.ofSeconds(1));
    Intruder far = new Intruder(world.far(), world.rig.now());
    for (Packet init : inits) {
      int answers = far.answers.size();
      far.give(init.bytes(), init.to());
      far.flush();
      assertThat(far.answers.size() - answers).isLessThanOrEqualTo(1);
      if (far.answers.size() > answers)
        assertThat(far.answers.getLast().bytes().length).isLessThanOrEqualTo(init.bytes().length);
      assertThat(world.far().halfOpenCount()).isLessThanOrEqualTo(1024);
    }
    int halfOpen = world.far().halfOpenCount();
    long in = inits.stream().mapToLong(p -> p.bytes().length).sum();
    long out = far.answers.stream().mapToLong(p -> p.bytes().length).sum();
    far.answers.clear();
    // the last quarter is for sessions that go on
    assertThat(halfOpen).isEqualTo(768);
    assertThat(download.finish(Duration.ofSeconds(5))).isTrue();
    assertThat(world.far().halfOpenCount()).isEqualTo(768);
    long full = usedHeap();
    world.network.runFor(Duration.ofSeconds(11));
    assertThat(world.far().halfOpenCount()).isZero();
    double each = (double) (full - usedHeap()) / halfOpen;
    Size.figure("handshake flood", "%d INITs: %d half-open of %.0f bytes each, %d bytes in, %d out", count, halfOpen,
        each, in, out);
    assertThat(each).as("bytes for each").isBetween(1.0, 2048.0);
  }

  @Test
  void aRepeatedInitIsAnsweredFiveTimesAtMostAndNeverElsewhere() {
    SecureWorld world = new SecureWorld(Rig.link(30, 20, 0), 3);
    List<Packet> inits = inits(1, 0);
    Intruder far = new Intruder(world.far(), world.rig.now());
    for (int i = 0; i < 1000; i++)
      far.give(inits.getFirst().bytes(), i % 2 == 0 ? Rig.NEAR : Rig.address(3 + i % 200, 1));
    far.flush();
    assertThat(far.answers).hasSizeLessThanOrEqualTo(5).allMatch(p -> p.isTo(Rig.NEAR));
  }

  @Test
  void sessionsChangeTheirKeysInTheMiddleOfAFlood() {
    Limits d = Limits.DEFAULT;
    // fewer at a time than by default, so that few make a flood; those refused may come again
    int most = Size.of(32, 1024);
    SessionConfig config = Rig.SECURE.withLimits(new Limits(d.skew(), Duration.ofSeconds(5), Duration.ofSeconds(20),
        d.rekeyAtPacket(), d.sessionLasts(), d.ping(), d.maxSessions(), most, d.maxDatagram()));
    SecureWorld world = new SecureWorld(Rig.link(30, 1, 0), 4, config, config);
    Download download = world.rig.new Download(5_000_000);
    List<Packet> inits = inits(10 * most, 20_000);
    for (int i = 0; i < 40 * 10 * most; i++) {
      Packet init = inits.get(i % inits.size());
      world.network.at(Duration.ofNanos(1_000_000_000L + i * 100_000_000L / most),
          () -> world.network.inject(init.to(), Rig.FAR, init.bytes(), init.bytes().length));
    }
    world.network.runFor(Duration.ofSeconds(41));
    long resumed = world.far().secureStats().snapshot().sessionsResumed();
    Size.figure("handshake flood", "40 s of %d INITs a second, %d at a time: %d new keys for a session under way",
        10 * most, most, resumed);
    boolean finished = download.finish(Duration.ofSeconds(60));
    assertThat(finished).as("closed %s", download.dialed.closeReason()).isTrue();
    assertThat(resumed).isGreaterThan(3);
  }

  @Test
  void aNewAddressGetsAtMostThreeTimesWhatItSentUntilItIsProved() {
    SecureWorld world = new SecureWorld(Rig.link(30, 20, 0), 5);
    world.rig.new Download(100_000_000);
    world.network.runFor(Duration.ofSeconds(2));
    InetSocketAddress claimed = Rig.address(77, 7);
    long[] bytes = new long[2];
    world.network.tap((now, from, to, b, length) -> {
      if (from.equals(claimed)) bytes[0] += length;
      if (to.equals(claimed)) bytes[1] += length;
      assertThat(bytes[1]).isLessThanOrEqualTo(3 * bytes[0]);
    });
    world.network.link(Rig.FAR, Rig.NEAR).setBlackout(true);
    world.moveNear(claimed);
    world.network.runFor(Duration.ofSeconds(20));
    Size.figure("unproved address", "%d bytes in, %d out in 20 s", bytes[0], bytes[1]);
    assertThat(bytes[0]).isPositive();
    assertThat(bytes[1]).isPositive();
    assertThat(world.far().stats().snapshot().migrations()).isZero();
  }

  /** {@return handshakes of a holder of the key, each from another network} */
  private static List<Packet> inits(int count, long atMillis) {
    SecureEndpoint client = new SecureEndpoint(EndpointConfig.dialing(), Rig.SECURE, new SplittableRandom(SEED),
        () -> Rig.START_MILLIS + atMillis, 0);
    List<Packet> inits = new ArrayList<>();
    PacketBatch out = new PacketBatch(64, 2048);
    for (int i = 0; i < count; i++) {
      client.keepSession(new InetSocketAddress("10.%d.%d.1".formatted(128 + i / 250, i % 250), 1), 0);
      for (out.clear(), client.pollTransmit(out, 0); out.size() > 0; out.clear(), client.pollTransmit(out, 0)) {
        for (int j = 0; j < out.size(); j++)
          inits.add(new Packet(Arrays.copyOf(out.bytes(j), out.length(j)), Rig.NEAR, out.peer(j)));
      }
    }
    assertThat(inits).hasSizeGreaterThanOrEqualTo(count);
    return inits.subList(0, count);
  }

  /** Twice collected: what has a cleaner, as the JDK's ciphers, is free only after the second time. */
  private static long usedHeap() {
    System.gc();
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
