package dev.gap.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The {@code bench} module of the source tree, which is built when it is first needed. */
public final class BenchModule {
  private static final String MAVEN = "mvn";
  private static final String BUILD = "mvn -Pbench -pl bench -am package -Dmaven.test.skip=true";

  private final @Nullable Path tree;
  private final Consumer<String> progress;
  private @Nullable String failure;

  /**
   * @param tree the source tree, or null if there is none
   * @param progress is told when it is built
   */
  public BenchModule(@Nullable Path tree, Consumer<String> progress) {
    this.tree = tree;
    this.progress = progress;
  }

  /** {@return why it cannot be used, after it has been built if need be} Empty if it can. */
  Optional<String> missing() {
    if (failure == null && !isBuilt()) failure = build();
    return Optional.ofNullable(failure);
  }

  /** {@return the class path of its programs} */
  String classPath() {
    return app() + "/*";
  }

  private @Nullable Path app() {
    return tree == null ? null : tree.resolve("bench/target/app");
  }

  private boolean isBuilt() {
    Path app = app();
    if (app == null || tree == null || !Files.isDirectory(app)) return false;
    Path jar = app.resolve("gap-bench.jar");
    try (Stream<Path> sources = Files.walk(tree.resolve("bench/src/main"))) {
      if (!Files.exists(jar)) return false;
      long built = Files.getLastModifiedTime(jar).toMillis();
      for (Path source : Stream.concat(sources, Stream.of(tree.resolve("bench/pom.xml"))).toList()) {
        if (Files.getLastModifiedTime(source).toMillis() > built) return false;
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** {@return why it could not be built, or null} */
  private @Nullable String build() {
    if (tree == null || !Files.exists(tree.resolve("bench/pom.xml")))
      return "not built: the Java peers are built from gap's source tree (run ./gap there)";
    if (!Shell.has(MAVEN)) return "not built: apt-get install maven";
    progress.accept("building the Java peers (" + BUILD + ") ...");
    try {
      Process process = maven(tree);
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() == 0) return null;
      String error = said.lines().filter(line -> line.contains("ERROR")).findFirst().orElse("");
      return "not built: " + BUILD + " failed: " + error.replaceFirst("^.*ERROR\\]?\\s*", "");
    } catch (IOException e) {
      return "not built: " + e.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "not built: interrupted";
    }
  }

  private static Process maven(Path tree) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(
        Stream.concat(List.of(BUILD.split(" ", -1)).stream(), Stream.of("-B", "-ntp", "-Dspotless.check.skip"))
            .toList());
    builder.directory(tree.toFile()).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home", ""));
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }
}
