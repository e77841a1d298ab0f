package dev.gap.packetdrill;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gap.packetdrill.run.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

class ReportTest {
  @TempDir
  Path directory;

  private static String print(Report report, boolean verbose) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    report.print(new PrintStream(bytes, true, StandardCharsets.UTF_8), verbose);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aLineForEachScriptAndTheSums() {
    Report report = new Report();
    report.add(Path.of("a.pkt"), new Outcome.Passed(List.of("not run: kldload x")));
    report.add(Path.of("b.pkt"), new Outcome.Failed(7, "S 0:0(0)", "nothing was sent", "+0 >\n S 0:0(0)", List.of()));
    report.add(Path.of("c.pkt"), new Outcome.Unsupported(3, "udp", List.of()));
    assertThat(print(report, false)).isEqualTo("""
        passed      a.pkt
        failed      b.pkt:7
            line      +0 > S 0:0(0)
            expected  S 0:0(0)
            but       nothing was sent
        unsupported c.pkt:3: udp

        unsupported 1 times: udp

        3 scripts: 1 passed, 1 failed, 1 unsupported
        """);
    assertThat(print(report, true)).contains("    note      not run: kldload x");
  }

  @Test
  void directoriesAreSearchedForScripts() throws IOException {
    Files.createDirectories(directory.resolve("in/side"));
    Files.writeString(directory.resolve("in/side/b.pkt"), "0 bogus");
    Files.writeString(directory.resolve("a.pkt"), "0 bogus");
    Files.writeString(directory.resolve("a.txt"), "0 bogus");
    List<Path> scripts = Packetdrill.scripts(List.of(directory, directory.resolve("a.txt")));
    assertThat(scripts).extracting(p -> directory.relativize(p).toString()).containsExactly("a.pkt", "in/side/b.pkt",
        "a.txt");
    Report report = new Packetdrill((_, _) -> {
      throw new IllegalStateException();
    }, null).run(scripts);
    assertThat(report.failed()).isEqualTo(3);
  }
}
