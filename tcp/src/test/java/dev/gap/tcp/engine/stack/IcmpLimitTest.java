package dev.gap.tcp.engine.stack;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** How often errors are told of: RFC 4443 section 2.4 (f). */
class IcmpLimitTest {
  private static final long MS = 1_000_000;

  private final IcmpLimit limit = new IcmpLimit();

  private int taken(long now) {
    int taken = 0;
    while (limit.take(now))
      taken++;
    return taken;
  }

  @Test
  void tenAtOnceAndTenASecond() {
    assertThat(taken(0)).isEqualTo(10);
    assertThat(taken(99 * MS)).isZero();
    assertThat(taken(100 * MS)).isEqualTo(1);
    assertThat(taken(600 * MS)).isEqualTo(5);
  }

  @Test
  void whatIsNotUsedIsNotSavedBeyondThat() {
    assertThat(limit.take(-5000 * MS)).isTrue();
    assertThat(taken(3_600_000 * MS)).isEqualTo(10);
  }
}
