package dev.gap.mtcp.engine;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.protection.SeedKey;
import dev.gap.mtcp.engine.protection.SeedProtection;

import static org.assertj.core.api.Assertions.assertThat;

final class ConnectionIdsTest {
  private static final long SEED = 3;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final ConnectionIds ids = idsOf("gap-proxy");

  @Test
  void drawnIdsAreMarkedAndDiffer() {
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      long id = ids.draw(random);
      assertThat(ids.isMarked(id)).as("seed %d, draw %d", SEED, i).isTrue();
      assertThat(seen.add(id)).as("seed %d, draw %d", SEED, i).isTrue();
    }
  }

  @Test
  void anotherEndpointWithTheKeyKnowsTheMark() {
    assertThat(idsOf("gap-proxy").isMarked(ids.draw(random))).isTrue();
  }

  @Test
  void idsDrawnWithAnotherKeyAreNotMarked() {
    ConnectionIds others = idsOf("another key");
    for (int i = 0; i < 10_000; i++)
      assertThat(ids.isMarked(others.draw(random))).as("seed %d, draw %d", SEED, i).isFalse();
  }

  @Test
  void randomIdsAreMarkedAboutOnceInSixteenMillion() {
    int marked = 0;
    for (int i = 0; i < 1_000_000; i++)
      marked += ids.isMarked(random.nextLong()) ? 1 : 0;
    assertThat(marked).as("seed %d", SEED).isLessThanOrEqualTo(1);
  }

  @Test
  void everyChangedBitUnmarksAnId() {
    long id = ids.draw(random);
    for (int bit = 0; bit < 64; bit++)
      assertThat(ids.isMarked(id ^ (1L << bit))).as("bit %d of %x", bit, id).isFalse();
  }

  private static ConnectionIds idsOf(String key) {
    return new ConnectionIds(new SeedProtection(new SeedKey(key)).markSalt());
  }
}
