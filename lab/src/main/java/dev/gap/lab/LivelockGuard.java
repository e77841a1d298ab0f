package dev.gap.lab;

import java.net.InetSocketAddress;

import dev.gap.transport.PacketEngine;

/** Ends runs in which an engine is busy without end while virtual time stands still. */
final class LivelockGuard {
  /** Timeouts that are believable at one instant: more than an engine has timers. */
  static final int MAX_TIMEOUTS = 1000;
  /** Datagrams that are believable at one instant: more than a window holds. */
  static final int MAX_DATAGRAMS = 1_000_000;

  private final PacketEngine engine;
  private long instantNanos = -1;
  private int timeouts;
  private int datagrams;

  LivelockGuard(PacketEngine engine) {
    this.engine = engine;
  }

  /** Counts a timeout; the address says which engine is to blame. */
  void timeout(InetSocketAddress address, long nowNanos) {
    enter(nowNanos);
    if (++timeouts > MAX_TIMEOUTS)
      throw new IllegalStateException("livelock: " + name(address) + " has its next timeout at "
          + engine.nextTimeoutNanos() + " ns, after " + MAX_TIMEOUTS + " timeouts in vain at " + nowNanos + " ns");
  }

  /** Counts {@code count} datagrams sent; the address says which engine is to blame. */
  void datagrams(InetSocketAddress address, int count, long nowNanos) {
    enter(nowNanos);
    datagrams += count;
    if (datagrams > MAX_DATAGRAMS)
      throw new IllegalStateException("livelock: " + name(address) + " goes on sending at " + nowNanos
          + " ns, after " + MAX_DATAGRAMS + " datagrams at this instant");
  }

  private void enter(long nowNanos) {
    if (nowNanos == instantNanos) return;
    instantNanos = nowNanos;
    timeouts = 0;
    datagrams = 0;
  }

  private String name(InetSocketAddress address) {
    return engine.getClass().getSimpleName() + " at " + address;
  }
}
