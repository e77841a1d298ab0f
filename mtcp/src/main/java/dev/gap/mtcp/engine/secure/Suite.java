package dev.gap.mtcp.engine.secure;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/** What data datagrams are sealed with. */
public enum Suite {
  /** RFC 8439: as fast as it gets where the processor has no AES. */
  CHACHA20_POLY1305(1, 1L << 30),
  /** NIST SP 800-38D: the faster one where the processor has AES. */
  AES_256_GCM(2, 1L << 22);

  private final int bit;
  private final long rekeyAt;

  Suite(int bit, long rekeyAt) {
    this.bit = bit;
    this.rekeyAt = rekeyAt;
  }

  /** {@return its bit in an INIT's offer, and its number in a RESP} */
  int bit() {
    return bit;
  }

  /** {@return the packet number at which new keys are asked for; none is sealed from twice that on} */
  long rekeyAt() {
    return rekeyAt;
  }

  static int offer(Set<Suite> suites) {
    return suites.stream().mapToInt(Suite::bit).sum();
  }

  /** {@return the best of those offered that {@code allowed} has too, or null} */
  static @Nullable Suite choose(int offer, Set<Suite> allowed) {
    if (allowed.contains(AES_256_GCM) && (offer & AES_256_GCM.bit) != 0) return AES_256_GCM;
    return allowed.contains(CHACHA20_POLY1305) && (offer & CHACHA20_POLY1305.bit) != 0 ? CHACHA20_POLY1305 : null;
  }

  static @Nullable Suite of(int bit) {
    for (Suite suite : values()) {
      if (suite.bit == bit) return suite;
    }
    return null;
  }
}
