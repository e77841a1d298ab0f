package dev.gap.tcp.engine.send;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.tcp.engine.wire.Flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is in flight, beside a list that counts from scratch. */
class FlightTest {
  private final Flight flight = new Flight();

  @Test
  void aNewFlightIsEmpty() {
    assertThat(flight.isEmpty()).isTrue();
    assertThat(flight.size()).isZero();
    assertThat(flight.inFlight(0)).isZero();
    assertThat(flight.indexOf(5)).isZero();
  }

  @Test
  void segmentsStandInOrderAndAreFoundByTheirNumbers() {
    for (int i = 0; i < 100; i++)
      flight.add(10L * i, 10L * i + 10, 0);
    assertThat(flight.size()).isEqualTo(100);
    assertThat(flight.get(7).start).isEqualTo(70);
    assertThat(flight.last().end).isEqualTo(1000);
    assertThat(flight.indexOf(-1)).isZero();
    assertThat(flight.indexOf(69)).isEqualTo(6);
    assertThat(flight.indexOf(70)).isEqualTo(7);
    assertThat(flight.indexOf(999)).isEqualTo(99);
    assertThat(flight.indexOf(1000)).isEqualTo(100);
  }

  @Test
  void whatIsNotThereCannotBeGot() {
    assertThatThrownBy(flight::removeFirst).isInstanceOf(RuntimeException.class);
    flight.add(0, 10, 0);
    assertThatThrownBy(() -> flight.get(1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void theHeadOfASplitSegmentKeepsNeitherPushNorFin() {
    SentSegment whole = flight.add(0, 101, Flags.PSH | Flags.FIN);
    whole.sentNanos = 77;
    whole.delivered = 5;
    flight.markLost(whole);
    flight.split(0, 60);
    assertThat(flight.size()).isEqualTo(2);
    SentSegment head = flight.get(0);
    SentSegment tail = flight.get(1);
    assertThat(head.start).isZero();
    assertThat(head.end).isEqualTo(60);
    assertThat(head.flags).isZero();
    assertThat(tail.start).isEqualTo(60);
    assertThat(tail.end).isEqualTo(101);
    assertThat(tail.flags).isEqualTo(Flags.PSH | Flags.FIN);
    assertThat(tail.sentNanos).isEqualTo(77);
    assertThat(tail.delivered).isEqualTo(5);
    assertThat(tail.lost).isTrue();
    assertThat(flight.lost()).isEqualTo(2);
  }

  @Test
  void whatWasAcknowledgedSelectivelyIsNeitherLostNorUnderWay() {
    SentSegment segment = flight.add(0, 10, 0);
    flight.markLost(segment);
    flight.markRetransmitted(segment);
    assertThat(flight.inFlight(0)).isEqualTo(1);
    flight.markSacked(segment);
    assertThat(flight.inFlight(0)).isZero();
    assertThat(segment.everRetransmitted).isTrue();
    flight.markLost(segment);
    assertThat(segment.lost).isFalse();
    flight.clearSacked(segment);
    assertThat(flight.inFlight(0)).isEqualTo(1);
  }

  @Test
  void aCopyThatIsTakenForLostIsUnderWayNoMore() {
    SentSegment segment = flight.add(0, 10, 0);
    flight.markLost(segment);
    flight.markRetransmitted(segment);
    flight.markLost(segment);
    assertThat(flight.inFlight(0)).isZero();
    assertThat(segment.retransmitted).isFalse();
    assertThat(segment.everRetransmitted).isTrue();
  }

  @Test
  void anIdleConnectionKeepsNoLargeMemory() {
    for (int i = 0; i < 10_000; i++)
      flight.add(i, i + 1L, 0);
    for (int i = 0; i < 10_000; i++)
      flight.removeFirst();
    assertThat(flight.isEmpty()).isTrue();
    flight.add(5, 6, 0);
    assertThat(flight.get(0).start).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void behavesAsAListUnderRandomOperations(long seed) {
    Random random = new Random(seed);
    List<SentSegment> model = new ArrayList<>();
    long next = 0;
    for (int step = 0; step < 20_000; step++) {
      int kind = random.nextInt(12);
      if (model.isEmpty() || kind < 4) {
        long end = next + 2 + random.nextInt(50);
        model.add(flight.add(next, end, random.nextInt(4) == 0 ? Flags.PSH : 0));
        next = end;
      } else if (kind < 6) {
        flight.removeFirst();
        model.removeFirst();
      } else {
        int i = random.nextInt(model.size());
        SentSegment segment = model.get(i);
        switch (kind) {
          case 6 -> flight.markSacked(segment);
          case 7 -> flight.markLost(segment);
          case 8 -> flight.markRetransmitted(segment);
          case 9 -> flight.clearLost(segment);
          case 10 -> flight.clearRetransmitted(segment);
          default -> {
            if (segment.end - segment.start > 1) {
              flight.split(i, segment.start + 1 + random.nextLong(segment.end - segment.start - 1));
              model.add(i + 1, flight.get(i + 1));
            }
          }
        }
      }
      if (random.nextInt(2000) == 0) {
        flight.clear();
        model.clear();
      }
      check(model, "seed %d, step %d".formatted(seed, step), random, next);
    }
  }

  private void check(List<SentSegment> model, String where, Random random, long next) {
    int sacked = 0;
    int lost = 0;
    int retransmitted = 0;
    for (int i = 0; i < model.size(); i++) {
      SentSegment segment = model.get(i);
      if (flight.get(i) != segment) throw new AssertionError(where + ": another segment at " + i);
      if (segment.sacked) sacked++;
      if (segment.lost) lost++;
      if (segment.retransmitted) retransmitted++;
    }
    assertThat(flight.size()).as(where).isEqualTo(model.size());
    assertThat(flight.sacked()).as(where).isEqualTo(sacked);
    assertThat(flight.lost()).as(where).isEqualTo(lost);
    assertThat(flight.retransmitted()).as(where).isEqualTo(retransmitted);
    if (next == 0) return;
    long sequence = random.nextLong(next);
    int index = 0;
    while (index < model.size() && model.get(index).end <= sequence)
      index++;
    assertThat(flight.indexOf(sequence)).as(where).isEqualTo(index);
  }
}
