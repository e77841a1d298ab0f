package dev.gap.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class SentSegmentsTest {
  private static final int BYTES = 1000;

  private final SentSegments sent = new SentSegments();

  @Test
  void nothingIsOutstandingAtFirst() {
    assertThat(sent.una()).isZero();
    assertThat(sent.nxt()).isZero();
    assertThat(sent.outstanding()).isZero();
    assertThat(sent.bytesInFlight()).isZero();
    assertThat(sent.firstLost()).isEqualTo(SentSegments.NONE);
    assertThat(sent.oldestInFlight()).isEqualTo(SentSegments.NONE);
  }

  @Test
  void aSegmentSentIsInFlight() {
    sent.onSent(BYTES, 10);
    sent.onSent(700, 20);

    assertThat(sent.nxt()).isEqualTo(2);
    assertThat(sent.outstanding()).isEqualTo(2);
    assertThat(sent.bytesInFlight()).isEqualTo(1700);
    assertThat(sent.oldestInFlight()).isZero();
    assertThat(sent.bytes(1)).isEqualTo(700);
    assertThat(sent.sentNanos(1)).isEqualTo(20);
    assertThat(sent.previousNanos(1)).isEqualTo(20);
    assertThat(sent.transmissions(1)).isEqualTo(1);
    assertThat(sent.isLost(1)).isFalse();
  }

  @Test
  void copiesAreCountedForTheLatestTransmissionAndKeptAsTheTableGrows() {
    send(2);
    sent.onCopied(0);
    sent.onCopied(1);
    sent.onCopied(1);
    sent.onLost(0);
    assertThat(sent.copies(0)).isEqualTo(1);
    sent.onResent(0, BYTES, 50);
    send(100);

    assertThat(sent.copies(0)).isZero();
    assertThat(sent.copies(1)).isEqualTo(2);
    assertThat(sent.copies(101)).isZero();
  }

  @Test
  void aLostSegmentWaitsToBeSentAgain() {
    send(3);
    sent.onLost(1);

    assertThat(sent.isLost(1)).isTrue();
    assertThat(sent.firstLost()).isEqualTo(1);
    assertThat(sent.bytesInFlight()).isEqualTo(2 * BYTES);
    assertThat(sent.outstanding()).isEqualTo(3);
  }

  @Test
  void theFirstLostIsTheLowestNumberNotTheFirstToBeLost() {
    send(5);
    sent.onLost(3);
    sent.onLost(1);
    assertThat(sent.firstLost()).isEqualTo(1);
    sent.onResent(1, BYTES, 100);
    assertThat(sent.firstLost()).isEqualTo(3);
  }

  @Test
  void aSegmentSentAgainIsTheYoungestInFlightAndRemembersItsTransmissionBefore() {
    send(3);
    sent.onLost(0);
    sent.onResent(0, 1200, 100);

    assertThat(sent.isLost(0)).isFalse();
    assertThat(sent.firstLost()).isEqualTo(SentSegments.NONE);
    assertThat(sent.transmissions(0)).isEqualTo(2);
    assertThat(sent.previousNanos(0)).isZero();
    assertThat(sent.sentNanos(0)).isEqualTo(100);
    assertThat(sent.bytes(0)).isEqualTo(1200);
    assertThat(sent.bytesInFlight()).isEqualTo(2 * BYTES + 1200);
    assertThat(inTransmitOrder()).containsExactly(1L, 2L, 0L);

    sent.onLost(0);
    sent.onResent(0, 1200, 250);
    assertThat(sent.previousNanos(0)).isEqualTo(100);
  }

  @Test
  void aDeliveredSegmentLeavesTheFlight() {
    send(4);
    sent.onDelivered(1);
    sent.onDelivered(2);

    assertThat(sent.bytesInFlight()).isEqualTo(2 * BYTES);
    assertThat(sent.nextUndelivered(0)).isZero();
    assertThat(sent.nextUndelivered(1)).isEqualTo(3);
    assertThat(sent.nextDelivered(0)).isEqualTo(1);
    assertThat(sent.nextDelivered(3)).isEqualTo(Long.MAX_VALUE);
    assertThat(inTransmitOrder()).containsExactly(0L, 3L);
  }

  @Test
  void aSegmentTakenForLostMayTurnOutDelivered() {
    send(2);
    sent.onLost(0);
    sent.onDelivered(0);

    assertThat(sent.isLost(0)).isFalse();
    assertThat(sent.firstLost()).isEqualTo(SentSegments.NONE);
    assertThat(sent.bytesInFlight()).isEqualTo(BYTES);
    assertThat(sent.nextUndelivered(0)).isEqualTo(1);
  }

  @Test
  void advancingForgetsWhatWasDelivered() {
    send(4);
    for (long seq = 0; seq < 3; seq++)
      sent.onDelivered(seq);
    sent.advance(2);

    assertThat(sent.una()).isEqualTo(2);
    assertThat(sent.outstanding()).isEqualTo(2);
    assertThat(sent.nextDelivered(0)).isEqualTo(2);
    assertThat(sent.nextUndelivered(2)).isEqualTo(3);
    assertThat(sent.oldestInFlight()).isEqualTo(3);
  }

  @Test
  void growsFarBeyondItsFirstSizeWithoutForgettingAnything() {
    send(50);
    for (long seq = 0; seq < 40; seq++)
      sent.onDelivered(seq);
    sent.advance(40); // so that the rows do not start at slot 0 when they are moved
    for (int i = 50; i < 5000; i++)
      sent.onSent(BYTES + i, i);
    sent.onLost(45);

    assertThat(sent.outstanding()).isEqualTo(4960);
    for (long seq = 50; seq < 5000; seq++) {
      assertThat(sent.bytes(seq)).isEqualTo((int) (BYTES + seq));
      assertThat(sent.sentNanos(seq)).isEqualTo(seq);
      assertThat(sent.transmissions(seq)).isEqualTo(1);
    }
    assertThat(sent.isLost(45)).isTrue();
    assertThat(inTransmitOrder()).hasSize(4959).isSorted().startsWith(40L).doesNotContain(45L);
  }

  @Test
  void longUseKeepsItsBooksStraightWhileTheRingWraps() {
    for (int i = 0; i < 10_000; i++) {
      sent.onSent(BYTES, i);
      if (i >= 30) {
        sent.onDelivered(i - 30);
        sent.advance(i - 29);
      }
    }
    assertThat(sent.outstanding()).isEqualTo(30);
    assertThat(sent.bytesInFlight()).isEqualTo(30L * BYTES);
    assertThat(sent.oldestInFlight()).isEqualTo(9970);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void followsASimpleModelUnderRandomOperations(long seed) {
    new Script(seed).run(4000);
  }

  private void send(int count) {
    for (int i = 0; i < count; i++)
      sent.onSent(BYTES, i);
  }

  /** Empties the flight. */
  private List<Long> inTransmitOrder() {
    List<Long> order = new ArrayList<>();
    for (long seq = sent.oldestInFlight(); seq != SentSegments.NONE; seq = sent.oldestInFlight()) {
      order.add(seq);
      sent.onLost(seq);
    }
    return order;
  }

  private static final class Row {
    private final long seq;
    private int bytes;
    private int transmissions;
    private long sentNanos;
    private long previousNanos;
    private boolean lost;
    private boolean delivered;

    Row(long seq) {
      this.seq = seq;
    }

    boolean inFlight() {
      return !lost && !delivered;
    }
  }

  /** Random operations on {@link SentSegments} and on a plain list of rows. */
  private static final class Script {
    private final SentSegments sent = new SentSegments();
    private final List<Row> rows = new ArrayList<>();
    private final List<Row> flight = new ArrayList<>();
    private final Random random;
    private final long seed;
    private long una;
    private long nxt;

    Script(long seed) {
      this.seed = seed;
      random = new Random(seed);
    }

    void run(int steps) {
      for (int step = 0; step < steps; step++) {
        // phases of filling up and of draining
        boolean filling = step / 400 % 2 == 0;
        int dice = random.nextInt(10);
        if (dice < (filling ? 6 : 2))
          send(step);
        else
          if (dice < 8)
            pick().ifPresent(this::resolve);
          else
            if (dice < 9)
              resend(step);
            else
              advance();
        check(step);
      }
    }

    private void send(long now) {
      Row row = new Row(nxt++);
      rows.add(row);
      transmit(row, now);
      sent.onSent(row.bytes, now);
    }

    private void transmit(Row row, long now) {
      row.bytes = 1 + random.nextInt(1400);
      row.transmissions++;
      row.previousNanos = row.transmissions == 1 ? now : row.sentNanos;
      row.sentNanos = now;
      row.lost = false;
      flight.add(row);
    }

    private Optional<Row> pick() {
      return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(random.nextInt(rows.size())));
    }

    private void resolve(Row row) {
      if (row.delivered)
        return;
      flight.remove(row);
      if (row.inFlight() && random.nextInt(3) == 0) {
        row.lost = true;
        sent.onLost(row.seq);
      } else {
        row.lost = false;
        row.delivered = true;
        sent.onDelivered(row.seq);
      }
    }

    private void resend(long now) {
      long seq = sent.firstLost();
      if (seq == SentSegments.NONE)
        return;
      Row row = rows.get((int) (seq - una));
      transmit(row, now);
      sent.onResent(seq, row.bytes, now);
    }

    private void advance() {
      int whole = 0;
      while (whole < rows.size() && rows.get(whole).delivered)
        whole++;
      int n = whole == 0 ? 0 : 1 + random.nextInt(whole);
      rows.subList(0, n).clear();
      una += n;
      sent.advance(una);
    }

    private void check(int step) {
      String where = "seed %d, step %d".formatted(seed, step);
      assertThat(sent.una()).as(where).isEqualTo(una);
      assertThat(sent.nxt()).as(where).isEqualTo(nxt);
      assertThat(sent.outstanding()).as(where).isEqualTo(rows.size());
      assertThat(sent.bytesInFlight()).as(where).isEqualTo(flight.stream().mapToLong(row -> row.bytes).sum());
      assertThat(sent.oldestInFlight()).as(where)
          .isEqualTo(flight.isEmpty() ? SentSegments.NONE : flight.getFirst().seq);
      assertThat(sent.firstLost()).as(where)
          .isEqualTo(rows.stream().filter(row -> row.lost).mapToLong(row -> row.seq).findFirst().orElse(-1));
      pick().ifPresent(row -> checkRow(row, where));
    }

    private void checkRow(Row row, String where) {
      assertThat(sent.bytes(row.seq)).as(where).isEqualTo(row.bytes);
      assertThat(sent.transmissions(row.seq)).as(where).isEqualTo(row.transmissions);
      assertThat(sent.sentNanos(row.seq)).as(where).isEqualTo(row.sentNanos);
      assertThat(sent.previousNanos(row.seq)).as(where).isEqualTo(row.previousNanos);
      assertThat(sent.isLost(row.seq)).as(where).isEqualTo(row.lost);
      long undelivered = row.seq;
      while (undelivered < nxt && rows.get((int) (undelivered - una)).delivered)
        undelivered++;
      assertThat(sent.nextUndelivered(row.seq)).as(where).isEqualTo(undelivered);
    }
  }
}
