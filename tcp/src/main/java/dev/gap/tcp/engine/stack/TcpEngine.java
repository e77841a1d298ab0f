package dev.gap.tcp.engine.stack;

import java.util.Set;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.connection.Flow;
import dev.gap.tcp.engine.connection.HalfOpen;
import dev.gap.tcp.engine.connection.PacketSlot;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TimeWait;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.Flags;
import dev.gap.tcp.engine.wire.IpPacket;
import dev.gap.tcp.engine.wire.Md5Key;
import dev.gap.tcp.engine.wire.Options;
import dev.gap.transport.PacketEngine;

/**
 * A host's TCP: connections, listeners, and what belongs to neither. IP packets go in and out, time is an argument, and
 * randomness is given once. Not thread-safe.
 */
public final class TcpEngine {
  private final HostState host;
  private final Arrivals arrivals;
  private final Active opens;
  private final Options options = new Options();
  private final IpPacket ip = new IpPacket();

  /**
   * @param locals the addresses of this host; with none it answers for every address that packets come to
   * @param random secure where peers are not trusted
   */
  public TcpEngine(TcpConfig config, Set<Address> locals, RandomGenerator random) {
    host = new HostState(config, locals, random);
    arrivals = new Arrivals(host);
    opens = new Active(host);
  }

  /** Goes on with another configuration: what is open keeps the one it began with, but for the MTU of the interface. */
  public void configure(TcpConfig other) {
    host.configure(other);
  }

  public TcpConfig config() {
    return host.config;
  }

  public EngineStats stats() {
    host.stats.challengesSuppressed = host.challenges.suppressed();
    return host.stats;
  }

  public FastOpenCookies cookies() {
    return host.cookies;
  }

  /**
   * Shares a secret with a peer: sockets that are {@link SocketSettings#signed} sign what they send to it, and take only what
   * is signed by it (RFC 2385). Connections keep the one they began with.
   *
   * @param key null to share none any more
   */
  public void setSignatureKey(Address peer, @Nullable Md5Key key) {
    if (key == null) host.keys.remove(peer);
    else host.keys.put(peer, key);
  }

  /** {@return whether a secret is shared with a peer} */
  public boolean hasSignatureKey(Address peer) {
    return host.keys.containsKey(peer);
  }

  /** {@return connections, handshakes and memories of connections} */
  public int flowCount() {
    return host.agenda.size();
  }

  public int timeWaitCount() {
    return host.agenda.timeWaits();
  }

  /** Forgets what was learned about peers and paths. */
  public void forget() {
    host.mtus.clear();
    host.cookies.forget();
    host.passive.forget();
  }

  /** From now on {@link #pollChanged} gives the connections that something has happened to. */
  public void tellChanges() {
    host.agenda.tellChanges();
  }

  /** {@return a connection that something has happened to, or null} */
  public @Nullable TcpConnection pollChanged() {
    return host.agenda.pollChanged();
  }

  // packets in

  /**
   * Takes in an IP packet.
   *
   * @param sums whether its checksums are to be right: offload says when they are not complete yet
   */
  public void receive(byte[] bytes, int offset, int length, boolean sums, long now) {
    arrivals.receive(bytes, offset, length, sums, now);
  }

  // what applications do

  /** {@return settings that a socket begins with} */
  public SocketSettings newSettings() {
    return new SocketSettings(host.config);
  }

  /**
   * Listens.
   *
   * @param address of this host; unspecified for all
   * @param port 0 to choose one
   * @return null if the port is taken
   */
  public @Nullable TcpListener listen(Address address, int port, int backlog, SocketSettings settings) {
    int chosen = port != 0 ? port : host.ports.free(host.config, settings, address);
    return host.ports
        .listen(new TcpListener(address, chosen, Math.min(backlog, host.config.opening().backlogMax()), settings));
  }

  /**
   * Listens on every port of every address that nobody else listens on: for traffic that was captured.
   *
   * @return null if somebody does already
   */
  public @Nullable TcpListener listenEverywhere(int backlog, SocketSettings settings) {
    return host.ports.listen(
        new TcpListener(Address.v4(0), Ports.EVERY, Math.min(backlog, host.config.opening().backlogMax()), settings));
  }

  /** Stops listening: handshakes under way are dropped, connections that nobody accepted are reset. */
  public void close(TcpListener listener, long now) {
    listener.closed = true;
    host.ports.remove(listener);
    host.agenda.forEach(flow -> {
      boolean port = listener.port == Ports.EVERY || flow.localPort() == listener.port;
      if (flow instanceof HalfOpen && port && host.ports.listener(flow.local(), flow.localPort()) == null
          && (listener.address.isUnspecified() || listener.address.equals(flow.local())))
        host.agenda.remove(flow);
    });
    for (TcpConnection connection : listener.accepted) {
      connection.abort();
      settle(connection, now);
    }
    listener.accepted.clear();
  }

  /**
   * Connects: the SYN goes out next.
   *
   * @param local the address and port to connect from; port 0 to choose one
   * @return null if the four of them are in use
   * @throws IllegalStateException if segments are to be signed, and no key is shared with the peer
   */
  public @Nullable TcpConnection connect(Address local, int localPort, Address remote, int remotePort,
      SocketSettings settings, long now) {
    TcpConnection connection = prepare(local, localPort, remote, remotePort, settings, now);
    if (connection == null) return null;
    connection.open(now);
    settle(connection, now);
    return connection;
  }

  /**
   * {@return a connection that {@link #start} opens, null if its addresses and ports are in use}
   *
   * @throws IllegalStateException if segments are to be signed, and no key is shared with the peer
   */
  public @Nullable TcpConnection prepare(Address local, int localPort, Address remote, int remotePort,
      SocketSettings settings, long now) {
    return opens.prepare(local, localPort, remote, remotePort, settings, now);
  }

  /** Opens what was prepared; with Fast Open where a cookie is known, or none is needed. */
  public void start(TcpConnection connection, boolean fastOpen, long now) {
    opens.start(connection, fastOpen, now);
  }

  /** {@return whether a cookie for this server is known, or none is needed} */
  public boolean canFastOpen(Address server, SocketSettings settings, long now) {
    return opens.canFastOpen(server, settings, now);
  }

  /** What to do with a SYN that waits for a decision. */
  public enum Decision {
    ACCEPT, REFUSE, DROP
  }

  /** Decides on a handshake that {@link TcpListener#pollUndecided} gave. */
  public void decide(HalfOpen half, Decision decision, long now) {
    TcpListener listener = host.ports.listener(half.local(), half.localPort());
    if (host.agenda.get(half.local(), half.localPort(), half.remote(), half.remotePort()) != half) return;
    switch (decision) {
      case ACCEPT -> {
        half.release();
        host.agenda.settle(half, now);
        return;
      }
      case REFUSE -> host.strays.segment(half.frame(), host.writer, 0, (int) half.irs() + 1, Flags.RST | Flags.ACK, 0,
          options.clear());
      case DROP -> {
      }
    }
    host.removeHalf(half, listener);
  }

  /** To be called after anything was done with a connection. */
  public void settle(TcpConnection connection, long now) {
    host.settle(connection, now);
  }

  // packets out

  /** Puts a packet into {@code slot}. {@return whether there was one to send} */
  public boolean poll(PacketSlot slot, long now) {
    while (fill(slot, now)) {
      host.stats.sent++;
      if (host.locals.isEmpty() || !ip.parse(slot.bytes(), slot.offset(), slot.length(), false)
          || !host.locals.contains(ip.destination()))
        return true;
      // to this host itself
      receive(slot.bytes().clone(), slot.offset(), slot.length(), false, now);
    }
    return false;
  }

  private boolean fill(PacketSlot slot, long now) {
    if (host.strays.poll(slot)) return true;
    for (Flow flow = host.agenda.first(); flow != null; flow = host.agenda.first()) {
      if (sends(flow, slot, now)) return true;
      host.agenda.rest(now);
    }
    return false;
  }

  private boolean sends(Flow flow, PacketSlot slot, long now) {
    return switch (flow) {
      case TcpConnection connection -> connection.poll(slot, host.writer, now);
      case HalfOpen half -> host.agenda.isIn(half) && half.poll(slot, host.writer, options, now);
      case TimeWait memory -> memory.poll(slot, host.writer, options, now);
      default -> false;
    };
  }

  // time

  /** {@return when {@link #onTimeout} is to be called if nothing else happens before, or {@link PacketEngine#NEVER}} */
  public long nextTimeoutNanos() {
    return Math.min(host.agenda.earliest(), host.reassembler.deadline());
  }

  /** {@return whether {@link #poll} may have something} */
  public boolean hasReady() {
    return host.agenda.hasReady() || !host.strays.isEmpty();
  }

  /** Does what is due. */
  public void onTimeout(long now) {
    arrivals.onTimeout(now);
    for (Flow flow = host.agenda.pollDue(now); flow != null; flow = host.agenda.pollDue(now)) {
      switch (flow) {
        case TcpConnection connection -> {
          connection.onTimeout(now);
          settle(connection, now);
        }
        case HalfOpen half -> {
          TcpListener listener = host.ports.listener(half.local(), half.localPort());
          if (half.onTimeout(now)) {
            host.removeHalf(half, listener);
          } else {
            host.agenda.settle(half, now);
          }
        }
        case TimeWait memory -> host.agenda.remove(memory);
        default -> throw new AssertionError(flow);
      }
    }
  }
}
