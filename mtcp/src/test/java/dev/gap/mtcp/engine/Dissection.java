package dev.gap.mtcp.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.gap.mtcp.engine.Tshark.Row;
import dev.gap.mtcp.engine.protection.SeedKey;
import dev.gap.mtcp.engine.protection.SeedProtection;
import dev.gap.mtcp.engine.secure.Suite;
import dev.gap.transport.PacketBatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Datagrams made by hand, in captures, and what tshark shows of them. */
final class Dissection {
  /** Where the dissector looks for mTCP unless it is told otherwise. */
  static final int PORT = 2286;
  static final int ANOTHER_PORT = 4433;
  static final int PEER_PORT = 40_000;
  static final int HASH_BYTES = 4;
  static final int DATA = 8;
  static final int FRAGMENT = 9;
  /** A line of a key log, but for the suite. */
  static final String LINE = "MTCP2 0a0b0c0d f1f2f3f4 %s " + "01".repeat(32) + " " + "02".repeat(12) + " "
      + "03".repeat(32) + " " + "04".repeat(32) + " " + "05".repeat(12) + " " + "06".repeat(32);

  private final Path directory;

  /**
   * Skips the test where there is no tshark.
   *
   * @param directory for captures and key logs
   */
  Dissection(Path directory) {
    assumeTrue(Tshark.isInstalled(), "tshark is missing: apt-get install tshark");
    this.directory = directory;
  }

  /** {@return what is shown of plaintexts that a client seals, of one session whose keys are given} */
  List<Row> showSealed(Suite suite, List<byte[]> plain) throws IOException, InterruptedException {
    LoggedKeys keys = LoggedKeys.of(LINE.formatted(suite), true);
    List<byte[]> datagrams = new ArrayList<>();
    for (byte[] p : plain)
      datagrams.add(keys.seal(1000 + datagrams.size(), p));
    return show(suite, PORT, datagrams);
  }

  /** {@return what is shown of datagrams to a port, the keys of one session being given} */
  List<Row> show(Suite suite, int port, List<byte[]> datagrams) throws IOException, InterruptedException {
    return show(2, port, new Tshark(directory).with("mtcp.keylog", log(suite)), datagrams);
  }

  List<Row> show(int profile, Tshark tshark, List<byte[]> datagrams) throws IOException, InterruptedException {
    return show(profile, PORT, tshark, datagrams);
  }

  /** @param profile that all of those shown have that have one, 0 if it is not to be looked at */
  static List<Row> show(int profile, int port, Tshark tshark, List<byte[]> datagrams)
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

  /** {@return a key log of one session} */
  Path log(Suite suite) throws IOException {
    return Files.writeString(directory.resolve("keys.log"), LINE.formatted(suite) + "\n");
  }

  /** {@return the plaintext of a segment in a session} */
  static byte[] sealable(TestSegment segment) {
    return Arrays.copyOfRange(segment.plain(), HASH_BYTES, segment.length());
  }

  /** {@return a datagram of profile 1} */
  static byte[] sealed(String key, byte[] plain) {
    PacketBatch batch = new PacketBatch(1, 2048);
    System.arraycopy(plain, 0, batch.next(), 0, plain.length);
    batch.commit(plain.length, Rig.FAR);
    new SeedProtection(new SeedKey(key)).seal(batch, 0);
    return Arrays.copyOf(batch.bytes(0), plain.length);
  }

  static byte[] control(int type, byte[] body) {
    return ByteBuffer.allocate(9 + body.length).putLong(0).put((byte) type).put(body).array();
  }

  static byte[] fragment(int id, int index, int count, byte[] part) {
    return control(FRAGMENT,
        ByteBuffer.allocate(6 + part.length).putInt(id).put((byte) index).put((byte) count).put(part).array());
  }
}
