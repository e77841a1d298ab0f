package dev.gap.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.gap.packetdrill.Packetdrill;
import dev.gap.packetdrill.Report;
import dev.gap.packetdrill.gap.GapStack;
import dev.gap.packetdrill.run.Profile;

/** {@code gap packetdrill}: packet scripts on the TCP engine, in virtual time. */
@Command(name = "packetdrill", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Run scripts of the packetdrill language on gap's own TCP engine, in virtual time, and tell which passed, which failed"
        + " with the first difference, and which say what is not supported. Exits with 1 if any failed.",
    ""}, footer = {"", "Example:", "  gap packetdrill tcp/src/test/packetdrill"})
final class PacketdrillCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "FILE_OR_DIR", description = "Scripts, and directories to look for *.pkt in.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private List<Path> paths;

  @Option(names = "--like", paramLabel = "linux|freebsd", description = "Whose habits the stack is to have. Without it,"
      + " those of the system that a script is written for, told by its spellings.")
  private Profile.@Nullable Kind kind;

  @Option(names = {"-v", "--verbose"}, description = "Print notes too: commands that were not run, settings without"
      + " effect.")
  private boolean verbose;

  @Option(names = {"-q", "--quiet"}, description = "Do not print the scripts that passed.")
  private boolean quiet;

  @Override
  public Integer call() throws IOException {
    for (Path path : paths) {
      if (!Files.exists(path)) throw new ParameterException(spec.commandLine(), "no such file or directory: " + path);
    }
    Report report = new Packetdrill((profile, _) -> new GapStack(profile), kind).run(paths);
    if (report.results().isEmpty()) {
      throw new ParameterException(spec.commandLine(), "no script (*.pkt) in " + paths);
    }
    report.print(new PrintStream(System.out, false, StandardCharsets.UTF_8), verbose, quiet);
    return report.failed() == 0 ? 0 : 1;
  }
}
