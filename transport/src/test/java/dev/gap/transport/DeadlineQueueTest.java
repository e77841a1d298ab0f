package dev.gap.transport;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class DeadlineQueueTest {
  private static final class Thing extends DeadlineQueue.Entry {
    private final int name;

    Thing(int name) {
      this.name = name;
    }

    @Override
    public String toString() {
      return "thing " + name;
    }
  }

  private final DeadlineQueue<Thing> queue = new DeadlineQueue<>();
  private final Thing a = new Thing(1);
  private final Thing b = new Thing(2);
  private final Thing c = new Thing(3);

  @Test
  void anEmptyQueueHasNothingDueEver() {
    assertThat(queue.earliest()).isEqualTo(PacketEngine.NEVER);
    assertThat(queue.pollDue(Long.MAX_VALUE)).isNull();
    assertThat(queue.size()).isZero();
  }

  @Test
  void thingsComeOutEarliestFirstAndNotBeforeTheirTime() {
    queue.set(a, 30);
    queue.set(b, 10);
    queue.set(c, 20);

    assertThat(queue.earliest()).isEqualTo(10);
    assertThat(queue.pollDue(9)).isNull();
    assertThat(queue.pollDue(10)).isSameAs(b);
    assertThat(queue.pollDue(10)).isNull();
    assertThat(queue.pollDue(100)).isSameAs(c);
    assertThat(queue.pollDue(100)).isSameAs(a);
    assertThat(queue.pollDue(100)).isNull();
  }

  @Test
  void aDeadlineMovesBothWays() {
    queue.set(a, 10);
    queue.set(b, 20);
    queue.set(c, 30);
    queue.set(a, 40);
    queue.set(c, 5);

    assertThat(queue.size()).isEqualTo(3);
    assertThat(queue.pollDue(100)).isSameAs(c);
    assertThat(queue.pollDue(100)).isSameAs(b);
    assertThat(queue.pollDue(100)).isSameAs(a);
  }

  @Test
  void neverTakesAThingOut() {
    queue.set(a, 10);
    queue.set(b, 20);
    queue.set(a, PacketEngine.NEVER);
    queue.set(c, PacketEngine.NEVER);

    assertThat(queue.size()).isEqualTo(1);
    assertThat(queue.earliest()).isEqualTo(20);
  }

  @Test
  void aThingThatIsNotInMayBeRemovedAndOneThatWasOutMayComeBack() {
    queue.remove(a);
    queue.set(a, 10);
    queue.remove(a);
    queue.remove(a);
    assertThat(queue.size()).isZero();
    queue.set(a, 7);
    assertThat(queue.pollDue(7)).isSameAs(a);
    queue.set(a, 9);
    assertThat(queue.earliest()).isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void behavesAsASortedListUnderRandomMovesAndRemovals(long seed) {
    Random random = new Random(seed);
    List<Thing> things = new ArrayList<>();
    for (int i = 0; i < 100; i++)
      things.add(new Thing(i));
    long[] model = new long[things.size()];
    Arrays.fill(model, PacketEngine.NEVER);
    long now = 0;
    for (int step = 0; step < 8000; step++) {
      String where = "seed %d, step %d".formatted(seed, step);
      Thing thing = things.get(random.nextInt(things.size()));
      switch (random.nextInt(10)) {
        case 0 -> {
          queue.remove(thing);
          model[thing.name] = PacketEngine.NEVER;
        }
        case 1 -> {
          queue.set(thing, PacketEngine.NEVER);
          model[thing.name] = PacketEngine.NEVER;
        }
        case 2 -> {
          now += random.nextInt(20);
          Thing due = queue.pollDue(now);
          long earliest = earliest(model);
          assertThat(due != null).as(where).isEqualTo(earliest <= now);
          if (due != null) {
            assertThat(model[due.name]).as(where).isEqualTo(earliest);
            model[due.name] = PacketEngine.NEVER;
          }
        }
        default -> {
          long deadline = now + random.nextInt(200); // few values, so that many are equal
          queue.set(thing, deadline);
          model[thing.name] = deadline;
        }
      }
      assertThat(queue.earliest()).as(where).isEqualTo(earliest(model));
      assertThat(queue.size()).as(where)
          .isEqualTo((int) Arrays.stream(model).filter(d -> d < PacketEngine.NEVER).count());
    }
    drainsInOrder(model, seed);
  }

  private void drainsInOrder(long[] model, long seed) {
    List<Long> drained = new ArrayList<>();
    for (Thing due = queue.pollDue(Long.MAX_VALUE); due != null; due = queue.pollDue(Long.MAX_VALUE))
      drained.add(model[due.name]);
    assertThat(drained).as("seed %d", seed).isSorted()
        .containsExactlyInAnyOrderElementsOf(Arrays.stream(model).filter(d -> d < PacketEngine.NEVER).boxed().toList());
  }

  private static long earliest(long[] model) {
    return Arrays.stream(model).min().orElseThrow();
  }
}
