package dev.gap.tcp.engine.stack;

import java.util.ArrayDeque;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.connection.HalfOpen;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.wire.Address;

/** A port that is listened on. Belongs to its engine. */
public final class TcpListener {
  final Address address;
  final int port;
  final SocketSettings settings;
  final ArrayDeque<TcpConnection> accepted = new ArrayDeque<>();
  final ArrayDeque<HalfOpen> undecided = new ArrayDeque<>();
  int backlog;
  int halfOpen;
  int fastOpenPending;
  int fastOpenMost;
  boolean fastOpenWithoutCookie;
  long deferNanos;
  boolean screens;
  boolean closed;

  TcpListener(Address address, int port, int backlog, SocketSettings settings) {
    this.address = address;
    this.port = port;
    this.backlog = backlog;
    this.settings = settings;
  }

  public Address address() {
    return address;
  }

  public int port() {
    return port;
  }

  public SocketSettings settings() {
    return settings;
  }

  /** How many connections may wait to be accepted, and handshakes be under way before cookies are used. */
  public void setBacklog(int count) {
    backlog = count;
  }

  /** Takes data in SYNs: so many connections may wait for their handshake, RFC 7413 section 5.1. 0 for none. */
  public void setFastOpen(int pending, boolean withoutCookie) {
    fastOpenMost = pending;
    fastOpenWithoutCookie = withoutCookie;
  }

  public int fastOpen() {
    return fastOpenMost;
  }

  /** Connections are accepted only when data has come, or so much time has passed. */
  public void setDefer(long nanos) {
    deferNanos = nanos;
  }

  /** SYNs are not answered until {@link TcpEngine#decide}: {@link #pollUndecided} gives them. */
  public void setScreens(boolean on) {
    screens = on;
  }

  /** {@return a handshake to decide on, or null} */
  public @Nullable HalfOpen pollUndecided() {
    return undecided.pollFirst();
  }

  /** {@return whether a handshake waits for a decision} */
  public boolean hasUndecided() {
    return !undecided.isEmpty();
  }

  boolean isFull() { return accepted.size() > backlog; }

  /** {@return a connection, or null if none waits} */
  public @Nullable TcpConnection accept() {
    TcpConnection connection = accepted.pollFirst();
    if (connection != null) connection.accepted();
    return connection;
  }

  /** {@return how many wait} */
  public int waiting() {
    return accepted.size();
  }
}
