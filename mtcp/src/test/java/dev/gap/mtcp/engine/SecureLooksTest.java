package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.secure.SecureEndpoint;
import dev.gap.transport.PacketBatch;

import static org.assertj.core.api.Assertions.assertThat;

/** What an observer sees at the start of datagrams: nothing that differs from noise. */
class SecureLooksTest {
  private static final int COLUMNS = 16;
  private static final double LEAST_P = 1e-4;

  /** How often each byte stood in each place. */
  private static final class Census {
    private final long[][] counts = new long[COLUMNS][256];
    private long total;

    void add(byte[] datagram) {
      for (int i = 0; i < COLUMNS; i++)
        counts[i][datagram[i] & 0xFF]++;
      total++;
    }

    void isNoise(String what) {
      double worst = 0;
      for (long[] column : counts) {
        double chi = 0;
        double expected = total / 256.0;
        for (long n : column)
          chi += (n - expected) * (n - expected) / expected;
        worst = Math.max(worst, chi);
      }
      double p = upperTail(worst, 255);
      Size.figure("looks", "%s: %d datagrams, worst of %d places: chi-square %.1f, p %.2g", what, total, COLUMNS, worst,
          p);
      assertThat(p).as(what).isGreaterThan(LEAST_P);
    }
  }

  @Test
  void dataLooksLikeNoise() {
    int count = Size.of(100_000, 1_000_000);
    SecureWorld world = new SecureWorld(Rig.link(10, 100, 0), 1);
    world.near().keepSession(Rig.FAR, 0);
    world.network.runFor(Duration.ofSeconds(2));
    int home = world.near().sessionWith(Rig.FAR, world.rig.now());
    Census census = new Census();
    PacketBatch out = new PacketBatch(64, 2048);
    for (int n = 0; n < count; n += out.size()) {
      for (int i = 0; i < 64; i++)
        world.near().sendDatagram(home, new byte[i], world.rig.now());
      out.clear();
      world.near().pollTransmit(out, world.rig.now());
      assertThat(out.size()).isPositive();
      for (int i = 0; i < out.size(); i++)
        census.add(out.bytes(i));
    }
    census.isNoise("datagrams of zeros");
  }

  @Test
  void aTransferLooksLikeNoise() {
    Census up = new Census();
    Census down = new Census();
    SecureWorld world = new SecureWorld(Rig.link(10, 100, 0.02), 2);
    world.network.tap((now, from, to, bytes, length) -> (from.equals(Rig.NEAR) ? up : down).add(bytes));
    int bytes = Size.of(15_000_000, 700_000_000);
    assertThat(world.rig.new Download(bytes).finish(Duration.ofMinutes(30))).isTrue();
    up.isNoise("acknowledgments");
    down.isNoise("segments");
  }

  @Test
  void handshakesLookLikeNoise() {
    Census inits = new Census();
    Census resps = new Census();
    int count = Size.of(1500, 100_000);
    SecureEndpoint client = new SecureEndpoint(EndpointConfig.dialing(), Rig.SECURE, new SplittableRandom(3),
        () -> Rig.START_MILLIS, 0);
    PacketBatch out = new PacketBatch(64, 2048);
    Intruder server = null;
    for (int i = 0; i < count; i++) {
      // a new server before the last one is full
      if (i % 500 == 0) {
        server = new Intruder(new SecureEndpoint(EndpointConfig.acceptingUpTo(16), Rig.SECURE, new SplittableRandom(i),
            () -> Rig.START_MILLIS, 0), 0);
      }
      InetSocketAddress at = new InetSocketAddress("10.%d.%d.1".formatted(i / 250 % 250, i % 250), 1 + i / 62_500);
      client.keepSession(at, 0);
      out.clear();
      client.pollTransmit(out, 0);
      for (int j = 0; j < out.size(); j++) {
        inits.add(out.bytes(j));
        server.give(out.bytes(j), out.length(j), at);
      }
      server.flush();
      server.answers.forEach(a -> resps.add(a.bytes()));
      server.answers.clear();
    }
    assertThat(resps.total).isEqualTo(count);
    inits.isNoise("INIT");
    resps.isNoise("RESP");
  }

  /** {@return how likely chi-square with that many degrees of freedom is larger, by Wilson and Hilferty's approximation} */
  private static double upperTail(double chi, int degrees) {
    double v = 2.0 / (9 * degrees);
    double z = (Math.cbrt(chi / degrees) - (1 - v)) / Math.sqrt(v);
    return upperTailOfNormal(z);
  }

  /** Abramowitz and Stegun 26.2.17, whose error is below 1e-7. */
  private static double upperTailOfNormal(double z) {
    if (z < 0) return 1 - upperTailOfNormal(-z);
    double t = 1 / (1 + 0.2316419 * z);
    double series = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * series;
  }
}
