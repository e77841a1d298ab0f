package dev.gap.tcp.engine.wire;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gap.tcp.engine.Cut;
import dev.gap.tcp.engine.TestPacket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

/** Whatever bytes come from the device: what is read of them lies within them, and means the same when written anew. */
class PacketJazzerTest {
  private static final Address A = Address.v4(0x0a000001);
  private static final Address B = Address.v4(0x0a000002);
  private static final Address A6 = new Address(0x2001_0db8L << 32, 1);
  private static final Address B6 = new Address(0x2001_0db8L << 32, 2);

  private final IpPacket ip = new IpPacket();
  private final Segment segment = new Segment();

  static Stream<byte[]> packets() {
    byte[] syn = TestPacket.tcp(A, 1, B, 2).flags(Flags.SYN)
        .options(2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7, 34, 2).build();
    byte[] data = TestPacket.tcp(A6, 1, B6, 2).flags(Flags.ACK).options(1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 9)
        .payload((byte) 1, (byte) 2, (byte) 3).build();
    return Stream.of(syn, data, TestPacket.icmp(A, B, 8, 0, 0x10001, new byte[20]),
        TestPacket.icmp(A6, B6, 128, 0, 0x10001, new byte[20]), TestPacket.tooBig(B, A, syn, 1400),
        TestPacket.tooBig(B6, A6, data, 1400), "E".getBytes(ISO_8859_1));
  }

  @MethodSource("packets")
  @FuzzTest
  void whatIsReadLiesWithinThePacket(byte[] packet) {
    byte[] before = packet.clone();
    if (!ip.parse(packet, 0, packet.length, false)) return;
    assertThat(ip.payload()).isBetween(20, ip.end());
    assertThat(ip.end()).isLessThanOrEqualTo(packet.length);
    boolean icmp = ip.protocol() == (ip.isV6() ? IpPacket.ICMP6 : IpPacket.ICMP);
    if (icmp) icmp(packet);
    else if (ip.protocol() == IpPacket.TCP) tcp(packet);
    assertThat(packet).as("who reads changes nothing").isEqualTo(before);
  }

  static Stream<byte[]> fragments() {
    byte[] data = TestPacket.tcp(A, 1, B, 2).payload(new byte[100]).build();
    byte[] data6 = TestPacket.tcp(A6, 1, B6, 2).payload(new byte[100]).build();
    return Stream.concat(Cut.into(56, 1, data).stream(), Cut.into(56, 1, data6).stream());
  }

  @MethodSource("fragments")
  @FuzzTest
  void whatIsReadOfAFragmentLiesWithinIt(byte[] packet) {
    byte[] before = packet.clone();
    Fragment fragment = new Fragment();
    if (!fragment.parse(packet, 0, packet.length, false)) return;
    assertThat(fragment.offset() % 8).isZero();
    assertThat(fragment.data()).hasSize(fragment.length()).isNotEmpty();
    assertThat(fragment.front().length + fragment.length()).isLessThanOrEqualTo(packet.length);
    assertThat(fragment.source().isV4() || fragment.isV6()).isTrue();
    byte[] whole = Fragment.whole(fragment.front(), fragment.ecn(), List.of(fragment.data()), fragment.length());
    assertThat(whole.length).isEqualTo(fragment.front().length - (fragment.isV6() ? 8 : 0) + fragment.length());
    byte[] quote = fragment.quote();
    assertThat(packet).startsWith(quote);
    for (byte[] error : List.of(IcmpError.reassemblyTimedOut(quote, 64), IcmpError.headersAreCut(quote, 64)))
      if (fragment.hasHeaders() && fragment.mayBeAnswered()) {
        assertThat(error).hasSizeBetween(8 + quote.length, 1280);
        assertThat(ip.parse(error, 0, error.length, true)).isTrue();
        assertThat(ip.destination()).isEqualTo(fragment.source());
      }
    assertThat(packet).as("who reads changes nothing").isEqualTo(before);
  }

  private void icmp(byte[] packet) {
    Icmp.Report report = Icmp.report(ip);
    byte[] reply = Icmp.echoReply(ip, 64);
    if (report != null) assertThat(reply).as("an error is no echo").isNull();
    if (reply == null) return;
    int header = ip.isV6() ? 40 : 20;
    assertThat(reply).hasSize(header + ip.end() - ip.payload());
    assertThat(Arrays.copyOfRange(reply, header + 4, reply.length))
        .isEqualTo(Arrays.copyOfRange(packet, ip.payload() + 4, ip.end()));
    IpPacket back = new IpPacket();
    assertThat(back.parse(reply, 0, reply.length, true)).isTrue();
    assertThat(back.source()).isEqualTo(ip.destination());
    assertThat(Icmp.echoReply(back, 64)).as("a reply is not answered").isNull();
  }

  private void tcp(byte[] packet) {
    boolean sound = segment.parse(ip, false);
    assertThat(segment.parse(ip, true)).isEqualTo(sound && sumIsRight(packet));
    if (!sound) return;
    segment.parse(ip, false);
    assertThat(segment.payload()).isBetween(ip.payload() + 20, ip.end());
    assertThat(segment.payload() + segment.payloadLength()).isEqualTo(ip.end());
    assertThat(segment.sackCount()).isBetween(0, Segment.MAX_SACKS);
    int cookie = segment.fastOpenCookie().length;
    assertThat(cookie == 0 || (cookie >= 4 && cookie <= 16 && cookie % 2 == 0)).isTrue();
    for (Options.Order order : Options.Order.values())
      againAs(order);
  }

  private boolean sumIsRight(byte[] packet) {
    byte[] body = Arrays.copyOfRange(packet, ip.payload(), ip.end());
    byte[] lengthAndProtocol = {0, (byte) (body.length >> 16), (byte) (body.length >> 8), (byte) body.length, 0, 0, 0,
        IpPacket.TCP};
    byte[] addresses = new byte[ip.isV6() ? 32 : 8];
    ip.source().write(addresses, 0);
    ip.destination().write(addresses, addresses.length / 2);
    return TestPacket.checksum(addresses, lengthAndProtocol, body) == 0;
  }

  /** The options are the same when they are written in a system's order and read again. */
  private void againAs(Options.Order order) {
    Options options = new Options();
    if (segment.mss() > 0) options.mss(segment.mss());
    if (segment.windowScale() >= 0) options.windowScale(segment.windowScale());
    if (segment.sackPermitted()) options.sackPermitted();
    if (segment.hasTimestamps()) options.timestamps(segment.timestamp(), segment.timestampEcho());
    boolean crowded = segment.hasTimestamps() && segment.sackCount() == Segment.MAX_SACKS;
    if (crowded) return;
    for (int i = 0; i < segment.sackCount(); i++)
      options.sack(segment.sackStart(i), segment.sackEnd(i));
    if (segment.hasFastOpen()) options.fastOpen(segment.fastOpenCookie(), segment.fastOpenExperimental());
    if (options.write(new byte[200], 0, order) > Options.MAX_BYTES) return;
    byte[] out = new byte[200];
    SegmentWriter writer = new SegmentWriter(order);
    writer.begin(out, 0, SegmentWriter.Frame.answering(segment, 0, 64, true), 0, segment.sequence(), segment.ack(),
        segment.flags(), segment.window(), segment.urgentPointer(), options);
    int length = writer.finish(0, true);
    IpPacket againIp = new IpPacket();
    Segment again = new Segment();
    assertThat(againIp.parse(out, 0, length, true) && again.parse(againIp, true)).isTrue();
    assertThat(told(again)).isEqualTo(told(segment));
  }

  private static String told(Segment s) {
    int[] sacks = new int[2 * s.sackCount()];
    for (int i = 0; i < s.sackCount(); i++) {
      sacks[2 * i] = s.sackStart(i);
      sacks[2 * i + 1] = s.sackEnd(i);
    }
    return "%d %d %d %d mss %d scale %d sack %b %s ts %b %d %d tfo %b %b %s".formatted(s.sequence(), s.ack(), s.flags(),
        s.window(), s.mss(), s.windowScale(), s.sackPermitted(), Arrays.toString(sacks), s.hasTimestamps(),
        s.hasTimestamps() ? s.timestamp() : 0, s.hasTimestamps() ? s.timestampEcho() : 0, s.hasFastOpen(),
        s.fastOpenExperimental(), Arrays.toString(s.fastOpenCookie()));
  }
}
