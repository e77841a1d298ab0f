package dev.gap.mtcp;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class ByteRingTest {
  private static final long SEED = 97;
  private static final int BOUND = 64 << 10;

  @Test
  void behavesLikeAQueueOfBytes() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int bound : new int[]{4096, 8192, BOUND}) {
      ByteRing ring = new ByteRing(bound);
      ArrayDeque<Byte> model = new ArrayDeque<>();
      byte[] buffer = new byte[bound + 100];
      for (int step = 0; step < 1500; step++) {
        String where = "seed %d, bound %d, step %d".formatted(SEED, bound, step);
        int length = random.nextInt(random.nextInt(4) == 0 ? bound + 100 : 300);
        switch (random.nextInt(5)) {
          case 0, 1 -> {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            System.arraycopy(bytes, 0, buffer, buffer.length - length, length);
            int taken = ring.put(buffer, buffer.length - length, length);
            assertThat(taken).as(where).isEqualTo(Math.min(length, bound - model.size()));
            for (int i = 0; i < taken; i++)
              model.addLast(bytes[i]);
          }
          case 2 -> {
            int given = ring.get(buffer, 0, length);
            assertThat(given).as(where).isEqualTo(Math.min(length, model.size()));
            assertThat(Arrays.copyOf(buffer, given)).as(where).isEqualTo(poll(model, given));
          }
          case 3 -> {
            int n = Math.min(length, ring.headLength());
            int at = ring.headOffset();
            assertThat(Arrays.copyOfRange(ring.array(), at, at + n)).as(where).isEqualTo(poll(model, n));
            ring.skip(n);
          }
          default -> {
            if (random.nextInt(100) == 0) {
              ring.clear();
              model.clear();
            }
          }
        }
        assertThat(ring.size()).as(where).isEqualTo(model.size());
        assertThat(ring.room()).as(where).isEqualTo(bound - model.size());
        assertThat(ring.array().length).as(where).isLessThanOrEqualTo(bound);
        assertThat(ring.headLength() > 0).as(where).isEqualTo(!model.isEmpty());
      }
    }
  }

  @Test
  void growsFromNothingOnlyAsFarAsItMust() {
    ByteRing ring = new ByteRing(BOUND);
    assertThat(ring.array()).isEmpty();
    ring.put(new byte[5000], 0, 5000);
    assertThat(ring.array()).hasSize(8192);
    ring.put(new byte[BOUND], 0, BOUND);
    assertThat(ring.array()).hasSize(BOUND);
    assertThat(ring.room()).isZero();
    assertThat(ring.put(new byte[1], 0, 1)).isZero();
  }

  @Test
  void givesMuchMemoryBackWhenEmptyAndKeepsLittle() {
    ByteRing ring = new ByteRing(BOUND);
    ring.put(new byte[BOUND], 0, BOUND);
    ring.skip(BOUND);
    assertThat(ring.array()).isEmpty();

    ring.put(new byte[100], 0, 100);
    ring.skip(100);
    assertThat(ring.array()).hasSize(4096);
    ring.clear();
    assertThat(ring.array()).isEmpty();
  }

  private static byte[] poll(ArrayDeque<Byte> model, int n) {
    byte[] bytes = new byte[n];
    for (int i = 0; i < n; i++)
      bytes[i] = model.removeFirst();
    return bytes;
  }
}
