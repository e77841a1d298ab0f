package dev.gap.mtcp.engine.secure;

import java.util.ArrayDeque;

import org.jspecify.annotations.Nullable;

import dev.gap.mtcp.engine.Connection;
import dev.gap.mtcp.engine.Endpoint;

/** What the world is to hear of all sessions: connections opened and changed, datagrams. */
final class Inbox {
  private static final int MOST_DATAGRAMS = 1024;

  private final SecureStats stats;
  private final ArrayDeque<Connection> accepted = new ArrayDeque<>();
  private final ArrayDeque<Connection> changed = new ArrayDeque<>();
  private final ArrayDeque<SecureEndpoint.Datagram> datagrams = new ArrayDeque<>();

  Inbox(SecureStats stats) {
    this.stats = stats;
  }

  /** Takes over what the connections of a session have to tell. */
  void collect(Session session) {
    Endpoint inside = session.connections();
    for (var c = inside.accept(); c != null; c = inside.accept())
      accepted.addLast(c);
    for (var c = inside.pollChanged(); c != null; c = inside.pollChanged())
      changed.addLast(c);
  }

  /** Takes over the datagrams that a session has received, as far as there is room. */
  void collectDatagrams(Session session) {
    for (byte[] body = session.pollDatagram(); body != null; body = session.pollDatagram()) {
      if (datagrams.size() < MOST_DATAGRAMS) datagrams.addLast(new SecureEndpoint.Datagram(session.home(), body));
      else stats.datagramsDropped++;
    }
  }

  @Nullable
  Connection pollAccepted() {
    return accepted.pollFirst();
  }

  @Nullable
  Connection pollChanged() {
    return changed.pollFirst();
  }

  SecureEndpoint.@Nullable Datagram pollDatagram() {
    return datagrams.pollFirst();
  }
}
