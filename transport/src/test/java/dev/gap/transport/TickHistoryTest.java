package dev.gap.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class TickHistoryTest {
  private static final long MILLI = 1_000_000;

  private final TickHistory history = new TickHistory();

  private void tick(long end, long millis, long sent) {
    history.add(new PathRound(end * MILLI, millis * MILLI, sent, 0, 0, MILLI, 1, 0, false), 0);
  }

  @Test
  void whatWasSentBetweenTwoMeasurementsIsSharedOut() {
    tick(25, 25, 1000);
    tick(50, 25, 2000);
    tick(75, 25, 4000);
    tick(100, 25, 8000);

    assertThat(history.sendRateBefore(0, history.durationNanos(1))).isCloseTo(8000 / 0.025, within(1.0));
    assertThat(history.sendRateBefore(25 * MILLI, history.durationNanos(1))).isCloseTo(4000 / 0.025, within(1.0));
    // two fifths of one and three fifths of the one before
    assertThat(history.sendRateBefore(35 * MILLI, history.durationNanos(1)))
        .isCloseTo((0.6 * 4000 + 0.4 * 2000) / 0.025, within(1.0));
  }

  @Test
  void ticksOfUnequalLengthAreSharedOutByTime() {
    tick(100, 100, 10_000);
    tick(120, 20, 4000);

    assertThat(history.sendRateBefore(30 * MILLI, history.durationNanos(1))).isCloseTo(100_000, within(1.0));
    assertThat(history.sendRateBefore(10 * MILLI, history.durationNanos(1))).isCloseTo((2000 + 1000) / 0.020,
        within(1.0));
  }

  @Test
  void beforeTheFirstNothingWasSent() {
    assertThat(history.sendRateBefore(0, history.durationNanos(4))).isZero();
    tick(10, 10, 1000);
    assertThat(history.sendRateBefore(10 * MILLI, history.durationNanos(1))).isZero();
  }
}
