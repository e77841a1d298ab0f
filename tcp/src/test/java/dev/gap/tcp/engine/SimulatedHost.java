package dev.gap.tcp.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.connection.PacketSlot;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.stack.TcpEngine;
import dev.gap.tcp.engine.stack.TcpListener;
import dev.gap.tcp.engine.wire.Address;

/**
 * An engine, the applications above it and the interface below it. Applications do something only when the engine says
 * that something has happened, or when they had planned to.
 */
final class SimulatedHost {
  private static final int MOST_PACKETS_AT_ONCE = 100_000;

  /** What applications are to do with the connections that a listener gives. */
  interface Plans {
    SimulatedSocket.Plan draw(SplittableRandom random);
  }

  final String name;
  final SimulatedNetwork network;
  final Address address;
  final TcpEngine engine;
  final List<SimulatedSocket> sockets = new ArrayList<>();
  private final IdentityHashMap<TcpConnection, SimulatedSocket> byConnection = new IdentityHashMap<>();
  private final PacketSlot slot;
  private final SplittableRandom random;
  private @Nullable TcpListener listener;
  private @Nullable Plans plans;
  /** When the application accepts next. */
  private long acceptsFrom = Long.MIN_VALUE;
  private long acceptPauseNanos;

  SimulatedHost(String name, SimulatedNetwork network, Address address, TcpConfig config, boolean offload,
      SplittableRandom random) {
    this.name = name;
    this.network = network;
    this.address = address;
    this.random = random;
    engine = new TcpEngine(config, Set.of(address), random.split());
    engine.tellChanges();
    slot = new PacketSlot(70_000, 4, offload);
  }

  int mtu() {
    return engine.config().sizes().mtu();
  }

  TcpListener listen(int port, int backlog, SocketSettings settings, long acceptPause, Plans applications) {
    TcpListener made = engine.listen(Address.v4(0), port, backlog, settings);
    if (made == null) throw new AssertionError("port " + port + " is taken");
    listener = made;
    plans = applications;
    acceptPauseNanos = acceptPause;
    return made;
  }

  @Nullable
  SimulatedSocket connect(int localPort, Address remote, int port, SocketSettings settings, boolean fastOpen,
      SimulatedSocket.Plan plan) {
    long now = network.now();
    TcpConnection connection = engine.prepare(address, localPort, remote, port, settings, now);
    if (connection == null) return null;
    engine.start(connection, fastOpen, now);
    return add(connection, plan);
  }

  private SimulatedSocket add(TcpConnection connection, SimulatedSocket.Plan plan) {
    SimulatedSocket socket = new SimulatedSocket(this, connection, plan, random.split());
    sockets.add(socket);
    byConnection.put(connection, socket);
    socket.act(network.now());
    return socket;
  }

  void receive(byte[] packet) {
    // somewhere within a larger buffer, as interfaces have it
    byte[] buffer = new byte[packet.length + 11];
    Arrays.fill(buffer, (byte) 0x5a);
    System.arraycopy(packet, 0, buffer, 7, packet.length);
    engine.receive(buffer, 7, packet.length, true, network.now());
    Arrays.fill(buffer, (byte) 0xa5);
  }

  /** Does all that is to be done now. */
  void step() {
    long now = network.now();
    if (engine.nextTimeoutNanos() <= now) engine.onTimeout(now);
    do {
      tell(now);
      send(now);
      // what a host sends to itself may change something at once
    } while (tell(now) || engine.hasReady());
  }

  /** Lets applications go on. {@return whether there was reason to} */
  private boolean tell(long now) {
    boolean any = false;
    accept(now);
    for (TcpConnection connection = engine.pollChanged(); connection != null; connection = engine.pollChanged()) {
      any = true;
      accept(now);
      SimulatedSocket socket = byConnection.get(connection);
      if (socket != null) socket.act(now);
    }
    for (int i = 0; i < sockets.size(); i++) {
      if (sockets.get(i).wakesAt() > now) continue;
      any = true;
      sockets.get(i).act(now);
    }
    return any;
  }

  private void send(long now) {
    for (int i = 0; engine.poll(slot, now); i++) {
      if (i > MOST_PACKETS_AT_ONCE) throw new AssertionError(name + " sends without end");
      byte[] packet = Arrays.copyOfRange(slot.bytes(), slot.offset(), slot.offset() + slot.length());
      if (slot.isSummed()) network.send(this, packet);
      else for (byte[] part : Offload.cut(packet, slot))
        network.send(this, part);
    }
  }

  private void accept(long now) {
    TcpListener from = listener;
    Plans what = plans;
    if (from == null || what == null || now < acceptsFrom) return;
    for (TcpConnection made = from.accept(); made != null; made = from.accept()) {
      add(made, what.draw(random));
      if (acceptPauseNanos == 0) continue;
      acceptsFrom = now + acceptPauseNanos;
      return;
    }
  }

  /** {@return when it wants to be stepped at the latest} */
  long nextNanos() {
    long next = engine.nextTimeoutNanos();
    TcpListener from = listener;
    if (from != null && from.waiting() > 0) next = Math.min(next, acceptsFrom);
    for (SimulatedSocket socket : sockets)
      next = Math.min(next, socket.wakesAt());
    return next;
  }

  /** {@return whether the engine holds nothing and wants nothing any more} */
  boolean isEmpty() {
    return engine.flowCount() == 0 && engine.timeWaitCount() == 0 && !engine.hasReady()
        && engine.nextTimeoutNanos() == Long.MAX_VALUE;
  }

  @Override
  public String toString() {
    return name;
  }
}
