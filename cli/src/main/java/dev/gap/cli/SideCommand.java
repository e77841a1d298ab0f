package dev.gap.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/** {@code gap local} and {@code gap server}: in the foreground, or with a verb, in the background. */
final class SideCommand implements Callable<Integer> {
  private static final String CONFIG = "--config";

  private final Role role;
  private final CommandSpec spec;

  private SideCommand(Role role) {
    this.role = role;
    spec = CommandSpec.wrapWithoutInspection(this);
  }

  static CommandSpec spec(Role role) {
    SideCommand command = new SideCommand(role);
    CommandSpec spec = command.spec;
    spec.name(role.command());
    spec.usageMessage().sortOptions(false).description(describe(role));
    spec.usageMessage().footer(footer(role));
    spec.addPositional(PositionalParamSpec.builder().index("0").arity("0..1").paramLabel("start|stop|status")
        .completionCandidates(List.of("start", "stop", "status"))
        .description("Start in the background, end, or ask about a background process.").type(String.class).build());
    spec.addOption(OptionSpec.builder("-c", CONFIG).paramLabel("FILE").type(String.class)
        .description("Configuration file: YAML, TOML, or the original's config.json. Without it: gap.yaml, gap.toml in"
            + " /etc/gap, ~/.config/gap, or here.")
        .build());
    for (Key key : Key.values()) {
      if (!key.isFor(role)) continue;
      String standard = key.standard().map(s -> " Default: " + s + ".").orElse("");
      spec.addOption(OptionSpec.builder(key.flag()).paramLabel(key.label()).type(String.class)
          .description(key.description() + standard).build());
    }
    spec.addOption(OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help.").build());
    return spec;
  }

  private static String[] describe(Role role) {
    return switch (role) {
      case LOCAL ->
        new String[]{"A SOCKS5 and HTTP proxy that carries every connection to a gap server over mTCP.", ""};
      case SERVER -> new String[]{"The far side: takes mTCP connections from 'gap local' and connects them to where"
          + " they want to go.", ""};
    };
  }

  private static String[] footer(Role role) {
    String example = role == Role.LOCAL
        ? "  gap local --server far.example.org --key \"$KEY\"\n  curl --socks5-hostname 127.0.0.1:1186 https://example.org/"
        : "  gap genkey > key; gap server --key \"$(cat key)\"";
    return new String[]{"",
        "Every option can also stand in the configuration file under the same name without dashes, or"
            + " in the environment as GAP_ and the name in capitals.",
        "", "Example:", example};
  }

  @Override
  public Integer call() throws IOException, ConfigException {
    Map<Key, String> flags = flags();
    Settings settings = Settings.merge(role, flags, System.getenv(), file().orElse(null));
    String verb = spec.positionalParameters().getFirst().getValue();
    if (verb == null) {
      settings.check();
      Logging.configure(settings.logLevel(), settings.logFormat());
      Foreground.run(role, settings);
      return Exit.OK;
    }
    Background background = new Background(role, settings.control());
    return switch (verb) {
      case "start" -> {
        settings.check();
        yield background.start(arguments(flags));
      }
      case "stop" -> background.stop(settings.grace());
      case "status" -> background.status();
      default -> throw new ParameterException(spec.commandLine(),
          "'" + verb + "' is not start, stop or status");
    };
  }

  private Map<Key, String> flags() {
    Map<Key, String> flags = new EnumMap<>(Key.class);
    for (Key key : Key.values()) {
      String value = key.isFor(role) ? option(key.flag()) : null;
      if (value != null) flags.put(key, value);
    }
    return flags;
  }

  private @Nullable String option(String name) {
    return spec.findOption(name).getValue();
  }

  private Optional<ConfigFile> file() throws ConfigException {
    String named = option(CONFIG);
    Optional<Path> path = named != null ? Optional.of(Path.of(named)) : ConfigFile.find();
    return path.isPresent() ? Optional.of(ConfigFile.read(path.get())) : Optional.empty();
  }

  private List<String> arguments(Map<Key, String> flags) {
    List<String> arguments = new ArrayList<>();
    String config = option(CONFIG);
    if (config != null) arguments.addAll(List.of(CONFIG, Path.of(config).toAbsolutePath().toString()));
    flags.forEach((key, value) -> arguments.addAll(List.of(key.flag(), value)));
    return arguments;
  }
}
