package dev.gap.cli;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.gap.mtcp.MtcpConfig;
import dev.gap.mtcp.engine.ConnectionConfig;
import dev.gap.mtcp.engine.RatePolicy;
import dev.gap.mtcp.engine.WindowPolicy;
import dev.gap.proxy.Credentials;
import dev.gap.proxy.LocalProxy;
import dev.gap.proxy.ProxyServer;
import dev.gap.proxy.ReplyMode;
import dev.gap.proxy.Target;

/** The settings of one role, merged from flags, environment, file and defaults, and parsed into legal values. */
final class Settings {
  private static final int DEFAULT_SERVER_PORT = 2286;
  private static final int DEFAULT_LOCAL_PORT = 1186;
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})\\s*(ms|s|m|h)");
  private static final Pattern RATE = Pattern
      .compile("([0-9]{1,9}(?:\\.[0-9]{1,6})?)\\s*(k|m|g)(bps|bit|bit/s|bits|b/s)");

  /** A value as written, and where it was written. */
  record Value(String text, String where) {}

  private final Role role;
  private final Map<Key, Value> values;
  private MtcpConfig.@Nullable Profile profile;

  private Settings(Role role, Map<Key, Value> values) {
    this.role = role;
    this.values = values;
  }

  /** Merges what was given. An earlier source counts more than a later one. */
  static Settings merge(Role role, Map<Key, String> flags, Map<String, String> environment, @Nullable ConfigFile file)
      throws ConfigException {
    Map<Key, Value> merged = new EnumMap<>(Key.class);
    Map<Key, Value> fromFile = file == null ? Map.of() : file.forRole(role);
    for (Key key : Key.values()) {
      if (!key.isFor(role)) continue;
      String flag = flags.get(key);
      String variable = environment.get(key.variable());
      Value inFile = fromFile.get(key);
      if (flag != null) merged.put(key, new Value(flag, key.flag()));
      else if (variable != null) merged.put(key, new Value(variable, key.variable()));
      else if (inFile != null) merged.put(key, inFile);
      else key.standard().ifPresent(s -> merged.put(key, new Value(s, "the default of " + key.key())));
    }
    return new Settings(role, merged);
  }

  /** Turns a text into a legal value. */
  interface Parser<T> {
    T parse(String text);
  }

  <T> Optional<T> find(Key key, Parser<T> parser) throws ConfigException {
    Value value = values.get(key);
    if (value == null) return Optional.empty();
    try {
      return Optional.of(parser.parse(value.text().strip()));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(value.where() + ": " + e.getMessage());
    }
  }

  <T> T get(Key key, Parser<T> parser) throws ConfigException {
    return find(key, parser).orElseThrow(() -> new ConfigException("there is no " + key.key() + ": give " + key.flag()
        + " " + key.label() + ", or set it in a configuration file, or as " + key.variable()
        + (key == Key.KEY ? "; 'gap genkey' makes one, the same for both sides" : "")));
  }

  /** Parses everything, so that every mistake shows. */
  void check() throws ConfigException {
    if (role == Role.LOCAL) local();
    else server();
    grace();
    control();
    logLevel();
    logFormat();
  }

  LocalProxy.Config local() throws ConfigException {
    List<InetSocketAddress> listen = new ArrayList<>();
    listen.add(find(Key.LISTEN, t -> address(t, DEFAULT_LOCAL_PORT))
        .orElseGet(() -> new InetSocketAddress("127.0.0.1", DEFAULT_LOCAL_PORT)));
    find(Key.LISTEN_HTTP, t -> address(t, -1)).ifPresent(listen::add);
    return new LocalProxy.Config(listen, get(Key.SERVER, Settings::target), mtcp(),
        get(Key.REPLY, Settings::reply), find(Key.PROXY_USER, Credentials::parse).orElse(null));
  }

  ProxyServer.Config server() throws ConfigException {
    InetSocketAddress listen = find(Key.LISTEN, t -> address(t, DEFAULT_SERVER_PORT))
        .orElseGet(() -> new InetSocketAddress(DEFAULT_SERVER_PORT));
    return new ProxyServer.Config(listen, mtcp(), get(Key.CONNECT_TIMEOUT, Settings::someTime));
  }

  private MtcpConfig mtcp() throws ConfigException {
    // a passphrase is stretched at length: once is enough
    if (profile == null) profile = new ProfileSettings(role, this).profile();
    int most = get(Key.MAX_WINDOW, Settings::windowBound);
    ConnectionConfig connection = ConnectionConfig.DEFAULT.withWindow(get(Key.WINDOW, t -> window(t, most)))
        .withKeepalive(get(Key.KEEPALIVE_IDLE, Settings::someTime), get(Key.KEEPALIVE_INTERVAL, Settings::someTime),
            get(Key.KEEPALIVE_COUNT, Settings::positive))
        .withTimeout(get(Key.TIMEOUT, Settings::someTime));
    return new MtcpConfig(profile, get(Key.RATE, Settings::rate), connection);
  }

  Duration grace() throws ConfigException {
    return get(Key.GRACE, Settings::duration);
  }

  Path control() throws ConfigException {
    return find(Key.CONTROL, Path::of).orElseGet(() -> RuntimeFolder.path().resolve(role.command() + ".sock"));
  }

  /** {@return where secrets are to be logged, if anywhere} */
  Optional<Path> keyLog() throws ConfigException {
    return find(Key.KEYLOG, Path::of);
  }

  /** {@return whether the profile is the original's} */
  boolean isOriginalProfile() throws ConfigException {
    return mtcp().profile() instanceof MtcpConfig.Profile.Original;
  }

  String logLevel() throws ConfigException {
    return get(Key.LOG_LEVEL, t -> oneOf(t, "error", "warn", "info", "debug", "trace"));
  }

  String logFormat() throws ConfigException {
    return get(Key.LOG_FORMAT, t -> oneOf(t, "console", "json"));
  }

  // ---- parsers

  static String oneOf(String text, String... choices) {
    for (String choice : choices) {
      if (choice.equals(text.toLowerCase(Locale.ROOT))) return choice;
    }
    throw new IllegalArgumentException("'" + text + "' is none of " + String.join(", ", choices));
  }

  private static ReplyMode reply(String text) {
    return ReplyMode.valueOf(oneOf(text, "fast", "true").toUpperCase(Locale.ROOT));
  }

  static int count(String text) {
    if (!text.matches("[0-9]{1,9}")) throw new IllegalArgumentException("'" + text + "' is not a number");
    return Integer.parseInt(text);
  }

  private static int positive(String text) {
    int count = count(text);
    if (count == 0) throw new IllegalArgumentException("it is to be at least 1");
    return count;
  }

  private static int windowBound(String text) {
    return new WindowPolicy.Auto(count(text)).most();
  }

  private static Duration someTime(String text) {
    Duration time = duration(text);
    if (time.isZero()) throw new IllegalArgumentException("it is to be more than no time");
    return time;
  }

  static WindowPolicy window(String text, int most) {
    return text.equals("auto") ? new WindowPolicy.Auto(most) : new WindowPolicy.Fixed(count(text));
  }

  static Duration duration(String text) {
    Matcher m = DURATION.matcher(text);
    if (!m.matches()) throw new IllegalArgumentException("'" + text + "' is not a time: write 500ms, 20s, 5m or 1h");
    long n = Long.parseLong(m.group(1));
    return switch (m.group(2)) {
      case "ms" -> Duration.ofMillis(n);
      case "s" -> Duration.ofSeconds(n);
      case "m" -> Duration.ofMinutes(n);
      default -> Duration.ofHours(n);
    };
  }

  static RatePolicy rate(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.equals("auto")) return new RatePolicy.Auto();
    if (lower.equals("none")) return new RatePolicy.None();
    Matcher m = RATE.matcher(lower);
    if (!m.matches()) throw new IllegalArgumentException("'" + text + "' is not a rate: write auto, none or '50 mbps'");
    double factor = switch (m.group(2)) {
      case "k" -> 1e3;
      case "m" -> 1e6;
      default -> 1e9;
    };
    return new RatePolicy.Fixed((long) (Double.parseDouble(m.group(1)) * factor));
  }

  private static Target target(String text) {
    Target target = Target.parse(text, DEFAULT_SERVER_PORT);
    if (target.port() == 0) throw new IllegalArgumentException("a server's port is 1 to 65535, not 0");
    return target;
  }

  /** An address of this machine. A name is resolved; a port alone means every address. */
  private static InetSocketAddress address(String text, int defaultPort) {
    if (text.matches(":?[0-9]{1,5}")) return new InetSocketAddress(port(Integer.parseInt(text.replace(":", ""))));
    InetSocketAddress address = switch (Target.parse(text, defaultPort)) {
      case Target.Ip(var ip, int port) -> new InetSocketAddress(ip, port);
      case Target.Name(String name, int port) -> new InetSocketAddress(name, port);
    };
    if (address.isUnresolved()) throw new IllegalArgumentException("'" + text + "' has no address");
    return address;
  }

  private static int port(int port) {
    if (port > 65535) throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
    return port;
  }
}
