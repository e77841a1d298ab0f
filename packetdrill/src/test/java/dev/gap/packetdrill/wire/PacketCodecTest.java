package dev.gap.packetdrill.wire;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PacketCodecTest {
  /** Recorded: a SYN of Linux, 192.168.0.1 to 192.0.2.1. */
  private static final String SYN = "4500003c00004000400638b4c0a80001c0000201";

  private static final InetAddress A4 = InetAddress.ofLiteral("192.168.0.1");
  private static final InetAddress B4 = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress A6 = InetAddress.ofLiteral("fd00::1");
  private static final InetAddress B6 = InetAddress.ofLiteral("2001:db8::1");

  private static Packet.Tcp tcp(InetAddress from, InetAddress to) {
    return new Packet.Tcp(new IpHeader(from, to, 0x2a, 63, from.equals(A6) ? 0x12345 : 0, true), 40000, 8080,
        4000000000L, 3000000000L, 0x1ff, 0, 65535, 7, List.of(new Packet.Option(2, new byte[]{5, (byte) 0xb4}),
            new Packet.Option(1, new byte[0]), new Packet.Option(3, new byte[]{7})),
        new byte[]{1, 2, 3});
  }

  @Test
  void theHeaderOfIpv4IsAsRfc791Says() {
    byte[] header = PacketEncoder.header(new IpHeader(A4, B4, 0, 64, 0, true), 6, 40);
    assertThat(HexFormat.of().formatHex(header)).startsWith(SYN.substring(0, 20)).endsWith(SYN.substring(24));
    assertThat(Checksum.fold(Checksum.add(0, header, 0, 20))).isZero();
  }

  @Test
  void aSegmentByHandIsReadAsItWasMeant() throws WireException {
    byte[] bytes = HexFormat.of()
        .parseHex("4500002900004000400638c7c0a80001c00002011f909c4000000001000000025018010000000000" + "61");
    Packet.Tcp zero = new Packet.Tcp(new IpHeader(A4, B4, 0, 64, 0, true), 8080, 40000, 1, 2, 0x18, 0, 256, 0,
        List.of(), new byte[]{'a'});
    byte[] encoded = PacketEncoder.encode(zero);
    bytes[36] = encoded[36];
    bytes[37] = encoded[37];
    bytes[10] = encoded[10];
    bytes[11] = encoded[11];
    assertThat(encoded).isEqualTo(bytes);
    assertThat(PacketDecoder.decode(encoded)).isEqualTo(zero);
  }

  @Test
  void tcpOverBothVersionsSurvivesTheWire() throws WireException {
    for (Packet.Tcp packet : List.of(tcp(A4, B4), tcp(A6, B6))) {
      assertThat(PacketDecoder.decode(PacketEncoder.encode(packet))).isEqualTo(packet);
    }
  }

  @Test
  void icmpOverBothVersionsSurvivesTheWire() throws WireException {
    Packet.Icmp v4 = new Packet.Icmp(new IpHeader(A4, B4), 3, 4, 1400, new byte[]{1, 2, 3, 4});
    Packet.Icmp v6 = new Packet.Icmp(new IpHeader(A6, B6), 2, 0, 1280, new byte[]{1, 2, 3});
    assertThat(PacketDecoder.decode(PacketEncoder.encode(v4))).isEqualTo(v4);
    assertThat(PacketDecoder.decode(PacketEncoder.encode(v6))).isEqualTo(v6);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 12, 20, 21, 24, 30, 33, 36, 40, 43, 48, 50})
  void aChangedByteIsNoticed(
      int at) {
    byte[] bytes = PacketEncoder.encode(tcp(A4, B4));
    bytes[at] ^= 0x10;
    assertThatThrownBy(() -> PacketDecoder.decode(bytes)).isInstanceOf(WireException.class);
  }

  @Test
  void whatIsTooShortOrTooLongIsNoPacket() {
    byte[] bytes = PacketEncoder.encode(tcp(A6, B6));
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> PacketDecoder.decode(cut)).isInstanceOf(WireException.class);
    }
    assertThatThrownBy(() -> PacketDecoder.decode(java.util.Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(WireException.class);
  }

  @Test
  void anOptionLongerThanTheHeaderIsNoOption() {
    Packet.Tcp packet = new Packet.Tcp(new IpHeader(A4, B4), 1, 2, 3, 4, 16, 0, 5, 0,
        List.of(new Packet.Option(1, new byte[0]), new Packet.Option(1, new byte[0])), new byte[0]);
    byte[] bytes = PacketEncoder.encode(packet);
    int difference = (bytes[41] & 0xff) - 9;
    bytes[41] = 9;
    int checksum = ((bytes[36] & 0xff) << 8 | (bytes[37] & 0xff)) + difference;
    bytes[36] = (byte) (checksum >> 8);
    bytes[37] = (byte) checksum;
    assertThatThrownBy(() -> PacketDecoder.decode(bytes)).isInstanceOf(WireException.class);
  }

  @Test
  void icmpHasTheNumbersOfTheStandards() {
    assertThat(IcmpNames.find(false, "unreachable", "frag_needed")).contains(new IcmpNames.Numbers(3, 4));
    assertThat(IcmpNames.find(false, "time_exceeded", "")).contains(new IcmpNames.Numbers(11, 0));
    assertThat(IcmpNames.find(true, "packet_too_big", "")).contains(new IcmpNames.Numbers(2, 0));
    assertThat(IcmpNames.find(true, "unreachable", "port_unreachable")).contains(new IcmpNames.Numbers(1, 4));
    assertThat(IcmpNames.find(true, "type_200", "code_3")).contains(new IcmpNames.Numbers(200, 3));
    assertThat(IcmpNames.find(true, "unreachable", "frag_needed")).isEqualTo(Optional.empty());
    assertThat(IcmpNames.find(false, "nonsense", "")).isEmpty();
  }
}
