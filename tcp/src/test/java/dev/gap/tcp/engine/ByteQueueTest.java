package dev.gap.tcp.engine;

import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A queue of bytes beside a plain array that does the same. */
class ByteQueueTest {
  private static final int MOST = 400_000;

  @Test
  void aNewQueueIsEmpty() {
    ByteQueue queue = new ByteQueue();
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.size()).isZero();
    assertThat(queue.take(new byte[10], 0, 10)).isZero();
    queue.drop(0);
    queue.clear();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void takingTakesNoMoreThanThereIs() {
    ByteQueue queue = new ByteQueue();
    queue.add(new byte[]{9, 1, 2, 3, 9}, 1, 3);
    byte[] to = new byte[6];
    assertThat(queue.take(to, 1, 5)).isEqualTo(3);
    assertThat(to).containsExactly(0, 1, 2, 3, 0, 0);
    assertThat(queue.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void behavesAsAnArrayUnderRandomOperations(long seed) {
    Random random = new Random(seed);
    ChunkPool pool = new ChunkPool(4);
    // two that share their memory must not meet
    ByteQueue[] queues = {new ByteQueue(), new ByteQueue()};
    byte[][] models = new byte[2][MOST];
    int[] sizes = new int[2];
    for (ByteQueue queue : queues) {
      if (seed % 2 == 0) queue.use(pool);
    }
    for (int step = 0; step < 4000; step++) {
      int which = random.nextInt(2);
      ByteQueue queue = queues[which];
      byte[] model = models[which];
      int size = sizes[which];
      String where = "seed %d, step %d".formatted(seed, step);
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> {
          byte[] piece = new byte[random.nextInt(random.nextInt(10) == 0 ? 100_000 : 3000)];
          random.nextBytes(piece);
          int offset = random.nextInt(piece.length + 1);
          int length = Math.min(piece.length - offset, MOST - size);
          queue.add(piece, offset, length);
          System.arraycopy(piece, offset, model, size, length);
          size += length;
        }
        case 3 -> {
          int length = random.nextInt(random.nextInt(5) == 0 ? size + 1 : Math.min(size, 3000) + 1);
          queue.drop(length);
          System.arraycopy(model, length, model, 0, size - length);
          size -= length;
        }
        case 4 -> {
          byte[] to = new byte[random.nextInt(20_000)];
          int part = queue.take(to, 0, to.length);
          assertThat(part).as(where).isEqualTo(Math.min(to.length, size));
          assertThat(Arrays.equals(to, 0, part, model, 0, part)).as(where).isTrue();
          System.arraycopy(model, part, model, 0, size - part);
          size -= part;
        }
        default -> {
          if (random.nextInt(30) > 0) break;
          queue.clear();
          size = 0;
        }
      }
      sizes[which] = size;
      for (int i = 0; i < 2; i++)
        check(queues[i], models[i], sizes[i], random, where);
    }
  }

  private static void check(ByteQueue queue, byte[] model, int size, Random random, String where) {
    assertThat(queue.size()).as(where).isEqualTo(size);
    assertThat(queue.isEmpty()).as(where).isEqualTo(size == 0);
    int skip = random.nextInt(size + 1);
    int length = random.nextInt(Math.min(size - skip, 5000) + 1);
    byte[] copy = new byte[length + 2];
    queue.copy(skip, copy, 1, length);
    assertThat(Arrays.equals(copy, 1, 1 + length, model, skip, skip + length)).as(where).isTrue();
  }
}
