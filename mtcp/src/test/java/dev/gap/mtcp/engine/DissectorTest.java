package dev.gap.mtcp.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.mtcp.engine.Tshark.Row;
import dev.gap.mtcp.engine.protection.SeedKey;
import dev.gap.mtcp.engine.protection.SeedProtection;
import dev.gap.mtcp.engine.secure.SecureEndpoint;
import dev.gap.mtcp.engine.secure.Suite;
import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.transport.PacketBatch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** tools/mtcp.lua shows what was sent. */
final class DissectorTest {
  private static final int PORT = 2286;
  private static final int ANOTHER_PORT = 4433;
  private static final int PEER_PORT = 40_000;
  private static final int TOTAL = 300_000;
  private static final int HASH_BYTES = 4;
  private static final int DATA = 8;
  private static final int FRAGMENT = 9;
  private static final String LINE = "MTCP2 0a0b0c0d f1f2f3f4 %s " + "01".repeat(32) + " " + "02".repeat(12) + " "
      + "03".repeat(32) + " " + "04".repeat(32) + " " + "05".repeat(12) + " " + "06".repeat(32);

  @TempDir
  Path directory;

  @BeforeEach
  void tsharkIsThere() {
    assumeTrue(Tshark.isInstalled(), "tshark is missing: apt-get install tshark");
  }

  @Test
  void theVectorsOfProfile1ShowTheirFields() throws Exception {
    for (var group : VectorsTest.vectors().stream().collect(groupingBy(v -> v.text("key"))).entrySet()) {
      var vectors = group.getValue();
      List<Row> rows = show(1, new Tshark(directory).with("mtcp.key", group.getKey()),
          vectors.stream().map(v -> v.bytes("datagram_hex")).toList());
      for (int i = 0; i < vectors.size(); i++) {
        assertThat(rows.get(i).segment()).as(vectors.get(i).name()).usingRecursiveComparison()
            .isEqualTo(vectors.get(i).segment());
        assertThat(rows.get(i).number("mtcp.offset")).isEqualTo(vectors.get(i).number("data_offset"));
        assertThat(rows.get(i).text("mtcp.hash.status")).isEqualTo("good");
        assertThat(rows.get(i).text("mtcp.problem")).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"near", "far"})
  void theRecordedOriginalShowsItsSegments(String end) throws Exception {
    String resource = "/original-" + end + ".pcap";
    List<Pcap.Datagram> recorded = Pcap.read(resource);
    Path copy = directory.resolve("original.pcap");
    try (var in = Objects.requireNonNull(DissectorTest.class.getResourceAsStream(resource))) {
      Files.copy(in, copy);
    }
    List<Row> rows = new Tshark(directory).with("mtcp.key", Rig.KEY).read(copy);
    assertThat(rows).hasSameSizeAs(recorded);
    SeedProtection protection = new SeedProtection(new SeedKey(Rig.KEY));
    int withSack = 0;
    for (int i = 0; i < rows.size(); i++) {
      byte[] datagram = recorded.get(i).payload();
      assertThat(protection.open(datagram, datagram.length)).isTrue();
      TestSegment expected = TestSegment.read(datagram, datagram.length);
      assertThat(rows.get(i).segment()).as("packet %d", i + 1).usingRecursiveComparison().isEqualTo(expected);
      if (!expected.sack().isEmpty()) withSack++;
    }
    assertThat(withSack).isPositive();
    assertThat(rows.getFirst().text("_ws.col.Info")).isEqualTo("Seq=0 Ack=0 Win=256 Len=0 [CNT]");
    assertThat(rows.getFirst().text("_ws.col.Protocol")).isEqualTo("mTCP/1");
  }

  /** A download through two engines and a lossy link: each datagram shows as the JDK's ciphers open it, the stream is whole. */
  @ParameterizedTest
  @EnumSource(Suite.class)
  void aSessionOfProfile2ShowsWhatWasSent(Suite suite) throws Exception {
    var config = Rig.SECURE.withSuites(Set.of(suite));
    Rig rig = Rig.secure(Rig.link(20, 20, 0.05), Rig.link(20, 20, 0.05), 7, config, config);
    Set<String> lines = new LinkedHashSet<>();
    ((SecureEndpoint) rig.near).setKeyLog(lines::add);
    ((SecureEndpoint) rig.far).setKeyLog(lines::add);
    List<Pcap.Datagram> sent = new ArrayList<>();
    rig.network.tap((now, from, to, bytes, length) -> sent
        .add(new Pcap.Datagram(now, from.getPort(), to.getPort(), Arrays.copyOf(bytes, length))));
    var download = rig.new Download(TOTAL);
    assertThat(download.finish(Duration.ofSeconds(20))).isTrue();
    SecureEndpoint near = (SecureEndpoint) rig.near;
    byte[] body = "a datagram of an application".getBytes(US_ASCII);
    assertThat(near.sendDatagram(near.sessionWith(Rig.FAR, rig.now()), body, rig.now())).isTrue();
    rig.run(() -> false, Duration.ofSeconds(1));
    assertThat(lines).as("both ends log the same").hasSize(1);

    Path log = Files.writeString(directory.resolve("keys.log"), "# a comment\n" + String.join("\n", lines) + "\n");
    Tshark tshark = new Tshark(directory).with("mtcp.keylog", log);
    List<Row> rows = tshark.read(tshark.write("session.pcap", sent));
    assertThat(rows).hasSameSizeAs(sent);
    Shown shown = compare(sent, rows, lines.iterator().next());

    assertThat(rows).extracting(r -> r.text("_ws.col.Protocol")).containsOnly("mTCP", "mTCP/2");
    assertThat(shown.handshakes).as("INIT and RESP, perhaps repeated").isBetween(2, 6);
    assertThat(shown.stream(true)).isEqualTo("GET".getBytes(US_ASCII));
    assertThat(shown.stream(false)).hasSize(TOTAL);
    assertThat(shown.sacks).isPositive();
    // path MTU discovery, and the application
    assertThat(shown.controls).containsKeys(1, 2, DATA);
    assertThat(shown.controls.get(DATA)).containsExactly(body);
  }

  /** What the rows showed together. */
  private static final class Shown {
    private final Map<Boolean, TreeMap<Integer, byte[]>> data = new HashMap<>();
    private final Map<Integer, byte[]> controls = new HashMap<>();
    private int handshakes;
    private int sacks;

    byte[] stream(boolean toServer) {
      var parts = data.getOrDefault(toServer, new TreeMap<>()).values();
      ByteBuffer all = ByteBuffer.allocate(parts.stream().mapToInt(p -> p.length).sum());
      parts.forEach(all::put);
      return all.array();
    }
  }

  private static Shown compare(List<Pcap.Datagram> sent, List<Row> rows, String line) {
    Shown shown = new Shown();
    int[] nextPacket = new int[2];
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      boolean toServer = sent.get(i).destinationPort() == PORT;
      LoggedKeys keys = LoggedKeys.of(line, toServer);
      LoggedKeys.Opened opened = keys.open(sent.get(i).payload());
      if (opened == null) {
        shown.handshakes++;
        assertThat(row.text("mtcp.problem")).contains("handshake");
        continue;
      }
      assertThat(row.text("mtcp.problem")).isEmpty();
      assertThat(row.text("mtcp.tag.status")).isEqualTo("good");
      assertThat(row.text("mtcp.direction")).isEqualTo(toServer ? "to server" : "to client");
      assertThat(row.text("mtcp.suite")).isEqualTo(line.split(" ", -1)[3]);
      assertThat(row.number("mtcp.rid")).isEqualTo(keys.receiverId());
      assertThat(row.number("mtcp.pn")).isEqualTo(opened.packetNumber()).isEqualTo(nextPacket[toServer ? 0 : 1]++);
      if (ByteBuffer.wrap(opened.plain()).getLong() == 0) {
        assertThat(row.number("mtcp.control")).isEqualTo(opened.plain()[8]);
        shown.controls.put(row.number("mtcp.control"), row.bytes("mtcp.control.body"));
        continue;
      }
      TestSegment expected = read(opened.plain());
      assertThat(row.segment()).as("packet %d", i + 1).usingRecursiveComparison().isEqualTo(expected);
      if (!expected.sack().isEmpty()) shown.sacks++;
      if (expected.data().length > 0) {
        shown.data.computeIfAbsent(toServer, _ -> new TreeMap<>()).put(row.number("mtcp.seq"), row.bytes("mtcp.data"));
      }
    }
    return shown;
  }

  private static TestSegment read(byte[] plain) {
    byte[] segment = new byte[HASH_BYTES + plain.length];
    System.arraycopy(plain, 0, segment, HASH_BYTES, plain.length);
    return TestSegment.read(segment, segment.length);
  }

  @ParameterizedTest
  @EnumSource(Suite.class)
  void everyControlMessageIsShown(Suite suite) throws Exception {
    LoggedKeys keys = LoggedKeys.of(LINE.formatted(suite), true);
    byte[] challenge = new byte[16];
    Arrays.fill(challenge, (byte) 0xC5);
    List<Row> rows = showSealed(suite,
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
    List<Row> rows = showSealed(Suite.AES_256_GCM,
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
    List<Row> rows = showSealed(Suite.CHACHA20_POLY1305, List.of(good, bad));
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
    List<Row> rows = show(suite, PORT, List.of(inside, tail));
    assertThat(rows.get(0).text("mtcp.tag.status")).isEqualTo("bad");
    assertThat(rows.get(0).text("mtcp.problem")).contains("tag");
    // the mask is made from the tag: it cannot even be told whose it is
    assertThat(rows.get(1).text("_ws.col.Info")).startsWith("Undecryptable: a handshake, or");
    assertThat(rows).allSatisfy(r -> assertThat(r.text("mtcp.seq")).isEmpty());
  }

  @Test
  void aSessionOfTheKeyLogIsFoundOnAnyPort() throws Exception {
    LoggedKeys keys = LoggedKeys.of(LINE.formatted(Suite.CHACHA20_POLY1305), false);
    byte[] mine = keys.seal(0xFFFF_FFFF, sealable(TestSegment.pure(3)));
    List<Row> rows = show(Suite.CHACHA20_POLY1305, ANOTHER_PORT, List.of(new byte[60], mine, new byte[60]));
    assertThat(rows.get(0).text("_ws.col.Protocol")).isEqualTo("UDP");
    assertThat(rows.get(1).text("_ws.col.Protocol")).isEqualTo("mTCP/2");
    assertThat(rows.get(1).text("mtcp.pn")).isEqualTo("4294967295");
    assertThat(rows.get(2).text("_ws.col.Protocol")).isEqualTo("mTCP");
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
    List<Row> first = show(1, new Tshark(directory).with("mtcp.key", "k"),
        plain.stream().map(p -> sealed("k", p)).toList());
    List<Row> second = showSealed(Suite.AES_256_GCM,
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
    Tshark tshark = new Tshark(directory).with("mtcp.key", "k").with("mtcp.keylog", log(Suite.AES_256_GCM));
    List<Row> rows = show(0, tshark, datagrams);
    assertThat(rows.getFirst().text("_ws.col.Protocol")).as("an empty one is nobody's").isEqualTo("UDP");
    assertThat(rows.subList(1, rows.size())).allSatisfy(r -> assertThat(r.text("_ws.col.Protocol")).startsWith("mTCP"));
    List<Row> again = tshark.read(directory.resolve("datagrams.pcap"), "-2");
    assertThat(again).as("both passes show the same").isEqualTo(rows);
  }

  /** A log that grows by half a line and then the rest, and one that begins anew. */
  @Test
  @Timeout(60)
  void theKeyLogIsReadAgainWhenItChanges() throws Exception {
    byte[] plain = sealable(TestSegment.pure(3));
    String line = LINE.formatted(Suite.AES_256_GCM);
    byte[] datagram = LoggedKeys.of(line, true).seal(0, plain);
    Path log = Files.writeString(directory.resolve("growing.log"), "# begun\n" + line.substring(0, 100));
    Tshark tshark = new Tshark(directory).with("mtcp.keylog", log);
    Path capture = tshark.write("growing.pcap", List.of(new Pcap.Datagram(0, PEER_PORT, PORT, datagram),
        new Pcap.Datagram(1, PEER_PORT, PORT, datagram)));
    for (boolean anew : new boolean[]{false, true}) {
      List<Row> rows = tshark.watch(capture, () -> change(log, anew ? "" : line.substring(100) + "\n"));
      assertThat(rows).extracting(r -> r.text("mtcp.tag.status")).containsExactly(anew ? "good" : "",
          anew ? "" : "good");
    }
  }

  private static void change(Path log, String more) {
    try {
      if (more.isEmpty()) Files.writeString(log, "# anew\n");
      else Files.writeString(log, more, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aKeyLogThatIsMissingOrBrokenIsNoFailure() throws Exception {
    byte[] datagram = LoggedKeys.of(LINE.formatted(Suite.AES_256_GCM), true).seal(0, sealable(TestSegment.pure(3)));
    String whole = LINE.formatted(Suite.AES_256_GCM);
    Path broken = Files.writeString(directory.resolve("broken.log"),
        "MTCP2\nMTCP2 1 2 AES_256_GCM 3 4 5 6 7 8\n" + whole.replace("AES_256_GCM", "ROT13") + "\n\0\n" + whole);
    for (Path log : List.of(directory.resolve("nothing.log"), directory, broken)) {
      List<Row> rows = show(0, new Tshark(directory).with("mtcp.keylog", log), List.of(datagram));
      assertThat(rows.getFirst().text("_ws.col.Info")).as(log.toString()).startsWith("Undecryptable: ");
    }
    List<Row> rows = show(0, new Tshark(directory), List.of(datagram));
    assertThat(rows.getFirst().text("_ws.col.Info")).startsWith("Undecryptable: no key is given");
  }

  private List<Row> showSealed(Suite suite, List<byte[]> plain) throws IOException, InterruptedException {
    LoggedKeys keys = LoggedKeys.of(LINE.formatted(suite), true);
    List<byte[]> datagrams = new ArrayList<>();
    for (byte[] p : plain)
      datagrams.add(keys.seal(1000 + datagrams.size(), p));
    return show(suite, PORT, datagrams);
  }

  private List<Row> show(Suite suite, int port, List<byte[]> datagrams) throws IOException, InterruptedException {
    return show(2, port, new Tshark(directory).with("mtcp.keylog", log(suite)), datagrams);
  }

  private List<Row> show(int profile, Tshark tshark, List<byte[]> datagrams) throws IOException, InterruptedException {
    return show(profile, PORT, tshark, datagrams);
  }

  /** @param profile that all of those shown have that have one, 0 if it is not to be looked at */
  private static List<Row> show(int profile, int port, Tshark tshark, List<byte[]> datagrams)
      throws IOException, InterruptedException {
    List<Row> rows = tshark.read(tshark.write("datagrams.pcap",
        datagrams.stream().map(d -> new Pcap.Datagram(0, PEER_PORT, port, d)).toList()));
    assertThat(rows).hasSameSizeAs(datagrams);
    if (profile > 0) {
      assertThat(rows).filteredOn(r -> r.has("mtcp.profile"))
          .allSatisfy(r -> assertThat(r.number("mtcp.profile")).isEqualTo(profile));
    }
    return rows;
  }

  private Path log(Suite suite) throws IOException {
    return Files.writeString(directory.resolve("keys.log"), LINE.formatted(suite) + "\n");
  }

  private static byte[] sealable(TestSegment segment) {
    return Arrays.copyOfRange(segment.plain(), HASH_BYTES, segment.length());
  }

  private static byte[] sealed(String key, byte[] plain) {
    PacketBatch batch = new PacketBatch(1, 2048);
    System.arraycopy(plain, 0, batch.next(), 0, plain.length);
    batch.commit(plain.length, Rig.FAR);
    new SeedProtection(new SeedKey(key)).seal(batch, 0);
    return Arrays.copyOf(batch.bytes(0), plain.length);
  }

  private static byte[] control(int type, byte[] body) {
    return ByteBuffer.allocate(9 + body.length).putLong(0).put((byte) type).put(body).array();
  }

  private static byte[] fragment(int id, int index, int count, byte[] part) {
    return control(FRAGMENT,
        ByteBuffer.allocate(6 + part.length).putInt(id).put((byte) index).put((byte) count).put(part).array());
  }
}
