package dev.gap.mtcp.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.gap.mtcp.engine.Tshark.Row;
import dev.gap.mtcp.engine.secure.Suite;
import dev.gap.mtcp.engine.wire.SegmentHeader;

import static dev.gap.mtcp.engine.Dissection.ANOTHER_PORT;
import static dev.gap.mtcp.engine.Dissection.DATA;
import static dev.gap.mtcp.engine.Dissection.FRAGMENT;
import static dev.gap.mtcp.engine.Dissection.HASH_BYTES;
import static dev.gap.mtcp.engine.Dissection.LINE;
import static dev.gap.mtcp.engine.Dissection.PEER_PORT;
import static dev.gap.mtcp.engine.Dissection.PORT;
import static dev.gap.mtcp.engine.Dissection.control;
import static dev.gap.mtcp.engine.Dissection.fragment;
import static dev.gap.mtcp.engine.Dissection.sealable;
import static dev.gap.mtcp.engine.Dissection.sealed;
import static org.assertj.core.api.Assertions.assertThat;

/** tools/mtcp.lua takes datagrams apart that were made by hand, good ones and bad ones. */
final class DissectorDatagramsTest {
  @TempDir
  Path directory;

  private Dissection dissection;

  @BeforeEach
  void begin() {
    dissection = new Dissection(directory);
  }

  @ParameterizedTest
  @EnumSource(Suite.class)
  void everyControlMessageIsShown(Suite suite) throws Exception {
    LoggedKeys keys = LoggedKeys.of(LINE.formatted(suite), true);
    byte[] challenge = new byte[16];
    Arrays.fill(challenge, (byte) 0xC5);
    List<Row> rows = dissection.showSealed(suite,
        List.of(control(0, new byte[300]), control(1, new byte[]{1, 2, 3, 4, 5, 6, 7, 8}),
            control(2, new byte[]{1, 2, 3, 4, 5, 6, 7, 8}), control(3, challenge), control(4, challenge),
            control(5, new byte[]{7}),
            control(6, new byte[0]), control(7, new byte[]{8, 7, 6, 5, 4, 3, 2, 1}), control(DATA, new byte[]{9, 9}),
            control(77, new byte[]{1}), control(1, new byte[3]), control(3, new byte[15])));
    for (int i = 0; i < 9; i++) {
      assertThat(rows.get(i).number("mtcp.control")).isEqualTo(i);
      assertThat(rows.get(i).text("mtcp.problem")).isEmpty();
      assertThat(rows.get(i).number("mtcp.rid")).isEqualTo(keys.receiverId());
    }
    assertThat(rows.get(1).text("mtcp.control.token")).isEqualTo("0x0102030405060708");
    assertThat(rows.get(3).bytes("mtcp.control.challenge")).isEqualTo(challenge);
    assertThat(rows.get(5).number("mtcp.control.reason")).isEqualTo(7);
    assertThat(rows.get(6).text("_ws.col.Info")).isEqualTo("REKEY_REQUEST Len=0");
    assertThat(rows.get(7).text("mtcp.control.reset")).isEqualTo("0x0807060504030201");
    assertThat(rows.get(8).bytes("mtcp.control.body")).containsExactly(9, 9);
    assertThat(rows.get(9).number("mtcp.control")).isEqualTo(77);
    assertThat(rows.get(10).text("mtcp.problem")).isEqualTo("PING with 3 bytes of 8");
    assertThat(rows.get(11).text("_ws.col.Info")).startsWith("Malformed: PATH_CHALLENGE");
  }

  @Test
  void fragmentsAreJoinedInTheFrameThatCompletesThem() throws Exception {
    TestSegment segment = TestSegment.data(5, "a segment for a larger path").withSack(7, 9);
    byte[] plain = sealable(segment);
    List<Row> rows = dissection.showSealed(Suite.AES_256_GCM,
        List.of(fragment(3, 1, 2, Arrays.copyOfRange(plain, 20, plain.length)), fragment(4, 0, 2, new byte[30]),
            fragment(3, 0, 2, Arrays.copyOf(plain, 20)), fragment(5, 2, 2, new byte[30]),
            control(FRAGMENT, new byte[6])));
    assertThat(rows.get(0).number("mtcp.fragment.id")).isEqualTo(3);
    assertThat(rows.get(0).number("mtcp.fragment.index")).isEqualTo(1);
    assertThat(rows.get(0).number("mtcp.fragment.count")).isEqualTo(2);
    assertThat(rows.get(0).text("mtcp.seq")).isEmpty();
    assertThat(rows.get(2).segment()).usingRecursiveComparison().isEqualTo(segment);
    assertThat(rows.get(2).text("_ws.col.Info"))
        .isEqualTo("FRAGMENT 1/2 of 3, joined: Seq=5 Ack=0 Win=256 Len=27 SACK=7-9");
    assertThat(rows.get(3).text("mtcp.problem")).isNotEmpty();
    assertThat(rows.get(4).text("mtcp.problem")).isNotEmpty();
  }

  @Test
  void paddingIsNoData() throws Exception {
    TestSegment segment = TestSegment.data(5, "data").withFlags(SegmentHeader.ACK | SegmentHeader.RSV);
    byte[] bare = sealable(segment);
    byte[] good = Arrays.copyOf(bare, bare.length + 10);
    good[good.length - 1] = 10;
    byte[] bad = good.clone();
    bad[bad.length - 1] = 15;
    List<Row> rows = dissection.showSealed(Suite.CHACHA20_POLY1305, List.of(good, bad));
    assertThat(rows.get(0).segment()).usingRecursiveComparison().isEqualTo(segment);
    assertThat(rows.get(0).number("mtcp.padding")).isEqualTo(10);
    assertThat(rows.get(1).text("mtcp.problem")).isEqualTo("padding of 15 bytes");
  }

  @ParameterizedTest
  @EnumSource(Suite.class)
  void whatIsNotAuthenticIsNotTakenApart(Suite suite) throws Exception {
    LoggedKeys keys = LoggedKeys.of(LINE.formatted(suite), true);
    byte[] inside = keys.seal(1, sealable(TestSegment.data(5, "data")));
    inside[20] ^= 1;
    byte[] tail = keys.seal(2, sealable(TestSegment.data(5, "data")));
    tail[tail.length - 1] ^= 1;
    List<Row> rows = dissection.show(suite, PORT, List.of(inside, tail));
    assertThat(rows.get(0).text("mtcp.tag.status")).isEqualTo("bad");
    assertThat(rows.get(0).text("mtcp.problem")).contains("tag");
    // the mask is made from the tag: it cannot even be told whose it is
    assertThat(rows.get(1).text("_ws.col.Info")).startsWith("Undecryptable: a handshake, or");
    assertThat(rows).allSatisfy(r -> assertThat(r.text("mtcp.seq")).isEmpty());
  }

  @Test
  void thePortIsAPreference() throws Exception {
    Tshark tshark = new Tshark(directory).with("mtcp.key", "k").with("mtcp.port", ANOTHER_PORT);
    byte[] datagram = sealed("k", TestSegment.opening().plain());
    List<Row> rows = tshark
        .read(tshark.write("ports.pcap", List.of(new Pcap.Datagram(0, PEER_PORT, ANOTHER_PORT, datagram),
            new Pcap.Datagram(0, PEER_PORT, PORT, datagram))));
    assertThat(rows).extracting(r -> r.text("_ws.col.Protocol")).containsExactly("mTCP/1", "UDP");
  }

  @Test
  void malformedSegmentsAreShownAsSuch() throws Exception {
    byte[] offset = TestSegment.pure(1).plain();
    offset[31] = 33;
    byte[] half = TestSegment.data(1, "data").plain();
    half[31] = 36;
    List<byte[]> plain = List.of(offset, half, TestSegment.pure(1).withSack(5, 4).plain(), TestSegment.pure(1)
        .withFlags(SegmentHeader.FIN | SegmentHeader.RST).plain(),
        TestSegment.data(1, "x").withFlags(SegmentHeader.FIN).plain());
    List<Row> first = dissection.show(1, new Tshark(directory).with("mtcp.key", "k"),
        plain.stream().map(p -> sealed("k", p)).toList());
    List<Row> second = dissection.showSealed(Suite.AES_256_GCM,
        plain.stream().map(p -> Arrays.copyOfRange(p, HASH_BYTES, p.length)).toList());
    for (List<Row> rows : List.of(first, second)) {
      assertThat(rows).extracting(r -> r.text("mtcp.problem")).containsExactly("data offset 33 outside of 32 bytes",
          "half a SACK block", "a SACK block that ends before it begins", "flags that exclude each other",
          "data with FIN, RST or CNT");
      assertThat(rows).allSatisfy(r -> assertThat(r.text("_ws.col.Info")).startsWith("Malformed: "));
    }
  }

  /** Random bytes of every small length, bare and rightly sealed: never an error of the script, which {@link Tshark} looks for. */
  @Test
  void nothingMakesItFail() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    LoggedKeys keys = LoggedKeys.of(LINE.formatted(Suite.AES_256_GCM), true);
    List<byte[]> datagrams = new ArrayList<>();
    int packet = 0;
    for (int length = 0; length <= 120; length++) {
      byte[] noise = new byte[length];
      random.nextBytes(noise);
      datagrams.add(noise);
      datagrams.add(keys.seal(packet++, noise));
      byte[] control = noise.clone();
      Arrays.fill(control, 0, Math.min(8, length), (byte) 0);
      if (length > 8) control[8] = (byte) (length % 12);
      datagrams.add(keys.seal(packet++, control));
      if (length > 8) control[8] = FRAGMENT;
      if (length > 14) System.arraycopy(new byte[]{0, 0, 0, 1, (byte) (length % 2), 2}, 0, control, 9, 6);
      datagrams.add(keys.seal(packet++, control));
      if (length < SegmentHeader.BYTES) continue;
      // most offsets are then within reach
      noise[30] &= (byte) 0xF8;
      datagrams.add(sealed("k", noise));
      datagrams.add(keys.seal(packet++, Arrays.copyOfRange(noise, HASH_BYTES, length)));
    }
    datagrams.add(sealed("k", new byte[1453]));
    datagrams.add(keys.seal(packet, new byte[1700]));
    Tshark tshark = new Tshark(directory).with("mtcp.key", "k").with("mtcp.keylog", dissection.log(Suite.AES_256_GCM));
    List<Row> rows = dissection.show(0, tshark, datagrams);
    assertThat(rows.getFirst().text("_ws.col.Protocol")).as("an empty one is nobody's").isEqualTo("UDP");
    assertThat(rows.subList(1, rows.size())).allSatisfy(r -> assertThat(r.text("_ws.col.Protocol")).startsWith("mTCP"));
    List<Row> again = tshark.read(directory.resolve("datagrams.pcap"), "-2");
    assertThat(again).as("both passes show the same").isEqualTo(rows);
  }
}
