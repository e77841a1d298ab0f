package dev.gap.mtcp.engine;

import org.junit.jupiter.api.Test;

import dev.gap.transport.RateController;

import static org.assertj.core.api.Assertions.assertThat;

final class WriteAheadTest {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  private final WriteAhead ahead = new WriteAhead(16 * MIB);

  @Test
  void aPathNotYetKnownGetsTheLeastLead() {
    assertThat(ahead.limit(RateController.UNLIMITED, true, 0)).isEqualTo(256 * KIB);
    assertThat(ahead.limit(1000, true, 0)).isEqualTo(256 * KIB);
  }

  @Test
  void whatIsInFlightFitsTwice() {
    assertThat(ahead.limit(1000, true, 3 * MIB)).isEqualTo(6 * MIB + 256 * KIB);
  }

  @Test
  void theLeadIsAQuarterOfASecondUpToABound() {
    assertThat(ahead.limit(8 * MIB, true, MIB)).isEqualTo(4 * MIB);
    assertThat(ahead.limit(1000L * MIB, true, 0)).isEqualTo(4 * MIB);
  }

  @Test
  void whereMemoryIsScarceTheLeadIsTheLeast() {
    assertThat(ahead.limit(8 * MIB, false, MIB)).isEqualTo(2 * MIB + 256 * KIB);
  }

  @Test
  void theConfiguredMostHoldsInAnyCase() {
    assertThat(ahead.limit(8 * MIB, true, 100L * MIB)).isEqualTo(16 * MIB);
    assertThat(new WriteAhead(64 * KIB).limit(RateController.UNLIMITED, true, 0)).isEqualTo(64 * KIB);
  }
}
