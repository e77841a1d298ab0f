package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The paths to peers by their address. One that nothing uses is remembered for a while, so that the next connection need not find
 * its rate anew; where there are many, those not used for ten minutes give way.
 */
final class Paths {
  private static final int BEFORE_SWEEP = 256;
  private static final long MEMORY = TimeUnit.MINUTES.toNanos(10);

  private final RatePolicy rate;
  private final Map<InetSocketAddress, Path> byPeer = new HashMap<>();

  Paths(RatePolicy rate) {
    this.rate = rate;
  }

  /** {@return the path to {@code peer}, a new one if none is known} */
  Path to(InetSocketAddress peer, long nowNanos) {
    Path known = byPeer.get(peer);
    if (known != null) return known;
    if (byPeer.size() >= BEFORE_SWEEP) byPeer.values().removeIf(p -> p.isUnusedSince(nowNanos - MEMORY));
    Path path = new Path(peer, rate.controller());
    byPeer.put(peer, path);
    return path;
  }

  /** {@return the path to {@code peer}, or null if none is known} */
  @Nullable
  Path known(InetSocketAddress peer) {
    return byPeer.get(peer);
  }
}
