package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.Objects;

/**
 * The settings of connections.
 *
 * @param window how large the receive window may be
 * @param keepaliveIdle how long a connection is silent before the peer is probed
 * @param keepaliveInterval the time between probes
 * @param keepaliveCount how many probes may go unanswered before the peer is taken for dead
 * @param timeout how long a connection that is carrying data survives without any valid segment from the peer
 * @param maxSendBuffer the most bytes a connection buffers for sending; it starts small and grows with what is in flight
 */
public record ConnectionConfig(WindowPolicy window, Duration keepaliveIdle, Duration keepaliveInterval,
    int keepaliveCount, Duration timeout, long maxSendBuffer) {

  /** The defaults: short enough for the address translators of home and mobile networks. */
  public static final ConnectionConfig DEFAULT = new ConnectionConfig(WindowPolicy.AUTO, Duration.ofSeconds(20),
      Duration.ofSeconds(5), 6, Duration.ofMinutes(5), 128L << 20);

  public ConnectionConfig {
    Objects.requireNonNull(window);
    positive("keepalive idle", keepaliveIdle);
    positive("keepalive interval", keepaliveInterval);
    positive("timeout", timeout);
    if (keepaliveCount < 1) throw new IllegalArgumentException("the keepalive count is at least 1");
    if (maxSendBuffer < 64 << 10) throw new IllegalArgumentException("the send buffer is at least 64 KiB");
  }

  private static void positive(String what, Duration value) {
    if (value.isNegative() || value.isZero()) throw new IllegalArgumentException("the " + what + " is more than zero");
  }

  /** {@return these settings with another window} */
  public ConnectionConfig withWindow(WindowPolicy newWindow) {
    return new ConnectionConfig(newWindow, keepaliveIdle, keepaliveInterval, keepaliveCount, timeout, maxSendBuffer);
  }

  /** {@return these settings with other keepalive settings} */
  public ConnectionConfig withKeepalive(Duration idle, Duration interval, int count) {
    return new ConnectionConfig(window, idle, interval, count, timeout, maxSendBuffer);
  }

  /** {@return these settings for connections that need no keepalive: what they travel in has its own} */
  public ConnectionConfig withoutKeepalive() {
    return withKeepalive(Duration.ofDays(36_500), keepaliveInterval, keepaliveCount);
  }

  /** {@return these settings with another timeout} */
  public ConnectionConfig withTimeout(Duration newTimeout) {
    return new ConnectionConfig(window, keepaliveIdle, keepaliveInterval, keepaliveCount, newTimeout, maxSendBuffer);
  }
}
