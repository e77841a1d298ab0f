package dev.gap.packetdrill.gap;

import java.util.EnumSet;
import java.util.Set;

import dev.gap.packetdrill.run.Readiness.Event;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpState;

/** What poll tells of a connection, as Linux has it. */
final class Readinesses {
  private Readinesses() {}

  static Set<Event> of(GapSocket socket, TcpConnection connection) {
    Set<Event> events = EnumSet.noneOf(Event.class);
    TcpState state = connection.state();
    boolean ended = connection.isInputEnded() || socket.shutRead;
    boolean sendEnded = connection.sender().isFinishing() || state == TcpState.CLOSED;
    if ((ended && sendEnded) || state == TcpState.CLOSED) events.add(Event.HUP);
    if (ended) {
      events.add(Event.IN);
      events.add(Event.RDHUP);
    }
    boolean failed = state == TcpState.CLOSED && connection.error() != null && !socket.errorReported;
    if (failed) events.add(Event.ERR);
    if (state == TcpState.SYN_SENT) return events;
    if (connection.readable() >= socket.lowWater) events.add(Event.IN);
    if (connection.hasUrgent()) events.add(Event.PRI);
    if (sendEnded || connection.isWritable()) events.add(Event.OUT);
    else socket.wantsOutput = true;
    return events;
  }
}
