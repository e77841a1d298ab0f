package dev.gap.tcp.engine.stack;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.Cut;
import dev.gap.tcp.engine.TestPacket;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.Fragment;
import dev.gap.tcp.engine.wire.IpPacket;
import dev.gap.transport.PacketEngine;

import static org.assertj.core.api.Assertions.assertThat;

/** Fragments of IP packets, put together: RFC 791 section 3.2, RFC 8200 section 4.5, RFC 5722. */
class ReassemblerTest {
  private static final Address[] V4 = {Address.v4(0x0a000001), Address.v4(0x0a000002)};
  private static final Address[] V6 = {new Address(0x2001_0db8L << 32, 1), new Address(0x2001_0db8L << 32, 2)};
  private static final long SECOND = 1_000_000_000;

  private final Reassembler reassembler = new Reassembler();
  private final Fragment fragment = new Fragment();
  private long now = 5 * SECOND;

  private static byte[] packet(Address[] ends, int length, int trafficClass) {
    byte[] body = new byte[length];
    new Random(length).nextBytes(body);
    byte[] packet = TestPacket.ip(ends[1], ends[0], 6, trafficClass, body);
    // without DF, as what is cut was sent
    return ends == V4 ? Cut.fragment(packet, 0, length, false, 0) : packet;
  }

  private byte @Nullable [] add(byte[] bytes) {
    assertThat(fragment.parse(bytes, 0, bytes.length, true)).isTrue();
    return reassembler.add(fragment, now);
  }

  private byte @Nullable [] addAll(List<byte[]> fragments) {
    byte[] whole = null;
    for (byte[] each : fragments) {
      assertThat(whole).as("whole too soon").isNull();
      whole = add(each);
    }
    return whole;
  }

  @Test
  void inWhateverOrderTheyComeThePacketIsWhatItWas() {
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      byte[] packet = packet(round % 2 == 0 ? V4 : V6, 9 + random.nextInt(5000), 0);
      List<byte[]> fragments = new ArrayList<>(Cut.into(8 * (1 + random.nextInt(100)), round, packet));
      if (fragments.size() == 1) continue;
      Collections.shuffle(fragments, random);
      byte[] whole = addAll(fragments);
      if (whole != null && round % 2 == 0) {
        // the number is the cutter's, and says nothing any more
        whole[4] = packet[4];
        whole[5] = packet[5];
        whole[10] = packet[10];
        whole[11] = packet[11];
      }
      assertThat(whole).as("round %d", round).isEqualTo(packet);
      assertThat(reassembler.size()).isZero();
      assertThat(reassembler.bytes()).isZero();
    }
    assertThat(reassembler.deadline()).isEqualTo(PacketEngine.NEVER);
  }

  @Test
  void theHeaderOfTheWholeHasARightChecksumAndNoTraceOfFragments() {
    byte[] whole = addAll(Cut.into(64, 77, packet(V4, 200, 0)));
    assertThat(whole).isNotNull();
    assertThat(fragment.parse(whole, 0, whole.length, true)).isFalse();
    assertThat(new IpPacket().parse(whole, 0, whole.length, true)).isTrue();
  }

  @Test
  void packetsAreToldApartByNumberAndEnds() {
    byte[] one = packet(V6, 100, 0);
    byte[] other = packet(V6, 300, 0);
    List<byte[]> first = Cut.into(80, 1, one);
    List<byte[]> second = Cut.into(80, 2, other);
    assertThat(add(first.get(0))).isNull();
    assertThat(add(second.get(0))).isNull();
    assertThat(add(first.get(1))).isEqualTo(one);
    assertThat(addAll(second.subList(1, second.size()))).isEqualTo(other);
  }

  @Test
  void aCopyIsIgnored() {
    byte[] packet = packet(V6, 100, 0);
    List<byte[]> fragments = Cut.into(40, 1, packet);
    for (byte[] each : fragments.subList(1, fragments.size())) {
      assertThat(add(each)).isNull();
      assertThat(add(each)).isNull();
    }
    assertThat(add(fragments.getFirst())).isEqualTo(packet);
  }

  @Test
  void fragmentsThatOverlapTakeAllOfTheirPacketWithThem() {
    for (Address[] ends : List.of(V4, V6)) {
      byte[] packet = packet(ends, 200, 0);
      assertThat(add(Cut.fragment(packet, 0, 80, true, 1))).isNull();
      assertThat(add(Cut.fragment(packet, 72, 80, true, 1))).isNull();
      assertThat(reassembler.bytes()).isZero();
      // RFC 5722 section 3: and what is yet to come
      assertThat(addAll(Cut.into(80, 1, packet))).isNull();
      assertThat(reassembler.bytes()).isZero();
      now += 61 * SECOND;
      reassembler.onTimeout(now, _ -> {});
      assertThat(addAll(Cut.into(80, 1, packet))).isNotNull();
    }
  }

  @Test
  void whatContradictsItselfIsDropped() {
    byte[] packet = packet(V6, 200, 0);
    // two ends; an end before what is there; more behind the end
    byte[][][] lies = {
        {Cut.fragment(packet, 160, 40, false, 1), Cut.fragment(packet, 80, 40, false, 1)},
        {Cut.fragment(packet, 160, 40, true, 2), Cut.fragment(packet, 80, 40, false, 2)},
        {Cut.fragment(packet, 80, 40, false, 3), Cut.fragment(packet, 160, 40, true, 3)},
        {Cut.fragment(packet, 80, 40, false, 4), Cut.fragment(packet, 80, 40, true, 4)}};
    for (byte[][] lie : lies) {
      assertThat(add(lie[0])).isNull();
      assertThat(add(lie[1])).isNull();
      assertThat(reassembler.bytes()).isZero();
    }
  }

  @Test
  void whatIsNotWholeAfterAMinuteIsForgotten() {
    byte[] packet = packet(V4, 200, 0);
    List<byte[]> fragments = Cut.into(80, 1, packet);
    assertThat(add(fragments.get(0))).isNull();
    assertThat(reassembler.deadline()).isEqualTo(now + 60 * SECOND);
    now += 59 * SECOND;
    reassembler.onTimeout(now, _ -> {});
    assertThat(add(fragments.get(1))).isNull();
    now += SECOND;
    reassembler.onTimeout(now, _ -> {});
    assertThat(reassembler.size()).isZero();
    assertThat(reassembler.bytes()).isZero();
    assertThat(add(fragments.get(2))).isNull();
  }

  @Test
  void aFloodOfFragmentsTakesBoundedMemory() {
    byte[] packet = packet(V6, 60_000, 0);
    byte[] wanted = packet(V4, 200, 0);
    for (int i = 0; i < 20_000; i++) {
      // large ones, then many small ones, then ones of which nothing is left but that they were dropped
      int size = i < 500 ? 30_000 : 8;
      add(Cut.fragment(packet, 0, size, true, i));
      if (i > 10_000) add(Cut.fragment(packet, 0, size + 8, true, i));
      assertThat(reassembler.bytes()).isLessThanOrEqualTo(Reassembler.MOST_BYTES);
      assertThat(reassembler.size()).isLessThanOrEqualTo(Reassembler.MOST_PACKETS);
    }
    assertThat(addAll(Cut.into(80, 1, wanted))).isNotNull();
  }

  @Test
  void onePacketInTheSmallestPiecesIsNotTooMuch() {
    byte[] packet = packet(V4, 60_000, 0);
    byte[] whole = addAll(Cut.into(8, 1, packet));
    assertThat(whole).isNotNull().hasSize(packet.length);
  }

  @Test
  void aFragmentThatIsAllThereIsHasNothingToDoWithOthers() {
    // RFC 6946
    byte[] packet = packet(V6, 200, 0);
    byte[] other = packet(V6, 60, 0);
    List<byte[]> fragments = Cut.into(80, 9, packet);
    add(fragments.get(0));
    assertThat(add(Cut.fragment(other, 0, 60, false, 9))).isEqualTo(other);
    assertThat(addAll(fragments.subList(1, fragments.size()))).isEqualTo(packet);
  }

  @Test
  void aMarkOfCongestionOnAnyPartMarksTheWhole() {
    // RFC 3168 section 5.3
    byte[] plain = packet(V4, 200, 2);
    byte[] marked = packet(V4, 200, 3);
    add(Cut.fragment(plain, 0, 80, true, 1));
    add(Cut.fragment(marked, 80, 80, true, 1));
    byte[] whole = add(Cut.fragment(plain, 160, 40, false, 1));
    assertThat(whole).isNotNull();
    assertThat(whole[1]).isEqualTo((byte) 3);
    // what cannot be marked was not marked by a router
    byte[] deaf = packet(V4, 200, 0);
    add(Cut.fragment(deaf, 0, 80, true, 2));
    assertThat(add(Cut.fragment(marked, 80, 120, false, 2))).isNull();
  }

  @Test
  void whatMakesNoSenseIsNoFragment() {
    byte[] packet = packet(V4, 200, 0);
    byte[] odd = Cut.fragment(packet, 0, 84, true, 1);
    assertThat(fragment.parse(odd, 0, odd.length, true)).as("not a multiple of eight").isFalse();
    byte[] empty = Cut.fragment(packet, 80, 0, false, 1);
    assertThat(fragment.parse(empty, 0, empty.length, true)).as("nothing in it").isFalse();
    byte[] damaged = Cut.fragment(packet, 80, 80, true, 1);
    damaged[8]++;
    assertThat(fragment.parse(damaged, 0, damaged.length, true)).as("a wrong sum").isFalse();
    byte[] far = Cut.fragment(packet(V4, 65_500, 0), 65_480, 20, false, 1);
    assertThat(fragment.parse(far, 0, far.length, true)).as("at the end").isTrue();
    far[6] |= 0x1f;
    far[7] = (byte) 0xff;
    assertThat(fragment.parse(far, 0, far.length, false)).as("longer than a packet can be").isFalse();
    byte[] whole = packet(V6, 100, 0);
    assertThat(fragment.parse(whole, 0, whole.length, true)).isFalse();
    for (int length = 0; length < 90; length++) {
      byte[] cut = Cut.fragment(whole, 0, 48, true, 1);
      assertThat(fragment.parse(cut, 0, length, true)).as("%d bytes of it", length).isFalse();
    }
  }
}
