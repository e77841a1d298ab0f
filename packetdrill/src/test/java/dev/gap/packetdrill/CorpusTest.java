package dev.gap.packetdrill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gap.packetdrill.gap.GapStack;
import dev.gap.packetdrill.python.PythonCode;
import dev.gap.packetdrill.python.PythonException;
import dev.gap.packetdrill.run.Outcome;
import dev.gap.packetdrill.script.Action;
import dev.gap.packetdrill.script.Event;
import dev.gap.packetdrill.script.ScriptException;

import static org.assertj.core.api.Assertions.assertThat;

/** The scripts that the TCP engine is tested with, which live where the engine does. */
class CorpusTest {
  private static final Path CORPUS = Path.of("..", "tcp", "src", "test", "packetdrill");

  static List<Path> scripts() throws IOException {
    return Packetdrill.scripts(List.of(CORPUS));
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void everyScriptIsUnderstood(Path script)
      throws IOException, ScriptException, PythonException {
    for (Event event : Packetdrill.parse(script.toString(), Files.readString(script)).events()) {
      if (event.action() instanceof Action.Code(String text)) PythonCode.check(text);
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void everyScriptBeginsWithWhatItIsAbout(Path script) throws IOException {
    assertThat(Files.readAllLines(script).getFirst()).startsWith("// ");
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void everyScriptPassesOnOurStack(Path script) throws IOException {
    Packetdrill packetdrill = new Packetdrill((profile, _) -> new GapStack(profile), null);
    assertThat(packetdrill.run(script)).isInstanceOf(Outcome.Passed.class);
  }

  @Test
  void everyAreaHasItsScripts() throws IOException {
    assertThat(scripts()).hasSizeGreaterThan(150).extracting(p -> p.getParent().getFileName().toString())
        .contains("wire", "states", "opening", "reliability", "flow", "congestion", "size");
  }
}
