package dev.gap.tcp.engine.stack;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.Habit;
import dev.gap.tcp.engine.connection.Flow;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TimeWait;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.SegmentWriter.Frame;

/** Active opens: from which port, with which number, and with what of Fast Open. */
final class Active {
  private final HostState host;

  Active(HostState host) {
    this.host = host;
  }

  /** {@return a connection that {@link #start} opens, null if its addresses and ports are in use} */
  @Nullable
  TcpConnection prepare(Address local, int localPort, Address remote, int remotePort,
      SocketSettings settings, long now) {
    int port = localPort != 0
        ? localPort
        : host.ports.ephemeral(host.config, settings, host.agenda.flows(), local, remote, remotePort, now);
    if (port == 0) return null;
    Flow old = host.agenda.get(local, port, remote, remotePort);
    int iss = host.initialSequence(local, port, remote, remotePort, now);
    if (old instanceof TimeWait memory && memory.mayReconnect(localPort != 0, now)) {
      iss = memory.nextIss();
      host.agenda.remove(memory);
      old = null;
    }
    if (old != null) return null;
    Frame frame = new Frame(local, remote, port, remotePort, settings.trafficClass & ~3, settings.hopLimit,
        settings.dontFragment, settings.signed ? host.keyFor(remote) : null);
    TcpConnection connection = new TcpConnection(host.config, settings, frame, iss,
        host.stampOffset(local, port, remote, remotePort), host.mtuTo(remote, now));
    connection.use(host.chunks, host.challenges);
    connection.accepted();
    host.agenda.put(connection);
    return connection;
  }

  /** Opens what was prepared; with Fast Open where a cookie is known, or none is needed. */
  void start(TcpConnection connection, boolean fastOpen, long now) {
    FastOpenCookies.Known known = host.cookies.of(connection.remote());
    // a signature leaves no room for a cookie
    boolean signed = connection.frame().key() != null;
    if (fastOpen && !signed && host.config.features().fastOpenClient()
        && !host.cookies.isResting(connection.remote(), now)) {
      boolean bare = host.config.features().fastOpenSendsBare() || connection.settings().withoutCookie;
      if (bare) connection.fastOpen().use(null, false, host.cookies.mssOf(connection.remote()));
      else if (known != null) connection.fastOpen().use(known.cookie(), known.experimental(), known.mss());
      else
        connection.fastOpen()
            .ask(!host.config.has(Habit.PROPER_FAST_OPEN_ONLY) && host.cookies.triesExperimental(connection.remote()));
    }
    connection.open(now);
    host.settle(connection, now);
  }

  /** {@return whether a cookie for this server is known, or none is needed} */
  boolean canFastOpen(Address server, SocketSettings settings, long now) {
    return host.config.features().fastOpenClient() && !settings.signed && !host.cookies.isResting(server, now)
        && (host.cookies.of(server) != null || settings.withoutCookie || host.config.features().fastOpenSendsBare());
  }
}
