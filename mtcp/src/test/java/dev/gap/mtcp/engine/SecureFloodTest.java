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

  private final SplittableRandom random = new SplittableRandom(SEED);

  @Test
  void junkBesideATransferIsNotAnsweredAndCostsNoMemory() {
    SecureWorld world = new SecureWorld(Rig.link(30, 20, 0), 1);
    Download download = world.rig.new Download(10_000_000);
    world.network.runFor(Duration.ofSeconds(1));
    long before = usedHeap();
    long[] answered = new long[1];
    world.network.tap((now, from, to, bytes, length) -> {
      if (!to.equals(Rig.NEAR) && !to.equals(Rig.FAR)) answered[0]++;
    });
    int count = Size.of(100_000, 1_000_000);
    int perMilli = count / 1000;
    for (int i = 0; i < 1000; i++) {
      world.network.after(Duration.ofMillis(i), () -> {
        for (int j = 0; j < perMilli; j++) {
          byte[] junk = new byte[random.nextInt(1500)];
          random.nextBytes(junk);
          InetSocketAddress from = random.nextInt(4) == 0 ? Rig.NEAR : Rig.address(random.nextInt(3, 255), 1);
          world.network.inject(from, Rig.FAR, junk, junk.length);
        }
      });
    }
    world.network.runFor(Duration.ofSeconds(1));
    long growth = usedHeap() - before;
    long unauthentic = world.far().stats().snapshot().unauthentic();
    assertThat(download.finish(Duration.ofSeconds(20))).isTrue();
    Size.figure("junk", "%d datagrams in 1 s: %d answers, heap %+d KB, 10 MB over 20 Mbit/s in %.1f s", unauthentic,
        answered[0], growth >> 10, world.rig.now() / 1e9);
    assertThat(answered[0]).isZero();
    assertThat(unauthentic).isEqualTo(count);
    assertThat(growth).isLessThan(24L << 20);
    assertThat(world.rig.now() / 1e9).isLessThan(6);
  }

  @Test
  void handshakesUnderWayAreBoundedInNumberAndMemoryAndAnsweredWithNoMoreThanTheyBring() {
    int count = Size.of(1500, 20_000);
    List<Packet> inits = inits(count, 0);
    SecureWorld world = new SecureWorld(Rig.link(30, 20, 0), 2);
    Download download = world.rig.new Download(5_000_000);
    world.network.runFor(Duration.ofSeconds(1));
    Intruder far = new Intruder(world.far(), world.rig.now());
    long before = usedHeap();
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
    double each = (double) (usedHeap() - before) / halfOpen;
    Size.figure("handshake flood", "%d INITs: %d half-open of %.0f bytes each, %d bytes in, %d out", count, halfOpen,
        each,
        in, out);
    // the last quarter is for sessions that go on
    assertThat(halfOpen).isEqualTo(768);
    assertThat(download.finish(Duration.ofSeconds(20))).isTrue();
    world.network.runFor(Duration.ofSeconds(11));
    assertThat(world.far().halfOpenCount()).isZero();
    assertThat(each).as("bytes for each").isLessThanOrEqualTo(2048);
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
