package dev.gap.tcp.engine.receive;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.tcp.engine.ByteQueue;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.IpPacket;
import dev.gap.tcp.engine.wire.Options;
import dev.gap.tcp.engine.wire.Segment;
import dev.gap.tcp.engine.wire.SegmentWriter;

import static org.assertj.core.api.Assertions.assertThat;

/** Data that comes before its time, and the blocks that tell of it: RFC 2018 and 2883. */
class ReassemblyTest {
  private final Reassembly reassembly = new Reassembly();
  private final ByteQueue ready = new ByteQueue();

  /** Byte n of the stream is n. */
  private boolean add(long start, long end) {
    byte[] bytes = new byte[(int) (end - start) + 3];
    for (int i = 0; i < end - start; i++)
      bytes[3 + i] = (byte) (start + i);
    return reassembly.add(start, bytes, 3, (int) (end - start));
  }

  /** {@return the blocks that an acknowledgment tells, start and end of each} */
  private List<Long> told() {
    Options options = new Options().clear();
    reassembly.tell(options, true);
    byte[] packet = new byte[100];
    SegmentWriter writer = new SegmentWriter(Options.Order.LINUX);
    Address any = Address.v4(1);
    writer.begin(packet, 0, new SegmentWriter.Frame(any, any, 1, 2, 0, 64, true), 0, 0, 0, 0x10, 0, 0, options);
    int length = writer.finish(0, true);
    IpPacket ip = new IpPacket();
    Segment segment = new Segment();
    assertThat(ip.parse(packet, 0, length, true) && segment.parse(ip, true)).isTrue();
    List<Long> blocks = new ArrayList<>();
    for (int i = 0; i < segment.sackCount(); i++) {
      blocks.add((long) segment.sackStart(i));
      blocks.add((long) segment.sackEnd(i));
    }
    return blocks;
  }

  private long take(long next) {
    return reassembly.take(next, ready, true);
  }

  @Test
  void nothingIsToldOfNothing() {
    assertThat(reassembly.isEmpty()).isTrue();
    assertThat(reassembly.hasBlocks()).isFalse();
    assertThat(told()).isEmpty();
    assertThat(take(5)).isEqualTo(5);
  }

  @Test
  void theNewestBlockIsToldFirst() {
    add(10, 20);
    add(30, 40);
    add(50, 60);
    assertThat(told()).containsExactly(50L, 60L, 30L, 40L, 10L, 20L);
    add(20, 25);
    assertThat(told()).containsExactly(10L, 25L, 50L, 60L, 30L, 40L);
    // what closes the gap between two makes them one
    add(40, 50);
    assertThat(told()).containsExactly(30L, 60L, 10L, 25L);
  }

  @Test
  void fourBlocksAreToldAtMostAndTheOldestIsLeftOut() {
    for (int i = 1; i <= 6; i++)
      add(20L * i, 20L * i + 10);
    assertThat(told()).containsExactly(120L, 130L, 100L, 110L, 80L, 90L, 60L, 70L);
  }

  @Test
  void aDuplicateIsToldOnceBeforeTheBlocks() {
    add(10, 20);
    reassembly.duplicate(2, 5);
    assertThat(told()).containsExactly(2L, 5L, 10L, 20L);
    assertThat(told()).containsExactly(10L, 20L);
  }

  @Test
  void whatComesTwiceAboveTheGapIsToldAsADuplicateWithItsBlock() {
    add(10, 30);
    add(40, 50);
    assertThat(add(15, 20)).isTrue();
    // RFC 2883 section 4.1.1: the second block is the one that holds the first
    assertThat(told()).containsExactly(15L, 20L, 10L, 30L, 40L, 50L);
    assertThat(reassembly.bytes()).isEqualTo(30);
  }

  @Test
  void takingGivesWhatFollowsWithoutAGap() {
    add(10, 20);
    add(20, 25);
    add(30, 40);
    assertThat(take(5)).isEqualTo(5);
    assertThat(take(10)).isEqualTo(25);
    assertThat(ready.size()).isEqualTo(15);
    byte[] bytes = new byte[15];
    ready.take(bytes, 0, 15);
    for (int i = 0; i < 15; i++)
      assertThat(bytes[i]).isEqualTo((byte) (10 + i));
    assertThat(reassembly.bytes()).isEqualTo(10);
    assertThat(told()).containsExactly(30L, 40L);
  }

  @Test
  void aFinHasANumberButNoByte() {
    add(10, 20);
    reassembly.addFin(20);
    assertThat(told()).containsExactly(10L, 21L);
    assertThat(reassembly.bytes()).isEqualTo(10);
    assertThat(take(10)).isEqualTo(20);
  }

  @Test
  void clearForgetsEverything() {
    add(10, 20);
    reassembly.duplicate(1, 2);
    reassembly.clear();
    assertThat(reassembly.isEmpty()).isTrue();
    assertThat(reassembly.hasBlocks()).isFalse();
    assertThat(reassembly.bytes()).isZero();
    assertThat(told()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void everyByteComesOnceAndInOrderWhateverTheOrderOfArrival(long seed) {
    Random random = new Random(seed);
    int total = 3000;
    BitSet arrived = new BitSet();
    long next = 0;
    int read = 0;
    for (int step = 0; next < total; step++) {
      String where = "seed %d, step %d".formatted(seed, step);
      int start = (int) Math.min(total - 1, next + random.nextInt(400));
      int end = Math.min(total, start + 1 + random.nextInt(60));
      boolean before = arrived.get(start, end).cardinality() > 0;
      if (start > next) {
        assertThat(add(start, end)).as(where).isEqualTo(before);
        arrived.set(start, end);
      } else {
        byte[] bytes = new byte[end - start];
        for (int i = 0; i < bytes.length; i++)
          bytes[i] = (byte) (start + i);
        ready.add(bytes, 0, bytes.length);
        arrived.set(start, end);
        next = take(end);
        assertThat(next).as(where).isEqualTo(arrived.nextClearBit(0));
      }
      BitSet held = (BitSet) arrived.clone();
      held.clear(0, (int) next);
      assertThat(reassembly.bytes()).as(where).isEqualTo(held.cardinality());
      assertThat(reassembly.isEmpty()).as(where).isEqualTo(held.isEmpty());
      List<Long> blocks = told();
      int first = !blocks.isEmpty() && (blocks.getFirst() < next || before) ? 2 : 0;
      for (int i = first; i < blocks.size(); i += 2) {
        int from = blocks.get(i).intValue();
        int to = blocks.get(i + 1).intValue();
        assertThat(held.get(from, to).cardinality()).as(where).isEqualTo(to - from);
        assertThat(held.get(to)).as(where).isFalse();
      }
      while (!ready.isEmpty()) {
        byte[] one = new byte[1];
        ready.take(one, 0, 1);
        assertThat(one[0]).as(where).isEqualTo((byte) read++);
      }
      assertThat(read).as(where).isEqualTo((int) next);
    }
  }
}
