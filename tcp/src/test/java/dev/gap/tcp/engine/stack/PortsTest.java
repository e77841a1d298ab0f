package dev.gap.tcp.engine.stack;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.Changed;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.connection.Flow;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.SegmentWriter.Frame;

import static org.assertj.core.api.Assertions.assertThat;

/** Ports to connect from: at random, RFC 6056 section 3.3.1. */
class PortsTest {
  private static final Address LOCAL = Address.v4(0x0a000001);
  private static final Address REMOTE = Address.v4(0x0a000002);
  private static final int REMOTE_PORT = 80;
  private static final int FIRST = 20_000;
  private static final int LAST = 20_009;

  private final FlowTable flows = new FlowTable(1);

  private static TcpConfig between(int first, int last) {
    TcpConfig d = TcpConfig.DEFAULT;
    return d.with(Changed.of(d.opening(), "firstPort", first, "lastPort", last));
  }

  private int choose(Ports ports, TcpConfig config) {
    return choose(ports, config, new SocketSettings(config));
  }

  private int choose(Ports ports, TcpConfig config, SocketSettings settings) {
    return ports.ephemeral(config, settings, flows, LOCAL, REMOTE, REMOTE_PORT, 0);
  }

  private static Flow flow(int port) {
    return new TcpConnection(TcpConfig.DEFAULT, new SocketSettings(TcpConfig.DEFAULT),
        new Frame(LOCAL, REMOTE, port, REMOTE_PORT, 0, 64, true), 0, 0, 1500);
  }

  @Test
  void whereTheNextOneIsCannotBeToldFromTheLast() {
    Ports ports = new Ports(new SplittableRandom(3));
    Set<Integer> steps = new HashSet<>();
    int last = choose(ports, TcpConfig.DEFAULT);
    for (int i = 0; i < 1000; i++) {
      int port = choose(ports, TcpConfig.DEFAULT);
      assertThat(port).isBetween(32_768, 60_999);
      steps.add(port - last);
      last = port;
    }
    assertThat(steps).as("of 1000 that could be 56,000").hasSizeGreaterThan(950);
  }

  @Test
  void anotherHostChoosesOthers() {
    int same = 0;
    Ports one = new Ports(new SplittableRandom(3));
    Ports other = new Ports(new SplittableRandom(4));
    for (int i = 0; i < 1000; i++)
      if (choose(one, TcpConfig.DEFAULT) == choose(other, TcpConfig.DEFAULT)) same++;
    assertThat(same).isLessThan(5);
  }

  @Test
  void everyPortOfTheRangeIsFoundAndNoneThatIsTaken() {
    Ports ports = new Ports(new SplittableRandom(3));
    TcpConfig config = between(FIRST, LAST);
    Set<Integer> found = new HashSet<>();
    for (int port = choose(ports, config); port != 0; port = choose(ports, config)) {
      assertThat(found.add(port)).as("port %d is free", port).isTrue();
      flows.put(flow(port));
    }
    assertThat(found).hasSize(LAST - FIRST + 1).allMatch(port -> port >= FIRST && port <= LAST);
  }

  @Test
  void aSocketMayNarrowTheRangeButNotWidenIt() {
    Ports ports = new Ports(new SplittableRandom(3));
    TcpConfig config = between(FIRST, LAST);
    int[][] asked = {{FIRST + 3, FIRST + 5}, {1, FIRST + 5}, {FIRST + 3, 65_535}, {1, 2}, {0, FIRST + 5},
        {FIRST + 3, 0}};
    int[][] given = {{FIRST + 3, FIRST + 5}, {FIRST, FIRST + 5}, {FIRST + 3, LAST}, {FIRST, LAST}, {FIRST, FIRST + 5},
        {FIRST + 3, LAST}};
    for (int i = 0; i < asked.length; i++) {
      SocketSettings settings = new SocketSettings(config);
      settings.firstPort = asked[i][0];
      settings.lastPort = asked[i][1];
      Set<Integer> found = new HashSet<>();
      for (int k = 0; k < 500; k++)
        found.add(choose(ports, config, settings));
      assertThat(found).as("%d to %d", asked[i][0], asked[i][1]).hasSize(given[i][1] - given[i][0] + 1)
          .contains(given[i][0], given[i][1]);
    }
  }

  @Test
  void portsThatAreListenedOnAreLeftAlone() {
    Ports ports = new Ports(new SplittableRandom(3));
    for (int port = FIRST; port < LAST; port++)
      ports.listen(new TcpListener(LOCAL, port, 1, new SocketSettings(TcpConfig.DEFAULT)));
    assertThat(choose(ports, between(FIRST, LAST))).isEqualTo(LAST);
  }
}
