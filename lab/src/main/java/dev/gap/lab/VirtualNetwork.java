package dev.gap.lab;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

import org.jspecify.annotations.Nullable;

import dev.gap.transport.PacketBatch;
import dev.gap.transport.PacketEngine;

/**
 * Hosts, each with one engine, and links between them, in virtual time that starts at 0 and jumps from event to event.
 * The same seed and the same calls give the same run, bit for bit. Not thread-safe.
 *
 * <p>
 * A host goes by any address it has or has had; only datagrams to the one it has now reach it. At one instant things
 * happen in this order: scripts, arrivals (links in the order they were connected), timeouts (engines in the order they
 * were attached). Datagrams that leave one link at the same instant arrive as one batch.
 */
public final class VirtualNetwork {
  /** The largest datagram that an engine can send, in bytes. */
  public static final int MAX_DATAGRAM_BYTES = 9216;

  /** Sees a datagram that an engine sends, before its link does anything to it. */
  @FunctionalInterface
  public interface Tap {
    /** Sees a datagram; its bytes are those of {@code bytes} from 0 to {@code length}, to be kept only as a copy. */
    void packet(long nowNanos, InetSocketAddress from, InetSocketAddress to, byte[] bytes, int length);
  }

  private static final int BATCH = 32;

  private final RandomGenerator seeds;
  private final List<Host> hosts = new ArrayList<>();
  private final IdentityHashMap<PacketEngine, Host> hostsByEngine = new IdentityHashMap<>();
  private final Map<InetSocketAddress, Host> hostsByAddress = new HashMap<>();
  private final List<Wire> wires = new ArrayList<>();
  private final PriorityQueue<Script> scripts = new PriorityQueue<>();
  private final List<Runnable> everyEvent = new ArrayList<>();
  private final List<Tap> taps = new ArrayList<>();
  private final PacketBatch outgoing = new PacketBatch(BATCH, MAX_DATAGRAM_BYTES);

  private long nowNanos;
  private long scriptOrder;
  private long undeliverable;
  private boolean running;

  /** A network whose every random choice follows from {@code seed}. */
  public VirtualNetwork(long seed) {
    seeds = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /**
   * Puts a host with an engine at {@code address}.
   *
   * @throws IllegalArgumentException if the engine is attached already or a host has the address now
   */
  public void attach(InetSocketAddress address, PacketEngine engine) {
    requireFree(address);
    if (hostsByEngine.containsKey(engine))
      throw new IllegalArgumentException("the engine is attached already, at " + addressOf(engine));
    Host host = new Host(engine, address);
    hosts.add(host);
    hostsByEngine.put(engine, host);
    hostsByAddress.put(address, host);
  }

  /**
   * Links two hosts, in both directions.
   *
   * @throws IllegalArgumentException if they are linked already, are one, or an address is no host's
   */
  public void connect(InetSocketAddress a, InetSocketAddress b, LinkSpec aToB, LinkSpec bToA) {
    Host hostA = host(a);
    Host hostB = host(b);
    if (hostA == hostB || hostA.wires.containsKey(hostB))
      throw new IllegalArgumentException(a + " and " + b + (hostA == hostB ? " are one host" : " are linked already"));
    addWire(hostA, hostB, aToB);
    addWire(hostB, hostA, bToA);
  }

  private void addWire(Host from, Host to, LinkSpec spec) {
    Wire wire = new Wire(new Link<>(spec, seeds.nextLong()), to);
    from.wires.put(to, wire);
    wires.add(wire);
  }

  /**
   * Moves an engine to another address: what it sends comes from there now, and what is sent or on its way to the old
   * address is dropped. Its links stay.
   *
   * @throws IllegalArgumentException if the engine is not attached or a host has the address now
   */
  public void rebind(PacketEngine engine, InetSocketAddress newAddress) {
    requireFree(newAddress);
    Host host = host(engine);
    host.address = newAddress;
    hostsByAddress.put(newAddress, host);
  }

  /** {@return the address that an engine has now} An engine that is not attached is an IllegalArgumentException. */
  public InetSocketAddress addressOf(PacketEngine engine) {
    return host(engine).address;
  }

  /** Starts or ends a blackout of both directions between two hosts: see {@link Link#setBlackout}. */
  public void blackout(InetSocketAddress a, InetSocketAddress b, boolean on) {
    link(a, b).setBlackout(on);
    link(b, a).setBlackout(on);
  }

  /** Changes the link from one host to another from now on: see {@link Link#setSpec}. */
  public void setSpec(InetSocketAddress from, InetSocketAddress to, LinkSpec spec) {
    link(from, to).setSpec(spec, nowNanos);
  }

  /**
   * Has a host stall from now on: now and then it does nothing for a while, as on a machine with other work, and what was due
   * then is done afterwards.
   *
   * @param apart the mean time between two stalls, more than 0
   * @param length the mean length of one; both are exponentially distributed
   */
  public void setStalls(InetSocketAddress address, Duration apart, Duration length) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seeds.nextLong());
    host(address).stalls = new Stalls(apart, length, random, nowNanos);
  }

  /**
   * {@return the link from one host to another, for its counters and to change it}
   *
   * @throws IllegalArgumentException if there is none
   */
  public Link<?> link(InetSocketAddress from, InetSocketAddress to) {
    Wire wire = host(from).wires.get(host(to));
    if (wire == null) throw new IllegalArgumentException(from + " and " + to + " are not linked");
    return wire.link;
  }

  /** {@return the virtual time, in nanoseconds from 0} */
  public long now() {
    return nowNanos;
  }

  /** {@return how many datagrams went to an address that no host had, or that no link led to} */
  public long undeliverable() {
    return undeliverable;
  }

  /** Runs {@code script} at virtual time {@code atNanos}, or now if that is over. */
  public void at(long atNanos, Runnable script) {
    scripts.add(new Script(Math.max(atNanos, nowNanos), scriptOrder++, script));
  }

  /** Runs {@code script} when virtual time is {@code sinceStart}, or now if that is over. */
  public void at(Duration sinceStart, Runnable script) {
    at(sinceStart.toNanos(), script);
  }

  /** Runs {@code script} when {@code delay} has passed. */
  public void after(Duration delay, Runnable script) {
    at(nowNanos + delay.toNanos(), script);
  }

  /** Has {@code hook} run after every event: the place for applications to read and write, and for invariants. */
  public void onEveryEvent(Runnable hook) {
    everyEvent.add(hook);
  }

  /** Shows {@code tap} every datagram that an engine sends from now on. */
  public void tap(Tap tap) {
    taps.add(tap);
  }

  /**
   * Has a datagram arrive at the engine at {@code to} now, through no link: a forged or replayed one.
   *
   * @param from whatever source it is to have
   */
  public void inject(InetSocketAddress from, InetSocketAddress to, byte[] bytes, int length) {
    at(nowNanos, () -> {
      Host host = host(to);
      host.take(new Route(from, to), bytes, length);
      receive(host);
    });
  }

  /**
   * Runs until {@code condition} holds, which is checked before the first event and after each.
   *
   * @param limit the most virtual time to spend
   * @return whether the condition held; if not, {@code limit} is over
   * @throws IllegalStateException if engines are busy without end and time stands still
   */
  public boolean runUntil(BooleanSupplier condition, Duration limit) {
    if (running) throw new IllegalStateException("the network is running: a script or hook must not run it again");
    running = true;
    try {
      long endNanos = nowNanos + limit.toNanos();
      while (!condition.getAsBoolean()) {
        // scripts, hooks and the test itself may have given any engine something to send
        for (Host host : hosts)
          if (host.awakeFrom(nowNanos) == nowNanos) transmit(host);
        if (!step(endNanos)) return false;
      }
      return true;
    } finally {
      running = false;
    }
  }

  /** Runs for {@code duration} of virtual time. */
  public void runFor(Duration duration) {
    runUntil(() -> false, duration);
  }

  /** {@return whether an event happened; if none is due by {@code endNanos}, that is the time now} */
  private boolean step(long endNanos) {
    Script script = scripts.peek();
    long earliest = script == null ? PacketEngine.NEVER : script.atNanos;
    Wire arriving = null;
    for (Wire wire : wires) {
      long due = wire.to.awakeFrom(wire.link.nextDueNanos());
      if (due < earliest) {
        earliest = due;
        arriving = wire;
      }
    }
    Host expiring = null;
    for (Host host : hosts) {
      // a deadline that is over is due now: after scripts and arrivals of this instant
      long due = host.awakeFrom(Math.max(host.engine.nextTimeoutNanos(), nowNanos));
      if (due < earliest) {
        earliest = due;
        expiring = host;
      }
    }
    if (earliest > endNanos || earliest == PacketEngine.NEVER) {
      nowNanos = endNanos;
      return false;
    }
    nowNanos = Math.max(nowNanos, earliest);
    if (expiring != null) expire(expiring);
    else if (arriving != null) arrive(arriving);
    else scripts.remove().action.run();
    for (Runnable hook : everyEvent)
      hook.run();
    return true;
  }

  private void expire(Host host) {
    host.guard.timeout(host.address, nowNanos);
    host.engine.onTimeout(nowNanos);
    transmit(host);
  }

  private void arrive(Wire wire) {
    while (!wire.to.incoming.isFull() && wire.link.poll(nowNanos, wire.to.exit)) {
      // the exit has taken it
    }
    receive(wire.to);
  }

  private void receive(Host host) {
    if (host.incoming.size() == 0) return;
    host.engine.receive(host.incoming, nowNanos);
    host.incoming.clear();
    transmit(host);
  }

  private void transmit(Host host) {
    while (true) {
      outgoing.clear();
      host.engine.pollTransmit(outgoing, nowNanos);
      if (outgoing.size() == 0) return;
      host.guard.datagrams(host.address, outgoing.size(), nowNanos);
      for (int i = 0; i < outgoing.size(); i++)
        send(host, outgoing.peer(i), outgoing.bytes(i), outgoing.length(i));
    }
  }

  private void send(Host from, InetSocketAddress to, byte[] bytes, int length) {
    for (Tap tap : taps)
      tap.packet(nowNanos, from.address, to, bytes, length);
    Host destination = hostsByAddress.get(to);
    Wire wire = destination == null ? null : from.wires.get(destination);
    if (wire == null) undeliverable++;
    else wire.link.admit(wire.route(from.address, to), bytes, length, nowNanos);
  }

  private Host host(InetSocketAddress address) {
    Host host = hostsByAddress.get(address);
    if (host == null) throw new IllegalArgumentException("no host has or had the address " + address);
    return host;
  }

  private Host host(PacketEngine engine) {
    Host host = hostsByEngine.get(engine);
    if (host == null) throw new IllegalArgumentException("no such engine is attached: " + engine);
    return host;
  }

  private void requireFree(InetSocketAddress address) {
    Host host = hostsByAddress.get(address);
    if (host != null && host.address.equals(address))
      throw new IllegalArgumentException("a host has the address already: " + address);
  }

  private record Route(InetSocketAddress from, InetSocketAddress to) {}

  private record Script(long atNanos, long order, Runnable action) implements Comparable<Script> {
    @Override
    public int compareTo(Script other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /** One direction between two hosts, whatever their addresses are. */
  private static final class Wire {
    private final Link<Route> link;
    private final Host to;
    private @Nullable Route lastRoute;

    Wire(Link<Route> link, Host to) {
      this.link = link;
      this.to = to;
    }

    /** {@return the route, the same object as long as nobody moves, which is nearly always} */
    Route route(InetSocketAddress source, InetSocketAddress destination) {
      Route route = lastRoute;
      if (route == null || !route.from.equals(source) || !route.to.equals(destination)) {
        route = new Route(source, destination);
        lastRoute = route;
      }
      return route;
    }
  }

  private final class Host {
    private final PacketEngine engine;
    private final LivelockGuard guard;
    private final Map<Host, Wire> wires = new HashMap<>();
    private final PacketBatch incoming = new PacketBatch(BATCH, MAX_DATAGRAM_BYTES);
    private final Link.Exit<Route> exit = this::take;
    private InetSocketAddress address;
    private @Nullable Stalls stalls;

    Host(PacketEngine engine, InetSocketAddress address) {
      this.engine = engine;
      guard = new LivelockGuard(engine);
      this.address = address;
    }

    long awakeFrom(long nanos) {
      return stalls == null || nanos == PacketEngine.NEVER
          ? nanos
          : stalls.awakeFrom(Math.max(nanos, nowNanos), nowNanos);
    }

    private void take(Route route, byte[] bytes, int length) {
      if (!route.to.equals(address)) {
        undeliverable++;
        return;
      }
      System.arraycopy(bytes, 0, incoming.next(), 0, length);
      incoming.commit(length, route.from);
    }
  }
}
