package dev.gap.tcp.engine.wire;

import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.TestPacket;

import static org.assertj.core.api.Assertions.assertThat;

/** ICMP as far as TCP needs it: errors about its own segments, and echoes. */
class IcmpTest {
  private static final Address HOST = Address.v4(0x0a000001);
  private static final Address PEER = Address.v4(0x0a000002);
  private static final Address ROUTER = Address.v4(0x0a0000fe);
  private static final Address HOST6 = new Address(0x2001_0db8L << 32, 1);
  private static final Address PEER6 = new Address(0x2001_0db8L << 32, 2);
  private static final Address ROUTER6 = new Address(0x2001_0db8L << 32, 0xfe);

  private final IpPacket ip = new IpPacket();

  private static byte[] sent(boolean v6) {
    return TestPacket.tcp(v6 ? HOST6 : HOST, 4000, v6 ? PEER6 : PEER, 80).numbers(0x12345678, 9).flags(Flags.ACK)
        .payload(new byte[100]).build();
  }

  private Icmp.Report report(boolean v6, int type, int code, int rest, byte... quoted) {
    byte[] packet = TestPacket.icmp(v6 ? ROUTER6 : ROUTER, v6 ? HOST6 : HOST, type, code, rest, quoted);
    assertThat(ip.parse(packet, 0, packet.length, true)).isTrue();
    Icmp.Report report = Icmp.report(ip);
    return report == null ? new Icmp.Report(Icmp.Kind.TOO_BIG, -1, HOST, PEER, 0, 0, 0) : report;
  }

  private boolean isNone(boolean v6, int type, int code, int rest, byte... quoted) {
    byte[] packet = TestPacket.icmp(v6 ? ROUTER6 : ROUTER, v6 ? HOST6 : HOST, type, code, rest, quoted);
    return !ip.parse(packet, 0, packet.length, true) || Icmp.report(ip) == null;
  }

  @Test
  void anErrorTellsOfTheSegmentItQuotes() {
    Icmp.Report report = report(false, 3, 4, 1400, Arrays.copyOf(sent(false), 28));
    assertThat(report).isEqualTo(new Icmp.Report(Icmp.Kind.TOO_BIG, 1400, HOST, PEER, 4000, 80, 0x12345678));
    Icmp.Report six = report(true, 2, 0, 1300, sent(true));
    assertThat(six).isEqualTo(new Icmp.Report(Icmp.Kind.TOO_BIG, 1300, HOST6, PEER6, 4000, 80, 0x12345678));
  }

  @Test
  void kindsAreToldApart() {
    byte[] quote = Arrays.copyOf(sent(false), 28);
    Icmp.Kind[] unreachable = {Icmp.Kind.NET_UNREACHABLE, Icmp.Kind.HOST_UNREACHABLE, Icmp.Kind.PROTOCOL_UNREACHABLE,
        Icmp.Kind.PORT_UNREACHABLE, Icmp.Kind.TOO_BIG};
    for (int code = 0; code < unreachable.length; code++)
      assertThat(report(false, 3, code, 0, quote).kind()).isEqualTo(unreachable[code]);
    for (int code : new int[]{9, 10, 13})
      assertThat(report(false, 3, code, 0, quote).kind()).isEqualTo(Icmp.Kind.PROHIBITED);
    assertThat(report(false, 11, 0, 0, quote).kind()).isEqualTo(Icmp.Kind.TIME_EXCEEDED);
    assertThat(report(false, 12, 0, 0, quote).kind()).isEqualTo(Icmp.Kind.PARAMETER_PROBLEM);
    byte[] quote6 = sent(true);
    assertThat(report(true, 1, 0, 0, quote6).kind()).isEqualTo(Icmp.Kind.NET_UNREACHABLE);
    assertThat(report(true, 1, 1, 0, quote6).kind()).isEqualTo(Icmp.Kind.PROHIBITED);
    assertThat(report(true, 1, 3, 0, quote6).kind()).isEqualTo(Icmp.Kind.HOST_UNREACHABLE);
    assertThat(report(true, 1, 4, 0, quote6).kind()).isEqualTo(Icmp.Kind.PORT_UNREACHABLE);
    assertThat(report(true, 3, 0, 0, quote6).kind()).isEqualTo(Icmp.Kind.TIME_EXCEEDED);
    assertThat(report(true, 4, 1, 0, quote6).kind()).isEqualTo(Icmp.Kind.PROTOCOL_UNREACHABLE);
  }

  @Test
  void quenchesAndUnknownTypesAreIgnored() {
    byte[] quote = Arrays.copyOf(sent(false), 28);
    // RFC 6633
    assertThat(isNone(false, 4, 0, 0, quote)).isTrue();
    assertThat(isNone(false, 5, 1, 0, quote)).isTrue();
    assertThat(isNone(false, 3, 99, 0, quote)).isTrue();
    assertThat(isNone(false, 0, 0, 0, quote)).isTrue();
    assertThat(isNone(true, 200, 0, 0, sent(true))).isTrue();
  }

  @Test
  void onlyATooBigTellsAnMtu() {
    assertThat(report(false, 3, 1, 1400, Arrays.copyOf(sent(false), 28)).mtu()).isZero();
  }

  @Test
  void quotesThatAreTooShortOrNoTcpTellNothing() {
    byte[] whole = sent(false);
    for (int length = 0; length < 28; length++)
      assertThat(isNone(false, 3, 4, 1400, Arrays.copyOf(whole, length))).as("%d bytes", length).isTrue();
    byte[] six = sent(true);
    for (int length = 0; length < 48; length++)
      assertThat(isNone(true, 2, 0, 1400, Arrays.copyOf(six, length))).as("%d bytes", length).isTrue();
    byte[] udp = Arrays.copyOf(whole, 28);
    udp[9] = 17;
    assertThat(isNone(false, 3, 4, 1400, udp)).isTrue();
    byte[] crooked = Arrays.copyOf(whole, 28);
    crooked[0] = 0x44;
    assertThat(isNone(false, 3, 4, 1400, crooked)).isTrue();
    crooked[0] = 0x4f;
    assertThat(isNone(false, 3, 4, 1400, crooked)).isTrue();
    assertThat(isNone(false, 3, 4, 1400, six)).isTrue();
  }

  @Test
  void aWrongSumTellsNothing() {
    byte[] packet = TestPacket.icmp(ROUTER, HOST, 3, 4, 1400, Arrays.copyOf(sent(false), 28));
    packet[packet.length - 1] ^= 1;
    assertThat(ip.parse(packet, 0, packet.length, true)).isTrue();
    assertThat(Icmp.report(ip)).isNull();
    byte[] six = TestPacket.icmp(ROUTER6, HOST6, 2, 0, 1400, sent(true));
    six[six.length - 1] ^= 1;
    assertThat(ip.parse(six, 0, six.length, true)).isTrue();
    assertThat(Icmp.report(ip)).isNull();
  }

  @Test
  void anEchoComesBackAsItWas() {
    for (boolean v6 : new boolean[]{false, true}) {
      byte[] body = {1, 2, 3, 4, 5, 6, 7};
      byte[] packet = TestPacket.icmp(v6 ? PEER6 : PEER, v6 ? HOST6 : HOST, v6 ? 128 : 8, 0, 0x1234_0001, body);
      assertThat(ip.parse(packet, 0, packet.length, true)).isTrue();
      byte[] reply = Icmp.echoReply(ip, 64);
      byte[] expected = TestPacket.icmp(v6 ? HOST6 : HOST, v6 ? PEER6 : PEER, v6 ? 129 : 0, 0, 0x1234_0001, body);
      if (!v6) {
        // whether it may be cut is the host's own business
        expected[6] = 0;
        Bits.put16(expected, 10, 0);
        Bits.put16(expected, 10, TestPacket.checksum(Arrays.copyOf(expected, 20)));
      }
      assertThat(reply).isEqualTo(expected);
    }
  }

  @Test
  void whatIsNoEchoIsNotAnswered() {
    byte[] reply = TestPacket.icmp(PEER, HOST, 0, 0, 1, new byte[8]);
    assertThat(ip.parse(reply, 0, reply.length, true)).isTrue();
    assertThat(Icmp.echoReply(ip, 64)).isNull();
    byte[] wrong = TestPacket.icmp(PEER, HOST, 8, 0, 1, new byte[8]);
    wrong[30] ^= 1;
    assertThat(ip.parse(wrong, 0, wrong.length, true)).isTrue();
    assertThat(Icmp.echoReply(ip, 64)).isNull();
    byte[] cut = TestPacket.ip(PEER, HOST, 1, 0, new byte[]{8, 0, (byte) 0xf7, (byte) 0xff});
    assertThat(ip.parse(cut, 0, cut.length, true)).isTrue();
    assertThat(Icmp.echoReply(ip, 64)).isNull();
  }

  @Test
  void randomMessagesNeverThrow() {
    Random random = new Random(2);
    for (int i = 0; i < 20_000; i++) {
      boolean v6 = random.nextBoolean();
      byte[] body = Arrays.copyOf(sent(v6), random.nextInt(90));
      for (int k = random.nextInt(6); k > 0 && body.length > 0; k--)
        body[random.nextInt(body.length)] = (byte) random.nextInt();
      int[] types = {1, 2, 3, 4, 8, 11, 12, 128, random.nextInt(256)};
      byte[] packet = TestPacket.icmp(v6 ? ROUTER6 : ROUTER, v6 ? HOST6 : HOST, types[random.nextInt(types.length)],
          random.nextInt(16), random.nextInt(), body);
      assertThat(ip.parse(packet, 0, packet.length, true)).isTrue();
      Icmp.Report report = Icmp.report(ip);
      byte[] echo = Icmp.echoReply(ip, 64);
      if (report != null) assertThat(echo).as("round %d", i).isNull();
    }
  }
}
