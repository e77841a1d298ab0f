package dev.gap.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

final class ConfigFileTest {
  @TempDir
  Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private ConfigFile read(String name, String text) throws IOException, ConfigException {
    return ConfigFile.read(write(name, text));
  }

  private Map<Key, String> meaning(String name, Role role, String text) throws IOException, ConfigException {
    Map<Key, String> meaning = new EnumMap<>(Key.class);
    read(name, text).forRole(role).forEach((key, value) -> meaning.put(key, value.text()));
    return meaning;
  }

  /** {@return what is said of a mistake, after the folder's name} */
  private String mistake(String name, Role role, String text) throws IOException {
    Path path = write(name, text);
    Throwable[] thrown = new Throwable[1];
    assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> ConfigFile.read(path).forRole(role))
        .satisfies(e -> thrown[0] = e);
    String message = String.valueOf(thrown[0].getMessage());
    assertThat(message).startsWith(path + ":").doesNotContain("\n").doesNotContain("Exception");
    return message.substring(folder.toString().length() + 1);
  }

  @Test
  void readsYaml() throws Exception {
    assertThat(meaning("gap.yaml", Role.LOCAL, """
        # where the server is
        server: far.example.org:2286
        key: "mk2: not a comment # really"
        rate: 50 mbps
        max-window: 4096
        reply: 'true'
        """)).isEqualTo(Map.of(Key.SERVER, "far.example.org:2286", Key.KEY, "mk2: not a comment # really", Key.RATE,
        "50 mbps", Key.MAX_WINDOW, "4096", Key.REPLY, "true"));
  }

  @Test
  void readsToml() throws Exception {
    assertThat(meaning("gap.toml", Role.SERVER, """
        # the server
        listen = "0.0.0.0:2286"
        key = 'abc'
        window = 512
        grace = "5s"
        """)).isEqualTo(
        Map.of(Key.LISTEN, "0.0.0.0:2286", Key.KEY, "abc", Key.WINDOW, "512", Key.GRACE, "5s"));
  }

  @Test
  void readsTheOriginalsFileForBothSides() throws Exception {
    String original = "{\"local\": \"127.0.0.1:1186\", \"server\": \"198.51.100.7:2286\", \"key\": \"gap\"}";
    assertThat(meaning("config.json", Role.LOCAL, original))
        .isEqualTo(Map.of(Key.LISTEN, "127.0.0.1:1186", Key.SERVER, "198.51.100.7:2286", Key.KEY, "gap"));
    assertThat(meaning("config.json", Role.SERVER, original))
        .isEqualTo(Map.of(Key.LISTEN, "198.51.100.7:2286", Key.KEY, "gap"));
  }

  @Test
  void takesOurKeysInTheOriginalsFileBesides() throws Exception {
    assertThat(meaning("config.json", Role.LOCAL, "{\"server\": \"a:1\", \"max-window\": 100, \"reply\": true}"))
        .isEqualTo(Map.of(Key.SERVER, "a:1", Key.MAX_WINDOW, "100", Key.REPLY, "true"));
  }

  @Test
  void theNameOfAFileMayBeInCapitals() throws Exception {
    assertThat(meaning("CONFIG.JSON", Role.LOCAL, "{\"local\": \"127.0.0.1:1\", \"server\": \"a:1\"}"))
        .isEqualTo(Map.of(Key.LISTEN, "127.0.0.1:1", Key.SERVER, "a:1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gap.yaml", "gap.toml", "config.json"})
  void oneFileMayServeBothSides(String name) throws Exception {
    String text = switch (name) {
      case "gap.yaml" -> "reply: fast\nconnect-timeout: 3s\nkey: k\n";
      case "gap.toml" -> "reply = 'fast'\nconnect-timeout = '3s'\nkey = 'k'\n";
      default -> "{\"reply\": \"fast\", \"connect-timeout\": \"3s\", \"key\": \"k\"}";
    };
    assertThat(meaning(name, Role.LOCAL, text)).isEqualTo(Map.of(Key.REPLY, "fast", Key.KEY, "k"));
    assertThat(meaning(name, Role.SERVER, text)).isEqualTo(Map.of(Key.CONNECT_TIMEOUT, "3s", Key.KEY, "k"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gap.yaml", "gap.toml", "gap.yml", "config.json"})
  void anEmptyFileSaysNothing(String name) throws Exception {
    assertThat(read(name, "").entries()).isEmpty();
  }

  @Test
  void aFileOfCommentsSaysNothing() throws Exception {
    assertThat(read("gap.yaml", "# nothing\n").entries()).isEmpty();
    assertThat(read("gap.toml", "# nothing\n").entries()).isEmpty();
    assertThat(read("config.json", "{}").entries()).isEmpty();
  }

  @Test
  void namesFileLineAndKeyOfAnUnknownKeyAndSuggestsOne() throws Exception {
    assertThat(mistake("gap.yaml", Role.LOCAL, "key: k\n\nsevrer: a:1\n"))
        .startsWith("gap.yaml:3: 'sevrer' is not known").endsWith("did you mean 'server'?");
    assertThat(mistake("gap.toml", Role.SERVER, "key = 'k'\nmax-windw = 7\n"))
        .startsWith("gap.toml:2: 'max-windw' is not known").endsWith("did you mean 'max-window'?");
    assertThat(mistake("config.json", Role.SERVER, "{\n\"key\": \"k\",\n\"lissten\": 7\n}"))
        .startsWith("config.json:3: 'lissten' is not known").endsWith("did you mean 'listen'?");
  }

  @Test
  void listsAllKeysIfNoneIsNear() throws Exception {
    assertThat(mistake("gap.yaml", Role.LOCAL, "colour: blue\n")).startsWith("gap.yaml:1: 'colour' is not known")
        .contains("server", "listen", "key", "log-format");
  }

  @Test
  void theOriginalsLocalIsUnknownElsewhere() throws Exception {
    assertThat(mistake("gap.yaml", Role.LOCAL, "local: 127.0.0.1:1\n")).startsWith("gap.yaml:1: 'local' is not known");
  }

  @Test
  void namesFileLineAndKeyOfADuplicate() throws Exception {
    assertThat(mistake("gap.yaml", Role.LOCAL, "key: a\nserver: b:1\nkey: c\n")).startsWith("gap.yaml:3: ")
        .contains("key");
    assertThat(mistake("gap.toml", Role.LOCAL, "key = 'a'\nkey = 'c'\n")).startsWith("gap.toml:2: ").contains("key");
    assertThat(mistake("config.json", Role.LOCAL, "{\"key\": \"a\",\n\n\"key\": \"b\"}")).startsWith("config.json:3: ")
        .contains("key");
  }

  @Test
  void namesFileLineAndKeyOfWhatIsNotASingleValue() throws Exception {
    assertThat(mistake("gap.yaml", Role.LOCAL, "key: k\nserver:\n  - a\n  - b\n"))
        .isEqualTo("gap.yaml:2: 'server' is to be a single value");
    assertThat(mistake("gap.yaml", Role.LOCAL, "server:\n  host: a\n"))
        .isEqualTo("gap.yaml:1: 'server' is to be a single value");
    assertThat(mistake("gap.yaml", Role.LOCAL, "key: k\nserver:\n")).startsWith("gap.yaml:2: 'server'");
    assertThat(mistake("gap.toml", Role.LOCAL, "\nserver = ['a', 'b']\n"))
        .isEqualTo("gap.toml:2: 'server' is to be a single value");
    assertThat(mistake("gap.toml", Role.LOCAL, "key = 'k'\n[server]\nhost = 'a'\n")).startsWith("gap.toml:2: 'server'");
    assertThat(mistake("config.json", Role.LOCAL, "{\"server\": {\"a\": 1}}"))
        .isEqualTo("config.json:1: 'server' is to be a single value");
    assertThat(mistake("config.json", Role.LOCAL, "{\"server\":\nnull}")).startsWith("config.json:")
        .contains("'server'");
  }

  @Test
  void namesFileAndLineOfWhatIsMalformed() throws Exception {
    assertThat(mistake("gap.yaml", Role.LOCAL, "key: k\nserver: 'a\n")).matches("gap.yaml:[23]: .+");
    assertThat(mistake("gap.yaml", Role.LOCAL, "key: k\n\tserver: a\n")).startsWith("gap.yaml:2: ");
    assertThat(mistake("gap.toml", Role.LOCAL, "key = 'k'\nserver = a:1\n")).startsWith("gap.toml:2: ");
    assertThat(mistake("gap.toml", Role.LOCAL, "key: k\n")).startsWith("gap.toml:1: ");
    assertThat(mistake("config.json", Role.LOCAL, "{\"key\": \"k\",\n\"server\" \"a\"}")).startsWith("config.json:2: ");
    assertThat(mistake("config.json", Role.LOCAL, "{\"key\": \"k\"\n")).matches("config.json:[12]: .+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"- a\n- b\n", "just words\n", "7\n"})
  void namesTheLineWhereThereAreNoKeys(String text) throws Exception {
    assertThat(mistake("gap.yaml", Role.LOCAL, text)).startsWith("gap.yaml:1: ").contains("key: value");
    assertThat(mistake("config.json", Role.LOCAL, "[1]")).startsWith("config.json:1: ");
  }

  @Test
  void refusesWhatFollowsTheEndOfTheObject() throws Exception {
    assertThat(mistake("config.json", Role.LOCAL, "{\"key\": \"k\"}\n{\"key\": \"l\"}")).startsWith("config.json:2: ");
  }

  @Test
  void saysThatAFileCannotBeRead() throws Exception {
    Path missing = folder.resolve("missing.yaml");
    assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> ConfigFile.read(missing))
        .withMessageStartingWith(missing + ": cannot be read");
    assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> ConfigFile.read(folder))
        .withMessageStartingWith(folder + ": cannot be read");
    Path binary = folder.resolve("binary.yaml");
    Files.write(binary, new byte[]{(byte) 0xFF, (byte) 0xFE, 0, 1});
    assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> ConfigFile.read(binary))
        .withMessageStartingWith(binary + ": cannot be read");
  }
}
