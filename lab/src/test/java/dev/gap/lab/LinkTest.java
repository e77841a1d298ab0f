package dev.gap.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gap.transport.PacketEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

final class LinkTest {
  private static final long MS = 1_000_000;
  private static final byte[] DATA = new byte[1000 - LinkSpec.UDP_OVERHEAD_BYTES];
  /** {@link #DATA} takes 1 ms to send and 10 ms to arrive. */
  private static final LinkSpec SLOW = LinkSpec.PERFECT.withRate(8_000_000).withDelay(Duration.ofMillis(10));

  record Arrival(int label, long nanos) {}

  @Test
  void deliversExactlyWhenSentAndPropagated() {
    Link<Integer> link = new Link<>(SLOW, 1);
    link.admit(1, DATA, DATA.length, 0);
    link.admit(2, DATA, DATA.length, 0);

    assertThat(link.nextDueNanos()).isEqualTo(11 * MS);
    assertThat(link.poll(11 * MS - 1, (label, bytes, length) -> {})).isFalse();
    assertThat(drain(link)).containsExactly(new Arrival(1, 11 * MS), new Arrival(2, 12 * MS));
    assertThat(link.nextDueNanos()).isEqualTo(PacketEngine.NEVER);
  }

  @Test
  void sustainsExactlyTheRate() {
    Link<Integer> link = new Link<>(SLOW.withQueue(Duration.ZERO), 1);
    for (int i = 0; i < 1000; i++)
      link.admit(i, DATA, DATA.length, 0);

    assertThat(drain(link)).last().isEqualTo(new Arrival(999, 1010 * MS));
    LinkStats stats = link.stats();
    assertThat(stats.bytesOut()).isEqualTo(1000L * DATA.length);
    assertThat(stats.maxQueueDelayNanos()).isEqualTo(999 * MS);
    assertThat(stats.meanQueueDelayNanos()).isEqualTo(999 * MS / 2);
  }

  @Test
  void dropsAndCountsWhatAFullQueueCannotTake() {
    Link<Integer> link = new Link<>(SLOW.withQueue(Duration.ofMillis(5)), 1);
    List<Boolean> admitted = new ArrayList<>();
    for (int i = 0; i < 8; i++)
      admitted.add(link.admit(i, DATA, DATA.length, 0));

    assertThat(admitted).containsExactly(true, true, true, true, true, true, false, false);
    assertThat(link.stats().overflowed()).isEqualTo(2);
    assertThat(drain(link)).extracting(Arrival::label).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void takesRateForLostDatagramsToo() {
    Link<Integer> link = new Link<>(SLOW.withLoss(1), 1);
    assertThat(link.admit(0, DATA, DATA.length, 0)).isFalse();
    link.setSpec(SLOW, 0);
    link.admit(1, DATA, DATA.length, 0);

    assertThat(link.stats().lost()).isEqualTo(1);
    assertThat(drain(link)).containsExactly(new Arrival(1, 12 * MS));
  }

  @Test
  void deliversDuplicatesWithTheSameBytes() {
    Link<Integer> link = new Link<>(LinkSpec.PERFECT.withDuplicate(1), 1);
    byte[] data = {1, 2, 3, 4};
    link.admit(7, data, 3, 0);
    data[0] = 99;

    List<List<Byte>> seen = new ArrayList<>();
    while (link.poll(0, (label, bytes, length) -> seen.add(copy(bytes, length)))) {
      // collected
    }
    List<Byte> expected = List.of((byte) 1, (byte) 2, (byte) 3);
    assertThat(seen).containsExactly(expected, expected);
    assertThat(link.stats()).isEqualTo(new LinkStats(1, 2, 0, 0, 0, 1, 0, 3, 6, 0, 0));
  }

  @Test
  void corruptsEachCopyByItself() {
    Link<Integer> link = new Link<>(LinkSpec.PERFECT.withDuplicate(1).withCorrupt(1), 1);
    byte[] data = new byte[64];
    link.admit(7, data, 64, 0);

    List<Integer> flippedBits = new ArrayList<>();
    while (link.poll(0, (label, bytes, length) -> flippedBits.add(bitsSet(bytes, length)))) {
      // collected
    }
    assertThat(flippedBits).containsExactly(1, 1);
    assertThat(link.stats().corrupted()).isEqualTo(2);
    assertThat(bitsSet(data, 64)).isZero();
  }

  @Test
  void letsDatagramsOvertakeByJitterAndByShortcut() {
    Link<Integer> jitter = new Link<>(LinkSpec.PERFECT.withJitter(Duration.ofMillis(5)), 1);
    Link<Integer> shortcut = new Link<>(LinkSpec.PERFECT.withDelay(Duration.ofMillis(5)).withReorder(0.2), 1);
    for (int i = 0; i < 1000; i++) {
      jitter.admit(i, DATA, 10, i * MS);
      shortcut.admit(i, DATA, 10, i * MS);
    }

    for (Link<Integer> link : List.of(jitter, shortcut)) {
      List<Arrival> arrivals = drain(link);
      assertThat(arrivals).hasSize(1000).isSortedAccordingTo((a, b) -> Long.compare(a.nanos, b.nanos));
      assertThat(inversions(arrivals)).isBetween(100, 500);
    }
  }

  @Test
  void keepsTheOrderWithoutJitterOrReordering() {
    Link<Integer> link = new Link<>(SLOW.withLoss(0.3).withDuplicate(0.3).withQueue(Duration.ZERO), 1);
    for (int i = 0; i < 1000; i++)
      link.admit(i, DATA, 10, 0);

    assertThat(inversions(drain(link))).isZero();
  }

  @Test
  void dropsEverythingInABlackoutAndStillDeliversWhatIsOnItsWay() {
    Link<Integer> link = new Link<>(SLOW.withLoss(0), 1);
    link.admit(1, DATA, DATA.length, 0);
    link.setBlackout(true);
    assertThat(link.admit(2, DATA, DATA.length, 0)).isFalse();
    assertThat(link.admit(3, DATA, DATA.length, 0)).isFalse();
    link.setBlackout(false);
    link.admit(4, DATA, DATA.length, 0);

    assertThat(drain(link)).containsExactly(new Arrival(1, 11 * MS), new Arrival(4, 12 * MS));
    assertThat(link.stats().blackoutDropped()).isEqualTo(2);
    assertThat(link.stats().packetsIn()).isEqualTo(4);
    assertThat(link.stats().lost()).isZero();
  }

  @Test
  void drainsItsQueueAtAChangedRate() {
    Link<Integer> link = new Link<>(SLOW, 1);
    for (int i = 0; i < 3; i++)
      link.admit(i, DATA, DATA.length, 0);

    // datagram 0 has left the queue, 1 has half its transmission to go, 2 all of it
    link.setSpec(SLOW.withRate(800_000), 3 * MS / 2);

    assertThat(drain(link)).containsExactly(new Arrival(0, 11 * MS), new Arrival(1, (15 + 50 + 100) * MS / 10),
        new Arrival(2, (15 + 150 + 100) * MS / 10));
  }

  @Test
  void losesAndDuplicatesInTheLongRunAsSpecified() {
    Link<Integer> link = new Link<>(LinkSpec.PERFECT.withLoss(0.1).withBurst(3).withDuplicate(0.02), 1);
    for (int i = 0; i < 200_000; i++) {
      link.admit(i, DATA, 1, i);
      drain(link);
    }

    LinkStats stats = link.stats();
    assertThat(stats.lost()).isCloseTo(20_000, within(600L));
    assertThat(stats.duplicated()).isCloseTo(3_600, within(200L));
    assertThat(stats.packetsOut()).isEqualTo(stats.packetsIn() - stats.lost() + stats.duplicated());
  }

  @Test
  void givesTheSameResultsForTheSameSeedOnly() {
    assertThat(trace(1, bad())).isEqualTo(trace(1, bad())).isNotEqualTo(trace(2, bad()));
  }

  @Test
  void losesTheSameDatagramsWhateverElseIsTurnedOn() {
    LinkSpec loss = LinkSpec.PERFECT.withLoss(0.2);

    assertThat(trace(1, loss.withJitter(Duration.ofMillis(1)).withCorrupt(0.5)).stream().map(Arrival::label).sorted())
        .containsExactlyElementsOf(trace(1, loss).stream().map(Arrival::label).toList());
  }

  @Test
  void refusesALengthBeyondTheArray() {
    Link<Integer> link = new Link<>(LinkSpec.PERFECT, 1);

    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> link.admit(1, new byte[3], 4, 0));
  }

  private static LinkSpec bad() {
    return SLOW.withJitter(Duration.ofMillis(3)).withLoss(0.1).withBurst(2).withReorder(0.1).withDuplicate(0.1)
        .withCorrupt(0.1);
  }

  private static List<Arrival> trace(long seed, LinkSpec spec) {
    Link<Integer> link = new Link<>(spec, seed);
    for (int i = 0; i < 2000; i++)
      link.admit(i, DATA, 500, i * MS);
    return drain(link);
  }

  private static List<Arrival> drain(Link<Integer> link) {
    List<Arrival> arrivals = new ArrayList<>();
    while (link.inFlight() > 0) {
      long due = link.nextDueNanos();
      link.poll(due, (label, bytes, length) -> arrivals.add(new Arrival(label, due)));
    }
    return arrivals;
  }

  private static int inversions(List<Arrival> arrivals) {
    int inversions = 0;
    for (int i = 1; i < arrivals.size(); i++)
      inversions += arrivals.get(i).label < arrivals.get(i - 1).label ? 1 : 0;
    return inversions;
  }

  private static int bitsSet(byte[] bytes, int length) {
    int bits = 0;
    for (int i = 0; i < length; i++)
      bits += Integer.bitCount(bytes[i] & 0xff);
    return bits;
  }

  private static List<Byte> copy(byte[] bytes, int length) {
    List<Byte> copy = new ArrayList<>();
    for (int i = 0; i < length; i++)
      copy.add(bytes[i]);
    return copy;
  }
}
