package dev.gap.mtcp.engine;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.mtcp.engine.Tshark.Row;
import dev.gap.mtcp.engine.protection.SeedKey;
import dev.gap.mtcp.engine.protection.SeedProtection;
import dev.gap.mtcp.engine.secure.SecureEndpoint;
import dev.gap.mtcp.engine.secure.Suite;

import static dev.gap.mtcp.engine.Dissection.DATA;
import static dev.gap.mtcp.engine.Dissection.HASH_BYTES;
import static dev.gap.mtcp.engine.Dissection.PORT;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

/** tools/mtcp.lua shows what was sent. */
final class DissectorTest {
  private static final int TOTAL = 300_000;

  @TempDir
  Path directory;

  private Dissection dissection;

  @BeforeEach
  void begin() {
    dissection = new Dissection(directory);
  }

  @Test
  void theVectorsOfProfile1ShowTheirFields() throws Exception {
    for (var group : VectorsTest.vectors().stream().collect(groupingBy(v -> v.text("key"))).entrySet()) {
      var vectors = group.getValue();
      List<Row> rows = dissection.show(1, new Tshark(directory).with("mtcp.key", group.getKey()),
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
}
