package dev.gap.cli.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Year;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The wall clock of a real process is moved in mid-session, by libfaketime: what runs goes on, and what begins is told. */
@Timeout(120)
final class WallClockIT {
  private static final long MIB = 1 << 20;
  private static final String LIBRARY = "libfaketimeMT.so.1";

  @RegisterExtension
  static final Bed BED = new Bed();

  @ParameterizedTest(name = "of the {0}")
  @ValueSource(strings = {"server", "local"})
  void aSessionGoesOnAndOneThatBeginsIsToldWhatIsWrong(String side) {
    Optional<Path> library = library();
    Assumptions.assumeTrue(library.isPresent(), "SKIPPED, not tested: the wall clock of processes: no " + LIBRARY
        + " (Debian: apt install faketime)");
    Path clock = BED.folder().resolve("clock");
    set(clock, "+0");
    Map<String, String> moved = Map.of("LD_PRELOAD", library.get().toString(), "FAKETIME_TIMESTAMP_FILE",
        clock.toString(), "FAKETIME_NO_CACHE", "1", "FAKETIME_DONT_FAKE_MONOTONIC", "1",
        // else all timed waits of the JVM return at once
        "FAKETIME_FORCE_MONOTONIC_FIX", "0");
    Map<String, String> ofServer = side.equals("server") ? moved : Map.of();
    Map<String, String> ofLocal = side.equals("local") ? moved : Map.of();
    Site.Page page = BED.site().publish("page", 20 * MIB);
    Site.Page next = BED.site().publish("next", MIB);
    BED.relay("delay=10", "rate=40e6");
    BED.setEnvironment(ofServer);
    Running server = BED.server();
    BED.setEnvironment(ofLocal);
    Running local = BED.local();
    BED.setEnvironment(Map.of());

    Download download = BED.download("running", page);
    download.awaitBytes(2 * MIB, Duration.ofSeconds(20));
    set(clock, "+1h");
    download.awaitBytes(8 * MIB, Duration.ofSeconds(20));
    set(clock, "+10y");
    download.awaitIntact(page, Duration.ofSeconds(40));
    BED.download("after", next).awaitIntact(next, Duration.ofSeconds(20));

    Running other = side.equals("server") ? server : local;
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    assertThat(Shell.run(jcmd, String.valueOf(other.pid()), "Thread.print")).as("the clock that %s sees", side)
        .contains("\n" + (Year.now(ZoneOffset.UTC).getValue() + 10) + "-");

    // a server goes by what it believed when it started, a client that starts now by its clock
    local.kill();
    BED.setEnvironment(ofLocal);
    BED.local();
    BED.setEnvironment(Map.of());
    if (side.equals("local")) {
      server.awaitText("ahead of this one", Duration.ofSeconds(20));
      set(clock, "+0");
    }
    BED.download("right", next).awaitIntact(next, Duration.ofSeconds(40));
  }

  /** The process reads it anew each time that it looks at its clock: it is replaced as a whole. */
  private static void set(Path clock, String offset) {
    try {
      Path whole = clock.resolveSibling("clock.new");
      Files.writeString(whole, offset + "\n");
      Files.move(whole, clock, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@return where the library is} Debian has it in a folder for each architecture. */
  private static Optional<Path> library() {
    for (Path root : List.of(Path.of("/usr/lib"), Path.of("/usr/local/lib"), Path.of("/usr/lib64"))) {
      if (!Files.isDirectory(root)) continue;
      try (
          Stream<Path> found = Files.find(root, 3, (path, attributes) -> path.endsWith(Path.of("faketime", LIBRARY)))) {
        Optional<Path> first = found.findFirst();
        if (first.isPresent()) return first;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Optional.empty();
  }
}
