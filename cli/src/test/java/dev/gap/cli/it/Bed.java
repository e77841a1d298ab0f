package dev.gap.cli.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import dev.gap.cli.Main;
import dev.gap.cli.it.Namespaces.Place;

/**
 * The test bed of a test class: the namespaces and the site last as long as the class, whatever else is started ends with
 * its test. When a test fails, all that its processes said is printed. Where the bed cannot be made, the tests are skipped.
 */
final class Bed implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private static final String KEY = "mk2:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
  static final int PROXY_PORT = 1186;
  static final String PROXY = "127.0.0.1:" + PROXY_PORT;
  static final String SITE = "http://" + Namespaces.FAR_NAME + ":" + Site.PORT;

  private static final String UDP_PORT = ":2286";
  private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
  private static final Duration START_PATIENCE = Duration.ofSeconds(20);
  private static final int LAST_LINES = 80;

  private Path root;
  private Path folder;
  private Namespaces net;
  private Site site;
  private String missing;
  private Map<String, String> environment = Map.of();
  private final List<Running> started = new ArrayList<>();

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    missing = Requirements.missing().orElse(null);
    if (missing != null) return;
    root = Files.createTempDirectory("gapit-");
    net = Namespaces.make();
    site = Site.start(root, net);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    // here and not before all: a class that aborts as a whole is not counted among the skipped
    Assumptions.assumeTrue(missing == null, () -> "SKIPPED, not tested: " + missing);
    folder = Files.createDirectory(root.resolve(context.getRequiredTestMethod().getName()));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (missing != null) return;
    if (context.getExecutionException().isPresent()) {
      System.out.println("==== what the processes of " + context.getDisplayName() + " said");
      started.forEach(Bed::print);
      System.out.println("==== nginx: " + site.log());
    }
    started.reversed().forEach(Running::close);
    started.clear();
    environment = Map.of();
    Namespaces.removeTree(folder);
  }

  private static void print(Running process) {
    String state = process.isAlive() ? "still running" : "ended, exit code " + process.await(Duration.ZERO);
    System.out.println("---- " + process.name() + " (" + state + ")");
    for (String output : List.of(process.out(), process.err())) {
      List<String> lines = output.lines().toList();
      lines.stream().skip(Math.max(0, lines.size() - LAST_LINES)).forEach(System.out::println);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    try {
      if (site != null) site.close();
    } finally {
      if (net != null) net.close();
      if (root != null) Namespaces.removeTree(root);
    }
  }

  Site site() {
    return site;
  }

  Namespaces net() {
    return net;
  }

  /** {@return the folder of this test} */
  Path folder() {
    return folder;
  }

  /** What is started from now on in this test has {@code more} in its environment. */
  void setEnvironment(Map<String, String> more) {
    environment = more;
  }

  /** Starts any command. */
  Running start(Place place, String name, String... command) {
    return start(place, name, Map.of(), List.of(command));
  }

  private Running start(Place place, String name, Map<String, String> environment, List<String> command) {
    Map<String, String> all = new HashMap<>(this.environment);
    all.putAll(environment);
    Running process = Running.start(folder, name, all, net.in(place, command));
    started.add(process);
    return process;
  }

  /** Starts a program of the test class path. */
  Running java(Place place, String name, Class<?> main, String... arguments) {
    List<String> program = List.of("-cp", System.getProperty("java.class.path"), main.getName());
    return java(place, name, program, List.of(arguments));
  }

  private Running java(Place place, String name, List<String> program, List<String> arguments) {
    List<String> command = new ArrayList<>(
        List.of(JAVA, "-XX:+UseSerialGC", "-Xmn16m", "--enable-native-access=ALL-UNNAMED",
            "-Duser.home=" + folder));
    command.addAll(program);
    command.addAll(arguments);
    return start(place, name, Map.of("GAP_RUNTIME_DIR", folder.resolve("run").toString()), command);
  }

  /** Starts the relay in mid, with the options of {@link RelayMain}. */
  Running relay(String... link) {
    List<String> arguments = new ArrayList<>(
        List.of("listen=" + Namespaces.MID_ADDRESS + UDP_PORT, "to=" + Namespaces.FAR_ADDRESS + UDP_PORT));
    arguments.addAll(Arrays.asList(link));
    return java(Place.MID, "relay", RelayMain.class, arguments.toArray(String[]::new)).awaitText("ready",
        START_PATIENCE);
  }

  /** Starts {@code gap server} in far. */
  Running server(String... options) {
    return side(Place.FAR, "server", serverOptions(options)).awaitText("server on UDP", START_PATIENCE);
  }

  /** {@return what {@code gap server} needs, and {@code more}} */
  static String[] serverOptions(String... more) {
    return join(List.of("--listen", Namespaces.FAR_ADDRESS + UDP_PORT, "--key", KEY), more);
  }

  /** Starts {@code gap local} in near. */
  Running local(String... options) {
    return side(Place.NEAR, "local", localOptions(options)).awaitText("HTTP proxy on", START_PATIENCE);
  }

  /** {@return what {@code gap local} needs, and {@code more}; an option that stands there twice is taken from there} */
  static String[] localOptions(String... more) {
    boolean ownKey = Arrays.asList(more).contains("--key");
    List<String> options = new ArrayList<>(List.of("--server", Namespaces.MID_ADDRESS + UDP_PORT));
    if (!ownKey) options.addAll(List.of("--key", KEY));
    return join(options, more);
  }

  private static String[] join(List<String> first, String... more) {
    List<String> all = new ArrayList<>(first);
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }

  private Running side(Place place, String command, String... options) {
    long number = started.stream().filter(p -> p.name().startsWith(command)).count();
    return java(place, number == 0 ? command : command + (number + 1), Main.class, join(List.of(command), options));
  }

  /** Starts the gap command as the launcher does, from the jars of this very build. */
  Running gap(Place place, String... arguments) {
    List<String> program = List.of("--module-path", Path.of("target", "app").toAbsolutePath().toString(), "-m",
        "dev.gap.cli/dev.gap.cli.Main");
    return java(place, "gap-" + started.size(), program, List.of(arguments));
  }

  /** Starts a download through SOCKS5, the name being resolved in far. */
  Download download(String name, Site.Page page, String... options) {
    return curl(name, join(List.of("--socks5-hostname", PROXY, SITE + page.path()), options));
  }

  /** Starts a curl in near. */
  Download curl(String name, String... options) {
    Path file = folder.resolve(name + ".got");
    List<String> command = List.of("curl", "-sS", "--no-buffer", "-o", file.toString());
    return new Download(start(Place.NEAR, name, join(command, options)), file);
  }

  /** Says something about a run that is worth knowing even when all is well. */
  static void report(String text) {
    System.out.println("[gapit] " + text);
  }
}
