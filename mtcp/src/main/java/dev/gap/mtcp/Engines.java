package dev.gap.mtcp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Set;

import dev.gap.mtcp.engine.Endpoint;
import dev.gap.mtcp.engine.EndpointConfig;
import dev.gap.mtcp.engine.MtcpEngine;
import dev.gap.mtcp.engine.protection.SeedKey;
import dev.gap.mtcp.engine.protection.SeedProtection;
import dev.gap.mtcp.engine.secure.SecureEndpoint;
import dev.gap.mtcp.engine.secure.SessionConfig;
import dev.gap.mtcp.engine.secure.Suite;

/** Makes the engine that a profile asks for. */
final class Engines {
  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");

  private Engines() {}

  static MtcpEngine make(MtcpConfig config, EndpointConfig defaults, SecureRandom random) {
    EndpointConfig settings = defaults.withConnection(config.connection()).withRate(config.rate());
    return switch (config.profile()) {
      case MtcpConfig.Profile.Original(String key) ->
        new Endpoint(settings, new SeedProtection(new SeedKey(key)), random);
      case MtcpConfig.Profile.Secure(SessionConfig session) ->
        new SecureEndpoint(settings, hasAes() ? session : withoutAes(session), random, System::currentTimeMillis,
            System.nanoTime());
    };
  }

  private static SessionConfig withoutAes(SessionConfig session) {
    return session.suites().contains(Suite.CHACHA20_POLY1305)
        ? session.withSuites(Set.of(Suite.CHACHA20_POLY1305))
        : session;
  }

  /** {@return whether the processor has AES} Where it cannot be told, it is taken to: most of today's have. */
  private static boolean hasAes() {
    try {
      return Files.readString(PROCESSOR).contains(" aes");
    } catch (IOException e) {
      return true;
    }
  }
}
