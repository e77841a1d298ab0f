package dev.gap.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gap wnd}. */
@Command(name = "wnd", mixinStandardHelpOptions = true, description = {
    "Show or set the receive window of the running local and of all its connections."})
final class WndCommand implements Callable<Integer> {
  private static final int MOST = 65535;

  @Parameters(arity = "0..1", paramLabel = "N", description = "Segments of 1420 bytes, 1 to 65535, or 'auto'.")
  private @Nullable String window;

  @Option(names = "--control", paramLabel = "PATH", description = "The control socket of the local.")
  private @Nullable Path control;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (window != null) check(window);
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

  /** A wrong number is wrong whether or not there is a process to take it. */
  private void check(String text) {
    try {
      Settings.window(text, MOST);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
