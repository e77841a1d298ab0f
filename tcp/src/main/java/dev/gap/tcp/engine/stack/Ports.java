package dev.gap.tcp.engine.stack;

import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.connection.Flow;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TimeWait;
import dev.gap.tcp.engine.wire.Address;

/** Who listens where, and which ports are free to connect from: chosen at random, RFC 6056 section 3.3.1. */
final class Ports {
  /** Stands for all ports. */
  static final int EVERY = 0;

  private record Place(Address address, int port) {}

  private final Map<Place, TcpListener> listeners = new HashMap<>();
  private final RandomGenerator random;

  Ports(RandomGenerator random) {
    this.random = random;
  }

  /** {@return the listener, null if somebody listens there already} */
  @Nullable
  TcpListener listen(TcpListener listener) {
    TcpListener old = listeners.putIfAbsent(place(listener.address, listener.port), listener);
    return old == null ? listener : null;
  }

  private static Place place(Address address, int port) {
    return new Place(address.isUnspecified() ? Address.v4(0) : address, port);
  }

  void remove(TcpListener listener) {
    listeners.remove(place(listener.address, listener.port), listener);
  }

  @Nullable
  TcpListener listener(Address address, int port) {
    TcpListener exact = listeners.get(new Place(address, port));
    if (exact != null) return exact;
    TcpListener any = listeners.get(new Place(Address.v4(0), port));
    return any != null ? any : listeners.get(new Place(Address.v4(0), EVERY));
  }

  int free(TcpConfig config, SocketSettings settings, Address address) {
    return choose(config, settings, port -> listeners.containsKey(place(address, port)));
  }

  int ephemeral(TcpConfig config, SocketSettings settings, FlowTable flows, Address local, Address remote,
      int remotePort, long now) {
    return choose(config, settings, port -> listener(local, port) != null
        || isBusy(flows.get(local, port, remote, remotePort), now));
  }

  private static boolean isBusy(@Nullable Flow flow, long now) {
    return flow != null && !(flow instanceof TimeWait memory && memory.mayReconnect(false, now));
  }

  private static boolean isWithin(int port, int first, int last) {
    return port >= first && port <= last;
  }

  private interface Taken {
    boolean is(int port);
  }

  private int choose(TcpConfig config, SocketSettings settings, Taken taken) {
    int hostsFirst = config.opening().firstPort();
    int hostsLast = config.opening().lastPort();
    int first = isWithin(settings.firstPort, hostsFirst, hostsLast) ? settings.firstPort : hostsFirst;
    int last = isWithin(settings.lastPort, first, hostsLast) ? settings.lastPort : hostsLast;
    int count = last - first + 1;
    int at = random.nextInt(count);
    for (int i = 0; i < count; i++) {
      int port = first + (at + i) % count;
      if (!taken.is(port)) return port;
    }
    return 0;
  }
}
