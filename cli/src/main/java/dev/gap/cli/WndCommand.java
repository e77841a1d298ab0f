package dev.gap.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gap wnd}. */
@Command(name = "wnd", mixinStandardHelpOptions = true, description = {
    "Show or set the receive window of the running local and of all its connections."})
final class WndCommand implements Callable<Integer> {
  @Parameters(arity = "0..1", paramLabel = "N", description = "Segments of 1420 bytes, 1 to 65535, or 'auto'.")
  private @Nullable String window;

  @Option(names = "--control", paramLabel = "PATH", description = "The control socket of the local.")
  private @Nullable Path control;

  @Override
  public Integer call() throws IOException {
    Path path = control != null ? control : RuntimeFolder.path().resolve("local.sock");
    if (!ControlClient.isAlive(path)) {
      System.err.println("gap: local is not running (no process answers at " + path + ")");
      return Exit.UNAVAILABLE;
    }
    String answer = ControlClient.ask(path, window == null ? "wnd" : "wnd " + window);
    if (answer.startsWith("error: ")) {
      System.err.println("gap: " + answer.substring("error: ".length()));
      return Exit.USAGE;
    }
    System.out.println(answer);
    return Exit.OK;
  }
}
