package dev.gap.tcp.engine.stack;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.wire.Address;

import static org.assertj.core.api.Assertions.assertThat;

/** What is believed of the sizes that paths let through: RFC 1191 and 8201. */
class PathMtusTest {
  private static final TcpConfig.Sizes SIZES = TcpConfig.DEFAULT.sizes();
  private static final Address PEER = Address.v4(1);
  private static final Address PEER6 = new Address(1, 1);
  private static final long MINUTE = 60_000_000_000L;

  private final PathMtus mtus = new PathMtus();

  @Test
  void whatIsNotKnownIsTheInterfaces() {
    assertThat(mtus.of(PEER, 1500, 0)).isEqualTo(1500);
  }

  @Test
  void whatARouterTellsCountsForThisPeer() {
    assertThat(mtus.learn(PEER, 1400, 1500, SIZES, 0)).isEqualTo(1400);
    assertThat(mtus.of(PEER, 1500, 1)).isEqualTo(1400);
    assertThat(mtus.of(Address.v4(2), 1500, 1)).isEqualTo(1500);
    assertThat(mtus.of(PEER, 1300, 1)).isEqualTo(1300);
  }

  @Test
  void itOnlyBecomesSmaller() {
    mtus.learn(PEER, 1400, 1500, SIZES, 0);
    assertThat(mtus.learn(PEER, 1450, 1500, SIZES, 1)).isEqualTo(1400);
    assertThat(mtus.learn(PEER, 9000, 1500, SIZES, 1)).isEqualTo(1400);
    assertThat(mtus.learn(PEER, 1300, 1500, SIZES, 2)).isEqualTo(1300);
  }

  @Test
  void afterTenMinutesItIsForgotten() {
    mtus.learn(PEER, 1400, 1500, SIZES, 0);
    assertThat(mtus.of(PEER, 1500, 9 * MINUTE)).isEqualTo(1400);
    assertThat(mtus.of(PEER, 1500, 11 * MINUTE)).isEqualTo(1500);
  }

  @Test
  void absurdSizesAreNotBelieved() {
    for (int told : new int[]{1, 67, 68, 551})
      assertThat(mtus.learn(PEER, told, 1500, SIZES, 0)).as("told %d", told).isEqualTo(552);
    // RFC 8200 section 5: every link of IPv6 carries 1280
    for (int told : new int[]{1, 500, 1279})
      assertThat(mtus.learn(PEER6, told, 1500, SIZES, 0)).as("told %d", told).isEqualTo(1280);
    assertThat(mtus.learn(Address.v4(5), -1, 1500, SIZES, 0)).isBetween(552, 1500);
  }

  @Test
  void whereNoSizeIsToldTheNextPlateauIsTried() {
    // RFC 1191 section 7.1
    int mtu = 65_535;
    int[] plateaus = {32_000, 17_914, 8166, 4352, 2002, 1492, 1006};
    for (int plateau : plateaus) {
      mtu = mtus.learn(PEER, 0, 65_535, SIZES, 0);
      assertThat(mtu).isEqualTo(plateau);
    }
    assertThat(mtus.learn(PEER, 0, 65_535, SIZES, 0)).isEqualTo(552);
    assertThat(mtus.learn(PEER, 0, 65_535, SIZES, 0)).isEqualTo(552);
  }

  @Test
  void onlySoManyPeersAreRemembered() {
    for (int i = 0; i < 100_000; i++)
      mtus.learn(Address.v4(i), 1000, 1500, SIZES, 0);
    assertThat(mtus.of(Address.v4(99_999), 1500, 1)).isEqualTo(1000);
    assertThat(mtus.of(Address.v4(0), 1500, 1)).isEqualTo(1500);
    mtus.clear();
    assertThat(mtus.of(Address.v4(99_999), 1500, 1)).isEqualTo(1500);
  }
}
