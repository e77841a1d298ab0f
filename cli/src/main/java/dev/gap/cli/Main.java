package dev.gap.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.UnknownHostException;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code gap} command. */
@Command(name = "gap", mixinStandardHelpOptions = true, versionProvider = Version.class, synopsisSubcommandLabel = "COMMAND", description = {
    "Carries ordinary TCP connections fast and safely over lossy, long, changing networks.", ""}, footer = {"",
        "To begin: 'gap demo' shows it at work on this machine. For real use, 'gap genkey' makes a key, 'gap server' runs"
            + " where the network is good, and 'gap local' where you are. 'gap COMMAND --help' explains each."})
public final class Main implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /** Runs a command line and exits with its code. */
  public static void main(String[] arguments) {
    Logging.configure("warn", "console");
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine gap = new CommandLine(new Main());
    gap.addSubcommand(SideCommand.spec(Role.LOCAL));
    gap.addSubcommand(SideCommand.spec(Role.SERVER));
    gap.addSubcommand(new WndCommand());
    gap.addSubcommand(new CheckCommand());
    gap.addSubcommand(new GenkeyCommand());
    gap.addSubcommand(new DemoCommand());
    gap.addSubcommand(LabCommand.spec());
    gap.addSubcommand(new CommandLine(new PacketdrillCommand()).setCaseInsensitiveEnumValuesAllowed(true));
    gap.addSubcommand(new TestCommand());
    gap.addSubcommand(new VersionCommand());
    gap.addSubcommand(new CompletionCommand());
    gap.addSubcommand(new CommandLine.HelpCommand());
    gap.setUsageHelpAutoWidth(true);
    gap.setParameterExceptionHandler(Main::onUsage);
    gap.setExecutionExceptionHandler(EXCEPTIONS);
    return gap;
  }

  private static int onUsage(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("gap: " + e.getMessage());
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return Exit.USAGE;
  }

  private static final IExecutionExceptionHandler EXCEPTIONS = (e, command, result) -> {
    PrintWriter err = command.getErr();
    return switch (e) {
      case ParameterException p -> onUsage(p, new String[0]);
      case ConfigException c -> say(err, String.valueOf(c.getMessage()), Exit.CONFIG);
      case BindException b -> say(err, b.getMessage() + ": choose another address with --listen", Exit.UNAVAILABLE);
      case UnknownHostException u -> say(err, "the server's name cannot be resolved: " + u.getMessage(), Exit.NO_HOST);
      case IOException i -> say(err, String.valueOf(i.getMessage()), Exit.FAILED);
      default -> {
        e.printStackTrace(err);
        yield say(err, "this is a defect of gap; please report the lines above", Exit.SOFTWARE);
      }
    };
  };

  private static int say(PrintWriter err, String message, int code) {
    err.println("gap: " + message);
    return code;
  }

  /** {@code gap} alone shows what there is. */
  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }

  /** {@code gap completion}. */
  @Command(name = "completion", mixinStandardHelpOptions = true, description = "Print completions for bash and zsh.", footer = {
      "", "Example:", "  source <(gap completion)"})
  static final class CompletionCommand implements Runnable {
    @Override
    public void run() {
      System.out.print(AutoComplete.bash("gap", commandLine()));
    }
  }
}
