package dev.gap.mtcp.engine.secure;

import java.util.concurrent.TimeUnit;

import dev.gap.transport.PacketEngine;

/**
 * How long the connections of a session wait. They give up by time alone: while nothing is heard, or there are no keys to say
 * anything with. The time of a sleep is nobody's silence: what waits gets one more try.
 */
final class Patience {
  /** Timers come sooner: whoever was away for longer was asleep. */
  private static final long SLEEP = TimeUnit.SECONDS.toNanos(40);

  private final long timeoutNanos;
  private long lastTurn;
  private long keylessSince = PacketEngine.NEVER;

  Patience(long timeoutNanos, long nowNanos) {
    this.timeoutNanos = timeoutNanos;
    lastTurn = nowNanos;
  }

  /** Begins a turn. {@return whether this side has slept since the one before} */
  boolean wakes(long nowNanos) {
    boolean slept = nowNanos - lastTurn > SLEEP;
    lastTurn = nowNanos;
    if (slept) keylessSince = PacketEngine.NEVER;
    return slept;
  }

  /**
   * {@return whether it is over}
   *
   * @param keyless whether there are connections and no keys for them
   * @param silentSince since when something waits for an answer and nothing is heard, or never
   */
  boolean isOver(boolean keyless, long silentSince, long nowNanos) {
    keylessSince = keyless ? Math.min(keylessSince, nowNanos) : PacketEngine.NEVER;
    long since = Math.min(silentSince, keylessSince);
    return since != PacketEngine.NEVER && nowNanos - since >= timeoutNanos;
  }
}
