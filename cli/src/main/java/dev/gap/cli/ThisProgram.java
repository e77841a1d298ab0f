package dev.gap.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How this very program was started. */
final class ThisProgram {
  private ThisProgram() {}

  /** {@return the command that starts it, with its module path, or in tests its class path, and options} */
  static List<String> command() {
    String java = Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
    String modules = System.getProperty("jdk.module.path");
    if (modules == null)
      return List.of(java, "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmn16m", "-cp",
          System.getProperty("java.class.path", ""), Main.class.getName());
    List<String> command = new ArrayList<>(List.of(java, "--enable-native-access=org.jline.nativ,dev.gap.io",
        "-XX:+UseSerialGC", "-Xmn16m", "--module-path", modules));
    // what the build has trained (see the script "gap")
    Path cache = Path.of(modules).resolveSibling("gap.aot");
    if (Files.exists(cache)) command.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off"));
    command.addAll(List.of("-m", "dev.gap.cli/dev.gap.cli.Main"));
    return command;
  }

  /** {@return the source tree that it runs from, if it does} */
  static Optional<Path> sourceTree() {
    String modules = System.getProperty("jdk.module.path");
    if (modules == null) return Optional.empty();
    Path tree = Path.of(modules).toAbsolutePath().resolve("../../..").normalize();
    return Files.exists(tree.resolve("cli/pom.xml")) ? Optional.of(tree) : Optional.empty();
  }
}
