package dev.gap.transport;

import java.util.BitSet;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class RangeSetTest {
  private final RangeSet set = new RangeSet();

  @Test
  void aNewSetIsEmpty() {
    assertThat(set.isEmpty()).isTrue();
    assertThat(set.size()).isZero();
    assertThat(set.contains(0)).isFalse();
    assertThat(set.nextAbsent(7)).isEqualTo(7);
    assertThat(set.nextPresent(7)).isEqualTo(Long.MAX_VALUE);
    assertThat(set).hasToString("{}");
  }

  @Test
  void rangesApartStayApartInAscendingOrder() {
    set.add(20, 30);
    set.add(0, 10);
    set.add(40, 41);

    assertThat(set).hasToString("{[0, 10), [20, 30), [40, 41)}");
    assertThat(set.size()).isEqualTo(3);
    assertThat(set.first()).isZero();
    assertThat(set.start(1)).isEqualTo(20);
    assertThat(set.end(1)).isEqualTo(30);
  }

  @Test
  void rangesThatTouchOrOverlapBecomeOne() {
    set.add(0, 10);
    set.add(10, 20);
    set.add(15, 25);
    set.add(-5, 0);
    assertThat(set).hasToString("{[-5, 25)}");
  }

  @Test
  void aRangeAcrossManySwallowsThem() {
    for (int i = 0; i < 100; i += 10)
      set.add(i, i + 5);
    set.add(12, 83);
    assertThat(set).hasToString("{[0, 5), [10, 85), [90, 95)}");
  }

  @Test
  void addingWhatIsThereChangesNothing() {
    set.add(0, 10);
    set.add(3, 7);
    set.add(0, 10);
    assertThat(set).hasToString("{[0, 10)}");
  }

  @Test
  void anEmptyRangeNeitherAddsNorRemoves() {
    set.add(0, 10);
    set.add(20, 20);
    set.add(30, 25);
    set.remove(5, 5);
    set.remove(7, 3);
    assertThat(set).hasToString("{[0, 10)}");
  }

  @Test
  void removingTheMiddleSplitsARange() {
    set.add(0, 10);
    set.remove(4, 6);
    assertThat(set).hasToString("{[0, 4), [6, 10)}");
  }

  @Test
  void removingCutsTheEndsAndDropsWhatLiesBetween() {
    set.add(0, 10);
    set.add(20, 30);
    set.add(40, 50);
    set.remove(8, 42);
    assertThat(set).hasToString("{[0, 8), [42, 50)}");
  }

  @Test
  void removingExactlyARangeLeavesItsNeighbours() {
    set.add(0, 10);
    set.add(20, 30);
    set.add(40, 50);
    set.remove(20, 30);
    set.remove(10, 20);
    assertThat(set).hasToString("{[0, 10), [40, 50)}");
  }

  @Test
  void looksUpFromANumberOnward() {
    set.add(10, 20);
    set.add(30, 40);

    assertThat(set.contains(9)).isFalse();
    assertThat(set.contains(10)).isTrue();
    assertThat(set.contains(19)).isTrue();
    assertThat(set.contains(20)).isFalse();
    assertThat(set.nextAbsent(10)).isEqualTo(20);
    assertThat(set.nextAbsent(25)).isEqualTo(25);
    assertThat(set.nextPresent(0)).isEqualTo(10);
    assertThat(set.nextPresent(15)).isEqualTo(15);
    assertThat(set.nextPresent(20)).isEqualTo(30);
    assertThat(set.nextPresent(40)).isEqualTo(Long.MAX_VALUE);
    assertThat(set.indexOf(5)).isZero();
    assertThat(set.indexOf(20)).isEqualTo(1);
    assertThat(set.indexOf(40)).isEqualTo(2);
  }

  @Test
  void clearForgetsEverything() {
    set.add(0, 10);
    set.clear();
    assertThat(set.isEmpty()).isTrue();
    set.add(3, 4);
    assertThat(set).hasToString("{[3, 4)}");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void behavesAsASetOfNumbersUnderRandomOperations(long seed) {
    Random random = new Random(seed);
    int universe = 300;
    BitSet model = new BitSet(universe);
    for (int step = 0; step < 3000; step++) {
      int start = random.nextInt(universe);
      int end = Math.min(universe, start + (random.nextInt(4) == 0 ? random.nextInt(60) : random.nextInt(4)));
      boolean add = random.nextInt(5) < 3;
      if (add) {
        set.add(start, end);
        model.set(start, end);
      } else {
        set.remove(start, end);
        model.clear(start, end);
      }
      String where = "seed %d, step %d, %s [%d, %d)".formatted(seed, step, add ? "add" : "remove", start, end);
      assertThat(set.toString()).as(where).isEqualTo(ranges(model));
      int n = random.nextInt(universe + 10);
      assertThat(set.contains(n)).as(where).isEqualTo(model.get(n));
      assertThat(set.nextAbsent(n)).as(where).isEqualTo(model.nextClearBit(n));
      int present = model.nextSetBit(n);
      assertThat(set.nextPresent(n)).as(where).isEqualTo(present < 0 ? Long.MAX_VALUE : present);
      assertThat(set.isEmpty()).as(where).isEqualTo(model.isEmpty());
    }
  }

  private static String ranges(BitSet model) {
    StringBuilder s = new StringBuilder("{");
    int end;
    for (int start = model.nextSetBit(0); start >= 0; start = model.nextSetBit(end)) {
      end = model.nextClearBit(start);
      s.append(s.length() == 1 ? "" : ", ").append('[').append(start).append(", ").append(end).append(')');
    }
    return s.append('}').toString();
  }
}
