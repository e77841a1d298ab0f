package dev.gap.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.tomlj.Toml;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.dataformat.yaml.YAMLFactory;

/**
 * A configuration file: YAML, TOML, or the original's {@code config.json}. It holds keys and values without sections.
 *
 * @param path where it is
 * @param entries what it says, by the key as written
 */
record ConfigFile(Path path, Map<String, Entry> entries) {
  private static final List<String> NAMES = List.of("gap.yaml", "gap.yml", "gap.toml", "config.json");

  private static final Pattern JSON_PLACE = Pattern.compile("\\s*(\\(start marker )?at \\[Source: .*");
  private static final Pattern YAML_LINE = Pattern.compile("line ([0-9]{1,9}), column");

  /** One value and where it stands. */
  record Entry(String value, int line) {}

  /** {@return the file that is used when none is named} The first of /etc/gap, ~/.config/gap and the working directory. */
  static Optional<Path> find() {
    String home = System.getProperty("user.home", ".");
    List<Path> folders = List.of(Path.of("/etc/gap"), Path.of(home, ".config", "gap"), Path.of(""));
    for (Path folder : folders) {
      for (String name : NAMES) {
        // a stranger's config.json in the working directory is not ours
        if (folder.toString().isEmpty() && name.equals("config.json")) continue;
        Path path = folder.resolve(name);
        if (Files.isRegularFile(path)) return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  static ConfigFile read(Path path) throws ConfigException {
    String text;
    try {
      text = Files.readString(path);
    } catch (IOException e) {
      throw new ConfigException(
          path + ": cannot be read" + (Files.exists(path) ? ": " + e.getMessage() : ": it does not exist"));
    }
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".toml")) return new ConfigFile(path, toml(path, text));
    if (name.endsWith(".json")) return new ConfigFile(path, tokens(path, text, new JsonFactory()));
    return new ConfigFile(path, tokens(path, text, new YAMLFactory()));
  }

  private static Map<String, Entry> toml(Path path, String text) throws ConfigException {
    TomlParseResult result = Toml.parse(text);
    if (result.hasErrors()) {
      var error = result.errors().getFirst();
      TomlPosition position = error.position();
      throw new ConfigException(path + ":" + position.line() + ": " + error.getMessage());
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (String key : result.keySet()) {
      List<String> one = List.of(key);
      TomlPosition position = result.inputPositionOf(one);
      int line = position == null ? 0 : position.line();
      Object value = result.get(one);
      if (!(value instanceof String || value instanceof Long || value instanceof Boolean || value instanceof Double)) {
        throw new ConfigException(path + ":" + line + ": '" + key + "' is to be a single value");
      }
      entries.put(key, new Entry(value.toString(), line));
    }
    return entries;
  }

  private static Map<String, Entry> tokens(Path path, String text, TokenStreamFactory factory) throws ConfigException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text)) {
      JsonToken first = parser.nextToken();
      if (first == null) return entries;
      if (first != JsonToken.START_OBJECT) {
        throw new ConfigException(path + ":" + line(parser) + ": keys and values are wanted here, as in 'key: value'");
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String key = parser.currentName();
        int line = line(parser);
        JsonToken value = parser.nextToken();
        if (value == null || !value.isScalarValue() || value == JsonToken.VALUE_NULL) {
          throw new ConfigException(path + ":" + line + ": '" + key + "' is to be a single value");
        }
        if (entries.containsKey(key))
          throw new ConfigException(path + ":" + line + ": '" + key + "' stands here twice");
        entries.put(key, new Entry(parser.getString(), line));
      }
      if (parser.nextToken() != null) {
        throw new ConfigException(path + ":" + line(parser) + ": nothing may follow the end of the object");
      }
    } catch (JacksonException e) {
      throw new ConfigException(path + ":" + line(e) + ": " + problem(e.getOriginalMessage()));
    }
    return entries;
  }

  private static int line(JsonParser parser) {
    return parser.currentTokenLocation().getLineNr();
  }

  /** YAML's messages name two places, what was being read and what was wrong, and say it on several lines. */
  private static int line(JacksonException e) {
    Matcher places = YAML_LINE.matcher(e.getOriginalMessage());
    int line = 0;
    while (places.find())
      line = Integer.parseInt(places.group(1));
    TokenStreamLocation location = e.getLocation();
    if (line == 0 && location != null) line = location.getLineNr();
    return Math.max(1, line);
  }

  private static String problem(String message) {
    // what Jackson adds of the place is hidden or known
    String said = JSON_PLACE.matcher(message).replaceFirst("");
    return said.lines().map(String::strip).filter(l -> !l.isEmpty() && !l.startsWith("in ") && !l.startsWith("^"))
        .limit(2).collect(Collectors.joining(": "));
  }

  /**
   * {@return the values that concern {@code role}, by key} The original's file has its own meaning of {@code local} and
   * {@code server}.
   */
  Map<Key, Settings.Value> forRole(Role role) throws ConfigException {
    // whatever is JSON speaks the original's language, and may use our keys besides
    boolean original = path.toString().toLowerCase(Locale.ROOT).endsWith(".json");
    Map<Key, Settings.Value> values = new LinkedHashMap<>();
    for (var e : entries.entrySet()) {
      String where = path + ":" + e.getValue().line() + ": '" + e.getKey() + "'";
      Optional<Key> key = original ? originalKey(e.getKey(), role) : Key.named(e.getKey());
      if (key.isEmpty() && !(original && (e.getKey().equals("local") || e.getKey().equals("server")))) {
        throw new ConfigException(where + " is not known" + suggestion(e.getKey()));
      }
      key.filter(k -> k.isFor(role)).ifPresent(k -> values.put(k, new Settings.Value(e.getValue().value(), where)));
    }
    return values;
  }

  /** What the original calls {@code local} is where its local side listens; {@code server} is the server's address. */
  private static Optional<Key> originalKey(String name, Role role) {
    return switch (name) {
      case "local" -> role == Role.LOCAL ? Optional.of(Key.LISTEN) : Optional.empty();
      case "server" -> Optional.of(role == Role.LOCAL ? Key.SERVER : Key.LISTEN);
      default -> Key.named(name);
    };
  }

  private static String suggestion(String wrong) {
    List<String> near = new ArrayList<>();
    for (Key key : Key.values()) {
      if (distance(wrong, key.key()) <= 2) near.add(key.key());
    }
    String all = Arrays.stream(Key.values()).map(Key::key).collect(Collectors.joining(", "));
    return near.isEmpty() ? "; known keys: " + all : "; did you mean '" + near.getFirst() + "'?";
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++)
      row[j] = j;
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
