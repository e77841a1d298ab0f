package dev.gap.mtcp;

import java.util.Objects;

import dev.gap.mtcp.engine.ConnectionConfig;
import dev.gap.mtcp.engine.RatePolicy;
import dev.gap.mtcp.engine.secure.SessionConfig;
import dev.gap.mtcp.engine.secure.SharedKey;

/**
 * The settings of mTCP sockets.
 *
 * @param profile what protects datagrams, and the keys for it
 * @param rate how the rate of each path is found
 * @param connection window, keepalive, timeout and buffers
 */
public record MtcpConfig(Profile profile, RatePolicy rate, ConnectionConfig connection) {
  /** What protects datagrams. Nothing is negotiated: both sides have the same, or do not hear each other. */
  public sealed interface Profile {
    /**
     * Profile 1, the original's format. It hides little and proves nothing: for compatibility alone.
     *
     * @param key not empty, and none made for profile 2: what profile 1 gives away of it would count there
     */
    record Original(String key) implements Profile {
      public Original {
        if (key.isEmpty()) throw new IllegalArgumentException("the key is empty");
        if (key.startsWith(SharedKey.PREFIX)) {
          throw new IllegalArgumentException(
              "a key that begins with mk2: is for profile 2; profile 1 would give it away");
        }
      }

      @Override
      public String toString() {
        return "Original[key=(hidden)]";
      }
    }

    /** Profile 2: encrypted sessions with forward secrecy. */
    record Secure(SessionConfig session) implements Profile {
      public Secure {
        Objects.requireNonNull(session);
      }

      @Override
      public String toString() {
        return "Secure[keys=(hidden), suites=" + session.suites() + "]";
      }
    }
  }

  public MtcpConfig {
    Objects.requireNonNull(profile);
    Objects.requireNonNull(rate);
    Objects.requireNonNull(connection);
  }

  /**
   * {@return the defaults of profile 2 with this key} A passphrase takes a good part of a second to stretch.
   *
   * @param key a passphrase of at least 16 characters, or what {@code gap genkey} prints
   * @throws IllegalArgumentException if it is malformed or too weak, saying what to do
   */
  public static MtcpConfig withKey(String key) {
    return of(new Profile.Secure(SessionConfig.withKey(SharedKey.parse(key))));
  }

  /** {@return the defaults of profile 1, which the original understands, with this key} */
  public static MtcpConfig original(String key) {
    return of(new Profile.Original(key));
  }

  private static MtcpConfig of(Profile profile) {
    return new MtcpConfig(profile, new RatePolicy.Auto(), ConnectionConfig.DEFAULT);
  }

  /** {@return these settings with another rate policy} */
  public MtcpConfig withRate(RatePolicy newRate) {
    return new MtcpConfig(profile, newRate, connection);
  }

  /** {@return these settings with others for connections} */
  public MtcpConfig withConnection(ConnectionConfig newConnection) {
    return new MtcpConfig(profile, rate, newConnection);
  }
}
