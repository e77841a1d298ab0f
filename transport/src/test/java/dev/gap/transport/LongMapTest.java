package dev.gap.transport;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class LongMapTest {
  private static final long SALT = 0x5EED;

  private final LongMap<String> map = new LongMap<>(SALT);

  @Test
  void anAbsentKeyHasNoValue() {
    assertThat(map.get(0)).isNull();
    assertThat(map.remove(0)).isNull();
    assertThat(map.size()).isZero();
  }

  @Test
  void aKeyHasTheValueLastPut() {
    map.put(7, "a");
    map.put(7, "b");
    assertThat(map.get(7)).isEqualTo("b");
    assertThat(map.size()).isEqualTo(1);
  }

  @Test
  void everyKeyIsAllowed() {
    long[] keys = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, SALT, ~SALT};
    for (long key : keys)
      map.put(key, Long.toString(key));
    for (long key : keys)
      assertThat(map.get(key)).isEqualTo(Long.toString(key));
    assertThat(map.size()).isEqualTo(keys.length);
  }

  @Test
  void aRemovedKeyIsGoneAndGivesItsValue() {
    map.put(7, "a");
    assertThat(map.remove(7)).isEqualTo("a");
    assertThat(map.get(7)).isNull();
    assertThat(map.remove(7)).isNull();
    assertThat(map.size()).isZero();
  }

  @Test
  void forEachVisitsEveryValueOnce() {
    for (int i = 0; i < 1000; i++)
      map.put(i, Integer.toString(i));
    List<String> seen = new ArrayList<>();
    map.forEach(seen::add);
    assertThat(seen).hasSize(1000).doesNotHaveDuplicates();
  }

  @Test
  void collidingKeysSurviveTheRemovalOfTheirNeighboursAroundTheEndOfTheTable() {
    List<Long> keys = collidingKeys(40);
    for (int removed = 0; removed < keys.size(); removed++) {
      LongMap<Long> m = new LongMap<>(SALT);
      for (long key : keys)
        m.put(key, key);
      assertThat(m.remove(keys.get(removed))).isEqualTo(keys.get(removed));
      for (int i = 0; i < keys.size(); i++)
        assertThat(m.get(keys.get(i))).isEqualTo(i == removed ? null : keys.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void behavesAsAMapUnderRandomOperationsOnCollidingKeys(long seed) {
    // half the keys want the last slot of any small table, the others the first ones, or anywhere
    List<Long> keys = collidingKeys(60);
    for (long key = 0; key < 60; key++)
      keys.add(key);
    followsAModel(SALT, keys, 6000, seed);
  }

  @Test
  void behavesAsAMapForManySalts() {
    List<Long> keys = new ArrayList<>();
    for (long key = 0; key < 12; key++)
      keys.add(key);
    for (long salt = 0; salt < 300; salt++)
      followsAModel(salt * 0x1234_5678_9ABC_DEF1L, keys, 60, salt);
  }

  private static void followsAModel(long salt, List<Long> keys, int steps, long seed) {
    Random random = new Random(seed);
    LongMap<String> map = new LongMap<>(salt);
    Map<Long, String> model = new HashMap<>();
    int share = 5;
    for (int step = 0; step < steps; step++) {
      if (step % 50 == 0) share = 2 + random.nextInt(7); // phases of growing and of shrinking
      String where = "salt %d, seed %d, step %d".formatted(salt, seed, step);
      long key = keys.get(random.nextInt(keys.size()));
      if (random.nextInt(10) < share) {
        map.put(key, "v" + step);
        model.put(key, "v" + step);
      } else {
        assertThat(map.remove(key)).as(where).isEqualTo(model.remove(key));
      }
      assertThat(map.size()).as(where).isEqualTo(model.size());
      if (step % 10 == 0) {
        for (long k : keys)
          if (!Objects.equals(map.get(k), model.get(k)))
            assertThat(map.get(k)).as("%s, key %d", where, k).isEqualTo(model.get(k));
      }
    }
    List<String> values = new ArrayList<>();
    map.forEach(values::add);
    assertThat(values).as("salt %d, seed %d", salt, seed).containsExactlyInAnyOrderElementsOf(model.values());
  }

  /** Keys whose mixed hash, as {@link LongMap} computes it for {@link #SALT}, ends in ten ones. */
  private static List<Long> collidingKeys(int count) {
    List<Long> keys = new ArrayList<>();
    for (long key = 0; keys.size() < count; key++) {
      long h = (key ^ SALT) * 0x9E3779B97F4A7C15L;
      h = (h ^ (h >>> 32)) * 0xD6E8FEB86659FD93L;
      if ((h >>> 32 & 0x3FF) == 0x3FF)
        keys.add(key);
    }
    return keys;
  }
}
