package dev.gap.tcp.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.HandDriven.Seen;
import dev.gap.tcp.engine.TcpConfig.Algorithm;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;

import static dev.gap.tcp.engine.HandDriven.MILLI;
import static dev.gap.tcp.engine.HandDriven.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

/** What goes out is spread, where a configuration or an application wants it. A peer played by hand acknowledges all. */
class PacingScenarioTest {
  private static final int MSS = 1000;
  private static final int[] OPTIONS = {2, 4, 3, 0xe8, 4, 2};
  private static final long TRIP = 100 * MILLI;

  private static TcpConfig paced() {
    TcpConfig d = TcpConfig.DEFAULT;
    return d.with(Changed.of(d.congestion(), "paced", true));
  }

  private static TcpConnection open(HandDriven peer, long rate, Algorithm algorithm) {
    SocketSettings settings = peer.engine.newSettings();
    settings.sendBuffer = 4_000_000;
    settings.maxPacingRate = rate;
    settings.algorithm = algorithm;
    TcpConnection c = peer.connect(settings);
    peer.one();
    peer.now += TRIP;
    peer.send(peer.synAck().options(OPTIONS));
    peer.all();
    return c;
  }

  /** Passes time, and has the peer acknowledge each segment a round trip later. {@return what went out} */
  private static List<Seen> run(HandDriven peer, long nanos) {
    long end = peer.now + nanos;
    List<Seen> seen = new ArrayList<>();
    TreeMap<Long, Integer> due = new TreeMap<>();
    while (peer.now < end) {
      for (Seen s : peer.pass(MILLI)) {
        seen.add(s);
        due.merge(s.at() + TRIP, s.end(), Math::max);
      }
      while (!due.isEmpty() && due.firstKey() <= peer.now)
        peer.acknowledge(Math.max(peer.acked, due.pollFirstEntry().getValue()));
    }
    return seen;
  }

  private static long bytes(List<Seen> seen) {
    return seen.stream().mapToLong(Seen::length).sum();
  }

  /** {@return the most that went out within a millisecond, of segments behind {@code from}} */
  private static int densest(List<Seen> seen, int from) {
    TreeMap<Long, Integer> each = new TreeMap<>();
    for (Seen s : seen)
      if (s.sequence() >= from) each.merge(s.at() / MILLI, 1, Integer::sum);
    return each.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  @Test
  void aSocketSendsNoFasterThanItsApplicationAllows() {
    for (Algorithm algorithm : Algorithm.values()) {
      HandDriven peer = new HandDriven();
      TcpConnection c = open(peer, 200_000, algorithm);
      peer.write(c, 2_000_000);
      // the first ten segments are not held back
      assertThat(bytes(run(peer, 2 * SECOND))).as("%s", algorithm).isBetween(250_000L, 411_000L);
      assertThat(densest(run(peer, 2 * SECOND), 1)).as("%s", algorithm).isLessThanOrEqualTo(3);
      assertThat(bytes(run(peer, 4 * SECOND))).as("%s", algorithm).isBetween(600_000L, 803_000L);
      if (algorithm == Algorithm.BBR) continue; // whose model of the path takes its time
      c.options().setMaxPacingRate(0);
      run(peer, SECOND);
      assertThat(c.sender().unsent()).as("%s without a bound", algorithm).isZero();
    }
  }

  @Test
  void aWindowIsSpreadOverItsRoundTrip() {
    HandDriven peer = new HandDriven(paced());
    TcpConnection c = open(peer, 0, Algorithm.CUBIC);
    peer.write(c, 1_000_000);
    List<Seen> paced = run(peer, 10 * TRIP);
    assertThat(bytes(paced)).isGreaterThan(500_000);
    assertThat(paced.stream().filter(s -> s.at() == paced.getFirst().at())).as("the first are not held back")
        .hasSize(10);
    HandDriven other = new HandDriven();
    TcpConnection plain = open(other, 0, Algorithm.CUBIC);
    other.write(plain, 1_000_000);
    List<Seen> bursts = run(other, 10 * TRIP);
    assertThat(densest(paced, 10 * MSS)).isLessThan(densest(bursts, 10 * MSS) / 2);
  }

  @Test
  void theRateIsTheWindowOverTheRoundTripAndALittleMore() {
    HandDriven peer = new HandDriven();
    TcpConnection c = open(peer, 0, Algorithm.CUBIC);
    // slow start: twice ten segments in 100 ms
    assertThat(c.info(peer.now).sender().pacingRate()).isBetween(199_000L, 201_000L);
    c.options().setMaxPacingRate(50_000);
    assertThat(c.info(peer.now).sender().pacingRate()).isEqualTo(50_000);
  }
}
