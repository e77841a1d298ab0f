package dev.gap.mtcp.engine;

import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.Departed.Remains;

import static org.assertj.core.api.Assertions.assertThat;

final class DepartedTest {
  private static final long SECOND = 1_000_000_000;

  private final Departed departed = new Departed(5);

  @Test
  void remembersForAMinute() {
    departed.add(7, true, 11, 12, 13, 100 * SECOND);

    assertThat(departed.get(7, 100 * SECOND)).isEqualTo(new Remains(7, true, 11, 12, 13, 160 * SECOND));
    assertThat(departed.get(7, 160 * SECOND - 1)).isNotNull();
    assertThat(departed.get(7, 160 * SECOND)).isNull();
    assertThat(departed.get(8, 100 * SECOND)).isNull();
  }

  @Test
  void givesUpTheMemoryOfWhatItHasForgotten() {
    for (int i = 0; i < 1000; i++)
      departed.add(i, false, 0, 0, 0, i);
    departed.add(5000, false, 0, 0, 0, 61 * SECOND);

    assertThat(departed.size()).isEqualTo(1);
  }

  @Test
  void aFloodPushesOutTheOldestAndStaysBounded() {
    for (int i = 0; i < 100_000; i++)
      departed.add(i, false, 0, 0, 0, i);

    assertThat(departed.size()).isEqualTo(65_536);
    assertThat(departed.get(99_999, 100_000)).isNotNull();
    assertThat(departed.get(100_000 - 65_536, 100_000)).isNotNull();
    assertThat(departed.get(100_000 - 65_537, 100_000)).isNull();
  }

  @Test
  void anIdThatDepartsAgainIsRememberedAnew() {
    departed.add(7, false, 0, 0, 0, 0);
    departed.add(7, true, 1, 1, 1, 61 * SECOND);

    assertThat(departed.get(7, 62 * SECOND)).isNotNull();
  }

  @Test
  void worksWithAnyOriginOfTime() {
    long now = Long.MAX_VALUE - 30 * SECOND;
    departed.add(7, true, 0, 0, 0, now);

    assertThat(departed.get(7, now + 59 * SECOND)).isNotNull();
    assertThat(departed.get(7, now + 60 * SECOND)).isNull();
  }
}
