package dev.gap.cli;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Everything that can be configured. A key has one name: {@code --max-window} as a flag, {@code GAP_MAX_WINDOW} in the
 * environment, {@code max-window} in a configuration file. A flag counts more than the environment, and that more than the
 * file.
 */
enum Key {
  SERVER("HOST:PORT", null, "The server's address (port 2286 if none is given).", Role.LOCAL), LISTEN("ADDR:PORT", null,
      "Where to listen: UDP for a server (default 0.0.0.0:2286), TCP for local (default"
          + " 127.0.0.1:1186), where SOCKS5 and HTTP proxy requests are told apart by themselves.",
      Role.LOCAL, Role.SERVER), LISTEN_HTTP("ADDR:PORT", null,
          "A second address to listen on, for programs that want the HTTP proxy elsewhere.",
          Role.LOCAL), KEY("KEY", null,
              "The secret that both sides share, or file:PATH where it stands; 'gap genkey' makes one.", Role.LOCAL,
              Role.SERVER), PROFILE("1|2", "2",
                  "The wire format: 2 is encrypted and safe; 1 is the original's, for compatibility alone.", Role.LOCAL,
                  Role.SERVER), OLD_KEY("KEY", null, "The key before this one, still accepted while keys are changed.",
                      Role.SERVER), STATIC_KEY("KEY", null,
                          "This side's own private key, as 'gap genkey --static' prints it, or file:PATH.", Role.LOCAL,
                          Role.SERVER), SERVER_KEY("KEY", null, "The server's public key.", Role.LOCAL), USERS("FILE",
                              null, "Who may connect: a name and a public key on each line.", Role.SERVER), SUITES(
                                  "auto|chacha20|aes256", "auto", "What data is encrypted with.", Role.LOCAL,
                                  Role.SERVER), SKEW("TIME", "60s", "How far the clocks of both sides may differ.",
                                      Role.LOCAL, Role.SERVER), MAX_DATAGRAM("BYTES", "1472",
                                          "The largest datagram that is tried, 1200 to 1472.", Role.LOCAL,
                                          Role.SERVER), KEYLOG("FILE", null,
                                              "Where to write session keys, for Wireshark: whoever reads them reads"
                                                  + " all traffic.",
                                              Role.LOCAL, Role.SERVER), RATE("RATE", "auto",
                                                  "How fast to send: 'auto' measures the path, 'none' sends what the peer's window allows, '50 mbps'"
                                                      + " makes that much arrive.",
                                                  Role.LOCAL, Role.SERVER), WINDOW("auto|N", "auto",
                                                      "The receive window of a connection in segments of 1420 bytes, 1 to 65535; 'auto' grows with"
                                                          + " the path.",
                                                      Role.LOCAL, Role.SERVER), MAX_WINDOW("N", "65535",
                                                          "How far an automatic window may grow, in segments.",
                                                          Role.LOCAL,
                                                          Role.SERVER), REPLY("fast|true", "fast",
                                                              "When SOCKS5 and CONNECT clients are told that they are connected: at once, or when the"
                                                                  + " server has connected, with the true reason if it could not.",
                                                              Role.LOCAL), PROXY_USER("USER:PASSWORD", null,
                                                                  "What clients of the local proxy must give.",
                                                                  Role.LOCAL), CONNECT_TIMEOUT("TIME",
                                                                      "15s", "How long a target may take to answer.",
                                                                      Role.SERVER), KEEPALIVE_IDLE("TIME", "20s",
                                                                          "How long a connection is silent before the peer is probed.",
                                                                          Role.LOCAL,
                                                                          Role.SERVER), KEEPALIVE_INTERVAL("TIME", "5s",
                                                                              "The time between probes.",
                                                                              Role.LOCAL,
                                                                              Role.SERVER), KEEPALIVE_COUNT("N", "6",
                                                                                  "How many probes may go unanswered.",
                                                                                  Role.LOCAL,
                                                                                  Role.SERVER), TIMEOUT("TIME", "5m",
                                                                                      "How long a connection that carries data survives an outage.",
                                                                                      Role.LOCAL,
                                                                                      Role.SERVER), GRACE("TIME", "5s",
                                                                                          "How long open connections may go on after SIGTERM.",
                                                                                          Role.LOCAL,
                                                                                          Role.SERVER), CONTROL("PATH",
                                                                                              null,
                                                                                              "The control socket (default: local.sock or server.sock in the runtime directory).",
                                                                                              Role.LOCAL,
                                                                                              Role.SERVER), LOG_LEVEL(
                                                                                                  "LEVEL", "info",
                                                                                                  "error, warn, info, debug or trace.",
                                                                                                  Role.LOCAL,
                                                                                                  Role.SERVER), LOG_FORMAT(
                                                                                                      "console|json",
                                                                                                      "console",
                                                                                                      "How log lines are written to stderr.",
                                                                                                      Role.LOCAL,
                                                                                                      Role.SERVER);

  private final String label;
  private final @Nullable String standard;
  private final String description;
  private final Set<Role> roles;

  Key(String label, @Nullable String standard, String description, Role first, Role... others) {
    this.label = label;
    this.standard = standard;
    this.description = description;
    roles = EnumSet.of(first, others);
  }

  /** {@return the name in files, and after the dashes of the flag} */
  String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** {@return the name of the flag} */
  String flag() {
    return "--" + key();
  }

  /** {@return the name of the environment variable} */
  String variable() {
    return "GAP_" + name();
  }

  String label() {
    return label;
  }

  Optional<String> standard() {
    return Optional.ofNullable(standard);
  }

  String description() {
    return description;
  }

  boolean isFor(Role role) {
    return roles.contains(role);
  }

  static Optional<Key> named(String name) {
    for (Key key : values()) {
      if (key.key().equals(name)) return Optional.of(key);
    }
    return Optional.empty();
  }
}
