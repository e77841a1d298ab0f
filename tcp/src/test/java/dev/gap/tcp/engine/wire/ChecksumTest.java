package dev.gap.tcp.engine.wire;

import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.tcp.engine.TestPacket;

import static org.assertj.core.api.Assertions.assertThat;

/** The Internet checksum: the examples of the RFCs, and a slow sum beside the fast one. */
class ChecksumTest {
  private static final byte[] EXAMPLE = {0x00, 0x01, (byte) 0xf2, 0x03, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6,
      (byte) 0xf7};

  @Test
  void theExampleOfRfc1071SumsToItsResult() {
    assertThat(Checksum.fold(Checksum.sum(EXAMPLE, 0, 8))).isEqualTo(0xddf2);
    assertThat(Checksum.finish(Checksum.sum(EXAMPLE, 0, 8))).isEqualTo(0x220d);
  }

  @Test
  void nothingSumsToNothing() {
    assertThat(Checksum.sum(EXAMPLE, 3, 0)).isZero();
    assertThat(Checksum.finish(0)).isEqualTo(0xffff);
  }

  @Test
  void anOddLastByteIsTheHighHalfOfAWord() {
    assertThat(Checksum.fold(Checksum.sum(new byte[]{0x12}, 0, 1))).isEqualTo(0x1200);
    assertThat(Checksum.fold(Checksum.sum(new byte[]{0x12, 0x34, 0x56}, 0, 3))).isEqualTo(0x1234 + 0x5600);
  }

  @Test
  void aPacketWithItsChecksumSumsToZero() {
    byte[] bytes = Arrays.copyOf(EXAMPLE, 10);
    Bits.put16(bytes, 8, Checksum.finish(Checksum.sum(EXAMPLE, 0, 8)));
    assertThat(Checksum.finish(Checksum.sum(bytes, 0, 10))).isZero();
  }

  @Test
  void theLargestPacketOfOnesDoesNotOverflow() {
    byte[] ones = new byte[65_535];
    Arrays.fill(ones, (byte) 0xff);
    assertThat(Checksum.finish(Checksum.sum(ones, 0, ones.length))).isEqualTo(TestPacket.checksum(ones));
    assertThat(Checksum.fold(0xffff_ffff_ffffL)).isEqualTo(0xffff);
    assertThat(Checksum.fold(Long.MAX_VALUE)).isBetween(0, 0xffff);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyLengthAtEveryPlaceSumsAsWordByWord(long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[300];
    random.nextBytes(bytes);
    for (int offset = 0; offset < 17; offset++) {
      for (int length = 0; length < 200; length++) {
        byte[] part = Arrays.copyOfRange(bytes, offset, offset + length);
        assertThat(Checksum.finish(Checksum.sum(bytes, offset, length))).as("seed %d, %d bytes at %d", seed, length,
            offset).isEqualTo(TestPacket.checksum(part));
      }
    }
  }

  @Test
  void sumsOfPartsMayBeAddedInAnyOrder() {
    Random random = new Random(4);
    byte[] bytes = new byte[1000];
    random.nextBytes(bytes);
    for (int i = 0; i < 500; i++) {
      int cut = 2 * random.nextInt(501);
      long tail = Checksum.sum(bytes, cut, 1000 - cut);
      long head = Checksum.sum(bytes, 0, cut);
      assertThat(Checksum.fold(tail + head)).as("cut at %d", cut)
          .isEqualTo(Checksum.fold(Checksum.sum(bytes, 0, 1000)));
    }
  }

  @Test
  void theExampleOfRfc1624IsUpdatedToItsResult() {
    // section 4: equation 2 would give ffff
    assertThat(Checksum.update(0xdd2f, 0x5555, 0x3285)).isZero();
  }

  @Test
  void anUpdatedChecksumIsTheOneSummedAnew() {
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[2 + 2 * random.nextInt(30)];
      random.nextBytes(bytes);
      bytes[0] |= 1;
      int at = 2 * random.nextInt(bytes.length / 2);
      int before = Checksum.finish(Checksum.sum(bytes, 0, bytes.length));
      int old = Bits.u16(bytes, at);
      int fresh = random.nextInt(0x10000);
      Bits.put16(bytes, at, fresh);
      bytes[0] |= 1;
      int after = Checksum.finish(Checksum.sum(bytes, 0, bytes.length));
      assertThat(Checksum.update(before, old, Bits.u16(bytes, at))).as("round %d", i).isEqualTo(after);
    }
  }

  @Test
  void thePseudoHeaderCountsAddressesProtocolAndLength() {
    Address a = Address.v4(0x0a000001);
    Address b = Address.v4(0xc0a80102);
    byte[] header = {10, 0, 0, 1, (byte) 192, (byte) 168, 1, 2, 0, 6, 0x12, 0x34};
    assertThat(Checksum.finish(Checksum.pseudoHeader(a, b, 6, 0x1234))).isEqualTo(TestPacket.checksum(header));
    Address c = new Address(0xfe80_1234_5678_9abcL, 0xdef0_1234_5678_9abcL);
    Address d = new Address(-1, -1);
    byte[] six = new byte[40];
    c.write(six, 0);
    d.write(six, 16);
    Bits.put32(six, 32, 0x12345);
    Bits.put32(six, 36, 58);
    assertThat(Checksum.finish(Checksum.pseudoHeader(c, d, 58, 0x12345))).isEqualTo(TestPacket.checksum(six));
  }
}
