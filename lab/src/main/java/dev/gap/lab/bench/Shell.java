package dev.gap.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Runs short commands of the system and waits for them. */
final class Shell {
  private static final int PATIENCE_SECONDS = 20;

  private Shell() {}

  /** What a command said, on both outputs, and how it ended. */
  record Answer(int exit, String text) {}

  static Answer ask(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
        throw new IOException(String.join(" ", command) + " does not end: " + text);
      return new Answer(process.exitValue(), text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted during " + String.join(" ", command), e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** {@return what the command says} It has to succeed. */
  static String run(List<String> command) throws IOException {
    Answer answer = ask(command);
    if (answer.exit() != 0) throw new IOException(String.join(" ", command) + ": " + answer.text().strip());
    return answer.text();
  }

  /** {@return whether there is such a command} */
  static boolean has(String command) {
    String path = System.getenv("PATH");
    String folders = (path == null ? "" : path + ":") + "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin";
    for (String folder : folders.split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, command))) return true;
    }
    return false;
  }
}
