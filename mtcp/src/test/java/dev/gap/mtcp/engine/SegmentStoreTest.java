package dev.gap.mtcp.engine;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.wire.SegmentHeader;

import static org.assertj.core.api.Assertions.assertThat;

final class SegmentStoreTest {
  private final ChunkPool pool = new ChunkPool();
  private final SegmentStore store = new SegmentStore(pool);

  @Test
  void behavesLikeAMapOfPayloadsWithinAMovingSpan() {
    long seed = 41;
    SplittableRandom random = new SplittableRandom(seed);
    TreeMap<Long, byte[]> model = new TreeMap<>();
    long first = (1L << 32) - 500;
    long end = first;
    for (int step = 0; step < 20_000; step++) {
      String where = "seed %d, step %d".formatted(seed, step);
      int most = step < 10_000 ? 20 : 600;
      if (random.nextBoolean() && end - first < most) {
        long reached = end + random.nextInt(1, 4);
        store.reserve(reached - first, first, end);
        end = reached;
        byte[] payload = payload(random, random.nextInt(1, SegmentHeader.MAX_PAYLOAD + 1));
        store.put(end - 1, payload, 0, payload.length);
        model.put(end - 1, payload);
      } else if (first < end) {
        store.release(first);
        model.remove(first++);
      }
      long probe = first + random.nextLong(Math.max(1, end - first));
      if (probe < end)
        assertThat(content(probe)).as(where).isEqualTo(model.getOrDefault(probe, new byte[0]));
    }
    for (long seq = first; seq < end; seq++)
      assertThat(content(seq)).as("seed %d, seq %d", seed, seq).isEqualTo(model.getOrDefault(seq, new byte[0]));
  }

  @Test
  void appendsToWhatIsThere() {
    store.put(3, new byte[]{1, 2}, 0, 2);
    store.append(3, new byte[]{0, 3, 4, 0}, 1, 2);
    assertThat(content(3)).containsExactly(1, 2, 3, 4);
  }

  @Test
  void copiesPartsFromAnOffset() {
    store.put(0, new byte[]{1, 2, 3, 4, 5}, 0, 5);
    byte[] to = new byte[4];
    store.copy(0, 2, to, 1, 3);
    assertThat(to).containsExactly(0, 3, 4, 5);
  }

  @Test
  void copyingNothingFromNothingIsFine() {
    store.copy(7, 0, new byte[0], 0, 0);
    assertThat(store.length(7)).isZero();
  }

  @Test
  void releasedChunksAreUsedAgainAndOnlyOnce() {
    store.put(0, new byte[]{1}, 0, 1);
    store.release(0);
    store.release(0);
    byte[] again = pool.take();
    assertThat(pool.take()).isNotSameAs(again);
    assertThat(store.length(0)).isZero();
  }

  @Test
  void releasingAllLeavesNothing() {
    for (int seq = 0; seq < 8; seq++)
      store.put(seq, new byte[]{1}, 0, 1);
    store.releaseAll();
    for (int seq = 0; seq < 8; seq++)
      assertThat(store.length(seq)).isZero();
  }

  private byte[] content(long seq) {
    byte[] to = new byte[store.length(seq)];
    store.copy(seq, 0, to, 0, to.length);
    return to;
  }

  private static byte[] payload(SplittableRandom random, int length) {
    byte[] payload = new byte[length];
    Arrays.fill(payload, (byte) random.nextInt());
    return payload;
  }
}
