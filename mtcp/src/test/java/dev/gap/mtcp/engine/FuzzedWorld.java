package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.gap.lab.GivenRandom;
import dev.gap.lab.LinkSpec;
import dev.gap.mtcp.engine.Intruder.Packet;
import dev.gap.mtcp.engine.secure.SecureEndpoint;
import dev.gap.mtcp.engine.secure.SessionConfig;
import dev.gap.mtcp.engine.secure.SessionConfig.Limits;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client and a server of profile 2 to which happens whatever is chosen: calls of their applications, loss, outages, moves,
 * deaths, sleeps and jumps of clocks, and datagrams cut, spliced, altered and replayed by somebody without the keys.
 */
final class FuzzedWorld {
  private static final int MOST_STEPS = 80;
  private static final int MOST_CONNECTIONS = 6;
  private static final int MOST_RECORDED = 200;
  private static final InetSocketAddress ELSEWHERE = Rig.address(66, 666);

  private final GivenRandom random;
  private final SecureWorld world;
  private final List<Connection> dialed = new ArrayList<>();
  private final List<Connection> served = new ArrayList<>();
  private final List<Packet> recorded = new ArrayList<>();
  private InetSocketAddress near = Rig.NEAR;

  FuzzedWorld(byte[] choices) {
    random = new GivenRandom(choices);
    LinkSpec link = Rig.link(1 + random.nextInt(150), 0.5 + random.nextInt(20), random.nextInt(40) / 100.0)
        .withDuplicate(random.nextInt(20) / 100.0).withReorder(random.nextInt(10) / 100.0)
        .withCorrupt(random.nextInt(20) / 100.0);
    Limits limits = Limits.DEFAULT.withKeys(Duration.ofMillis(500 + random.nextInt(5000)), Duration.ofSeconds(60),
        16 + random.nextInt(2000));
    SessionConfig config = Rig.SECURE.withLimits(limits);
    world = new SecureWorld(link, random.nextInt(256), config, config);
    world.farPort.ear = (bytes, length, from) -> record(bytes, length, from, Rig.FAR);
    world.nearPort.ear = (bytes, length, from) -> record(bytes, length, from, Rig.NEAR);
    world.rig.application(this::serve);
  }

  private void record(byte[] bytes, int length, InetSocketAddress from, InetSocketAddress to) {
    if (recorded.size() == MOST_RECORDED) recorded.remove(0);
    recorded.add(new Packet(Arrays.copyOf(bytes, length), from, to));
  }

  /** Every connection that comes is answered with as much as it likes to read. */
  private void serve() {
    for (Connection c = world.far().accept(); c != null; c = world.far().accept()) {
      served.add(c);
      world.rig.new Sink(world.far(), c);
      world.rig.new Source(world.far(), c, 50_000);
    }
  }

  /** Does all that is chosen, and looks whether bytes are in order, forgeries are refused, and nothing is left over. */
  void run() {
    for (int step = 0; step < MOST_STEPS && !random.isExhausted(); step++) {
      step();
      assertThat(world.far().connectionCount()).isLessThanOrEqualTo(served.size() + MOST_CONNECTIONS);
      assertThat(world.near().connectionCount()).isLessThanOrEqualTo(MOST_CONNECTIONS);
    }
    end();
  }

  private void step() {
    switch (random.nextInt(16)) {
      case 0, 1, 2 -> dial();
      case 3 -> use(dialed, world.near());
      case 4 -> use(served, world.far());
      case 5 -> world.blackout(random.nextBoolean());
      case 6 -> move();
      case 7 -> die();
      case 8 -> world.sleep(Duration.ofSeconds(random.nextInt(1200)));
      case 9 -> wallClock();
      case 10, 11 -> forge();
      case 12 -> replay();
      case 13 -> sendDatagram();
      case 14 -> world.network.runFor(Duration.ofSeconds(random.nextInt(100)));
      default -> world.network.runFor(Duration.ofMillis(random.nextInt(1000)));
    }
    world.network.runFor(Duration.ofMillis(random.nextInt(100)));
  }

  private void dial() {
    if (dialed.size() == MOST_CONNECTIONS) return;
    Connection c = world.rig.dial();
    dialed.add(c);
    world.rig.new Source(world.near(), c, random.nextInt(100_000));
    world.rig.new Sink(world.near(), c);
  }

  private void use(List<Connection> connections, SecureEndpoint engine) {
    if (connections.isEmpty()) return;
    Connection c = connections.get(random.nextInt(connections.size()));
    switch (random.nextInt(3)) {
      case 0 -> c.close();
      case 1 -> c.reset();
      default -> c.shutdownOutput();
    }
    engine.update(c, world.rig.now());
  }

  private void move() {
    near = Rig.address(random.nextInt(3) == 0 ? 1 : 10 + random.nextInt(200), 1 + random.nextInt(30_000));
    world.moveNear(near);
  }

  private void die() {
    switch (random.nextInt(4)) {
      case 0 -> {
        world.restartFar();
        served.clear();
      }
      case 1 -> {
        world.restartNear();
        dialed.clear();
      }
      case 2 -> world.near().closeSessions(world.rig.now());
      default -> world.near().onLocalAddressChanged(world.rig.now());
    }
  }

  private void wallClock() {
    Duration off = Duration.ofSeconds(random.nextInt(-100_000, 100_000));
    if (random.nextBoolean()) world.nearWall = off;
    else world.farWall = off;
  }

  private void sendDatagram() {
    int home = world.near().sessionWith(Rig.FAR, world.rig.now());
    world.near().sendDatagram(home, new byte[random.nextInt(1300)], world.rig.now());
    for (var next = world.far().pollDatagram(); next != null;)
      next = world.far().pollDatagram();
  }

  private void replay() {
    if (recorded.isEmpty()) return;
    Packet p = recorded.get(random.nextInt(recorded.size()));
    InetSocketAddress from = random.nextBoolean() ? p.from() : ELSEWHERE;
    world.network.inject(from, p.to(), p.bytes(), p.bytes().length);
  }

  /** Whatever is not as somebody with the keys made it is refused, and changes nothing. */
  private void forge() {
    if (recorded.isEmpty()) return;
    Packet p = recorded.get(random.nextInt(recorded.size()));
    byte[] forged = forged(p.bytes(), recorded.get(random.nextInt(recorded.size())).bytes());
    if (recorded.stream().anyMatch(r -> Arrays.equals(r.bytes(), forged)) || isGenuineFirstOf(forged)) return;
    Intruder intruder = new Intruder(p.isTo(Rig.FAR) ? world.far() : world.near(), world.rig.now());
    Intruder.State before = intruder.state();
    long refused = intruder.refused();
    intruder.give(forged, random.nextBoolean() ? p.from() : ELSEWHERE);
    intruder.flush();
    assertThat(intruder.refused()).as("refused").isEqualTo(refused + 1);
    assertThat(intruder.state()).isEqualTo(before);
  }

  /** Links corrupt too: undoing that makes a genuine datagram. */
  private boolean isGenuineFirstOf(byte[] forged) {
    return recorded.stream().anyMatch(r -> r.bytes().length == forged.length && differences(r.bytes(), forged) < 5);
  }

  private static int differences(byte[] a, byte[] b) {
    int count = 0;
    for (int i = 0; i < a.length; i++)
      count += a[i] == b[i] ? 0 : 1;
    return count;
  }

  private byte[] forged(byte[] one, byte[] other) {
    byte[] forged = one.clone();
    switch (random.nextInt(4)) {
      case 0 -> forged = Arrays.copyOf(one, random.nextInt(one.length));
      case 1 -> forged = Arrays.copyOf(one, one.length + 1 + random.nextInt(40));
      case 2 -> System.arraycopy(other, 0, forged, 0, random.nextInt(Math.min(one.length, other.length)));
      default -> {
        for (int i = 0; i < 5; i++)
          forged[random.nextInt(forged.length)] ^= (byte) (1 + random.nextInt(255));
      }
    }
    return forged;
  }

  private void end() {
    world.blackout(false);
    world.nearWall = Duration.ZERO;
    world.farWall = Duration.ZERO;
    world.network.runFor(Duration.ofSeconds(5));
    dialed.forEach(c -> leave(c, world.near()));
    served.forEach(c -> leave(c, world.far()));
    boolean gone = world.rig.run(() -> world.near().connectionCount() + world.far().connectionCount() == 0,
        Duration.ofMinutes(20));
    assertThat(gone).as("connections left: near %d, far %d", world.near().connectionCount(),
        world.far().connectionCount()).isTrue();
    world.near().closeSessions(world.rig.now());
    boolean quiet = world.rig.run(() -> world.near().sessionCount() + world.far().sessionCount()
        + world.far().halfOpenCount() == 0, Duration.ofMinutes(40));
    assertThat(quiet).as("sessions left: near %d, far %d, half-open %d", world.near().sessionCount(),
        world.far().sessionCount(), world.far().halfOpenCount()).isTrue();
  }

  private void leave(Connection c, SecureEndpoint engine) {
    c.reset();
    engine.update(c, world.rig.now());
  }
}
