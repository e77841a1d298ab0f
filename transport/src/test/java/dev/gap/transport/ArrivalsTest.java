package dev.gap.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A path of 100 ms and 20 Mbit/s, of which a measurement takes a quarter of a round trip. */
final class ArrivalsTest {
  private static final int TICKS = 4;
  private static final int DATAGRAM = 1500;
  private static final long TICK = 25_000_000;
  private static final long SENT = 20_000_000 / 8 / 40;

  private final RandomLoss loss = new RandomLoss(DATAGRAM);
  private final TickHistory history = new TickHistory();
  private final Arrivals arrivals = new Arrivals(history, loss, TICKS, DATAGRAM);
  private long now;
  private PathRound last;

  /** One in five is lost, of as many as that. */
  private void learnLoss(int datagrams) {
    loss.beginUnloaded(0);
    for (int i = 0; i < datagrams; i++)
      loss.onResolved(DATAGRAM, i % 5 == 0, i);
    loss.endUnloaded(datagrams);
  }

  private void arrives(double share) {
    for (int i = 0; i < 2 * TICKS; i++) {
      now += TICK;
      last = new PathRound(now, TICK, SENT, (long) (share * SENT), 0, TICKS * TICK, TICKS, 0, false);
      history.add(last, 0);
    }
  }

  @Test
  void whatIsLostAtRandomIsNotMissed() {
    learnLoss(1000);
    arrives(0.8);

    assertThat(arrivals.follow(last, 0.95)).isTrue();
  }

  @Test
  void aBottleneckThatDropsAFifthMoreIsNoNoise() {
    learnLoss(1000);
    arrives(0.64);

    assertThat(arrivals.follow(last, 0.95)).isFalse();
  }

  @Test
  void aLossKnownFromFewDatagramsIsDoubted() {
    learnLoss(100);
    arrives(0.665);
    assertThat(arrivals.follow(last, 0.95)).isTrue();

    learnLoss(1000);
    assertThat(arrivals.follow(last, 0.95)).isFalse();
  }

  @Test
  void whatArrivesWasSentARoundTripBeforeAndNoMoreThanTwoAreRemembered() {
    arrives(1);
    assertThat(arrivals.lag(last)).isEqualTo(TICKS);

    PathRound longer = new PathRound(now, TICK, SENT, SENT, 0, 40 * TICK, TICKS, 0, false);
    assertThat(arrivals.lag(longer)).isEqualTo(2 * TICKS);
  }
}
