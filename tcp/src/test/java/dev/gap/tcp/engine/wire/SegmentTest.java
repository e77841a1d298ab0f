package dev.gap.tcp.engine.wire;

import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.TestPacket;

import static org.assertj.core.api.Assertions.assertThat;

/** Segments as they are read: fields, options of all kinds, and what is malformed. */
class SegmentTest {
  private static final Address A = Address.v4(0x0a000001);
  private static final Address B = Address.v4(0x0a000002);
  private static final Address A6 = new Address(0x2001_0db8L << 32, 1);
  private static final Address B6 = new Address(0x2001_0db8L << 32, 2);

  private final IpPacket ip = new IpPacket();
  private final Segment segment = new Segment();

  private boolean parse(byte[] packet) {
    return ip.parse(packet, 0, packet.length, true) && segment.parse(ip, true);
  }

  private void syn(int... options) {
    assertThat(parse(TestPacket.tcp(A, 1, B, 2).flags(Flags.SYN).options(options).build())).isTrue();
  }

  private void ack(int... options) {
    assertThat(parse(TestPacket.tcp(A, 1, B, 2).flags(Flags.ACK).options(options).build())).isTrue();
  }

  @Test
  void theFieldsStandWhereTheRfcHasThem() {
    for (boolean v6 : new boolean[]{false, true}) {
      byte[] packet = TestPacket.tcp(v6 ? A6 : A, 0xfedc, v6 ? B6 : B, 443).numbers(0x89abcdef, 0x76543210)
          .flags(0x1ff).window(0xfffe).urgent(0xabcd).payload((byte) 7, (byte) 8, (byte) 9).build();
      assertThat(parse(packet)).isTrue();
      assertThat(segment.sourcePort()).isEqualTo(0xfedc);
      assertThat(segment.destinationPort()).isEqualTo(443);
      assertThat(segment.sequence()).isEqualTo(0x89abcdef);
      assertThat(segment.ack()).isEqualTo(0x76543210);
      assertThat(segment.flags()).isEqualTo(0x1ff);
      assertThat(segment.window()).isEqualTo(0xfffe);
      assertThat(segment.urgentPointer()).isEqualTo(0xabcd);
      assertThat(segment.payloadLength()).isEqualTo(3);
      assertThat(packet[segment.payload()]).isEqualTo((byte) 7);
      // SYN and FIN take a number each
      assertThat(segment.length()).isEqualTo(5);
    }
  }

  @Test
  void aSegmentWithoutOptionsHasNone() {
    syn();
    assertNothingKnown();
  }

  private void assertNothingKnown() {
    assertThat(segment.mss()).isZero();
    assertThat(segment.windowScale()).isEqualTo(-1);
    assertThat(segment.sackPermitted()).isFalse();
    assertThat(segment.sackCount()).isZero();
    assertThat(segment.hasTimestamps()).isFalse();
    assertThat(segment.hasFastOpen()).isFalse();
  }

  @Test
  void theOptionsOfASynAreRead() {
    syn(2, 4, 5, 0xb4, 4, 2, 8, 10, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 1, 3, 3, 7);
    assertThat(segment.mss()).isEqualTo(1460);
    assertThat(segment.sackPermitted()).isTrue();
    assertThat(segment.hasTimestamps()).isTrue();
    assertThat(segment.timestamp()).isEqualTo(0x12345678);
    assertThat(segment.timestampEcho()).isEqualTo(0x9abcdef0);
    assertThat(segment.windowScale()).isEqualTo(7);
  }

  @Test
  void whatOnlyASynMaySayIsNotHeardFromOthers() {
    ack(2, 4, 5, 0xb4, 4, 2, 3, 3, 7, 34, 6, 1, 2, 3, 4);
    assertNothingKnown();
  }

  @Test
  void sackBlocksAreReadUpToFour() {
    ack(1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 9);
    assertThat(segment.sackCount()).isOne();
    assertThat(segment.sackStart(0)).isEqualTo(1);
    assertThat(segment.sackEnd(0)).isEqualTo(9);
    int[] four = new int[36];
    four[0] = 1;
    four[1] = 1;
    four[2] = 5;
    four[3] = 34;
    for (int i = 0; i < 8; i++)
      four[7 + 4 * i] = i + 1;
    ack(four);
    assertThat(segment.sackCount()).isEqualTo(4);
    assertThat(segment.sackStart(3)).isEqualTo(7);
    assertThat(segment.sackEnd(3)).isEqualTo(8);
  }

  @Test
  void optionsOfWrongLengthsAreLeftOutAndTheRestIsRead() {
    syn(2, 3, 5, 1, 3, 4, 7, 1, 8, 9, 0, 0, 0, 0, 0, 0, 0, 4, 2, 1);
    assertThat(segment.mss()).isZero();
    assertThat(segment.windowScale()).isEqualTo(-1);
    assertThat(segment.hasTimestamps()).isFalse();
    assertThat(segment.sackPermitted()).isTrue();
    ack(5, 9, 0, 0, 0, 0, 0, 0, 0, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 0);
    assertThat(segment.sackCount()).isZero();
    assertThat(segment.timestamp()).isEqualTo(1);
    ack(5, 2, 1, 1);
    assertThat(segment.sackCount()).isZero();
  }

  @Test
  void aLengthThatCannotBeEndsTheListAndWhatWasBeforeCounts() {
    syn(2, 4, 5, 0xb4, 3, 0, 7, 0);
    assertThat(segment.mss()).isEqualTo(1460);
    assertThat(segment.windowScale()).isEqualTo(-1);
    syn(2, 4, 5, 0xb4, 3, 1, 7, 0);
    assertThat(segment.windowScale()).isEqualTo(-1);
    syn(2, 4, 5, 0xb4, 3, 200, 7, 0);
    assertThat(segment.mss()).isEqualTo(1460);
    // a kind without a length
    syn(2, 4, 5, 0xb4, 1, 1, 1, 3);
    assertThat(segment.mss()).isEqualTo(1460);
    assertThat(segment.windowScale()).isEqualTo(-1);
  }

  @Test
  void theEndOfTheListEndsIt() {
    syn(2, 4, 5, 0xb4, 0, 3, 3, 7);
    assertThat(segment.mss()).isEqualTo(1460);
    assertThat(segment.windowScale()).isEqualTo(-1);
  }

  @Test
  void unknownOptionsArePassedOver() {
    syn(99, 6, 1, 2, 3, 4, 255, 2, 253, 3, 9, 2, 4, 2, 0x18, 0);
    assertThat(segment.mss()).isEqualTo(0x218);
  }

  @Test
  void fastOpenCookiesAreReadInBothForms() {
    syn(34, 10, 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(segment.fastOpenCookie()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(segment.fastOpenExperimental()).isFalse();
    syn(254, 8, 0xf9, 0x89, 9, 8, 7, 6);
    assertThat(segment.fastOpenCookie()).containsExactly(9, 8, 7, 6);
    assertThat(segment.fastOpenExperimental()).isTrue();
    syn(34, 2);
    assertThat(segment.hasFastOpen()).isTrue();
    assertThat(segment.fastOpenCookie()).isEmpty();
  }

  @Test
  void cookiesOfIllegalLengthsAndOtherExperimentsAreNone() {
    for (int length : new int[]{1, 2, 3, 5, 15, 17, 18}) {
      int[] option = new int[2 + length];
      option[0] = 34;
      option[1] = 2 + length;
      syn(option);
      assertThat(segment.hasFastOpen()).as("%d bytes", length).isFalse();
    }
    syn(254, 8, 0xf9, 0x88, 9, 8, 7, 6);
    assertThat(segment.hasFastOpen()).isFalse();
    syn(254, 3, 0xf9, 1);
    assertThat(segment.hasFastOpen()).isFalse();
  }

  @Test
  void theCountersOfAccurateEcnAreReadInBothOrders() {
    ack(172, 11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1);
    assertThat(segment.accurateFields()).isEqualTo(3);
    assertThat(segment.accurateEct0()).isEqualTo(0x010203);
    assertThat(segment.accurateCe()).isEqualTo(0x040506);
    assertThat(segment.accurateEct1()).isEqualTo(0x070809);
    ack(174, 8, 0xff, 2, 3, 4, 5, 6);
    assertThat(segment.accurateFields()).isEqualTo(2);
    assertThat(segment.accurateEct1()).isEqualTo(0xff0203);
    assertThat(segment.accurateCe()).isEqualTo(0x040506);
    assertThat(segment.accurateEct0()).isEqualTo(-1);
    ack(174, 2, 1, 1);
    assertThat(segment.accurateFields()).isZero();
    assertThat(segment.accurateEct1()).isEqualTo(-1);
    // neither a whole number of counters, nor more than there are
    ack(174, 4, 1, 2);
    assertThat(segment.accurateFields()).isEqualTo(-1);
    ack(172, 14, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 1, 1);
    assertThat(segment.accurateFields()).isEqualTo(-1);
    assertThat(segment.accurateCe()).isEqualTo(-1);
  }

  @Test
  void aSegmentForgetsWhatTheOneBeforeItHad() {
    syn(2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 3, 3, 7, 34, 6, 1, 2, 3, 4);
    syn();
    assertNothingKnown();
    ack(1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 9);
    ack();
    assertThat(segment.sackCount()).isZero();
  }

  @Test
  void aHeaderThatDoesNotFitIsNoSegment() {
    byte[] packet = TestPacket.tcp(A, 1, B, 2).flags(Flags.ACK).build();
    byte[] small = packet.clone();
    small[20 + 12] = 0x40;
    assertThat(ip.parse(small, 0, 40, true) && segment.parse(ip, false)).isFalse();
    byte[] large = packet.clone();
    large[20 + 12] = 0x60;
    assertThat(ip.parse(large, 0, 40, true) && segment.parse(ip, false)).isFalse();
    byte[] cut = TestPacket.ip(A, B, 6, 0, Arrays.copyOfRange(packet, 20, 39));
    assertThat(ip.parse(cut, 0, cut.length, true) && segment.parse(ip, false)).isFalse();
    byte[] none = TestPacket.ip(A, B, 6, 0, new byte[0]);
    assertThat(ip.parse(none, 0, none.length, true) && segment.parse(ip, false)).isFalse();
  }

  @Test
  void aBitThatIsNotRightIsSeenIfSumsAreToBeRight() {
    byte[] packet = TestPacket.tcp(A6, 1, B6, 2).flags(Flags.ACK).payload(new byte[7]).build();
    for (int bit = 40 * 8; bit < packet.length * 8; bit++) {
      byte[] altered = packet.clone();
      altered[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(parse(altered)).as("bit %d", bit).isFalse();
    }
    byte[] altered = packet.clone();
    altered[40 + 16] ^= 1;
    assertThat(ip.parse(altered, 0, altered.length, true) && segment.parse(ip, false)).isTrue();
  }

  @Test
  void randomBytesNeverThrowAndStayWithinThePacket() {
    Random random = new Random(6);
    for (int i = 0; i < 30_000; i++) {
      byte[] body = new byte[20 + random.nextInt(60)];
      random.nextBytes(body);
      if (random.nextInt(4) > 0) body[12] = (byte) ((5 + random.nextInt(11)) << 4);
      byte[] packet = TestPacket.ip(A, B, 6, 0, body);
      byte[] inside = new byte[packet.length + 10];
      System.arraycopy(packet, 0, inside, 5, packet.length);
      if (!ip.parse(inside, 5, packet.length, true) || !segment.parse(ip, false)) continue;
      assertThat(segment.payload()).as("round %d", i).isBetween(5 + 40, 5 + packet.length);
      assertThat(segment.payloadLength()).isBetween(0, packet.length - 40);
      assertThat(segment.sackCount()).isBetween(0, 4);
      assertThat(segment.fastOpenCookie().length).isBetween(0, 16);
    }
  }

  @Test
  void whatTheWriterWritesIsReadBack() {
    Random random = new Random(7);
    for (int i = 0; i < 5000; i++) {
      boolean v6 = random.nextBoolean();
      SegmentWriter writer = new SegmentWriter(random.nextBoolean() ? Options.Order.LINUX : Options.Order.FREEBSD);
      SegmentWriter.Frame frame = new SegmentWriter.Frame(v6 ? A6 : A, v6 ? B6 : B, random.nextInt(65536),
          random.nextInt(65536), random.nextInt(64) << 2, 1 + random.nextInt(255), true);
      boolean syn = random.nextBoolean();
      Options options = new Options().clear();
      int mss = syn && random.nextBoolean() ? 1 + random.nextInt(65535) : 0;
      int scale = syn && random.nextBoolean() ? random.nextInt(15) : -1;
      boolean stamps = random.nextBoolean();
      int sacks = syn ? 0 : random.nextInt(5);
      if (mss > 0) options.mss(mss);
      if (scale >= 0) options.windowScale(scale);
      if (stamps) options.timestamps(i, -i);
      for (int k = 0; k < sacks; k++)
        options.sack(100 * k, 100 * k + 50);
      byte[] buffer = new byte[500];
      int sequence = random.nextInt();
      int flags = (random.nextInt(512) & ~Flags.SYN) | (syn ? Flags.SYN : 0);
      int payload = writer.begin(buffer, 11, frame, 1, sequence, ~sequence, flags, i, 77, options);
      int length = random.nextInt(100);
      for (int k = 0; k < length; k++)
        buffer[payload + k] = (byte) k;
      int total = writer.finish(length, true);
      assertThat(ip.parse(buffer, 11, total, true) && segment.parse(ip, true)).as("round %d", i).isTrue();
      assertThat(ip.source()).isEqualTo(frame.local());
      assertThat(ip.destination()).isEqualTo(frame.remote());
      assertThat(ip.trafficClass()).isEqualTo(frame.trafficClass() | 1);
      assertThat(ip.hopLimit()).isEqualTo(frame.hopLimit());
      assertThat(segment.sourcePort()).isEqualTo(frame.localPort());
      assertThat(segment.destinationPort()).isEqualTo(frame.remotePort());
      assertThat(segment.sequence()).isEqualTo(sequence);
      assertThat(segment.ack()).isEqualTo(~sequence);
      assertThat(segment.flags()).isEqualTo(flags);
      assertThat(segment.window()).isEqualTo(i);
      assertThat(segment.urgentPointer()).isEqualTo(77);
      assertThat(segment.mss()).isEqualTo(mss);
      assertThat(segment.windowScale()).isEqualTo(scale);
      assertThat(segment.hasTimestamps()).isEqualTo(stamps);
      assertThat(segment.sackCount()).isEqualTo(Math.min(sacks, stamps ? 3 : 4));
      assertThat(segment.payload()).isEqualTo(payload);
      assertThat(segment.payloadLength()).isEqualTo(length);
      assertThat(writer.headers()).isEqualTo(payload - 11);
      assertThat(writer.tcpOffset()).isEqualTo(frame.ipHeader());
    }
  }

  @Test
  void aSumLeftToOffloadIsThatOfThePseudoHeader() {
    SegmentWriter writer = new SegmentWriter(Options.Order.LINUX);
    SegmentWriter.Frame frame = new SegmentWriter.Frame(A, B, 1, 2, 0, 64, true);
    byte[] buffer = new byte[200];
    writer.begin(buffer, 0, frame, 0, 1, 2, Flags.ACK, 3, 0, new Options().clear());
    int total = writer.finish(100, false);
    // a driver sums from the TCP header on, this field included, and puts the complement there
    byte[] tcp = Arrays.copyOfRange(buffer, 20, total);
    int sum = TestPacket.checksum(tcp);
    Bits.put16(buffer, 20 + 16, sum);
    assertThat(ip.parse(buffer, 0, total, true) && segment.parse(ip, true)).isTrue();
  }

  /** Found by PacketJazzerTest: the place of a cookie was that of the segment before. */
  @Test
  void aShortSegmentAfterOneWithACookieHasNone() {
    syn(2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 34, 10, 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(segment.fastOpenCookie()).hasSize(8);
    assertThat(parse(TestPacket.tcp(A, 1, B, 2).flags(Flags.SYN).build())).isTrue();
    assertThat(segment.fastOpenCookie()).isEmpty();
  }
}
