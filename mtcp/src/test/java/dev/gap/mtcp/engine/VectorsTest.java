package dev.gap.mtcp.engine;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gap.mtcp.engine.protection.SeedKey;
import dev.gap.mtcp.engine.protection.SeedProtection;
import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.transport.PacketBatch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

/** The datagrams of mtcp1.json, both ways, byte for byte. */
final class VectorsTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final InetSocketAddress PEER = new InetSocketAddress("192.0.2.1", 2286);

  record Vector(String name, Map<?, ?> fields) {
    String text(String field) {
      return (String) value(field);
    }

    int number(String field) {
      return ((Long) value(field)).intValue();
    }

    byte[] bytes(String field) {
      return HEX.parseHex(text(field));
    }

    List<?> list(String field) {
      return (List<?>) value(field);
    }

    Object value(String field) {
      return Objects.requireNonNull(fields.get(field), field);
    }

    int flags() {
      int flags = 0;
      for (Object flag : list("flags")) {
        flags |= switch ((String) flag) {
          case "FIN" -> SegmentHeader.FIN;
          case "RST" -> SegmentHeader.RST;
          case "ACK" -> SegmentHeader.ACK;
          case "CNT" -> SegmentHeader.CNT;
          case "RSV" -> SegmentHeader.RSV;
          default -> throw new AssertionError(flag);
        };
      }
      return flags;
    }

    TestSegment segment() {
      List<Integer> sack = list("sack").stream().map(n -> ((Long) n).intValue()).toList();
      return new TestSegment(HexFormat.fromHexDigitsToLong(text("connection_id_hex")), number("seq"), number("ack"),
          number("ts_val"), number("ts_ecr"), number("window"), flags(), sack, bytes("data_hex"));
    }

    SeedKey key() {
      return new SeedKey(text("key"));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Vector> vectors() throws IOException {
    try (InputStream in = VectorsTest.class.getResourceAsStream("/mtcp1.json")) {
      String json = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
      List<Vector> vectors = new ArrayList<>();
      for (Object fields : (List<?>) Json.read(json)) {
        Map<?, ?> map = (Map<?, ?>) fields;
        vectors.add(new Vector((String) Objects.requireNonNull(map.get("name")), map));
      }
      return vectors;
    }
  }

  @Test
  void allTenVectorsAreThere() throws IOException {
    assertThat(vectors()).hasSize(10).extracting(Vector::name).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void sharedKeyGivesKeyAndVector(Vector vector) {
    assertThat(vector.key().aesKey()).isEqualTo(vector.bytes("aes_key_hex"));
    assertThat(vector.key().iv()).isEqualTo(vector.bytes("iv_hex"));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void datagramOpensToThePlaintextAndItsFields(Vector vector) {
    byte[] bytes = vector.bytes("datagram_hex");
    int length = bytes.length;
    byte[] buffer = Arrays.copyOf(bytes, SegmentHeader.MAX_DATAGRAM);

    assertThat(new SeedProtection(vector.key()).open(buffer, length)).isTrue();
    assertThat(Arrays.copyOf(buffer, length)).isEqualTo(vector.bytes("plaintext_hex"));
    assertThat(Arrays.copyOf(buffer, 4)).isEqualTo(vector.bytes("hash_hex"));

    TestSegment segment = TestSegment.read(buffer, length);
    assertThat(segment).usingRecursiveComparison().isEqualTo(vector.segment());
    assertThat(segment.dataOffset()).isEqualTo(vector.number("data_offset"));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void fieldsSealToTheDatagram(Vector vector) {
    PacketBatch batch = new PacketBatch(1, SegmentHeader.MAX_DATAGRAM);
    add(batch, vector);
    new SeedProtection(vector.key()).seal(batch, 0);

    assertThat(datagram(batch, 0)).isEqualTo(vector.bytes("datagram_hex"));
  }

  @Test
  void allDatagramsOfAKeyInOneBatchSealAsEachAlone() throws IOException {
    for (List<Vector> group : vectors().stream().collect(groupingBy(v -> v.text("key"))).values()) {
      PacketBatch batch = new PacketBatch(16, SegmentHeader.MAX_DATAGRAM);
      group.forEach(v -> add(batch, v));
      new SeedProtection(group.getFirst().key()).seal(batch, 0);
      for (int i = 0; i < group.size(); i++) {
        assertThat(datagram(batch, i)).as(group.get(i).name()).isEqualTo(group.get(i).bytes("datagram_hex"));
      }
    }
  }

  private static void add(PacketBatch batch, Vector vector) {
    TestSegment segment = vector.segment();
    byte[] out = batch.next();
    // what the buffer held before must not show
    Arrays.fill(out, (byte) 0xA5);
    System.arraycopy(segment.plain(), 0, out, 0, segment.length());
    batch.commit(segment.length(), PEER);
  }

  private static byte[] datagram(PacketBatch batch, int i) {
    return Arrays.copyOf(batch.bytes(i), batch.length(i));
  }
}
