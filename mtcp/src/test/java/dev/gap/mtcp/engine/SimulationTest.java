package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import dev.gap.lab.LinkSpec;
import dev.gap.mtcp.engine.Rig.Download;

import static org.assertj.core.api.Assertions.assertThat;

/** Many short runs over paths drawn at random, with outages and changes of address: every byte, and nothing left over. */
class SimulationTest {
  private static final int RUNS = Integer.getInteger("simulation.runs", 300);

  @Test
  void whateverThePathEveryByteArrivesAndNothingIsLeftOver() {
    for (long seed = 1; seed <= RUNS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Rig rig = new Rig(draw(random), draw(random), seed, EndpointConfig.dialing(), EndpointConfig.acceptingUpTo(16));
      long total = 1 + random.nextLong(400_000);
      Download download = rig.new Download(total);
      if (random.nextInt(4) == 0) outage(rig, random);
      if (random.nextInt(4) == 0) move(rig, random);
      assertThat(download.finish(Duration.ofMinutes(4))).as("seed %d finishes", seed).isTrue();
      assertThat(download.sink.received).as("seed %d", seed).isEqualTo(total);
      boolean gone = rig.run(() -> rig.near.connectionCount() + rig.far.connectionCount() == 0, Duration.ofMinutes(6));
      assertThat(gone).as("seed %d leaves nothing", seed).isTrue();
    }
  }

  private static LinkSpec draw(SplittableRandom random) {
    return Rig.link(1 + random.nextInt(150), 0.5 + random.nextDouble(100), random.nextDouble(0.3))
        .withJitter(Duration.ofMillis(random.nextInt(40))).withDuplicate(random.nextDouble(0.2))
        .withReorder(random.nextDouble(0.1)).withCorrupt(random.nextDouble(0.1))
        .withQueue(Duration.ofMillis(2 + random.nextInt(200))).withBurst(1 + random.nextInt(2));
  }

  private static void outage(Rig rig, SplittableRandom random) {
    Duration from = Duration.ofMillis(random.nextInt(800));
    rig.network.at(from, () -> rig.network.blackout(Rig.NEAR, Rig.FAR, true));
    rig.network.at(from.plusMillis(random.nextInt(20_000)), () -> rig.network.blackout(Rig.NEAR, Rig.FAR, false));
  }

  private static void move(Rig rig, SplittableRandom random) {
    int host = 100 + random.nextInt(100);
    rig.network.at(Duration.ofMillis(random.nextInt(800)), () -> rig.network.rebind(rig.near, Rig.address(host, 9)));
  }
}
