package dev.gap.mtcp.engine;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** On a path of a million bytes a second, with datagrams of a thousand bytes. */
class SpareRateTest {
  private static final long RATE = 1_000_000;
  private static final int DATAGRAM = 1000;
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long ROUND = 100 * MS;

  private final SpareRate spare = new SpareRate();
  /** Clocks begin anywhere. */
  private long now = -10_000 * ROUND;
  private long copies;
  private int wanted = 2;

  /** Sends so many bursts of {@code datagrams} each, one millisecond between them, and {@code idleMillis} after a burst. */
  private void send(int bursts, int datagrams, int idleMillis) {
    for (int i = 0; i < bursts; i++) {
      for (int j = 0; j < datagrams; j++) {
        now += MS;
        spare.onSent(DATAGRAM, RATE, now);
        copies += spare.take(DATAGRAM, wanted);
      }
      now += idleMillis * MS;
    }
  }

  @Test
  void theFirstMessagesHaveAllTheirCopies() {
    spare.onSent(200, RATE, 0);
    assertThat(spare.take(200, 2)).isEqualTo(2);
    assertThat(spare.take(200, 5)).isEqualTo(5);
  }

  @Test
  void aThousandthOfTheRateHasEverythingAsOftenAsItLikes() {
    for (int i = 0; i < 1000; i++) {
      now += 200 * MS;
      spare.onSent(200, RATE, now);
      assertThat(spare.take(200, 5)).isEqualTo(5);
    }
  }

  @Test
  void whoFillsThePathHasCopiesOfWhatWasSavedAndThenNone() {
    send(1, 100, 0);
    assertThat(copies).isBetween(1L, 3L);
    copies = 0;
    send(1, 1000, 0);
    assertThat(copies).isZero();
  }

  @ParameterizedTest(name = "bursts of {0}, pauses of {1} ms: {2} copies of each thousand")
  @CsvSource({"5, 15, 1500", "10, 30, 1500", "1, 9, 2000"})
  void copiesTakeHalfOfWhatIsLeft(int datagrams, int idleMillis, int perThousand) {
    send(10_000 / datagrams, datagrams, idleMillis);
    copies = 0;
    send(10_000 / datagrams, datagrams, idleMillis);
    assertThat((int) (copies / 10)).isBetween(perThousand * 9 / 10, perThousand * 11 / 10);
  }

  /** Some with a copy and some without wait as long as all without, and in the queue that the copies make. */
  @ParameterizedTest(name = "bursts of {0}, pauses of {1} ms")
  @CsvSource({"10, 10", "16, 4", "9, 11"})
  void whereLessIsLeftThanACopyOfEachThereAreNone(int datagrams, int idleMillis) {
    send(10_000 / datagrams, datagrams, idleMillis);
    copies = 0;
    send(10_000 / datagrams, datagrams, idleMillis);
    assertThat(copies).isZero();
  }

  /** A quarter of what is thought to be the rate: the thought may be wrong, and is tried with little before it is with much. */
  @Test
  void ofAFlowOfMuchTheFirstHaveHardlyAnyCopiesAndAfterASecondAllHave() {
    send(20, 5, 15);
    assertThat(copies).as("in 400 ms, of 200").isLessThan(10);
    send(50, 5, 15);
    copies = 0;
    send(20, 5, 15);
    assertThat(copies).as("after 1.4 s, of 200").isGreaterThan(140);
  }

  @Test
  void aPauseSavesUpForTheEndOfATransferButNoMore() {
    send(1, 1000, 10_000);
    copies = 0;
    send(1, 1000, 0);
    assertThat(copies).isBetween(20L, 50L);
  }

  @Test
  void aQueueHalvesTheShareOnceInARoundTrip() {
    wanted = 10;
    send(1000, 2, 18);
    copies = 0;
    for (int i = 0; i < 5; i++)
      spare.onQueue(ROUND, now);
    send(50, 2, 18);
    assertThat(copies).as("of 450").isBetween(180L, 360L);
  }

  @Test
  void whileAQueueStandsTheShareDoesNotGrow() {
    wanted = 10;
    send(1, 1, 0);
    spare.onQueue(300 * ROUND, now);
    send(100, 1, 99);
    copies = 0;
    send(100, 1, 99);
    // a fiftieth, which would have grown to a half within ten seconds
    assertThat(copies).as("of 1000").isBetween(150L, 250L);
  }

  @Test
  void whereAQueueKeepsComingBackLittleIsCopiedAndWhereItDoesNotTheShareReturns() {
    wanted = 10;
    for (int i = 0; i < 100; i++) {
      spare.onQueue(ROUND, now);
      send(5, 2, 18);
    }
    copies = 0;
    for (int i = 0; i < 20; i++) {
      spare.onQueue(ROUND, now);
      send(5, 2, 18);
    }
    assertThat(copies).as("with a queue, of 2000").isLessThan(60);
    send(1000, 2, 18);
    copies = 0;
    send(100, 2, 18);
    assertThat(copies).as("later, of 2000").isGreaterThan(700);
  }
}
