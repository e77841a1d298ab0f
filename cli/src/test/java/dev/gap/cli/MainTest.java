package dev.gap.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
@SuppressWarnings("try") // a server is only to be there
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
final class MainTest {
  private static final String KEY = "mk2:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

  private static final String[] COMMANDS = {"local", "server", "wnd", "check", "genkey", "demo", "lab", "test",
      "version",
      "completion", "help"};

  @TempDir
  Path folder;

  /** What a command did. */
  private record Result(int code, String out, String err) {}

  private static Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    ByteArrayOutputStream systemOut = new ByteArrayOutputStream();
    ByteArrayOutputStream systemErr = new ByteArrayOutputStream();
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    int code;
    try (PrintStream capturedOut = new PrintStream(systemOut, true, UTF_8);
        PrintStream capturedErr = new PrintStream(systemErr, true, UTF_8)) {
      System.setOut(capturedOut);
      System.setErr(capturedErr);
      // picocli remembers the streams that there are when it begins
      CommandLine gap = Main.commandLine();
      gap.setOut(new PrintWriter(out));
      gap.setErr(new PrintWriter(err));
      code = gap.execute(arguments);
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
    Result result = new Result(code, out + systemOut.toString(UTF_8), err + systemErr.toString(UTF_8));
    assertThat(result.err + result.out).as("no stack trace").doesNotContain("\tat ");
    return result;
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private String nothing() throws IOException {
    return write("empty.yaml", "").toString();
  }

  private static void assertFails(int code, String message, String... arguments) {
    Result result = run(arguments);
    assertThat(result.err).startsWith("gap: ").contains(message);
    assertThat(result.code).isEqualTo(code);
    assertThat(result.out).isEmpty();
  }

  @Test
  void showsWhatThereIsIfAskedForNothing() {
    Result result = run();
    assertThat(result.code).isZero();
    assertThat(result.out).contains(COMMANDS).containsIgnoringWhitespaces("'gap demo' shows", "'gap genkey' makes");
    assertThat(run("--help").out).contains(COMMANDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "server", "wnd", "check", "genkey", "demo", "lab", "test", "version", "completion"})
  void explainsEachCommand(String command) {
    Result result = run(command, "--help");
    assertThat(result.code).isZero();
    assertThat(result.out).contains("Usage: gap " + command);
    assertThat(result.err).isEmpty();
    assertThat(run("help", command).out).contains("Usage: gap " + command);
  }

  @Test
  void explainsEveryKeyOfASide() {
    for (Role role : Role.values()) {
      String help = run(role.command(), "--help").out;
      for (Key key : Key.values())
        assertThat(help.contains(key.flag() + "=")).as(role + " " + key).isEqualTo(key.isFor(role));
    }
  }

  @Test
  void saysThatACommandLineIsWrong() {
    assertFails(64, "bogus", "bogus");
    assertFails(64, "--bogus", "--bogus");
    assertFails(64, "--bogus", "local", "--bogus");
    assertFails(64, "--reply", "server", "--reply", "fast");
    assertFails(64, "--key", "local", "--key");
    assertFails(64, "bogus", "local", "bogus");
    assertFails(64, "more", "genkey", "more");
    assertFails(64, "local|server", "check");
    assertFails(64, "--size", "demo", "--size", "much");
    assertThat(run("local", "--bogus").err).contains("Try 'gap local --help'.");
  }

  @Test
  void saysWhatIsWrongWithAMeasurement() {
    assertFails(64, "no scenario is called 'bogus'; there are loss-0,", "lab", "--scenario", "loss-5,bogus");
    assertFails(64, "no system is called 'bogus'; there are gap,", "lab", "--systems", "gap,bogus");
    assertFails(64, "loss must be 0 to 100 %, not 101", "lab", "--loss-up", "101");
    assertFails(64, "duplicate must be 0 to 100 %, not -1", "lab", "--duplicate", "-1");
    assertFails(64, "loss must be 0 to 100 %, not 100.5", "demo", "--once", "--loss", "100.5");
    assertFails(64, "the size is 1 to 1048576 MiB", "demo", "--once", "--size", "0");
    assertFails(64, "a measurement lasts", "lab", "--seconds", "0");
    assertFails(64, "--delay-down", "lab", "--delay-down", "much");
  }

  @Test
  void listsWhatCanBeMeasured() {
    assertThat(run("lab", "--scenario", "list").out)
        .contains("burst\t100 Mbit/s, 50 ms, queue 100 ms, loss 10 % in bursts");
    assertThat(run("lab", "--systems", "list").out).contains("gap\t", "tcp-bbr\t", "kcptun\t", "ngtcp2-bbr\t", "kwik\t",
        "netty-quic\t", "java-kcp\t");
  }

  @Test
  void saysThatASideIsWrong() throws IOException {
    assertFails(64, "neither local nor server", "check", "-c", nothing(), "bogus");
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    assertFails(78, "there is no key", "server", "-c", nothing());
    assertFails(78, "'gap genkey' makes one", "server", "-c", nothing());
    assertFails(78, "--key: it is empty; 'gap genkey'", "server", "-c", nothing(), "--key", "");
    assertFails(78, "there is no server", "local", "-c", nothing(), "--key", KEY);
    assertFails(78, "there is no key", "server", "start", "-c", nothing(), "--control", folder.resolve("c").toString());
  }

  @Test
  void saysWhatIsWrongWithAWeakKey() throws IOException {
    assertFails(78, "--key: a passphrase has at least 16 characters", "server", "-c", nothing(), "--key", "gap-proxy");
  }

  @Test
  void saysWhatIsWrongWithAConfiguration() throws IOException {
    Path file = write("gap.yaml", "key: " + KEY + "\nrate: fast\n");
    assertFails(78, file + ":2: 'rate': 'fast' is not a rate", "server", "--config", file.toString());
    assertFails(78, file + ":2: 'rate': 'fast' is not a rate", "check", "--config", file.toString(), "server");
    Path cut = write("cut.json", "{\"server\": \"far.example.org\",\n\"key\": \"k\"");
    Result result = run("check", "-c", cut.toString(), "local");
    assertThat(result.code).isEqualTo(78);
    assertThat(result.err)
        .isEqualTo("gap: " + cut + ":2: Unexpected end-of-input: expected close marker for Object\n");
    assertFails(78, "--server: a server's port is 1 to 65535, not 0", "local", "-c", nothing(), "--key", KEY,
        "--server", "far.example.org:0");
    Path missing = folder.resolve("missing.yaml");
    assertFails(78, missing + ": cannot be read", "server", "--config", missing.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"keepalive-idle: 0s", "keepalive-count: 0", "timeout: 0s", "connect-timeout: 0s"})
  void saysWhatIsWrongWithAValueThatIsNothing(String line) throws IOException {
    Path file = write("gap.yaml", "key: " + KEY + "\n" + line + "\n");
    assertFails(78, line.substring(0, line.indexOf(':')), "check", "-c", file.toString(), "server");
  }

  @Test
  void checksAConfigurationWithoutRunningIt() throws IOException {
    Path file = write("config.json",
        "{\"local\": \"127.0.0.1:1186\", \"server\": \"127.0.0.1:2286\", \"key\": \"k\", \"profile\": \"1\"}");
    for (String side : new String[]{"local", "server", "LOCAL"}) {
      Result result = run("check", "-c", file.toString(), side);
      assertThat(result.code).isZero();
      assertThat(result.out).isEqualTo(file + ": good for " + side.toLowerCase(Locale.ROOT) + "\n");
      assertThat(result.err).isEmpty();
    }
  }

  @Test
  void saysThatAnAddressIsInUseAndWhichOptionHelps() throws IOException {
    try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      assertFails(69, address, "server", "-c", nothing(), "--key", KEY, "--listen", address);
      assertThat(run("server", "-c", nothing(), "--key", KEY, "--listen", address).err).contains("--listen");
    }
  }

  @Test
  void saysThatTheServersNameIsUnknown() throws IOException {
    assertFails(68, "no-such-host.invalid", "local", "-c", nothing(), "--key", KEY, "--server", "no-such-host.invalid",
        "--listen", "127.0.0.1:0");
  }

  @Test
  void makesKeysThatAreAllDifferent() {
    Result first = run("genkey");
    assertThat(first.code).isZero();
    assertThat(first.out).matches("mk2:[A-Za-z0-9_-]{43}\n");
    assertThat(run("genkey").out).matches("mk2:[A-Za-z0-9_-]{43}\n").isNotEqualTo(first.out);
  }

  @Test
  void saysItsVersion() {
    for (String[] arguments : new String[][]{{"version"}, {"--version"}}) {
      Result result = run(arguments);
      assertThat(result.code).isZero();
      assertThat(result.out).matches("gap [0-9]+\\.[0-9]+\\.[0-9]+ \\(.*Java .+\\)\n");
    }
  }

  @Test
  void completesEveryCommandAndKey() {
    Result result = run("completion");
    assertThat(result.code).isZero();
    assertThat(result.out).startsWith("#!").contains(COMMANDS);
    for (Key key : Key.values())
      assertThat(result.out).contains(key.flag());
    for (LinkOption option : LinkOption.values())
      assertThat(result.out).contains(option.flag());
  }

  @Test
  void saysThatNoProcessRuns() {
    String control = folder.resolve("none.sock").toString();
    assertThat(run("local", "status", "--control", control).out).isEqualTo("gap local is not running\n");
    assertThat(run("local", "status", "--control", control).code).isEqualTo(1);
    assertFails(69, "server is not running", "server", "stop", "--control", control);
    assertFails(69, "local is not running", "wnd", "--control", control);
    assertFails(69, "local is not running", "wnd", "512", "--control", control);
    assertFails(64, "a window is 1 to 65535 segments, not 0", "wnd", "0", "--control", control);
    assertFails(64, "'wide' is not a number", "wnd", "wide", "--control", control);
  }

  @Test
  void setsTheWindowOfTheProcessAtAControlSocket() throws IOException {
    Path control = folder.resolve("c.sock");
    try (ControlServer server = ControlServer.start(control,
        line -> line.equals("wnd 1") ? "error: the process says no" : "<" + line + ">")) {
      assertThat(run("wnd", "--control", control.toString()).out).isEqualTo("<wnd>\n");
      assertThat(run("wnd", "512", "--control", control.toString()).out).isEqualTo("<wnd 512>\n");
      assertFails(64, "the process says no", "wnd", "1", "--control", control.toString());
    }
  }
}
