package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gap.mtcp.engine.secure.SecureEndpoint;
import dev.gap.transport.PacketEngine;

/** Connections behind one UDP socket, whichever profile protects them. Single-threaded and pure. */
public sealed interface MtcpEngine extends PacketEngine permits Endpoint, SecureEndpoint {
  /** {@return a new connection to {@code peer}; it can be written to at once} */
  Connection connect(InetSocketAddress peer, long nowNanos);

  /** {@return the next connection that a peer has opened, or null} */
  @Nullable
  Connection accept();

  /**
   * {@return a connection of which something can be read, written, or seen that could not before, or null} Each stands here
   * once until it is polled.
   */
  @Nullable
  Connection pollChanged();

  /** Takes notice of the commands given to {@code connection}. */
  void update(Connection connection, long nowNanos);

  /** Sets the window policy of all connections, those to come included. */
  void setWindow(WindowPolicy policy);

  /** {@return the window policy of new connections} */
  WindowPolicy window();

  /** This side's address may have changed: lets every peer see the new one at once. */
  void onLocalAddressChanged(long nowNanos);

  /** Calls {@code action} with every connection. */
  void forEachConnection(Consumer<? super Connection> action);

  /** {@return how many connections there are} */
  int connectionCount();

  /** {@return the counters} */
  EndpointStats stats();
}
