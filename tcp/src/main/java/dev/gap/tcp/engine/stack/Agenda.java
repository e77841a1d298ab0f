package dev.gap.tcp.engine.stack;

import java.util.ArrayDeque;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.connection.Flow;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpState;
import dev.gap.tcp.engine.connection.TimeWait;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.transport.DeadlineQueue;

/** What flows there are, which of them may have something to send, and when each wants to be looked at. */
final class Agenda {
  private final FlowTable flows;
  private final EngineStats stats;
  private final DeadlineQueue<Flow> deadlines = new DeadlineQueue<>();
  private final ArrayDeque<Flow> ready = new ArrayDeque<>();
  private final ArrayDeque<TcpConnection> changed = new ArrayDeque<>();
  private int timeWaits;
  private int timeWaitMax;
  private boolean tellsChanges;

  Agenda(FlowTable flows, EngineStats stats, int timeWaitMax) {
    this.flows = flows;
    this.stats = stats;
    this.timeWaitMax = timeWaitMax;
  }

  void setTimeWaitMax(int most) { timeWaitMax = most; }

  int size() {
    return flows.size();
  }

  int timeWaits() {
    return timeWaits;
  }

  void tellChanges() {
    tellsChanges = true;
  }

  @Nullable
  TcpConnection pollChanged() {
    return changed.pollFirst();
  }

  @Nullable
  Flow get(Address local, int localPort, Address remote, int remotePort) {
    return flows.get(local, localPort, remote, remotePort);
  }

  void put(Flow flow) {
    flows.put(flow);
  }

  void forEach(Consumer<Flow> action) {
    flows.forEach(action);
  }

  FlowTable flows() {
    return flows;
  }

  boolean hasReady() {
    return !ready.isEmpty();
  }

  /** {@return whose turn it is to send, or null} */
  @Nullable
  Flow first() {
    return ready.peekFirst();
  }

  long earliest() {
    return deadlines.earliest();
  }

  /** {@return a flow that wanted to be looked at by now, or null} */
  @Nullable
  Flow pollDue(long now) {
    return deadlines.pollDue(now);
  }

  /** Queues what something was done with, and sets its deadline. */
  void settle(Flow flow, long now) {
    if (flow instanceof TcpConnection connection) {
      if (connection.enqueue()) ready.addLast(connection);
      if (connection.isOver()) retire(connection, now);
    } else {
      ready.addLast(flow);
    }
    if (isIn(flow)) deadlines.set(flow, flow.deadline(now));
  }

  /**
   * Gives up the place of a connection that has ended: what comes next may come before its last packet goes out, and is
   * for {@link TimeWait} or a listener. What it has left to send it still sends.
   */
  private void retire(TcpConnection connection, long now) {
    if (!isIn(connection)) return;
    remove(connection);
    if (connection.state() != TcpState.TIME_WAIT) return;
    if (timeWaits >= timeWaitMax) {
      stats.timeWaitOverflows++;
      return;
    }
    TimeWait memory = connection.toTimeWait(now);
    timeWaits++;
    flows.put(memory);
    deadlines.set(memory, memory.deadline(now));
  }

  void remove(Flow flow) {
    deadlines.remove(flow);
    if (flows.remove(flow) && flow instanceof TimeWait) timeWaits--;
  }

  /** The first has nothing more to send for now. */
  void rest(long now) {
    Flow flow = ready.removeFirst();
    if (!(flow instanceof TcpConnection connection)) {
      if (isIn(flow)) deadlines.set(flow, flow.deadline(now));
      return;
    }
    connection.dequeued();
    if (tellsChanges) changed.addLast(connection);
    if (connection.isOver()) retire(connection, now);
    else if (isIn(connection)) deadlines.set(connection, connection.deadline(now));
  }

  boolean isIn(Flow flow) {
    return flows.get(flow.local(), flow.localPort(), flow.remote(), flow.remotePort()) == flow;
  }
}
