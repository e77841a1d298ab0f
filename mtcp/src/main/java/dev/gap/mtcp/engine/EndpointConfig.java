package dev.gap.mtcp.engine;

import java.util.Objects;

/**
 * The settings of an endpoint.
 *
 * @param accepting whether it accepts connections
 * @param connection the settings of its connections
 * @param rate how the rate of each path is found
 * @param maxConnections the most connections at once, of all sessions together, at least 1; one session has three quarters
 * of them at most
 * @param backlog the most connections that wait to be accepted, at least 1
 */
public record EndpointConfig(boolean accepting, ConnectionConfig connection, RatePolicy rate, int maxConnections,
    int backlog) {
  public EndpointConfig {
    Objects.requireNonNull(connection);
    Objects.requireNonNull(rate);
    if (maxConnections < 1 || backlog < 1) throw new IllegalArgumentException("limits are at least 1");
  }

  /** {@return the defaults of a side that dials} */
  public static EndpointConfig dialing() {
    return new EndpointConfig(false, ConnectionConfig.DEFAULT, new RatePolicy.Auto(), 1 << 16, 1);
  }

  /** {@return the defaults of a side that accepts, with room for {@code backlog} connections not yet accepted} */
  public static EndpointConfig acceptingUpTo(int backlog) {
    return new EndpointConfig(true, ConnectionConfig.DEFAULT, new RatePolicy.Auto(), 1 << 16, backlog);
  }

  /** {@return these settings with others for connections} */
  public EndpointConfig withConnection(ConnectionConfig newConnection) {
    return new EndpointConfig(accepting, newConnection, rate, maxConnections, backlog);
  }

  /** {@return these settings with another rate policy} */
  public EndpointConfig withRate(RatePolicy newRate) {
    return new EndpointConfig(accepting, connection, newRate, maxConnections, backlog);
  }

  /** {@return these settings with other limits} */
  public EndpointConfig withLimits(int newMaxConnections, int newBacklog) {
    return new EndpointConfig(accepting, connection, rate, newMaxConnections, newBacklog);
  }
}
