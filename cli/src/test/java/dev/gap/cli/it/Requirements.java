package dev.gap.cli.it;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What these tests need of the machine. */
final class Requirements {
  private static final List<String> COMMANDS = List.of("ip", "curl", "nginx", "nc", "id");

  private Requirements() {}

  /** {@return why the tests cannot run here} Empty if they can. */
  static Optional<String> missing() {
    String commands = COMMANDS.stream().filter(c -> !Shell.has(c)).collect(Collectors.joining(", "));
    if (!commands.isEmpty()) return Optional.of("these commands are missing: " + commands);
    if (!Shell.run("id", "-u").strip().equals("0"))
      return Optional.of("only root may make network namespaces, and this is not root");
    Shell.Answer probe = Shell.ask(List.of("unshare", "--net", "true"));
    return probe.exit() == 0 ? Optional.empty() : Optional.of("no network namespaces to be had here: " + probe.text());
  }
}
