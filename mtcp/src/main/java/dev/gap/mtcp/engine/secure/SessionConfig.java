package dev.gap.mtcp.engine.secure;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The settings of sessions.
 *
 * @param keys the pre-shared key, and for a rotation older ones that are still accepted
 * @param identity what is proved besides
 * @param suites what data may be sealed with
 * @param limits times and bounds
 */
public record SessionConfig(List<SharedKey> keys, Identity identity, Set<Suite> suites, Limits limits) {
  public SessionConfig {
    keys = List.copyOf(keys);
    suites = Set.copyOf(suites);
    if (keys.isEmpty()) throw new IllegalArgumentException("there is no key");
    if (suites.isEmpty()) throw new IllegalArgumentException("there is no suite");
  }

  /** {@return the defaults with this key} */
  public static SessionConfig withKey(SharedKey key) {
    return new SessionConfig(List.of(key), new Identity.None(), EnumSet.allOf(Suite.class), Limits.DEFAULT);
  }

  /** {@return these settings with another identity} */
  public SessionConfig withIdentity(Identity newIdentity) {
    return new SessionConfig(keys, newIdentity, suites, limits);
  }

  /** {@return these settings with other keys} */
  public SessionConfig withKeys(List<SharedKey> newKeys) {
    return new SessionConfig(newKeys, identity, suites, limits);
  }

  /** {@return these settings with other suites} */
  public SessionConfig withSuites(Set<Suite> newSuites) {
    return new SessionConfig(keys, identity, newSuites, limits);
  }

  /** {@return these settings with other limits} */
  public SessionConfig withLimits(Limits newLimits) {
    return new SessionConfig(keys, identity, suites, newLimits);
  }

  /**
   * Times and bounds (docs/protocol.md, "Limits").
   *
   * @param skew how far the clocks of both sides may differ, 10 s to 1 h
   * @param rekeyAfter how old keys are when the client asks for new ones
   * @param keysLast how old keys are when nobody seals with them any more
   * @param rekeyAtPacket the packet number at which new keys are asked for, if the suite has none lower
   * @param sessionLasts how long a session lives without an authenticated packet
   * @param ping how long a session is silent before it is pinged
   * @param maxSessions the most sessions of a server
   * @param maxHalfOpen the most handshakes under way at a server
   * @param maxDatagram the largest datagram that path MTU discovery tries, 1200 to 1472; on IPv6 20 less
   */
  public record Limits(Duration skew, Duration rekeyAfter, Duration keysLast, long rekeyAtPacket, Duration sessionLasts,
      Duration ping, int maxSessions, int maxHalfOpen, int maxDatagram) {
    /** The defaults of the specification. */
    public static final Limits DEFAULT = new Limits(Duration.ofSeconds(60), Duration.ofSeconds(120),
        Duration.ofSeconds(180), 1L << 30, Duration.ofMinutes(15), Duration.ofSeconds(15), 1 << 16, 1024, 1472);

    public Limits {
      if (skew.compareTo(Duration.ofSeconds(10)) < 0 || skew.compareTo(Duration.ofHours(1)) > 0) {
        throw new IllegalArgumentException("the skew is 10 s to 1 h");
      }
      if (maxDatagram < 1200 || maxDatagram > 1472) throw new IllegalArgumentException("a datagram is 1200 to 1472");
      if (rekeyAtPacket < 16) throw new IllegalArgumentException("keys last for 16 packets at least");
    }

    /** {@return these limits with other times of keys} */
    public Limits withKeys(Duration newRekeyAfter, Duration newKeysLast, long newRekeyAtPacket) {
      return new Limits(skew, newRekeyAfter, newKeysLast, newRekeyAtPacket, sessionLasts, ping, maxSessions,
          maxHalfOpen,
          maxDatagram);
    }

    /** {@return these limits with another skew} */
    public Limits withSkew(Duration newSkew) {
      return new Limits(newSkew, rekeyAfter, keysLast, rekeyAtPacket, sessionLasts, ping, maxSessions, maxHalfOpen,
          maxDatagram);
    }

    /** {@return these limits with another largest datagram} */
    public Limits withMaxDatagram(int newMaxDatagram) {
      return new Limits(skew, rekeyAfter, keysLast, rekeyAtPacket, sessionLasts, ping, maxSessions, maxHalfOpen,
          newMaxDatagram);
    }
  }
}
