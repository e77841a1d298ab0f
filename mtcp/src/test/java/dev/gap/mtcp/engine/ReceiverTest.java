package dev.gap.mtcp.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.Receiver.Outcome;
import dev.gap.mtcp.engine.WindowPolicy.Fixed;
import dev.gap.mtcp.engine.wire.SegmentHeader;

import static dev.gap.mtcp.engine.Receiver.Outcome.ACCEPTED;
import static dev.gap.mtcp.engine.Receiver.Outcome.UNACCEPTABLE;
import static dev.gap.mtcp.engine.TestSegment.data;
import static dev.gap.mtcp.engine.TestSegment.fin;
import static dev.gap.mtcp.engine.TestSegment.opening;
import static dev.gap.mtcp.engine.TestSegment.pure;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

final class ReceiverTest {
  private static final int WINDOW = 100;

  private final ChunkPool pool = new ChunkPool();
  private final Receiver receiver = new Receiver(pool, new ReceiveWindow(new Fixed(WINDOW)));

  @Test
  void deliversInOrderAndCountsReadableBytesExactly() {
    assertThat(receive(opening())).isEqualTo(ACCEPTED);
    assertThat(receive(data(1, "hello"))).isEqualTo(ACCEPTED);
    assertThat(receive(data(2, ", mTCP"))).isEqualTo(ACCEPTED);

    assertThat(receiver.next()).isEqualTo(3);
    assertThat(receiver.unreadBytes()).isEqualTo(11);
    assertThat(read(3)).isEqualTo("hel");
    assertThat(receiver.unreadBytes()).isEqualTo(8);
    assertThat(read(100)).isEqualTo("lo, mTCP");
    assertThat(receiver.unreadBytes()).isZero();
    assertThat(read(100)).isEmpty();
    assertThat(receiver.isFinished()).isFalse();
  }

  @Test
  void holdsBackWhatIsOutOfOrderUntilTheGapIsFilled() {
    receive(data(2, "C"));
    receive(data(1, "B"));
    receive(data(4, "E"));
    assertThat(receiver.hasGap()).isTrue();
    assertThat(receiver.next()).isZero();
    assertThat(receiver.unreadBytes()).isZero();

    receive(data(0, "A"));
    assertThat(receiver.next()).isEqualTo(3);
    assertThat(read(100)).isEqualTo("ABC");
    assertThat(receiver.hasGap()).isTrue();
    receive(data(3, "D"));
    assertThat(receiver.hasGap()).isFalse();
    assertThat(read(100)).isEqualTo("DE");
  }

  @Test
  void refusesDuplicatesInOrderAndOutOfOrder() {
    receive(data(0, "A"));
    receive(data(5, "F"));
    assertThat(receive(data(0, "x"))).isEqualTo(UNACCEPTABLE);
    assertThat(receive(data(5, "x"))).isEqualTo(UNACCEPTABLE);
    assertThat(receiver.unreadBytes()).isEqualTo(1);
    for (int seq = 1; seq < 5; seq++)
      receive(data(seq, "-"));
    assertThat(read(100)).isEqualTo("A----F");
  }

  @Test
  void takesAPureAcknowledgmentAtTheNextNumberAndRefusesAProbeBeforeIt() {
    receive(data(0, "A"));
    assertThat(receive(pure(1))).isEqualTo(ACCEPTED);
    assertThat(receive(pure(0))).isEqualTo(UNACCEPTABLE);
    assertThat(receiver.next()).isEqualTo(1);
  }

  @Test
  void aFinBeforeItsDataEndsTheStreamOnlyAfterThem() {
    receive(fin(2));
    assertThat(receiver.isFinished()).isFalse();
    receive(data(1, "B"));
    receive(data(0, "A"));
    assertThat(receiver.isFinished()).isTrue();
    assertThat(receiver.next()).isEqualTo(3);
    assertThat(receiver.unreadBytes()).isEqualTo(2);
    assertThat(read(1)).isEqualTo("A");
    assertThat(read(10)).isEqualTo("B");
    assertThat(receiver.read(new byte[1], 0, 1)).isEqualTo(-1);
    assertThat(receiver.read(new byte[1], 0, 1)).isEqualTo(-1);
  }

  @Test
  void aFinAloneEndsAnEmptyStream() {
    receive(fin(0));
    assertThat(receiver.read(new byte[1], 0, 1)).isEqualTo(-1);
  }

  @Test
  void refusesWhatComesAfterTheFin() {
    receive(fin(1));
    assertThat(receive(data(2, "C"))).isEqualTo(UNACCEPTABLE);
    receive(data(0, "A"));
    assertThat(receive(data(2, "C"))).isEqualTo(UNACCEPTABLE);
    assertThat(read(100)).isEqualTo("A");
  }

  @Test
  void theWindowClosesWithUnreadDataAndReopensWithReading() {
    for (int seq = 0; seq < WINDOW; seq++) {
      assertThat(receiver.window()).isEqualTo(WINDOW - seq);
      assertThat(receive(data(seq, "0123456789"))).isEqualTo(ACCEPTED);
    }
    receiver.onAckSent();
    assertThat(receiver.window()).isZero();
    assertThat(receiver.shouldUpdateWindow()).isFalse();
    assertThat(receive(data(WINDOW, "x"))).isEqualTo(UNACCEPTABLE);
    assertThat(receive(pure(WINDOW))).as("an empty segment at the closed window").isEqualTo(ACCEPTED);
    assertThat(receiver.unreadBytes()).isEqualTo(10 * WINDOW);

    read(10);
    assertThat(receiver.window()).isEqualTo(1);
    assertThat(receiver.shouldUpdateWindow()).isTrue();
    receiver.onAckSent();
    assertThat(receive(data(WINDOW, "x"))).isEqualTo(ACCEPTED);
    read(10 * WINDOW);
    assertThat(receiver.window()).isEqualTo(WINDOW);
  }

  @Test
  void aSegmentReadInPartStillFillsItsPlace() {
    receive(data(0, "0123456789"));
    read(9);
    assertThat(receiver.window()).isEqualTo(WINDOW - 1);
    read(1);
    assertThat(receiver.window()).isEqualTo(WINDOW);
  }

  @Test
  void theEdgeThatWasOnceToldHoldsAndNothingBeyondItIsTaken() {
    assertThat(receive(data(WINDOW, "x"))).isEqualTo(UNACCEPTABLE);
    assertThat(receive(data(WINDOW - 1, "x"))).isEqualTo(ACCEPTED);
    assertThat(receive(fin(WINDOW))).isEqualTo(UNACCEPTABLE);
    receiver.tuning().setPolicy(new Fixed(1));
    assertThat(receive(data(WINDOW - 2, "x"))).isEqualTo(ACCEPTED);
    assertThat(receive(data(WINDOW, "x"))).isEqualTo(UNACCEPTABLE);
    assertThat(receive(data(Integer.MAX_VALUE, "x"))).isEqualTo(UNACCEPTABLE);
    assertThat(receive(data(-1, "x"))).isEqualTo(UNACCEPTABLE);
    assertThat(receive(data(Integer.MIN_VALUE, "x"))).isEqualTo(UNACCEPTABLE);
  }

  @Test
  void anUpdateIsDueWhenAQuarterOfTheWindowHasOpened() {
    for (int seq = 0; seq < 50; seq++)
      receive(data(seq, "x"));
    receiver.onAckSent();
    read(24);
    assertThat(receiver.shouldUpdateWindow()).isFalse();
    read(1);
    assertThat(receiver.shouldUpdateWindow()).isTrue();
    receiver.onAckSent();
    assertThat(receiver.shouldUpdateWindow()).isFalse();
  }

  @Test
  void aFirstFlightOfThirtyTwoIsTakenWhateverTheWindow() {
    Receiver narrow = new Receiver(pool, new ReceiveWindow(new Fixed(2)));
    for (int seq = 0; seq < 32; seq++)
      assertThat(narrow.receive(data(seq, "x").view(), 0)).as("seq %d", seq).isEqualTo(ACCEPTED);
    assertThat(narrow.receive(data(32, "x").view(), 0)).isEqualTo(UNACCEPTABLE);
    assertThat(narrow.window()).isZero();
  }

  @Test
  void aResetIsBelievedInTheWindowAlone() {
    receive(data(0, "A"));
    assertThat(receiver.isResetAcceptable(1)).isTrue();
    assertThat(receiver.isResetAcceptable(WINDOW - 1)).isTrue();
    assertThat(receiver.isResetAcceptable(0)).isFalse();
    assertThat(receiver.isResetAcceptable(WINDOW)).isFalse();
    assertThat(receiver.isResetAcceptable(-1)).isFalse();
  }

  @Test
  void aClosedWindowBelievesAResetAtTheNextNumberAlone() {
    for (int seq = 0; seq < WINDOW; seq++)
      receive(data(seq, "x"));
    receiver.onAckSent();
    assertThat(receiver.isResetAcceptable(WINDOW)).isTrue();
    assertThat(receiver.isResetAcceptable(WINDOW + 1)).isFalse();
    assertThat(receiver.isResetAcceptable(WINDOW - 1)).isFalse();
  }

  @Test
  void echoesTheEarliestUnacknowledgedTimestamp() {
    receive(data(0, "A").withTs(10, 0));
    receive(data(1, "B").withTs(11, 0));
    assertThat(receiver.tsRecent()).as("RFC 7323: the first of those not acknowledged").isEqualTo(10);
    receiver.onAckSent();
    receive(data(3, "D").withTs(13, 0));
    assertThat(receiver.tsRecent()).as("an arrival after a gap is not echoed").isEqualTo(10);
    receive(data(2, "C").withTs(12, 0));
    assertThat(receiver.tsRecent()).isEqualTo(12);
    receiver.onAckSent();
    receive(data(0, "A").withTs(9, 0));
    assertThat(receiver.tsRecent()).as("never an earlier one").isEqualTo(12);
    receive(pure(3).withTs(20, 0));
    assertThat(receiver.tsRecent()).as("a probe's own").isEqualTo(20);
  }

  @Test
  void timestampsWrap() {
    receive(data(0, "A").withTs(-2, 0));
    receiver.onAckSent();
    receive(data(1, "B").withTs(3, 0));
    assertThat(receiver.tsRecent()).isEqualTo(3);
  }

  @Test
  void releasingKeepsOrDropsWhatWasNotRead() {
    receive(data(0, "A"));
    receive(data(2, "C"));
    receiver.release(true);
    assertThat(receiver.hasGap()).isFalse();
    assertThat(read(10)).isEqualTo("A");
    receive(data(1, "B"));
    receiver.release(false);
    assertThat(receiver.unreadBytes()).isZero();
    assertThat(read(10)).isEmpty();
  }

  @Test
  void anyOrderOfArrivalGivesTheSameStream() {
    for (long seed = 1; seed <= 50; seed++) {
      Receiver shuffled = new Receiver(pool, new ReceiveWindow(WindowPolicy.AUTO));
      List<TestSegment> segments = new ArrayList<>();
      StringBuilder expected = new StringBuilder();
      segments.add(opening());
      for (int seq = 1; seq < 250; seq++) {
        String text = seq + ";".repeat(seq % 9);
        expected.append(text);
        segments.add(data(seq, text));
      }
      segments.add(fin(250));
      segments.addAll(segments.subList(0, 100));
      Collections.shuffle(segments, new Random(seed));
      for (TestSegment s : segments)
        shuffled.receive(s.view(), 0);

      assertThat(shuffled.unreadBytes()).as("seed %d", seed).isEqualTo(expected.length());
      assertThat(read(shuffled, 10_000)).as("seed %d", seed).isEqualTo(expected.toString());
      assertThat(shuffled.read(new byte[1], 0, 1)).as("seed %d", seed).isEqualTo(-1);
      assertThat(shuffled.next()).as("seed %d", seed).isEqualTo(251);
    }
  }

  @Test
  void sackTellsOfEveryGapWhenItFits() {
    receive(data(2, "x"));
    receive(data(3, "x"));
    receive(data(7, "x"));
    assertThat(receiver.sackFits(2)).isTrue();
    assertThat(receiver.sackFits(1)).isFalse();
    byte[] out = new byte[SegmentHeader.MAX_DATAGRAM];
    assertThat(receiver.writeSack(out, 64)).isEqualTo(2);
    SegmentHeader.write(out, 0, 0, 0, 0, 0, 0, SegmentHeader.ACK, 48);
    assertThat(TestSegment.read(out, 48).sack()).containsExactly(2, 3, 7, 7);
  }

  private Outcome receive(TestSegment segment) {
    return receiver.receive(segment.view(), 0);
  }

  private String read(int most) {
    return read(receiver, most);
  }

  private static String read(Receiver from, int most) {
    byte[] to = new byte[most + 2];
    int n = from.read(to, 1, most);
    return new String(to, 1, n, UTF_8);
  }
}
