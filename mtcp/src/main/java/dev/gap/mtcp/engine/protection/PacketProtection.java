package dev.gap.mtcp.engine.protection;

import dev.gap.transport.PacketBatch;

/**
 * Turns segments into datagrams that only holders of the key can read or make, and back. Not thread-safe: each engine has
 * its own.
 */
public sealed interface PacketProtection permits SeedProtection, InSession {
  /**
   * Opens datagrams in place.
   *
   * @param authentic says afterwards at each one's place whether it was made by a holder of the key; if not, its bytes are rubbish
   */
  void open(PacketBatch batch, boolean[] authentic);

  /** Seals, in place, the segments from index {@code from} on. */
  void seal(PacketBatch batch, int from);

  /** {@return 64 bits that only holders of the key know, for telling marked connection IDs} */
  long markSalt();
}
