package dev.gap.tcp.engine.stack;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.wire.Address;

import static org.assertj.core.api.Assertions.assertThat;

/** Initial sequence numbers, RFC 6528 section 3: a clock, and a keyed hash of the connection. */
class InitialSequenceTest {
  private static final Address LOCAL = Address.v4(0x0a000001);
  private static final Address REMOTE = Address.v4(0x0a000002);
  private static final long SECOND = 1_000_000_000L;
  private static final int TICKS_A_SECOND = 250_000;

  private static HostState host(long seed) {
    return new HostState(TcpConfig.DEFAULT, Set.of(LOCAL), new SplittableRandom(seed));
  }

  @Test
  void theNumbersOfOneConnectionGrowByATickEveryFourMicroseconds() {
    HostState host = host(1);
    int first = host.initialSequence(LOCAL, 1000, REMOTE, 80, 0);
    assertThat(host.initialSequence(LOCAL, 1000, REMOTE, 80, SECOND) - first).isEqualTo(TICKS_A_SECOND);
    assertThat(host.initialSequence(LOCAL, 1000, REMOTE, 80, 100 * SECOND) - first).isEqualTo(100 * TICKS_A_SECOND);
  }

  @Test
  void everyPartOfTheFourCountsAndTheSecretToo() {
    int own = host(1).initialSequence(LOCAL, 1000, REMOTE, 80, 0);
    List<Integer> others = List.of(host(1).initialSequence(LOCAL, 1001, REMOTE, 80, 0),
        host(1).initialSequence(LOCAL, 1000, REMOTE, 81, 0), host(1).initialSequence(REMOTE, 1000, REMOTE, 80, 0),
        host(1).initialSequence(LOCAL, 1000, LOCAL, 80, 0), host(2).initialSequence(LOCAL, 1000, REMOTE, 80, 0));
    assertThat(others).as("far from %d", own).allMatch(other -> Math.abs((long) other - own) > TICKS_A_SECOND);
    assertThat(host(1).initialSequence(LOCAL, 1000, REMOTE, 80, 0)).isEqualTo(own);
  }
}
