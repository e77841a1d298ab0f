package dev.gap.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class StartupTest {
  private static final long MS = 1_000_000;
  private static final long TICK = 25 * MS;
  private static final long ROUND = 4 * TICK;

  private final Startup startup = new Startup();
  private long now;

  @Test
  void whatCameThroughCountsFromWhatTheFirstFlightHasShown() {
    startup.begin(64_000, Double.MAX_VALUE);
    startup.onDelivered(1000);
    startup.onDelivered(1000);
    assertThat(startup.cameThrough()).isEqualTo(66_000);
  }

  @Test
  void ofRoundTripsWithAQueueTheMostThatArrivedCounts() {
    assertThat(startup.queuedRate()).isZero();
    startup.onQueuedRound(1000);
    startup.onQueuedRound(900);
    assertThat(startup.queuedRate()).isEqualTo(1000);
  }

  @Test
  void nothingIsJudgedBeforeTheFirstAnswers() {
    startup.begin(64_000, 100);
    for (int i = 0; i < 4; i++)
      assertThat(isOver(1000, true)).isFalse();
    assertThat(startup.most(ROUND)).isEqualTo(Double.MAX_VALUE);
  }

  @Test
  void itGoesOnForAsLongAsMoreArrives() {
    startup.begin(64_000, Double.MAX_VALUE);
    double rate = 1000;
    for (int i = 0; i < 40; i++)
      assertThat(isOver(rate *= 1.21, true)).isFalse();
    assertThat(startup.most(ROUND)).isEqualTo(rate);
  }

  @Test
  void itEndsThreeRoundTripsAfterWhatArrivesHasStoppedToGrow() {
    startup.begin(64_000, Double.MAX_VALUE);
    answered();
    isOver(1000, true);
    for (int i = 0; i < 12; i++)
      assertThat(isOver(1100, true)).isFalse();
    assertThat(isOver(1100, true)).isTrue();
    assertThat(startup.most(ROUND)).isEqualTo(1100);
  }

  @Test
  void itEndsSoonWhereWhatIsSentDoesNotArrive() {
    startup.begin(64_000, Double.MAX_VALUE);
    answered();
    isOver(1000, false);
    assertThat(isOver(1000, false)).isFalse();
    assertThat(isOver(1000, false)).isFalse();
    assertThat(isOver(1000, false)).isTrue();
  }

  @Test
  void itEndsWhereAlmostAsMuchArrivesAsWasPromised() {
    startup.begin(64_000, 10_000);
    answered();
    assertThat(startup.promised()).isEqualTo(10_000);
    assertThat(isOver(4000, true)).isFalse();
    assertThat(isOver(7900, true)).isFalse();
    assertThat(isOver(8100, true)).isTrue();
  }

  private void answered() {
    for (int i = 0; i < 4; i++)
      isOver(0, true);
  }

  private boolean isOver(double rate, boolean arrives) {
    now += TICK;
    PathRound tick = new PathRound(now, TICK, 1000, 1000, 0, ROUND, 10, 0, false);
    startup.onTick(tick);
    return startup.isOver(tick, rate, ROUND, arrives);
  }
}
