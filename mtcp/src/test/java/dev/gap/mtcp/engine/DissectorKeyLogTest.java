package dev.gap.mtcp.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.gap.mtcp.engine.Tshark.Row;
import dev.gap.mtcp.engine.secure.Suite;

import static dev.gap.mtcp.engine.Dissection.ANOTHER_PORT;
import static dev.gap.mtcp.engine.Dissection.LINE;
import static dev.gap.mtcp.engine.Dissection.PEER_PORT;
import static dev.gap.mtcp.engine.Dissection.PORT;
import static dev.gap.mtcp.engine.Dissection.sealable;
import static org.assertj.core.api.Assertions.assertThat;

/** tools/mtcp.lua reads a key log, which may grow, begin anew, be missing or be broken. */
final class DissectorKeyLogTest {
  @TempDir
  Path directory;

  private Dissection dissection;

  @BeforeEach
  void begin() {
    dissection = new Dissection(directory);
  }

  @Test
  void aSessionOfTheKeyLogIsFoundOnAnyPort() throws Exception {
    LoggedKeys keys = LoggedKeys.of(LINE.formatted(Suite.CHACHA20_POLY1305), false);
    byte[] mine = keys.seal(0xFFFF_FFFF, sealable(TestSegment.pure(3)));
    List<Row> rows = dissection.show(Suite.CHACHA20_POLY1305, ANOTHER_PORT, List.of(new byte[60], mine, new byte[60]));
    assertThat(rows.get(0).text("_ws.col.Protocol")).isEqualTo("UDP");
    assertThat(rows.get(1).text("_ws.col.Protocol")).isEqualTo("mTCP/2");
    assertThat(rows.get(1).text("mtcp.pn")).isEqualTo("4294967295");
    assertThat(rows.get(2).text("_ws.col.Protocol")).isEqualTo("mTCP");
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
      List<Row> rows = dissection.show(0, new Tshark(directory).with("mtcp.keylog", log), List.of(datagram));
      assertThat(rows.getFirst().text("_ws.col.Info")).as(log.toString()).startsWith("Undecryptable: ");
    }
    List<Row> rows = dissection.show(0, new Tshark(directory), List.of(datagram));
    assertThat(rows.getFirst().text("_ws.col.Info")).startsWith("Undecryptable: no key is given");
  }
}
