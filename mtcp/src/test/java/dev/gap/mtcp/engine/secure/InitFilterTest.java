package dev.gap.mtcp.engine.secure;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class InitFilterTest {
  private static final long START = 1_800_000_000_000L;
  private static final long SKEW = 60_000;

  private final SplittableRandom random = new SplittableRandom(5);
  /** Negative at first, as a monotonic clock may be. */
  private final long startNanos = -TimeUnit.HOURS.toNanos(1);
  private long sinceStart;
  private long wall = START;
  private final InitFilter filter = new InitFilter(TimeUnit.MILLISECONDS.toNanos(SKEW), START, startNanos);

  private long now() {
    return startNanos + TimeUnit.MILLISECONDS.toNanos(sinceStart);
  }

  private void pass(long millis) {
    sinceStart += millis;
    wall += millis;
  }

  private boolean timely(long claimed) {
    return filter.isTimely(claimed, wall, now());
  }

  private byte[] ephemeral() {
    byte[] e = new byte[32];
    random.nextBytes(e);
    return e;
  }

  private byte[] accept(long claimed) {
    byte[] e = ephemeral();
    assertThat(timely(claimed)).isTrue();
    assertThat(filter.isNew(e)).isTrue();
    filter.remember(e, claimed, now());
    return e;
  }

  private boolean accepts(byte[] e, long claimed) {
    return timely(claimed) && filter.isNew(e);
  }

  @Test
  void clocksMayDifferByTheSkewAndNoMore() {
    pass(10 * SKEW);
    assertThat(timely(wall - SKEW)).isTrue();
    assertThat(timely(wall + SKEW)).isTrue();
    assertThat(timely(wall - SKEW - 1)).isFalse();
    assertThat(timely(wall + SKEW + 1)).isFalse();
    assertThat(timely(0)).isFalse();
    assertThat(timely(Long.MAX_VALUE)).isFalse();
    assertThat(timely(Long.MIN_VALUE)).isFalse();
  }

  @Test
  void atFirstNothingFromBeforeTheStartIsTimely() {
    assertThat(timely(START - 1)).isFalse();
    assertThat(timely(START)).isTrue();
    pass(SKEW / 2);
    assertThat(timely(START - 1)).isFalse();
    pass(2 * SKEW);
    assertThat(timely(wall - SKEW)).isTrue();
  }

  @Test
  void theSameKeyIsNewOnce() {
    byte[] e = accept(START);
    assertThat(filter.isNew(e)).isFalse();
    assertThat(filter.isNew(ephemeral())).isTrue();
  }

  @Test
  void askingRemembersNothing() {
    byte[] e = ephemeral();
    assertThat(filter.isNew(e)).isTrue();
    assertThat(filter.isNew(e)).isTrue();
  }

  @Test
  void keysThatDifferInOneByteAreDifferent() {
    byte[] e = accept(START);
    for (int i = 0; i < e.length; i++) {
      byte[] other = e.clone();
      other[i] ^= 1;
      assertThat(filter.isNew(other)).as("byte %d", i).isTrue();
    }
  }

  @Test
  void anAcceptedInitIsRefusedAsLongAsItsTimeIsTimely() {
    pass(10 * SKEW);
    long claimed = wall + SKEW;
    byte[] e = accept(claimed);
    for (long t = 0; t < 5 * SKEW; t += 1000) {
      assertThat(accepts(e, claimed)).as("after %d ms", t).isFalse();
      pass(1000);
    }
  }

  /** Hours and years, in milliseconds, in both directions, at once and one after the other. */
  @ParameterizedTest
  @ValueSource(strings = {"PT1H", "-PT1H", "P3650D", "-P3650D", "PT2M", "-PT2M", "PT1M", "-PT1M"})
  void noJumpOfTheWallClockLetsAnOldInitInAgain(String jump) {
    pass(10 * SKEW);
    List<byte[]> keys = new ArrayList<>();
    List<Long> claims = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      long claimed = wall + random.nextLong(-SKEW, SKEW / 2);
      keys.add(accept(claimed));
      claims.add(claimed);
    }
    long by = Duration.parse(jump).toMillis();
    for (int step = 0; step < 400; step++) {
      if (step % 10 == 5) wall += step % 20 == 5 ? by : -by;
      for (int i = 0; i < 20; i++) {
        long claimed = claims.get(i);
        boolean again = accepts(keys.get(i), claimed);
        // where the wall clock was then, it may be again
        boolean there = filter.isTimely(claimed, claimed, now()) && filter.isNew(keys.get(i));
        assertThat(again || there).as("jump %s, step %d, INIT %d", jump, step, i).isFalse();
      }
      pass(1000);
    }
  }

  @Test
  void initsOfThePresentAreTimelyAfterAJumpByEitherClock() {
    pass(10 * SKEW);
    accept(wall);
    pass(3 * SKEW);
    long steady = wall;
    wall += TimeUnit.HOURS.toMillis(1);
    assertThat(timely(wall)).isTrue();
    assertThat(timely(steady)).isTrue();
    wall = steady - TimeUnit.HOURS.toMillis(1);
    assertThat(timely(steady)).isTrue();
  }

  @Test
  void anOriginHasFiftyInASecond() {
    InetSocketAddress from = new InetSocketAddress("192.0.2.1", 5);
    for (int i = 0; i < 50; i++)
      assertThat(filter.isWithinRate(from, now())).as("%d", i).isTrue();
    assertThat(filter.isWithinRate(from, now())).isFalse();
    pass(1000);
    assertThat(filter.isWithinRate(from, now())).isTrue();
  }

  @Test
  void theRestOfASlash24SharesItsFifty() {
    for (int i = 0; i < 50; i++)
      filter.isWithinRate(new InetSocketAddress("192.0.2." + i, i), now());
    assertThat(filter.isWithinRate(new InetSocketAddress("192.0.2.255", 1), now())).isFalse();
    assertThat(filter.isWithinRate(new InetSocketAddress("192.0.3.1", 1), now())).isTrue();
  }

  @Test
  void theRestOfASlash56SharesItsFifty() {
    for (int i = 0; i < 50; i++)
      filter.isWithinRate(new InetSocketAddress("2001:db8:1:2a" + (10 + i) + "::" + i, i), now());
    assertThat(filter.isWithinRate(new InetSocketAddress("2001:db8:1:2aff:1:2:3:4", 1), now())).isFalse();
    assertThat(filter.isWithinRate(new InetSocketAddress("2001:db8:1:2bff::1", 1), now())).isTrue();
  }

  @Test
  void anIpv4AndAnIpv6OriginOfTheSameBytesAreTwo() {
    for (int i = 0; i < 50; i++)
      filter.isWithinRate(new InetSocketAddress("32.1.13.9", 1), now());
    assertThat(filter.isWithinRate(new InetSocketAddress("2001:d00::1", 1), now())).isTrue();
  }

  @Test
  void originsAreBounded() {
    for (int i = 0; i < 1 << 14; i++)
      assertThat(filter.isWithinRate(origin(i), now())).isTrue();
    assertThat(filter.isWithinRate(origin(1 << 14), now())).isFalse();
    assertThat(filter.isWithinRate(origin(3), now())).isTrue();
    pass(1000);
    assertThat(filter.isWithinRate(origin(1 << 14), now())).isTrue();
  }

  private static InetSocketAddress origin(int i) {
    return new InetSocketAddress("10." + (i >> 8) + "." + (i & 255) + ".1", 1);
  }

  @Test
  void whatIsRememberedIsBoundedAndForgottenInTime() {
    for (int i = 0; i < 1 << 18; i++)
      filter.remember(ephemeral(), wall, now());
    assertThat(filter.isNew(ephemeral())).isFalse();
    pass(2 * SKEW);
    assertThat(timely(wall)).isTrue();
    assertThat(filter.isNew(ephemeral())).isTrue();
  }
}
