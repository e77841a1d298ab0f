package dev.gap.tcp.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.SimulatedNetwork.Path;
import dev.gap.tcp.engine.SimulatedSocket.Ending;
import dev.gap.tcp.engine.SimulatedSocket.Plan;
import dev.gap.tcp.engine.TcpConfig.Cookies;
import dev.gap.tcp.engine.TcpConfig.ProbingWhen;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpError;
import dev.gap.tcp.engine.connection.TcpState;
import dev.gap.tcp.engine.stack.TcpListener;
import dev.gap.tcp.engine.wire.Address;

import static dev.gap.tcp.engine.SimulatedNetwork.MILLI;
import static dev.gap.tcp.engine.SimulatedNetwork.SECOND;

/** One life of two hosts, all of it drawn from a seed. */
final class SimulatedScenario {
  private static final int PORT = 8080;
  private static final long LIMIT = 3 * 3600 * SECOND;

  /** How connections come about. */
  private enum Meeting {
    /** Clients connect to a listener on the other host. */
    LISTENER,
    /** Both sides connect to each other at the same time: RFC 9293 figure 7. */
    CROSSING,
    /** Clients connect to a listener on their own host. */
    LOOPBACK
  }

  private final SplittableRandom random;
  private final SimulatedNetwork network;
  private final SimulatedHost client;
  private final SimulatedHost server;
  private final Meeting meeting;
  private final boolean v6;
  private final boolean rude;
  private final boolean cookies;
  private final boolean fastOpen;
  private final int connections;
  private final TcpListener listener;
  private final List<SimulatedSocket> clients = new ArrayList<>();
  private int refused;

  SimulatedScenario(long seed) {
    random = new SplittableRandom(seed);
    SplittableRandom young = new SplittableRandom(seed);
    long[] starts = {0, 1, -5 * SECOND, 1_000_000 * SECOND, random.nextLong() >> 4};
    network = new SimulatedNetwork(starts[random.nextInt(starts.length)], random.split());
    v6 = random.nextInt(3) == 0;
    rude = random.nextInt(4) == 0;
    cookies = random.nextInt(8) == 0;
    fastOpen = random.nextInt(6) == 0;
    meeting = random.nextInt(12) == 0
        ? Meeting.CROSSING
        : random.nextInt(12) == 0 ? Meeting.LOOPBACK : Meeting.LISTENER;
    connections = 1 + random.nextInt(random.nextInt(4) == 0 ? 12 : 3);
    TcpConfig near = config();
    TcpConfig far = config();
    client = new SimulatedHost("client", network, address(1), near, random.nextBoolean(), random.split());
    server = new SimulatedHost("server", network, address(2), far, random.nextBoolean(), random.split());
    network.add(client, path(near.sizes().probing().when() != ProbingWhen.NEVER));
    network.add(server, path(far.sizes().probing().when() != ProbingWhen.NEVER));
    int backlog = 1 + random.nextInt(random.nextBoolean() ? 4 : 200);
    long acceptPause = random.nextInt(4) == 0 ? random.nextLong(2 * SECOND) : 0;
    SimulatedHost listening = meeting == Meeting.LOOPBACK ? client : server;
    listener = listening.listen(PORT, backlog, settings(listening), acceptPause, this::plan);
    if (fastOpen) listener.setFastOpen(1 + random.nextInt(8), random.nextInt(4) == 0);
    else if (random.nextInt(10) == 0) listener.setDefer(random.nextLong(2 * SECOND));
    for (Path path : network.paths)
      path.fragmentation = young.nextInt(6) == 0 ? young.nextDouble() * 0.3 : 0;
    disturb();
  }

  private Address address(int host) {
    return v6 ? new Address(0x2001_0db8L << 32, host) : Address.v4(0x0a00_0000 + host);
  }

  // drawing

  private TcpConfig config() {
    TcpConfig drawn = RandomConfig.draw(random);
    boolean keepalive = rude || cookies || random.nextBoolean();
    Cookies when = !cookies ? Cookies.NEVER : random.nextBoolean() ? Cookies.ALWAYS : Cookies.WHEN_FULL;
    return drawn.with(Changed.of(drawn.features(), "fastOpenClient", fastOpen, "fastOpenServer", fastOpen))
        .with(Changed.of(drawn.timing(), "keepalive", keepalive)).with(Changed.of(drawn.opening(), "cookies", when));
  }

  private Path path(boolean senderProbes) {
    Path path = new Path();
    path.delayNanos = random.nextLong(1, 150) * MILLI;
    if (random.nextBoolean()) path.jitterNanos = random.nextLong(1, 60) * MILLI;
    if (random.nextBoolean()) path.loss = random.nextDouble() * (random.nextBoolean() ? 0.2 : 0.02);
    if (!fastOpen && random.nextInt(3) == 0) path.duplication = random.nextDouble() * 0.1;
    if (random.nextInt(3) == 0) path.corruption = random.nextDouble() * 0.05;
    if (random.nextInt(3) == 0) path.marking = random.nextDouble() * 0.1;
    if (random.nextInt(3) == 0) path.mtu = smallerMtu();
    path.tellsTooBig = !senderProbes || random.nextBoolean();
    path.tellsMtu = cookies || random.nextInt(5) > 0;
    if (random.nextInt(3) == 0) path.rate = RandomConfig.between(random, 20_000, 2_000_000);
    return path;
  }

  private int smallerMtu() {
    return v6 ? 1280 + random.nextInt(200) : 600 + random.nextInt(900);
  }

  /** What is going to happen on the way. */
  private void disturb() {
    int disturbances = random.nextInt(4);
    for (int i = 0; i < disturbances; i++) {
      Path path = network.paths.get(random.nextInt(2));
      long at = random.nextLong(10 * SECOND);
      switch (random.nextInt(4)) {
        case 0 -> network.after(at, () -> path.mtu = Math.min(path.mtu, smallerMtu()));
        case 1 -> network.after(at, () -> path.delayNanos = random.nextLong(1, 300) * MILLI);
        default -> {
          boolean both = random.nextBoolean();
          long lasts = random.nextLong(8 * SECOND);
          network.after(at, () -> dark(path, both, true));
          network.after(at + lasts, () -> dark(path, both, false));
        }
      }
    }
  }

  private void dark(Path path, boolean both, boolean on) {
    if (!both) path.dark = on;
    else for (Path each : network.paths)
      each.dark = on;
  }

  private SocketSettings settings(SimulatedHost host) {
    SocketSettings settings = host.engine.newSettings();
    settings.noDelay = random.nextBoolean();
    settings.cork = random.nextInt(8) == 0;
    settings.inlineUrgent = true;
    if (random.nextInt(4) == 0) settings.receiveBuffer = RandomConfig.between(random, 3_000, 500_000);
    if (random.nextInt(4) == 0) settings.sendBuffer = RandomConfig.between(random, 1_000, 500_000);
    // a cookie cannot tell of less than 536
    if (random.nextInt(6) == 0) settings.maxSegment = (cookies ? 536 : 100) + random.nextInt(1300);
    if (random.nextInt(8) == 0) settings.initialReceiveWindow = 1 + random.nextInt(20);
    return settings;
  }

  private Plan plan(SplittableRandom from) {
    long[] totals = {0, 1 + from.nextInt(100), 1 + from.nextInt(20_000), 1 + from.nextInt(200_000)};
    long total = totals[from.nextInt(totals.length)];
    int[] pieces = {10, 1000, 5000, 100_000};
    int piece = pieces[from.nextInt(pieces.length)];
    total = Math.min(total, piece * 300L);
    boolean pauses = from.nextInt(3) == 0;
    Ending ending = !rude || from.nextBoolean()
        ? Ending.POLITE
        : from.nextBoolean() ? Ending.CLOSES_EARLY : Ending.ABORTS;
    return new Plan(total, 1 + from.nextInt(piece), 1 + from.nextInt(pieces[1 + from.nextInt(3)]),
        pauses ? 0.05 : 0, from.nextLong(1, 4 * SECOND), from.nextInt(4) == 0 ? from.nextLong(20 * SECOND) : 0,
        from.nextInt(3) == 0 ? from.nextLong(3 * SECOND) : 0, from.nextInt(4) == 0, ending);
  }

  /** Where the third segment may be lost and cookies are in use, a client has to speak first. */
  private Plan clientPlan() {
    Plan plan = plan(random);
    return new Plan(Math.max(1, plan.total()), plan.writePiece(), plan.readPiece(), plan.pauseChance(),
        plan.pauseNanos(), plan.readsFromNanos(), plan.endPauseNanos(), plan.tinkers(), plan.ending());
  }

  // running

  /** {@return what was wrong, null if nothing} */
  @Nullable
  String run() {
    try {
      String what = live();
      return what == null ? null : what + "\n" + this;
    } catch (RuntimeException | AssertionError e) {
      StackTraceElement[] trace = e.getStackTrace();
      return e + " at " + List.of(trace).subList(0, Math.min(trace.length, 6)) + "\n" + this;
    }
  }

  private @Nullable String live() {
    for (int i = 0; i < connections; i++) {
      network.after(random.nextLong(3 * SECOND), this::connect);
    }
    BooleanSupplier over = () -> clients.size() + refused == connections && allClosed() && listener.waiting() == 0;
    // some applications write two bytes at a time, and rest after
    for (long before = -1; !network.run(() -> isWrong() || over.getAsBoolean(), LIMIT); before = moved())
      if (moved() == before) return "applications stall";
    String what = wrong();
    if (what != null) return what;
    if (!network.run(() -> isWrong() || (over.getAsBoolean() && client.isEmpty() && server.isEmpty()
        && network.isQuiet()), LIMIT)) {
      return "something is left over";
    }
    what = wrong();
    return what != null ? what : leftovers();
  }

  /** {@return how many bytes applications have written and read} */
  private long moved() {
    long sum = 0;
    for (SimulatedHost host : network.hosts) {
      for (SimulatedSocket socket : host.sockets)
        sum += socket.written + socket.read;
    }
    return sum;
  }

  private void connect() {
    boolean own = meeting == Meeting.LOOPBACK;
    SimulatedHost to = own ? client : server;
    if (meeting == Meeting.CROSSING) {
      int port = 20_000 + clients.size();
      SimulatedSocket far = server.connect(port + 1000, client.address, port, settings(server), false, plan(random));
      if (far == null) throw new AssertionError("no connection");
      SimulatedSocket near = client.connect(port, server.address, port + 1000, settings(client), false, plan(random));
      if (near != null) clients.add(near);
      return;
    }
    SimulatedSocket made = client.connect(0, to.address, PORT, settings(client), fastOpen, clientPlan());
    if (made != null) clients.add(made);
    else refused++;
  }

  private boolean allClosed() {
    for (SimulatedHost host : network.hosts) {
      for (SimulatedSocket socket : host.sockets) {
        if (!socket.closed) return false;
      }
    }
    return true;
  }

  // judging

  private boolean isWrong() { return wrong() != null; }

  private @Nullable String wrong() {
    if (network.watch.wrong != null) return network.watch.wrong;
    for (SimulatedHost host : network.hosts) {
      for (SimulatedSocket socket : host.sockets) {
        if (socket.wrong != null) return socket.wrong;
      }
    }
    return null;
  }

  private @Nullable String leftovers() {
    if (refused > 0) return refused + " had no port";
    for (SimulatedHost host : network.hosts) {
      for (SimulatedSocket socket : host.sockets) {
        TcpConnection c = socket.connection;
        boolean over = c.state() == TcpState.CLOSED || c.state() == TcpState.TIME_WAIT;
        if (!over) return "not over: " + socket;
        if (c.sender().buffered() > 0) return "bytes left in a sender: " + socket;
        host.engine.settle(c, network.now());
        host.step();
        if (!host.isEmpty()) return "something to do for a connection that is over: " + socket;
      }
    }
    for (SimulatedSocket near : clients) {
      String what = compare(near);
      if (what != null) return what;
    }
    return null;
  }

  private @Nullable String compare(SimulatedSocket near) {
    // a port may be used again, and a SYN or a cookie that comes twice makes a second connection if the first is gone
    List<SimulatedSocket> peers = peers(near);
    int index = 0;
    int namesakes = 0;
    for (SimulatedSocket other : clients) {
      if (other == near) index = namesakes;
      if (other.connection.localPort() == near.connection.localPort()) namesakes++;
    }
    if (peers.size() > namesakes) return rude ? null : "more peers than one: " + peers;
    SimulatedSocket far = index < peers.size() ? peers.get(index) : null;
    if (far == null) {
      boolean legal = cookies || near.plan.ending() != Ending.POLITE;
      return legal ? null : "no peer for " + near;
    }
    // RFC 4987 section 3.6: data that overtakes the third segment finds nothing that knows of the connection
    boolean forgotten = cookies && (isReset(near) || isReset(far));
    if (!near.isPolite() || !far.isPolite() || forgotten) {
      boolean prefixes = near.read <= far.written && far.read <= near.written;
      return prefixes ? null : "more read than written";
    }
    for (SimulatedSocket socket : List.of(near, far)) {
      if (!socket.finished || !socket.ended) return "broken: " + socket + " error " + socket.connection.error();
      if (socket.written != socket.plan.total()) return "not all written: " + socket;
      if (socket.connection.receiver().heldBytes() > 0) return "bytes left in a receiver: " + socket;
    }
    if (near.read != far.written || far.read != near.written) return "bytes are missing";
    return null;
  }

  private List<SimulatedSocket> peers(SimulatedSocket near) {
    List<SimulatedSocket> peers = new ArrayList<>();
    for (SimulatedSocket socket : (meeting == Meeting.LOOPBACK ? client : server).sockets) {
      boolean match = socket.connection.remotePort() == near.connection.localPort()
          && socket.connection.localPort() == near.connection.remotePort();
      if (match) peers.add(socket);
    }
    return peers;
  }

  private static boolean isReset(SimulatedSocket socket) {
    TcpError error = socket.connection.error();
    return error == TcpError.RESET || error == TcpError.BROKEN_PIPE;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(1000);
    text.append(meeting).append(v6 ? " v6" : " v4").append(rude ? " rude" : "").append(cookies ? " cookies" : "")
        .append(fastOpen ? " fast open" : "").append(", ").append(connections).append(" connections, at ")
        .append(network.now() / MILLI).append(" ms");
    for (Path path : network.paths)
      text.append("\n  path: ").append(path);
    for (SimulatedHost host : network.hosts) {
      text.append("\n  ").append(host.name).append(": flows ").append(host.engine.flowCount()).append(", timeout ")
          .append(host.engine.nextTimeoutNanos()).append(", waiting ").append(listener.waiting()).append(", ")
          .append(host.engine.config());
    }
    for (SimulatedHost host : network.hosts) {
      for (SimulatedSocket socket : host.sockets) {
        if (!socket.closed || host.sockets.size() < 50) text.append("\n    ").append(socket);
      }
    }
    return text.toString();
  }
}
