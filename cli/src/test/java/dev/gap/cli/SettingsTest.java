package dev.gap.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.mtcp.MtcpConfig;
import dev.gap.mtcp.engine.ConnectionConfig;
import dev.gap.mtcp.engine.RatePolicy;
import dev.gap.mtcp.engine.WindowPolicy;
import dev.gap.proxy.Credentials;
import dev.gap.proxy.LocalProxy;
import dev.gap.proxy.ProxyServer;
import dev.gap.proxy.ReplyMode;
import dev.gap.proxy.Target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

final class SettingsTest {
  @TempDir
  Path folder;

  private static final String KEY = "mk2:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
  private static final String SECRET = "sk2:leskEutk0X14sRHF-yLM_AATtWzu3rx6Y4HP3AIqnI8";
  private static final String PUBLIC = "pk2:PvgiMRyDYhd69HE1WJ6dJ2fVnzABsxtTbdKpNfUtkXI";

  /** {@return the settings with these flags, and with those that a side cannot do without} */
  private static Settings flags(Role role, Object... keysAndValues) throws ConfigException {
    Map<Key, String> flags = new EnumMap<>(Key.class);
    flags.put(Key.KEY, KEY);
    if (role == Role.LOCAL) flags.put(Key.SERVER, "far.example.org");
    for (int i = 0; i < keysAndValues.length; i += 2)
      flags.put((Key) keysAndValues[i], (String) keysAndValues[i + 1]);
    return Settings.merge(role, flags, Map.of(), null);
  }

  private static void assertMistake(Role role, Key key, String value, String... parts) throws ConfigException {
    Settings settings = flags(role, key, value);
    assertThatExceptionOfType(ConfigException.class).isThrownBy(settings::check)
        .satisfies(e -> {
          assertThat(e.getMessage()).contains(key.flag());
          for (String part : parts)
            assertThat(e.getMessage()).contains(part);
        });
  }

  private static InetAddress ip(String literal) {
    return InetAddress.ofLiteral(literal);
  }

  @Test
  void aFlagCountsMoreThanTheEnvironmentAndThatMoreThanTheFileAndThatMoreThanTheDefault() throws Exception {
    ConfigFile file = ConfigFile.read(
        Files.writeString(folder.resolve("gap.yaml"),
            "key: file\nprofile: 1\ngrace: 1s\nlog-level: debug\nlog-format: json\n"));
    Map<Key, String> flags = Map.of(Key.GRACE, "3s");
    Map<String, String> environment = new HashMap<>(
        Map.of("GAP_GRACE", "2s", "GAP_LOG_LEVEL", "warn", "PATH", "/bin"));
    Settings settings = Settings.merge(Role.SERVER, flags, environment, file);
    assertThat(settings.grace()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.logLevel()).isEqualTo("warn");
    assertThat(settings.logFormat()).isEqualTo("json");
    assertThat(settings.server().mtcp().profile()).isEqualTo(new MtcpConfig.Profile.Original("file"));
    assertThat(settings.server().connectTimeout()).isEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void namesWhereAMistakeStands() throws Exception {
    Path path = Files.writeString(folder.resolve("gap.yaml"), "key: " + KEY + "\ngrace: soon\n");
    Settings inFile = Settings.merge(Role.SERVER, Map.of(), Map.of(), ConfigFile.read(path));
    assertThatExceptionOfType(ConfigException.class).isThrownBy(inFile::check)
        .withMessageStartingWith(path + ":2: 'grace': 'soon' is not a time");
    Settings inEnvironment = Settings.merge(Role.SERVER, Map.of(Key.KEY, KEY), Map.of("GAP_GRACE", "soon"), null);
    assertThatExceptionOfType(ConfigException.class).isThrownBy(inEnvironment::check)
        .withMessageStartingWith("GAP_GRACE: ");
    Settings inFlags = flags(Role.SERVER, Key.GRACE, "soon");
    assertThatExceptionOfType(ConfigException.class).isThrownBy(inFlags::check).withMessageStartingWith("--grace: ");
  }

  @Test
  void saysHowToGiveWhatIsMissing() throws Exception {
    Settings noKey = Settings.merge(Role.SERVER, Map.of(), Map.of(), null);
    assertThatExceptionOfType(ConfigException.class).isThrownBy(noKey::check).withMessageContaining("there is no key")
        .withMessageContaining("--key").withMessageContaining("GAP_KEY");
    Settings noServer = Settings.merge(Role.LOCAL, Map.of(Key.KEY, KEY), Map.of(), null);
    assertThatExceptionOfType(ConfigException.class).isThrownBy(noServer::check)
        .withMessageContaining("there is no server").withMessageContaining("--server");
  }

  @Test
  void theDefaultsAreThoseOfTheHandbook() throws Exception {
    LocalProxy.Config local = flags(Role.LOCAL).local();
    assertThat(local.listen()).containsExactly(new InetSocketAddress(ip("127.0.0.1"), 1186));
    assertThat(local.server()).isEqualTo(new Target.Name("far.example.org", 2286));
    assertThat(local.reply()).isEqualTo(ReplyMode.FAST);
    assertThat(local.credentials()).isNull();
    assertThat(local.mtcp().rate()).isEqualTo(new RatePolicy.Auto());
    ProxyServer.Config server = flags(Role.SERVER).server();
    assertThat(server.listen()).isEqualTo(new InetSocketAddress(2286));
    assertThat(server.mtcp().rate()).isEqualTo(new RatePolicy.Auto());
    assertThat(server.mtcp().connection()).isEqualTo(ConnectionConfig.DEFAULT);
    Settings settings = flags(Role.SERVER);
    assertThat(settings.logLevel()).isEqualTo("info");
    assertThat(settings.logFormat()).isEqualTo("console");
    assertThat(settings.grace()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.control().getFileName()).hasToString("server.sock");
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.1:99, 10.0.0.1, 99", "10.0.0.1, 10.0.0.1, 1186", "[::1]:99, ::1, 99", "::1, ::1, 1186",
      "localhost:99, 127.0.0.1, 99", ":99, 0.0.0.0, 99", "99, 0.0.0.0, 99", "' 10.0.0.1:99 ', 10.0.0.1, 99"})
  void listensWhereItIsTold(String text, String address, int port) throws Exception {
    InetSocketAddress listen = flags(Role.LOCAL, Key.LISTEN, text).local().listen().getFirst();
    assertThat(listen.getPort()).isEqualTo(port);
    if (address.equals("0.0.0.0")) assertThat(listen.getAddress().isAnyLocalAddress()).isTrue();
    else assertThat(listen.getAddress()).isEqualTo(ip(address));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1:x", "10.0.0.1:65536", "99999", "no-such-host.invalid:1", "a b:1", ""})
  void refusesToListenWhereItCannot(String text) throws Exception {
    assertMistake(Role.LOCAL, Key.LISTEN, text);
    assertMistake(Role.SERVER, Key.LISTEN, text);
  }

  @Test
  void listensOnASecondAddressForHttp() throws Exception {
    assertThat(flags(Role.LOCAL, Key.LISTEN_HTTP, "10.0.0.1:3128").local().listen()).containsExactly(
        new InetSocketAddress(ip("127.0.0.1"), 1186), new InetSocketAddress(ip("10.0.0.1"), 3128));
    assertMistake(Role.LOCAL, Key.LISTEN_HTTP, "10.0.0.1", "no port");
  }

  @Test
  void takesTheServersAddress() throws Exception {
    assertThat(flags(Role.LOCAL, Key.SERVER, "[2001:db8::1]:5").local().server())
        .isEqualTo(new Target.Ip(ip("2001:db8::1"), 5));
    assertMistake(Role.LOCAL, Key.SERVER, "far.example.org:port");
    assertMistake(Role.LOCAL, Key.SERVER, "");
  }

  @ParameterizedTest
  @CsvSource({"500ms, PT0.5S", "20s, PT20S", "5m, PT5M", "1h, PT1H", "20 s, PT20S", "0s, PT0S"})
  void readsTimes(String text, Duration time) {
    assertThat(Settings.duration(text)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "-5s", "5 d", "1.5s", "5S", "1234567890s", "5s5s", "five"})
  void refusesWhatIsNoTime(String text) throws Exception {
    assertMistake(Role.SERVER, Key.GRACE, text, "500ms, 20s, 5m or 1h");
  }

  @ParameterizedTest
  @CsvSource({"50 mbps, 50000000", "50mbps, 50000000", "50 Mbit/s, 50000000", "1.5 gbit, 1500000000",
      "800 kbps, 800000", "8 kb/s, 8000", "0.25 mbits, 250000"})
  void readsRates(String text, long bits) {
    assertThat(Settings.rate(text)).isEqualTo(new RatePolicy.Fixed(bits));
  }

  @Test
  void eachSideSendsAtTheRateThatItIsTold() throws Exception {
    RatePolicy none = new RatePolicy.None();
    RatePolicy fixed = new RatePolicy.Fixed(50_000_000);
    assertThat(flags(Role.LOCAL, Key.RATE, "none").local().mtcp().rate()).isEqualTo(none);
    assertThat(flags(Role.SERVER, Key.RATE, "none").server().mtcp().rate()).isEqualTo(none);
    assertThat(flags(Role.LOCAL, Key.RATE, "50 mbps").local().mtcp().rate()).isEqualTo(fixed);
    assertThat(flags(Role.SERVER, Key.RATE, "50 mbps").server().mtcp().rate()).isEqualTo(fixed);
  }

  @Test
  void readsRatesThatAreNoNumbers() {
    assertThat(Settings.rate("auto")).isEqualTo(new RatePolicy.Auto());
    assertThat(Settings.rate("AUTO")).isEqualTo(new RatePolicy.Auto());
    assertThat(Settings.rate("none")).isEqualTo(new RatePolicy.None());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "50", "fast", "50 mb", "-5 mbps", "1 kbps", "0 mbps", "50 mbps up", "1,5 mbps"})
  void refusesWhatIsNoRate(String text) throws Exception {
    assertMistake(Role.SERVER, Key.RATE, text);
  }

  @Test
  void readsWindows() throws Exception {
    assertThat(flags(Role.SERVER, Key.WINDOW, "512").server().mtcp().connection().window())
        .isEqualTo(new WindowPolicy.Fixed(512));
    assertThat(flags(Role.SERVER, Key.MAX_WINDOW, "4096").server().mtcp().connection().window())
        .isEqualTo(new WindowPolicy.Auto(4096));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "65536", "-1", "many", "1.5", "9999999999"})
  void refusesWhatIsNoWindow(String text) throws Exception {
    assertMistake(Role.SERVER, Key.WINDOW, text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "65536", "-1", "many"})
  void refusesWhatIsNoBoundOfAWindow(String text) throws Exception {
    assertMistake(Role.SERVER, Key.MAX_WINDOW, text);
  }

  @Test
  void readsKeepaliveAndTimeout() throws Exception {
    ConnectionConfig config = flags(Role.SERVER, Key.KEEPALIVE_IDLE, "1s", Key.KEEPALIVE_INTERVAL, "2s",
        Key.KEEPALIVE_COUNT, "3", Key.TIMEOUT, "4s").server().mtcp().connection();
    assertThat(config.keepaliveIdle()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.keepaliveInterval()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.keepaliveCount()).isEqualTo(3);
    assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(4));
  }

  @ParameterizedTest
  @CsvSource({"KEEPALIVE_IDLE, 0s", "KEEPALIVE_INTERVAL, 0ms", "KEEPALIVE_COUNT, 0", "KEEPALIVE_COUNT, x",
      "TIMEOUT, 0s",
      "CONNECT_TIMEOUT, 0s"})
  void refusesTimesAndCountsThatAreNothing(Key key, String text) throws Exception {
    assertMistake(Role.SERVER, key, text);
  }

  @Test
  void aTimeoutMayBeLongerThanAnyoneLives() throws Exception {
    flags(Role.SERVER, Key.TIMEOUT, "999999999h", Key.GRACE, "999999999h").check();
  }

  @Test
  void readsCredentials() throws Exception {
    assertThat(flags(Role.LOCAL, Key.PROXY_USER, "me:pass").local().credentials())
        .isEqualTo(new Credentials("me", "pass"));
    assertMistake(Role.LOCAL, Key.PROXY_USER, "me", "user:password");
    assertMistake(Role.LOCAL, Key.PROXY_USER, ":pass");
  }

  @Test
  void readsChoicesInAnyCase() throws Exception {
    assertThat(flags(Role.LOCAL, Key.REPLY, "TRUE").local().reply()).isEqualTo(ReplyMode.TRUE);
    assertThat(flags(Role.LOCAL, Key.LOG_LEVEL, "Debug").logLevel()).isEqualTo("debug");
    assertThat(flags(Role.LOCAL, Key.LOG_FORMAT, "JSON").logFormat()).isEqualTo("json");
    assertMistake(Role.LOCAL, Key.REPLY, "slow", "fast, true");
    assertMistake(Role.LOCAL, Key.LOG_LEVEL, "loud", "error, warn, info, debug, trace");
    assertMistake(Role.LOCAL, Key.LOG_FORMAT, "xml", "console, json");
  }

  @Test
  void hasProfile2UnlessToldOtherwise() throws Exception {
    assertThat(flags(Role.SERVER).server().mtcp().profile()).isInstanceOf(MtcpConfig.Profile.Secure.class);
    assertThat(flags(Role.SERVER, Key.PROFILE, "1", Key.KEY, "gap-proxy").server().mtcp().profile())
        .isEqualTo(new MtcpConfig.Profile.Original("gap-proxy"));
    assertMistake(Role.SERVER, Key.PROFILE, "3", "1, 2");
  }

  @Test
  void refusesKeysThatProtectLittle() throws Exception {
    assertMistake(Role.SERVER, Key.KEY, "gap-proxy", "16 characters", "--profile 1");
    assertMistake(Role.SERVER, Key.KEY, "aaaaaaaaaaaaaaaaaaaaaa", "8 different");
    assertMistake(Role.SERVER, Key.KEY, "Correct horse battery staple", "on every list");
    assertMistake(Role.SERVER, Key.KEY, "mk2:abc", "32 bytes");
    assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> flags(Role.SERVER, Key.PROFILE, "1").check())
        .withMessageContaining("profile 1 would give it away");
  }

  @Test
  void readsAKeyFromAFileThatOthersCannotRead() throws Exception {
    Path file = Files.writeString(folder.resolve("key"), KEY + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    flags(Role.SERVER, Key.KEY, "file:" + file).check();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertMistake(Role.SERVER, Key.KEY, "file:" + file, "read by others", "chmod 600");
    assertMistake(Role.SERVER, Key.KEY, "file:/nowhere/key", "does not exist");
  }

  @Test
  void staticKeysComeInPairs() throws Exception {
    assertMistake(Role.LOCAL, Key.STATIC_KEY, SECRET, "server-key");
    assertMistake(Role.LOCAL, Key.SERVER_KEY, PUBLIC, "static-key");
    assertMistake(Role.SERVER, Key.STATIC_KEY, SECRET, "users");
    assertMistake(Role.LOCAL, Key.STATIC_KEY, PUBLIC, "sk2:");
    flags(Role.LOCAL, Key.STATIC_KEY, SECRET, Key.SERVER_KEY, PUBLIC).check();
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> flags(Role.LOCAL, Key.STATIC_KEY, SECRET, Key.SERVER_KEY, "pk2:" + "A".repeat(43)).check())
        .withMessageContaining("small order");
    Path users = Files.writeString(folder.resolve("users"), "# who may\nalice " + PUBLIC + "\n");
    flags(Role.SERVER, Key.STATIC_KEY, SECRET, Key.USERS, users.toString()).check();
    Path twice = Files.writeString(folder.resolve("twice"), "alice " + PUBLIC + "\nbob pk2:x\n");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> flags(Role.SERVER, Key.STATIC_KEY, SECRET, Key.USERS, twice.toString()).check())
        .withMessageContaining(twice + ":2: ");
  }

  @Test
  void refusesAnEmptyKey() throws Exception {
    assertMistake(Role.SERVER, Key.KEY, "", "empty");
  }

  @Test
  void takesTheControlSocketItIsGiven() throws Exception {
    assertThat(flags(Role.SERVER, Key.CONTROL, "/run/gap/x.sock").control()).isEqualTo(Path.of("/run/gap/x.sock"));
    assertMistake(Role.SERVER, Key.CONTROL, "a\u0000b");
  }
}
