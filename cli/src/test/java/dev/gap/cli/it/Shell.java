package dev.gap.cli.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Runs short commands of the system and waits for them. */
final class Shell {
  private static final int PATIENCE_SECONDS = 20;

  private Shell() {}

  /** What a command said and how it ended. */
  record Answer(int exit, String text) {}

  /** {@return what the command says on both its outputs} */
  static Answer ask(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(command + " does not end: " + text);
      }
      return new Answer(process.exitValue(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted during " + command, e);
    }
  }

  /** {@return what the command says} It has to succeed. */
  static String run(String... command) {
    Answer answer = ask(List.of(command));
    if (answer.exit() != 0)
      throw new IllegalStateException(String.join(" ", command) + ": " + answer.exit() + " " + answer.text());
    return answer.text();
  }

  /** {@return whether there is such a command} */
  static boolean has(String command) {
    return ask(List.of("sh", "-c", "command -v " + command)).exit() == 0;
  }
}
