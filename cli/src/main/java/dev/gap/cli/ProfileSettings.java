package dev.gap.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gap.mtcp.MtcpConfig;
import dev.gap.mtcp.engine.secure.Identity;
import dev.gap.mtcp.engine.secure.SessionConfig;
import dev.gap.mtcp.engine.secure.SharedKey;
import dev.gap.mtcp.engine.secure.Suite;

/** What protects datagrams, from the settings: profile, keys, users. */
final class ProfileSettings {
  static final String PRIVATE_PREFIX = "sk2:";
  static final String PUBLIC_PREFIX = "pk2:";
  private static final Set<PosixFilePermission> OTHERS = EnumSet.of(PosixFilePermission.GROUP_READ,
      PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

  private final Role role;
  private final Settings settings;

  ProfileSettings(Role role, Settings settings) {
    this.role = role;
    this.settings = settings;
  }

  MtcpConfig.Profile profile() throws ConfigException {
    boolean original = settings.get(Key.PROFILE, t -> Settings.oneOf(t, "1", "2")).equals("1");
    if (original) {
      refuseInProfile1(Key.OLD_KEY, Key.STATIC_KEY, Key.SERVER_KEY, Key.USERS);
      return settings.get(Key.KEY, t -> new MtcpConfig.Profile.Original(secret(t)));
    }
    List<SharedKey> keys = new ArrayList<>();
    keys.add(settings.get(Key.KEY, ProfileSettings::sharedKey));
    settings.find(Key.OLD_KEY, ProfileSettings::sharedKey).ifPresent(keys::add);
    SessionConfig.Limits limits = SessionConfig.Limits.DEFAULT
        .withSkew(settings.get(Key.SKEW, ProfileSettings::skew))
        .withMaxDatagram(settings.get(Key.MAX_DATAGRAM, ProfileSettings::datagram));
    return new MtcpConfig.Profile.Secure(
        new SessionConfig(keys, identity(), settings.get(Key.SUITES, ProfileSettings::suites), limits));
  }

  private void refuseInProfile1(Key... keys) throws ConfigException {
    for (Key key : keys) {
      if (settings.find(key, t -> t).isPresent())
        throw new ConfigException(key.flag() + " is for profile 2, and the profile is 1");
    }
  }

  private Identity identity() throws ConfigException {
    Optional<byte[]> mine = settings.find(Key.STATIC_KEY, t -> staticKey(secret(t), PRIVATE_PREFIX));
    if (role == Role.SERVER) {
      Optional<Map<String, byte[]>> users = settings.find(Key.USERS, ProfileSettings::users);
      if (mine.isEmpty() && users.isEmpty()) return new Identity.None();
      if (mine.isEmpty())
        throw new ConfigException("--users needs --static-key: 'gap genkey --static' makes one");
      if (users.isEmpty()) {
        throw new ConfigException("--static-key needs --users, a file with a name and a public key on each line");
      }
      return settings.get(Key.USERS, t -> Identity.Server.of(mine.get(), users.get()));
    }
    Optional<byte[]> server = settings.find(Key.SERVER_KEY, t -> staticKey(t, PUBLIC_PREFIX));
    if (mine.isEmpty() && server.isEmpty()) return new Identity.None();
    if (mine.isEmpty()) throw new ConfigException("--server-key needs --static-key: 'gap genkey --static' makes one");
    if (server.isEmpty()) {
      throw new ConfigException("--static-key needs --server-key: the line that begins with pk2: of the server's pair");
    }
    return settings.get(Key.SERVER_KEY, t -> new Identity.Client(mine.get(), server.get()));
  }

  // ---- parsers

  private static SharedKey sharedKey(String text) {
    String key = secret(text);
    if (key.isEmpty()) throw new IllegalArgumentException("it is empty; 'gap genkey' makes one");
    try {
      return SharedKey.parse(key);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + " (to talk to the original, give --profile 1)", e);
    }
  }

  /** {@return the text, or what the file holds that it names after file:} */
  static String secret(String text) {
    if (!text.startsWith("file:")) return text;
    Path file = Path.of(text.substring(5));
    try {
      PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
      if (view != null && view.readAttributes().permissions().stream().anyMatch(OTHERS::contains)) {
        throw new IllegalArgumentException(file + " can be read by others: chmod 600 " + file);
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read" + (Files.exists(file) ? "" : ": it does not exist"),
          e);
    }
  }

  static byte[] staticKey(String text, String prefix) {
    byte @Nullable [] bytes = null;
    if (text.startsWith(prefix)) {
      try {
        bytes = Base64.getUrlDecoder().decode(text.substring(prefix.length()));
      } catch (IllegalArgumentException e) {
        // said below
      }
    }
    if (bytes == null || bytes.length != 32) {
      throw new IllegalArgumentException("it is to begin with " + prefix
          + " and go on as 'gap genkey --static' printed it, 43 characters");
    }
    return bytes;
  }

  private static Map<String, byte[]> users(String text) {
    Map<String, byte[]> users = new LinkedHashMap<>();
    Path file = Path.of(text);
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read" + (Files.exists(file) ? "" : ": it does not exist"),
          e);
    }
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) continue;
      String[] words = line.split("\\s+", -1);
      String where = file + ":" + (i + 1) + ": ";
      if (words.length != 2) throw new IllegalArgumentException(where + "a name and a public key are wanted");
      try {
        if (users.put(words[0], staticKey(words[1], PUBLIC_PREFIX)) != null)
          throw new IllegalArgumentException("'" + words[0] + "' stands here twice");
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(where + e.getMessage(), e);
      }
    }
    if (users.isEmpty()) throw new IllegalArgumentException(file + " has no users");
    return users;
  }

  private static Duration skew(String text) {
    return SessionConfig.Limits.DEFAULT.withSkew(Settings.duration(text)).skew();
  }

  private static int datagram(String text) {
    return SessionConfig.Limits.DEFAULT.withMaxDatagram(Settings.count(text)).maxDatagram();
  }

  private static Set<Suite> suites(String text) {
    return switch (Settings.oneOf(text, "auto", "chacha20", "aes256")) {
      case "chacha20" -> Set.of(Suite.CHACHA20_POLY1305);
      case "aes256" -> Set.of(Suite.AES_256_GCM);
      default -> EnumSet.allOf(Suite.class);
    };
  }
}
