package dev.gap.tcp.engine.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.TestPacket;

import static org.assertj.core.api.Assertions.assertThat;

/** IPv4 and IPv6 packets as they are read: what is whole, what is cut, what nobody should send. */
class IpPacketTest {
  private static final Address A = Address.v4(0x0a000001);
  private static final Address B = Address.v4(0xc0a80102);
  private static final Address A6 = new Address(0x2001_0db8L << 32, 1);
  private static final Address B6 = new Address(0xfe80L << 48, 0x1234_5678_9abc_def0L);

  private final IpPacket ip = new IpPacket();

  private boolean parse(byte... packet) {
    return ip.parse(packet, 0, packet.length, true);
  }

  private static byte[] summed(byte... packet) {
    int header = (packet[0] & 15) * 4;
    Bits.put16(packet, 10, 0);
    Bits.put16(packet, 10, TestPacket.checksum(Arrays.copyOf(packet, header)));
    return packet;
  }

  @Test
  void theFieldsOfIpv4StandWhereTheRfcHasThem() {
    byte[] packet = TestPacket.ip(A, B, 17, 0xb9, new byte[]{1, 2, 3});
    byte[] inside = new byte[packet.length + 20];
    System.arraycopy(packet, 0, inside, 7, packet.length);
    assertThat(ip.parse(inside, 7, packet.length + 5, true)).isTrue();
    assertThat(ip.isV6()).isFalse();
    assertThat(ip.source()).isEqualTo(A);
    assertThat(ip.destination()).isEqualTo(B);
    assertThat(ip.protocol()).isEqualTo(17);
    assertThat(ip.trafficClass()).isEqualTo(0xb9);
    assertThat(ip.congestionExperienced()).isFalse();
    assertThat(ip.hopLimit()).isEqualTo(64);
    assertThat(ip.start()).isEqualTo(7);
    assertThat(ip.payload()).isEqualTo(27);
    // what the interface has padded does not belong to it
    assertThat(ip.end()).isEqualTo(30);
  }

  @Test
  void theFieldsOfIpv6StandWhereTheRfcHasThem() {
    byte[] packet = TestPacket.ip(A6, B6, 6, 0x03, new byte[]{1, 2, 3});
    assertThat(parse(Arrays.copyOf(packet, 60))).isTrue();
    assertThat(ip.isV6()).isTrue();
    assertThat(ip.source()).isEqualTo(A6);
    assertThat(ip.destination()).isEqualTo(B6);
    assertThat(ip.protocol()).isEqualTo(6);
    assertThat(ip.trafficClass()).isEqualTo(3);
    assertThat(ip.congestionExperienced()).isTrue();
    assertThat(ip.payload()).isEqualTo(40);
    assertThat(ip.end()).isEqualTo(43);
  }

  @Test
  void theOptionsOfIpv4ArePassedOver() {
    byte[] plain = TestPacket.ip(A, B, 6, 0, new byte[]{1, 1, 1, 0, 42});
    plain[0] = 0x46;
    assertThat(parse(summed(plain))).isTrue();
    assertThat(ip.payload()).isEqualTo(24);
    assertThat(plain[ip.payload()]).isEqualTo((byte) 42);
  }

  @Test
  void whatIsCutIsNoPacket() {
    for (byte[] packet : new byte[][]{TestPacket.ip(A, B, 6, 0, new byte[30]),
        TestPacket.ip(A6, B6, 6, 0, new byte[30])}) {
      for (int length = 0; length < packet.length; length++)
        assertThat(ip.parse(packet, 0, length, true)).as("%d bytes", length).isFalse();
      assertThat(ip.parse(packet, 0, packet.length, true)).isTrue();
    }
  }

  @Test
  void headersThatCannotBeAreNoPackets() {
    byte[] packet = TestPacket.ip(A, B, 6, 0, new byte[30]);
    byte[] small = packet.clone();
    small[0] = 0x44;
    assertThat(parse(small)).isFalse();
    byte[] large = packet.clone();
    large[0] = 0x4f;
    assertThat(parse(summed(large))).isFalse();
    byte[] shorter = packet.clone();
    shorter[3] = 19;
    assertThat(parse(summed(shorter))).isFalse();
    for (int version : new int[]{0, 1, 3, 5, 7, 15}) {
      byte[] other = packet.clone();
      other[0] = (byte) (version << 4 | 5);
      assertThat(ip.parse(other, 0, other.length, false)).as("version %d", version).isFalse();
    }
  }

  @Test
  void fragmentsAreNotTaken() {
    byte[] first = TestPacket.ip(A, B, 6, 0, new byte[30]);
    first[6] = 0x20;
    assertThat(parse(summed(first))).isFalse();
    byte[] last = TestPacket.ip(A, B, 6, 0, new byte[30]);
    last[6] = 0;
    last[7] = 1;
    assertThat(parse(summed(last))).isFalse();
    byte[] mayBeCut = TestPacket.ip(A, B, 6, 0, new byte[30]);
    mayBeCut[6] = 0;
    assertThat(parse(summed(mayBeCut))).isTrue();
    byte[] fragment6 = TestPacket.ip(A6, B6, 44, 0, new byte[]{6, 0, 0, 1, 0, 0, 0, 1});
    assertThat(parse(fragment6) && ip.protocol() == IpPacket.TCP).isFalse();
  }

  @Test
  void aHeaderWithAWrongSumIsTakenOnlyIfNobodyAsks() {
    byte[] packet = TestPacket.ip(A, B, 6, 0, new byte[30]);
    packet[10] ^= 1;
    assertThat(ip.parse(packet, 0, packet.length, true)).isFalse();
    assertThat(ip.parse(packet, 0, packet.length, false)).isTrue();
  }

  @Test
  void extensionHeadersArePassedOver() {
    byte[] body = ByteBuffer.allocate(32 + 4).put(new byte[]{60, 0, 1, 4, 0, 0, 0, 0})
        .put(new byte[]{43, 1}).position(24).put(new byte[]{6, 0}).position(32).put(new byte[]{9, 9, 9, 9}).array();
    assertThat(parse(TestPacket.ip(A6, B6, 0, 0, body))).isTrue();
    assertThat(ip.protocol()).isEqualTo(6);
    assertThat(ip.payload()).isEqualTo(40 + 32);
  }

  @Test
  void extensionHeadersThatDoNotFitAreNoPacket() {
    assertThat(parse(TestPacket.ip(A6, B6, 0, 0, new byte[7]))).isFalse();
    assertThat(parse(TestPacket.ip(A6, B6, 60, 0, new byte[]{6, 1, 0, 0, 0, 0, 0, 0}))).isFalse();
    assertThat(parse(TestPacket.ip(A6, B6, 43, 0, new byte[]{6, (byte) 255, 0, 0, 0, 0, 0, 0}))).isFalse();
    assertThat(parse(TestPacket.ip(A6, B6, 0, 0, new byte[]{6, 0, 0, 0, 0, 0, 0, 0}))).isTrue();
    assertThat(ip.payload()).isEqualTo(ip.end());
  }

  @Test
  void mappedAddressesDoNotComeOverTheWire() {
    byte[] packet = TestPacket.ip(A6, B6, 6, 0, new byte[20]);
    ByteBuffer.wrap(packet).putLong(8, 0).putLong(16, A.low());
    assertThat(parse(packet)).isFalse();
    packet = TestPacket.ip(A6, B6, 6, 0, new byte[20]);
    ByteBuffer.wrap(packet).putLong(24, 0).putLong(32, B.low());
    assertThat(parse(packet)).isFalse();
  }

  @Test
  void addressesOfOnePeerAreTheSameObject() {
    byte[] packet = TestPacket.ip(A, B, 6, 0, new byte[20]);
    assertThat(parse(packet)).isTrue();
    Address source = ip.source();
    assertThat(parse(packet.clone())).isTrue();
    assertThat(ip.source()).isSameAs(source);
    assertThat(parse(TestPacket.ip(B, A, 6, 0, new byte[20]))).isTrue();
    assertThat(ip.source()).isEqualTo(B);
  }

  @Test
  void randomBytesNeverThrowAndStayWithinThePacket() {
    Random random = new Random(1);
    for (int i = 0; i < 40_000; i++) {
      byte[] bytes = new byte[random.nextInt(80)];
      random.nextBytes(bytes);
      int offset = Math.min(bytes.length, random.nextInt(3));
      int length = bytes.length - offset;
      if (length > 0 && random.nextInt(4) > 0) bytes[offset] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
      if (length > 6 && random.nextBoolean()) {
        bytes[offset + 2] = 0;
        bytes[offset + 4] = 0;
        bytes[offset + 6] = (byte) random.nextInt(2);
      }
      if (!ip.parse(bytes, offset, length, false)) continue;
      assertThat(ip.payload()).as("round %d", i).isBetween(offset + 20, ip.end());
      assertThat(ip.end()).isBetween(ip.payload(), bytes.length);
    }
  }
}
