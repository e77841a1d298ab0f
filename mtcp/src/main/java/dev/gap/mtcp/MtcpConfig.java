package dev.gap.mtcp;

import java.util.Objects;

import dev.gap.mtcp.engine.ConnectionConfig;
import dev.gap.mtcp.engine.RatePolicy;

/**
 * The settings of mTCP sockets.
 *
 * @param key the key that both sides share, not empty
 * @param rate how the rate of each path is found
 * @param connection window, keepalive, timeout and buffers
 */
public record MtcpConfig(String key, RatePolicy rate, ConnectionConfig connection) {
  public MtcpConfig {
    if (key.isEmpty()) throw new IllegalArgumentException("the key is empty");
    Objects.requireNonNull(rate);
    Objects.requireNonNull(connection);
  }

  /** {@return the defaults with this key} */
  public static MtcpConfig withKey(String key) {
    return new MtcpConfig(key, new RatePolicy.Auto(), ConnectionConfig.DEFAULT);
  }

  /** {@return these settings with another rate policy} */
  public MtcpConfig withRate(RatePolicy newRate) {
    return new MtcpConfig(key, newRate, connection);
  }

  /** {@return these settings with others for connections} */
  public MtcpConfig withConnection(ConnectionConfig newConnection) {
    return new MtcpConfig(key, rate, newConnection);
  }

  @Override
  public String toString() {
    return "MtcpConfig[key=(hidden), rate=" + rate + ", connection=" + connection + "]";
  }
}
