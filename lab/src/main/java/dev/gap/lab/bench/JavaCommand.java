package dev.gap.lab.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of other Java programs, with the Java that runs now. */
final class JavaCommand {
  private static final String MODULE = "dev.gap.lab";

  private JavaCommand() {}

  /** {@return the command of a program of this module, from the module path or class path of now} */
  static List<String> ofLab(Class<?> main) {
    String modules = System.getProperty("jdk.module.path");
    if (modules == null) return onClassPath(System.getProperty("java.class.path", ""), main.getName());
    List<String> command = java();
    command.addAll(List.of("--module-path", modules, "-m", MODULE + "/" + main.getName()));
    return command;
  }

  /** {@return the command of a program of a class path} */
  static List<String> onClassPath(String classPath, String main) {
    List<String> command = java();
    command
        .addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", classPath,
            main));
    return command;
  }

  private static List<String> java() {
    String java = Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
    return new ArrayList<>(List.of(java, "-XX:+UseParallelGC"));
  }
}
