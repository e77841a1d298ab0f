package dev.gap.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gap check}. */
@Command(name = "check", mixinStandardHelpOptions = true, description = "Check a configuration without running it.")
final class CheckCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = {"-c", "--config"}, paramLabel = "FILE", description = "The file; without it the usual places.")
  private @Nullable Path config;

  @Parameters(arity = "1", paramLabel = "local|server", description = "Which side it is for.")
  private String side = "";

  @Override
  public Integer call() throws ConfigException {
    Role role = switch (side.toLowerCase(Locale.ROOT)) {
      case "local" -> Role.LOCAL;
      case "server" -> Role.SERVER;
      default -> throw new ParameterException(spec.commandLine(), "'" + side + "' is neither local nor server");
    };
    Optional<Path> path = config != null ? Optional.of(config) : ConfigFile.find();
    ConfigFile file = path.isPresent() ? ConfigFile.read(path.get()) : null;
    Settings.merge(role, Map.of(), System.getenv(), file).check();
    System.out
        .println((file == null ? "no configuration file" : file.path().toString()) + ": good for " + role.command());
    return Exit.OK;
  }
}
