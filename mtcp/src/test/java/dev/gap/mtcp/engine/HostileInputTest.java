package dev.gap.mtcp.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.HandDriven.Sent;
import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.transport.PacketBatch;

import static dev.gap.mtcp.engine.HandDriven.NEAR;
import static org.assertj.core.api.Assertions.assertThat;

/** Whatever a holder of the key, or anyone else, sends: no exception, no state but what it is entitled to. */
final class HostileInputTest {
  private static final long SEED = 0x6D544350;
  private static final int MUTATIONS = 1_000_000;
  private static final int ROUND = 24;
  private static final int GARBAGE = 2;
  private static final int ROUNDS_OF_A_CONNECTION = 40;
  private static final long MS = 1_000_000;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final HostilePair pair = new HostilePair(random);

  @Test
  void everyTruncationOfGenuineSegmentsIsHarmless() {
    pair.establish();
    List<byte[]> corpus = new ArrayList<>(pair.corpus);
    assertThat(corpus).anyMatch(s -> s.length == SegmentHeader.MAX_DATAGRAM);
    for (byte[] segment : corpus) {
      for (int length = 0; length < segment.length; length += length < 100 ? 1 : 37) {
        byte[] cut = Arrays.copyOf(segment, length);
        pair.near.offer(cut);
        pair.far.offer(cut);
        if (pair.near.in.isFull())
          giveToBoth(0);
      }
    }
    giveToBoth(0);
    assertThat(pair.near.endpoint.connectionCount()).isEqualTo(1);
    assertThat(pair.far.endpoint.connectionCount()).isEqualTo(1);
  }

  @Test
  void aMillionMutationsDoNoHarm() {
    Mutator mutator = new Mutator(random);
    long heapBefore = usedHeap();
    int opened = 0;
    int rounds = 0;
    for (int fed = 0; fed < MUTATIONS; rounds++) {
      if (rounds % ROUNDS_OF_A_CONNECTION == 0 || !pair.isEstablished()) {
        pair.establish();
        opened++;
      }
      addGarbage(pair.near.in);
      addGarbage(pair.far.in);
      for (int i = 0; i < ROUND; i++) {
        pair.near.offer(mutator.mutate(pair.corpus));
        pair.far.offer(mutator.mutate(pair.corpus));
        fed += 2;
      }
      giveToBoth(GARBAGE);
      pair.use();
      // what genuine segments are still delivered, beside the hostile ones
      pair.exchange();
      pair.now += random.nextInt(20) * MS;
      checkState(rounds);
    }
    assertThat(opened).as("connections tormented, seed %d", SEED).isGreaterThan(200);
    EndpointStats.Snapshot far = pair.far.endpoint.stats().snapshot();
    assertThat(far.malformed()).isGreaterThan(MUTATIONS / 100);
    assertThat(far.unknown()).isGreaterThan(100);
    assertThat(usedHeap() - heapBefore).as("growth of the heap, seed %d", SEED).isLessThan(96L << 20);
    assertThat(far.opened()).as("seed %d", SEED).isLessThanOrEqualTo(pair.far.openings.size());
    assertThat(far.migrations()).as("seed %d", SEED).isPositive();
  }

  @Test
  void endpointsForgetEverythingOnceTheStormIsOver() {
    Mutator mutator = new Mutator(random);
    for (int round = 0; round < 500; round++) {
      if (round % ROUNDS_OF_A_CONNECTION == 0)
        pair.establish();
      for (int i = 0; i < ROUND; i++)
        pair.far.offer(mutator.mutate(pair.corpus));
      giveToBoth(0);
      pair.use();
      pair.now += MS;
    }
    for (HostilePair.Side side : List.of(pair.near, pair.far)) {
      side.turn(false);
      int steps = 0;
      for (long at = side.endpoint.nextTimeoutNanos(); at != Long.MAX_VALUE; at = side.endpoint.nextTimeoutNanos()) {
        assertThat(at).as("time of timeout, seed %d", SEED).isGreaterThan(pair.now);
        pair.now = at;
        side.turn(false);
        assertThat(++steps).as("timeouts, seed %d", SEED).isLessThan(2_000_000);
      }
      assertThat(side.endpoint.connectionCount()).as("seed %d", SEED).isZero();
    }
  }

  @Test
  void pureGarbageIsCountedAndNothingElse() {
    pair.establish();
    // what it owes to what came before: acknowledgments, and copies that guard its last segments
    for (int i = 0; i < 20; i++) {
      pair.now += MS;
      pair.far.turn(false);
    }
    long before = pair.far.endpoint.stats().snapshot().sent();
    for (int i = 0; i < 20_000; i++) {
      addGarbage(pair.far.in);
      pair.far.endpoint.receive(pair.far.in, pair.now);
      pair.far.in.clear();
    }
    pair.far.turn(false);
    EndpointStats.Snapshot stats = pair.far.endpoint.stats().snapshot();
    assertThat(stats.unauthentic()).isEqualTo(20_000L * GARBAGE);
    assertThat(stats.sent()).isEqualTo(before);
  }

  @Test
  void answersToStraysAreNoLongerAndResetsAreNotAnsweredByResets() {
    pair.establish();
    List<byte[]> corpus = new ArrayList<>(pair.corpus);
    Mutator mutator = new Mutator(random);
    for (EndpointConfig config : List.of(EndpointConfig.dialing(), EndpointConfig.acceptingUpTo(8))) {
      HandDriven side = new HandDriven(config);
      int answered = 0;
      for (int i = 0; i < 50_000; i++) {
        byte[] stray = mutator.mutate(corpus);
        if (Mutator.isOpening(stray) || stray.length < SegmentHeader.BYTES)
          continue;
        // early segments wait ten seconds for their opening: time passes, so that each has its answer now
        List<Sent> answers = new ArrayList<>(side.givePlain(NEAR, i * 20_000L * MS, stray));
        answers.addAll(side.runUntil((i * 20_000L + 15_000) * MS));
        answered += answers.size();
        String where = "stray %d, seed %d".formatted(i, SEED);
        assertThat(answers).as(where).hasSizeLessThanOrEqualTo(1);
        for (Sent answer : answers) {
          assertThat(answer.segment().length()).as(where).isLessThanOrEqualTo(stray.length);
          assertThat((stray[30] >>> 3) & SegmentHeader.RST).as(where).isZero();
        }
        assertThat(side.endpoint.connectionCount()).as(where).isZero();
      }
      assertThat(answered).isGreaterThan(1000);
    }
  }

  private void giveToBoth(int sealFrom) {
    pair.near.give(sealFrom);
    pair.far.give(sealFrom);
    pair.near.turn(false);
    pair.far.turn(false);
  }

  private void checkState(int round) {
    int near = pair.near.endpoint.connectionCount();
    int far = pair.far.endpoint.connectionCount();
    // those that the test has reset linger while their resets are repeated
    assertThat(near).as("round %d, seed %d", round, SEED).isLessThanOrEqualTo(50);
    assertThat(far).as("round %d, seed %d", round, SEED)
        .isLessThanOrEqualTo(Math.min(pair.far.openings.size(), HostilePair.MOST_CONNECTIONS));
  }

  private void addGarbage(PacketBatch batch) {
    IntStream.range(0, GARBAGE).forEach(i -> {
      byte[] garbage = new byte[random.nextInt(200)];
      random.nextBytes(garbage);
      System.arraycopy(garbage, 0, batch.next(), 0, garbage.length);
      batch.commit(garbage.length, NEAR);
    });
  }

  private static long usedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
