package dev.gap.mtcp.engine;

import java.util.ArrayDeque;

import org.jspecify.annotations.Nullable;

import dev.gap.transport.DeadlineQueue;
import dev.gap.transport.PacketBatch;

/**
 * What connections want: which have something to send and whose turn it is, when each wants to be looked at, and which have
 * changed. Whoever does something with a connection calls {@link #touch}; those come out of {@link #pollTouched}, once each, and
 * go to {@link #place} with what they want by then.
 */
final class Agenda {
  private final ArrayDeque<Connection> touched = new ArrayDeque<>();
  private final ArrayDeque<Connection> changed = new ArrayDeque<>();
  private final ArrayDeque<Connection> control = new ArrayDeque<>();
  private final ArrayDeque<Path> active = new ArrayDeque<>();
  private final DeadlineQueue<Connection> timers = new DeadlineQueue<>();

  /** Something was done with a connection: it may want something else now. */
  void touch(Connection connection) {
    if (connection.inTouched) return;
    connection.inTouched = true;
    touched.addLast(connection);
  }

  /** {@return a connection that was touched, or null} */
  @Nullable
  Connection pollTouched() {
    Connection connection = touched.pollFirst();
    if (connection != null) connection.inTouched = false;
    return connection;
  }

  /** Queues a connection if its user has something to hear of it. */
  void tellIfChanged(Connection connection) {
    if (!connection.changed) return;
    connection.changed = false;
    if (!connection.inChanged) changed.addLast(connection);
    connection.inChanged = true;
  }

  /** {@return a connection that has changed, or null} */
  @Nullable
  Connection pollChanged() {
    Connection connection = changed.pollFirst();
    if (connection != null) connection.inChanged = false;
    return connection;
  }

  /** Puts a connection wherever its state says it belongs. */
  void place(Connection connection, long nowNanos) {
    if (!connection.inControl && connection.hasControl(nowNanos)) {
      connection.inControl = true;
      control.addLast(connection);
    }
    if (!connection.inReady && connection.hasData()) {
      Path path = connection.path();
      if (!path.hasReady()) active.addLast(path);
      connection.inReady = true;
      path.enqueue(connection);
    }
    timers.set(connection, connection.deadline(nowNanos));
  }

  /** A connection has left the path on which it may be waiting for its turn: there it is passed over. */
  void onMoved(Connection connection) {
    connection.inReady = false;
  }

  /** A connection is over: no time is to come for it. */
  void remove(Connection connection) {
    timers.remove(connection);
  }

  /** {@return a connection that wanted to be looked at by now, or null} */
  @Nullable
  Connection pollDue(long nowNanos) {
    return timers.pollDue(nowNanos);
  }

  /** {@return whether something waits to be sent that no rate holds up} */
  boolean hasControl() {
    return !control.isEmpty();
  }

  /** {@return when a connection wants to be looked at, or may send what waits} */
  long deadline(long nowNanos) {
    long at = timers.earliest();
    for (Path path : active)
      at = Math.min(at, path.nextSendNanos(nowNanos));
    return at;
  }

  /**
   * Writes what may go now, as far as there is room: control segments first, then data, where paths take turns, and on a path
   * connections, datagram by datagram. Those that wrote are touched.
   */
  void write(PacketBatch out, long nowNanos) {
    writeControl(out, nowNanos);
    for (int n = active.size(); n > 0 && !out.isFull(); n--) {
      Path path = active.removeFirst();
      writeData(path, out, nowNanos);
      if (path.hasReady()) active.addLast(path);
      else if (path.maySend(nowNanos)) path.noteIdle(nowNanos);
    }
  }

  private void writeControl(PacketBatch out, long nowNanos) {
    while (!out.isFull()) {
      Connection connection = control.pollFirst();
      if (connection == null) return;
      connection.inControl = false;
      int length = connection.writeControl(out.next(), nowNanos);
      if (length > 0) out.commit(length, connection.controlPeer());
      touch(connection);
    }
  }

  private void writeData(Path path, PacketBatch out, long nowNanos) {
    while (!out.isFull() && path.maySend(nowNanos)) {
      Connection connection = path.dequeue();
      if (connection == null) return;
      if (connection.path() != path) continue;
      connection.inReady = false;
      int length = connection.writeData(out.next(), nowNanos);
      if (length > 0) out.commit(length, path.peer());
      if (connection.hasData()) {
        connection.inReady = true;
        path.enqueue(connection);
      }
      touch(connection);
    }
  }
}
