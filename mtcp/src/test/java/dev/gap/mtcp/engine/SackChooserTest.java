package dev.gap.mtcp.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.mtcp.engine.wire.SegmentView;
import dev.gap.transport.RangeSet;

import static org.assertj.core.api.Assertions.assertThat;

final class SackChooserTest {
  private final RangeSet ranges = new RangeSet();
  private final SackChooser chooser = new SackChooser(ranges);

  record Block(int first, int last) {}

  @Test
  void nothingOutOfOrderMakesNoBlocks() {
    assertThat(write(10, 0)).isEmpty();
  }

  @Test
  void tellsAllWhenThereIsRoom() {
    arrive(9, 4, 5, 7);
    assertThat(write(3, 0)).containsExactly(new Block(4, 5), new Block(7, 7), new Block(9, 9));
  }

  @Test
  void noRoomMakesNoBlocks() {
    arrive(4);
    assertThat(write(0, 0)).isEmpty();
  }

  @Test
  void oneBlockOfRoomTellsTheMostRecent() {
    arrive(4, 8, 6);
    assertThat(write(1, 0)).containsExactly(new Block(6, 6));
  }

  @Test
  void tellsRecentRangesFirstThenTheLowestInAscendingOrder() {
    for (int seq = 2; seq <= 40; seq += 2)
      arrive(seq);
    arrive(20 + 1, 31);
    // eight blocks: six recent ones (31 and 21 each joined two ranges), and the two lowest
    assertThat(write(8, 0)).containsExactly(new Block(2, 2), new Block(4, 4), new Block(20, 22), new Block(30, 32),
        new Block(34, 34), new Block(36, 36), new Block(38, 38), new Block(40, 40));
  }

  @Test
  void aRunOfArrivalsCountsOnce() {
    for (int seq = 10; seq < 200; seq += 10)
      arrive(seq);
    for (int seq = 500; seq < 600; seq++)
      arrive(seq);
    // the run takes one place of the three recent ones
    assertThat(write(4, 0)).containsExactly(new Block(10, 10), new Block(180, 180), new Block(190, 190),
        new Block(500, 599));
  }

  @Test
  void neverTellsOfWhatLiesBelowNext() {
    for (int seq = 2; seq <= 40; seq += 2)
      arrive(seq);
    arrive(3, 5);
    // all up to 20 has been filled in
    ranges.remove(0, 20);
    assertThat(write(4, 20)).hasSize(4).allMatch(b -> b.first >= 20);
  }

  @Test
  void fillsAllRoomAscendingWithTrueRangesWhateverArrives() {
    long seed = 12;
    SplittableRandom random = new SplittableRandom(seed);
    int next = 0;
    for (int step = 0; step < 20_000; step++) {
      arrive(next + 1 + random.nextInt(600));
      if (random.nextInt(50) == 0) {
        next += random.nextInt(100);
        ranges.remove(0, next);
        if (ranges.contains(next)) {
          int end = (int) ranges.nextAbsent(next);
          ranges.remove(0, end);
          next = end;
        }
      }
      int room = random.nextInt(200);
      List<Block> blocks = write(room, next);
      String where = "seed %d, step %d".formatted(seed, step);
      assertThat(blocks).as(where).hasSize(Math.min(Math.min(room, 177), ranges.size()));
      int last = next;
      for (Block b : blocks) {
        assertThat(b.first).as(where).isGreaterThan(last);
        assertThat(ranges.start(ranges.indexOf(b.first))).as(where).isEqualTo(b.first);
        assertThat(ranges.end(ranges.indexOf(b.first))).as(where).isEqualTo(b.last + 1);
        last = b.last;
      }
    }
  }

  @Test
  void everyArrivalIsToldInSeveralLists() {
    // many old gaps, and each new arrival makes another one
    for (int seq = 2; seq <= 1000; seq += 2)
      arrive(seq);
    for (int seq = 2000; seq < 2100; seq += 2) {
      arrive(seq);
      List<Block> told = write(16, 0);
      for (int recent = Math.max(2000, seq - 10); recent <= seq; recent += 2)
        assertThat(told).contains(new Block(recent, recent));
    }
  }

  private void arrive(int... seqs) {
    for (int seq : seqs) {
      if (ranges.contains(seq))
        continue;
      ranges.add(seq, seq + 1);
      chooser.onOutOfOrder(seq);
    }
  }

  private List<Block> write(int room, int next) {
    byte[] out = new byte[SegmentHeader.MAX_DATAGRAM];
    int n = chooser.write(out, room, next);
    int length = SegmentHeader.BYTES + n * SegmentHeader.SACK_BLOCK;
    SegmentHeader.write(out, 0, 0, 0, 0, 0, 0, SegmentHeader.ACK, length);
    SegmentView view = new SegmentView();
    assertThat(view.parse(out, length)).isEqualTo(SegmentView.Verdict.OK);
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < n; i++)
      blocks.add(new Block(view.sackFirst(i), view.sackLast(i)));
    return blocks;
  }
}
