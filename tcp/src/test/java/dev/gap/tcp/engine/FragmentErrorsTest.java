package dev.gap.tcp.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.tcp.engine.connection.PacketSlot;
import dev.gap.tcp.engine.stack.TcpEngine;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.Flags;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What senders of fragments are told: that a packet did not become whole in time (RFC 792, RFC 1122 section 3.3.2, RFC 8200
 * section 4.5), and that a first fragment does not hold all headers (RFC 7112).
 */
class FragmentErrorsTest {
  private static final long SECOND = 1_000_000_000;
  private static final int ICMP6 = 58;
  private static final int UDP = 17;
  private static final int DESTINATION_OPTIONS = 60;

  enum Family {
    V4(Address.v4(0x0a000001), Address.v4(0x0a000002), Address.v4(0xe0000001), 11, 576 - 28), V6(
        new Address(0x2001_0db8L << 32, 1), new Address(0x2001_0db8L << 32, 2), new Address(0xff02L << 48, 1), 3,
        1280 - 48);

    final Address host;
    final Address peer;
    final Address group;
    final int timeExceeded;
    final int quoted;

    Family(Address host, Address peer, Address group, int timeExceeded, int quoted) {
      this.host = host;
      this.peer = peer;
      this.group = group;
      this.timeExceeded = timeExceeded;
      this.quoted = quoted;
    }

    byte[] segment(int length) {
      return TestPacket.tcp(peer, 1000, host, 80).flags(Flags.ACK).numbers(5, 6).payload(new byte[length]).build();
    }

    byte[] error(int type, int code, byte[] about) {
      byte[] packet = TestPacket.icmp(host, peer, type, code, 0, Arrays.copyOf(about, Math.min(about.length, quoted)));
      // without DF
      return this == V4 ? Cut.fragment(packet, 0, packet.length - 20, false, 0) : packet;
    }
  }

  /** Answers for every address. */
  private final TcpEngine engine = new TcpEngine(TcpConfig.DEFAULT, Set.of(), new SplittableRandom(1));
  private final PacketSlot slot = new PacketSlot(70_000, 0, false);
  private long now = 5 * SECOND;

  private void receive(byte[] packet) {
    engine.receive(packet, 0, packet.length, true, now);
  }

  private List<byte[]> sent() {
    List<byte[]> sent = new ArrayList<>();
    while (engine.poll(slot, now))
      sent.add(Arrays.copyOfRange(slot.bytes(), slot.offset(), slot.offset() + slot.length()));
    return sent;
  }

  private List<byte[]> sentAfter(long nanos) {
    now += nanos;
    if (engine.nextTimeoutNanos() <= now) engine.onTimeout(now);
    return sent();
  }

  @ParameterizedTest
  @EnumSource
  void whoseBeginningHasComeAndNotTheRestInAMinuteIsToldOf(Family family) {
    List<byte[]> fragments = Cut.into(1400, 7, family.segment(3000));
    receive(fragments.get(1));
    receive(fragments.get(0));
    assertThat(sentAfter(60 * SECOND - 1)).isEmpty();
    assertThat(sentAfter(1)).containsExactly(family.error(family.timeExceeded, 1, fragments.get(0)));
    assertThat(engine.stats().reassemblyTimeouts).isOne();
    assertThat(engine.stats().errorsSent).isOne();
    assertThat(sentAfter(600 * SECOND)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aShortFragmentIsQuotedWhole(Family family) {
    byte[] first = Cut.into(104, 7, family.segment(300)).getFirst();
    receive(first);
    assertThat(sentAfter(60 * SECOND)).containsExactly(family.error(family.timeExceeded, 1, first));
  }

  @ParameterizedTest
  @EnumSource
  void ofWhatHasNoBeginningNobodyIsTold(Family family) {
    List<byte[]> fragments = Cut.into(104, 7, family.segment(500));
    receive(fragments.get(1));
    receive(fragments.getLast());
    assertThat(sentAfter(60 * SECOND)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void ofWhatWasDroppedForOverlapsNobodyIsTold(Family family) {
    byte[] segment = family.segment(500);
    receive(Cut.fragment(segment, 0, 104, true, 7));
    receive(Cut.fragment(segment, 96, 104, true, 7));
    assertThat(sentAfter(60 * SECOND)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void anErrorIsNotAnsweredByAnotherAndAnEchoIs(Family family) {
    boolean v6 = family == Family.V6;
    byte[] error = TestPacket.icmp(family.peer, family.host, v6 ? 1 : 3, 1, 0, new byte[400]);
    receive(Cut.into(104, 7, error).getFirst());
    assertThat(sentAfter(60 * SECOND)).isEmpty();
    byte[] first = Cut.into(104, 8, TestPacket.icmp(family.peer, family.host, v6 ? 128 : 8, 0, 0, new byte[400]))
        .getFirst();
    receive(first);
    assertThat(sentAfter(60 * SECOND)).containsExactly(family.error(family.timeExceeded, 1, first));
  }

  @ParameterizedTest
  @EnumSource
  void whatWasForOrFromMoreThanOneIsNotAnswered(Family family) {
    receive(
        Cut.into(104, 7, TestPacket.tcp(family.group, 1, family.host, 2).payload(new byte[400]).build()).getFirst());
    receive(
        Cut.into(104, 7, TestPacket.tcp(family.peer, 1, family.group, 2).payload(new byte[400]).build()).getFirst());
    assertThat(engine.stats().fragments).isEqualTo(2);
    assertThat(sentAfter(60 * SECOND)).isEmpty();
  }

  /** RFC 4443 section 2.4 (e.2). */
  @Test
  void aRedirectIsNotAnswered() {
    receive(Cut.into(104, 7, TestPacket.icmp(Family.V6.peer, Family.V6.host, 137, 0, 0, new byte[400])).getFirst());
    assertThat(engine.stats().fragments).isOne();
    assertThat(sentAfter(60 * SECOND)).isEmpty();
  }

  /** ::ffff:10.0.0.2 does not belong on the wire, and an answer to it would be one to a host of IPv4. */
  @Test
  void aMappedAddressIsNotAnswered() {
    byte[] segment = Family.V6.segment(400);
    Arrays.fill(segment, 8, 18, (byte) 0);
    Arrays.fill(segment, 18, 20, (byte) 0xff);
    System.arraycopy(new byte[]{10, 0, 0, 2}, 0, segment, 20, 4);
    receive(Cut.into(104, 7, segment).getFirst());
    assertThat(engine.stats().fragments).isOne();
    assertThat(sentAfter(60 * SECOND)).isEmpty();
  }

  @Test
  void sendersOfManyAreToldTenTimesASecond() {
    for (int i = 0; i < 50; i++)
      receive(Cut.into(104, i, Family.V4.segment(300)).getFirst());
    assertThat(sentAfter(60 * SECOND)).hasSize(10);
    assertThat(engine.stats().reassemblyTimeouts).isEqualTo(50);
    assertThat(engine.stats().errorsSent).isEqualTo(10);
    receive(Cut.into(104, 1, Family.V4.segment(300)).getFirst());
    assertThat(sentAfter(60 * SECOND)).hasSize(1);
  }

  /** 16 is less than a header of TCP; and 24 is less than one with 32 bytes of options. */
  @ParameterizedTest
  @ValueSource(ints = {16, 24})
  void aFirstFragmentOfV6ThatLacksHeadersIsDroppedAndItsSenderTold(int size) {
    byte[] segment = TestPacket.tcp(Family.V6.peer, 1000, Family.V6.host, 80).flags(Flags.SYN).options(new byte[32])
        .build();
    List<byte[]> fragments = Cut.into(size, 7, segment);
    fragments.forEach(this::receive);
    // the SYN is for a closed port: were it whole, it would be reset
    assertThat(sent()).containsExactly(Family.V6.error(4, 3, fragments.getFirst()));
    assertThat(engine.stats().headersCut).isOne();
    assertThat(engine.stats().reassembled).isZero();
    assertThat(sentAfter(60 * SECOND)).isEmpty();
  }

  @Test
  void aFirstFragmentThatHoldsAllHeadersIsTaken() {
    byte[] segment = TestPacket.tcp(Family.V6.peer, 1000, Family.V6.host, 80).flags(Flags.SYN).options(new byte[32])
        .payload(new byte[100]).build();
    Cut.into(56, 7, segment).forEach(this::receive);
    assertThat(engine.stats().reassembled).isOne();
    assertThat(engine.stats().headersCut).isZero();
    assertThat(sent()).hasSize(1);
  }

  @Test
  void extensionHeadersHaveToBeThereToo() {
    // options of 24 bytes before a segment: the first fragment ends in them, behind them, in the segment's header, and after it
    byte[] options = new byte[24];
    options[0] = 6;
    options[1] = 2;
    byte[] segment = Family.V6.segment(60);
    byte[] body = Arrays.copyOf(options, 24 + segment.length - 40);
    System.arraycopy(segment, 40, body, 24, segment.length - 40);
    byte[] packet = TestPacket.ip(Family.V6.peer, Family.V6.host, DESTINATION_OPTIONS, 0, body);
    for (int size : new int[]{8, 16, 24, 40})
      receive(Cut.into(size, size, packet).getFirst());
    assertThat(sent()).hasSize(4);
    assertThat(engine.stats().headersCut).isEqualTo(4);
    Cut.into(48, 48, packet).forEach(this::receive);
    assertThat(engine.stats().headersCut).isEqualTo(4);
    assertThat(engine.stats().reassembled).isOne();
  }

  @Test
  void whatMayBeAnErrorIsDroppedWithoutAWord() {
    byte[] options = {ICMP6, 0, 1, 4, 0, 0, 0, 0};
    byte[] error = TestPacket.icmp(Family.V6.peer, Family.V6.host, 1, 0, 0, new byte[80]);
    byte[] body = Arrays.copyOf(options, 8 + error.length - 40);
    System.arraycopy(error, 40, body, 8, error.length - 40);
    byte[] packet = TestPacket.ip(Family.V6.peer, Family.V6.host, DESTINATION_OPTIONS, 0, body);
    // whether it is an error stands where it is cut
    receive(Cut.into(8, 1, packet).getFirst());
    assertThat(sent()).isEmpty();
    assertThat(engine.stats().headersCut).isOne();
    receive(Cut.into(16, 2, packet).getFirst());
    assertThat(engine.stats().headersCut).isOne();
    assertThat(sentAfter(60 * SECOND)).isEmpty();
  }

  @Test
  void inV4SmallFragmentsAreTakenAsTheyAlwaysWere() {
    Cut.into(8, 7, Family.V4.segment(100)).forEach(this::receive);
    assertThat(engine.stats().headersCut).isZero();
    assertThat(engine.stats().reassembled).isOne();
  }

  @Test
  void whatThisHostDoesNotSpeakNeedsNoHeader() {
    byte[] datagram = TestPacket.ip(Family.V6.peer, Family.V6.host, UDP, 0, new byte[100]);
    Cut.into(8, 7, datagram).forEach(this::receive);
    assertThat(engine.stats().headersCut).isZero();
    assertThat(sent()).isEmpty();
  }
}
