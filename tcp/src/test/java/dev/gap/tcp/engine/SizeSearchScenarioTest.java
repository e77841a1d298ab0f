package dev.gap.tcp.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.HandDriven.Seen;
import dev.gap.tcp.engine.TcpConfig.Algorithm;
import dev.gap.tcp.engine.TcpConfig.Probing;
import dev.gap.tcp.engine.TcpConfig.ProbingWhen;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.send.CaState;
import dev.gap.tcp.engine.wire.Flags;

import static dev.gap.tcp.engine.HandDriven.MILLI;
import static dev.gap.tcp.engine.HandDriven.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

/** Segments larger than the others that find out whether they get through: RFC 4821, with a peer played by hand. */
class SizeSearchScenarioTest {
  private static final int MTU = 1500;
  /** What a connection that probes from the beginning has at first. */
  private static final int FIRST = 1400 - 40;
  private static final int PROBE = 1450 - 40;
  private static final int[] SACK_OPTIONS = {2, 4, 5, 0xb4, 4, 2};
  private static final int[] PLAIN_OPTIONS = {2, 4, 5, 0xb4};

  private final HandDriven peer = new HandDriven(config(p -> Changed.of(p, "when", ProbingWhen.ALWAYS)));

  static TcpConfig config(UnaryOperator<Probing> change) {
    TcpConfig d = TcpConfig.DEFAULT;
    return d.with(Changed.of(d.sizes(), "mtu", MTU, "probing", change.apply(d.sizes().probing())));
  }

  private TcpConnection open(HandDriven each, int... options) {
    SocketSettings settings = each.engine.newSettings();
    settings.sendBuffer = 1_000_000;
    settings.initialWindow = 20;
    TcpConnection c = each.connected(settings, options);
    each.all();
    return c;
  }

  /** {@return the first connection's segments of a long write, the first of which is a probe} */
  private List<Seen> probed(TcpConnection c) {
    peer.write(c, 25_000);
    List<Seen> seen = peer.all();
    assertThat(seen.getFirst().length()).isEqualTo(PROBE);
    assertThat(seen.subList(1, seen.size())).allMatch(s -> s.length() <= FIRST);
    return seen;
  }

  @Test
  void theNextBytesGoOutInALargerSegmentAndIfItArrivesAllAreAsLarge() {
    TcpConnection c = open(peer, SACK_OPTIONS);
    assertThat(c.info(peer.now).sendMss()).isEqualTo(FIRST);
    List<Seen> seen = probed(c);
    int at = 1;
    for (Seen s : seen) {
      assertThat(s.sequence()).as("nothing twice, nothing left out").isEqualTo(at);
      at = s.end();
    }
    peer.now += 10 * MILLI;
    peer.acknowledge(1 + PROBE);
    peer.all();
    assertThat(c.info(peer.now).sendMss()).isEqualTo(PROBE);
    assertThat(c.info(peer.now).sizeProbes().arrived()).isOne();
  }

  @Test
  void largerSegmentsAreFewerInAWindow() {
    TcpConnection c = open(peer, SACK_OPTIONS);
    probed(c);
    // congestion avoidance: nothing else moves the window
    int before = c.info(peer.now).sender().cwnd();
    peer.now += 10 * MILLI;
    peer.acknowledge(1 + PROBE);
    peer.all();
    int after = c.info(peer.now).sender().cwnd();
    assertThat(after * PROBE).isLessThanOrEqualTo((before + 1) * FIRST);
  }

  @Test
  void aProbeThatAloneIsLostGoesOutAgainSmallerAndTakesNothingFromTheWindow() {
    for (boolean sack : new boolean[]{true, false}) {
      HandDriven each = new HandDriven(config(p -> Changed.of(p, "when", ProbingWhen.ALWAYS)));
      TcpConnection c = open(each, sack ? SACK_OPTIONS : PLAIN_OPTIONS);
      each.write(c, 25_000);
      List<Seen> seen = each.all();
      assertThat(seen.getFirst().length()).isEqualTo(PROBE);
      int window = c.info(each.now).sender().cwnd();
      each.now += 10 * MILLI;
      List<Seen> again = new ArrayList<>();
      for (Seen behind : seen.subList(1, 6)) {
        if (sack) each.send(each.ack().options(each.sackOption(1 + PROBE, behind.end())));
        else each.send(each.ack());
        again.addAll(each.all());
      }
      again.removeIf(s -> s.sequence() >= 1 + PROBE);
      assertThat(again).hasSize(2);
      assertThat(again.getFirst().sequence()).isOne();
      assertThat(again.getFirst().length()).isEqualTo(FIRST);
      assertThat(again.getLast().end()).isEqualTo(1 + PROBE);
      assertThat(c.info(each.now).sizeProbes().lost()).isOne();
      each.now += 10 * MILLI;
      each.acknowledge(seen.getLast().end());
      each.all();
      assertThat(c.info(each.now).sender().cwnd()).isGreaterThanOrEqualTo(window);
      assertThat(c.info(each.now).sender().ssthresh()).isGreaterThanOrEqualTo(window);
      assertThat(c.info(each.now).sendMss()).isEqualTo(FIRST);
    }
  }

  @Test
  void whereOthersAreLostTooItIsCongestionAndTellsNothingOfTheSize() {
    TcpConnection c = open(peer, SACK_OPTIONS);
    List<Seen> seen = probed(c);
    int window = c.info(peer.now).sender().cwnd();
    peer.now += 10 * MILLI;
    // the probe and the one behind it are lost
    int from = seen.get(2).sequence();
    peer.send(peer.ack().options(peer.sackOption(from, seen.get(8).end())));
    List<Seen> again = peer.all();
    assertThat(again.getFirst().length()).isEqualTo(FIRST);
    assertThat(c.info(peer.now).sender().state()).isEqualTo(CaState.RECOVERY);
    peer.now += 10 * MILLI;
    peer.acknowledge(seen.getLast().end());
    peer.all();
    assertThat(c.info(peer.now).sender().cwnd()).isLessThan(window);
    assertThat(c.info(peer.now).sizeProbes().lost()).isZero();
    peer.write(c, 25_000);
    assertThat(peer.all()).as("the same size once more").anyMatch(s -> s.length() == PROBE);
  }

  @Test
  void nothingIsProbedInRecovery() {
    TcpConnection c = open(peer, SACK_OPTIONS);
    peer.write(c, 3 * FIRST);
    List<Seen> few = peer.all();
    assertThat(few).as("too little to tell a loss by").allMatch(s -> s.length() == FIRST);
    peer.now += 10 * MILLI;
    peer.send(peer.ack().options(peer.sackOption(1 + FIRST, 1 + 3 * FIRST)));
    peer.write(c, 25_000);
    List<Seen> seen = peer.pass(20 * MILLI);
    assertThat(c.info(peer.now).sender().state()).isNotEqualTo(CaState.OPEN);
    assertThat(seen).hasSizeGreaterThan(5).allMatch(s -> s.length() <= FIRST);
  }

  @Test
  void nothingIsProbedWhereItWouldBeInTheWay() {
    // a small window, of congestion or of the peer; a cork; urgent data; without DF; data missing from the peer
    for (int kind = 0; kind < 6; kind++) {
      HandDriven each = new HandDriven(config(p -> Changed.of(p, "when", ProbingWhen.ALWAYS)));
      if (kind == 1) each.window = 5 * FIRST;
      SocketSettings settings = each.engine.newSettings();
      settings.sendBuffer = 1_000_000;
      settings.initialWindow = kind == 0 ? 5 : 20;
      settings.cork = kind == 2;
      settings.discovery = kind != 4;
      TcpConnection c = each.connected(settings, SACK_OPTIONS);
      each.all();
      if (kind == 5) each.send(each.at(1001, 1, Flags.ACK).payload(new byte[100]));
      each.write(c, 25_000);
      if (kind == 3) c.markUrgent();
      assertThat(each.all()).as("kind %d", kind).isNotEmpty().allMatch(s -> s.length() <= FIRST);
    }
  }

  @Test
  void aProbeDoesNotReachOverTheEndOfARecord() {
    TcpConnection c = open(peer, SACK_OPTIONS);
    peer.write(c, 1380);
    c.endRecord();
    peer.write(c, 25_000);
    List<Seen> seen = peer.all();
    assertThat(seen).hasSizeGreaterThan(5).noneMatch(s -> s.sequence() < 1381 && s.end() > 1381);
  }

  @Test
  void theNextBytesWaitUntilThereIsRoomForAProbe() {
    peer.window = 9 * FIRST;
    TcpConnection c = open(peer, SACK_OPTIONS);
    peer.write(c, 5 * FIRST);
    assertThat(peer.all()).hasSize(5).allMatch(s -> s.length() == FIRST);
    // there is room for others, which would take it again and again
    peer.write(c, 100_000);
    assertThat(peer.all()).isEmpty();
    peer.now += 10 * MILLI;
    peer.acknowledge(1 + FIRST);
    assertThat(peer.all()).isEmpty();
    peer.acknowledge(1 + 2 * FIRST);
    assertThat(peer.all().getFirst().length()).isEqualTo(PROBE);
  }

  @Test
  void aRoutersWordAboutAProbeBringsItAgainAtOnce() {
    TcpConnection c = open(peer, SACK_OPTIONS);
    List<Seen> seen = probed(c);
    int window = c.info(peer.now).sender().cwnd();
    peer.receive(TestPacket.tooBig(HandDriven.ROUTER, HandDriven.HOST, seen.getFirst().packet(), 1420));
    List<Seen> again = peer.all();
    assertThat(again.getFirst().sequence()).isOne();
    assertThat(again.getFirst().length()).isEqualTo(FIRST);
    assertThat(c.info(peer.now).sender().cwnd()).isEqualTo(window);
    peer.now += 10 * MILLI;
    peer.acknowledge(seen.getLast().end());
    peer.write(c, 25_000);
    List<Seen> next = peer.all();
    assertThat(next.getFirst().packet()).as("what the router has said").hasSize(1420);
  }

  @Test
  void whatARouterRefusedIsGoneBackToStepByStep() {
    TcpConnection c = open(peer, SACK_OPTIONS);
    List<Seen> seen = probed(c);
    peer.receive(TestPacket.tooBig(HandDriven.ROUTER, HandDriven.HOST, seen.getFirst().packet(), 1200));
    peer.all();
    peer.now += 10 * MILLI;
    peer.acknowledge(seen.getLast().end());
    assertThat(c.info(peer.now).sendMss()).isEqualTo(1160);
    // RFC 1191 section 6.3: its word holds no longer
    peer.now += 601 * SECOND;
    peer.write(c, 25_000);
    List<Seen> later = peer.all();
    assertThat(later.getFirst().length()).isBetween(1161, 1459);
    assertThat(later.subList(1, later.size())).isNotEmpty().allMatch(s -> s.length() <= 1160);
  }

  @Test
  void neverMoreThanThePeerOrTheApplicationTakes() {
    SocketSettings settings = peer.engine.newSettings();
    settings.sendBuffer = 1_000_000;
    settings.initialWindow = 20;
    settings.maxSegment = 1380;
    TcpConnection c = peer.connected(settings, SACK_OPTIONS);
    peer.all();
    int most = 0;
    for (int i = 0; i < 10; i++) {
      peer.write(c, 25_000);
      for (Seen s : peer.all()) {
        most = Math.max(most, s.length());
        peer.acked = Math.max(peer.acked, s.end());
      }
      peer.now += 10 * MILLI;
      peer.acknowledge(peer.acked);
    }
    assertThat(most).isEqualTo(1380);
    assertThat(c.info(peer.now).sendMss()).isEqualTo(1380);
  }

  @Test
  void timestampsCountAsPartOfThePacket() {
    SocketSettings settings = peer.engine.newSettings();
    settings.sendBuffer = 1_000_000;
    settings.initialWindow = 20;
    peer.stamps = true;
    TcpConnection c = peer.connect(settings);
    peer.one();
    peer.send(peer.synAck().options(2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0));
    peer.all();
    peer.write(c, 25_000);
    List<Seen> seen = peer.all();
    assertThat(seen.getFirst().packet()).hasSize(1450);
    assertThat(seen.get(1).packet()).hasSize(1400);
  }

  @Test
  void aProbeThatOnlyATimeoutTellsOfMakesTheNextWaitLonger() {
    TcpConnection c = open(peer, SACK_OPTIONS);
    List<Seen> seen = probed(c);
    peer.pass(300 * MILLI);
    assertThat(c.info(peer.now).sender().cwnd()).as("a timeout is congestion").isLessThan(10);
    peer.acknowledge(seen.getLast().end());
    peer.all();
    assertThat(c.info(peer.now).sizeProbes().lost()).isOne();
    assertThat(c.info(peer.now).sendMss()).isEqualTo(FIRST);
    for (int i = 0; i < 3; i++) {
      peer.write(c, 25_000);
      List<Seen> next = peer.all();
      assertThat(next).allMatch(s -> s.length() <= FIRST);
      peer.now += 10 * MILLI;
      peer.acknowledge(next.getLast().end());
    }
    peer.now += 3 * SECOND;
    peer.write(c, 25_000);
    assertThat(peer.all().getFirst().length()).isBetween(FIRST + 1, PROBE - 1);
  }

  @Test
  void segmentsDoNotStaySmallAfterABlackHole() {
    HandDriven each = new HandDriven(config(p -> p));
    TcpConnection c = open(each, SACK_OPTIONS);
    each.write(c, 400_000);
    int until = 1;
    boolean hole = true;
    int smallest = MTU;
    // what is larger than 1300 bytes vanishes, and later nothing does
    for (int i = 0; i < 3000 && until < 350_000; i++) {
      for (Seen s : each.all())
        if ((!hole || s.packet().length <= 1300) && s.sequence() <= until) until = Math.max(until, s.end());
      each.now += 10 * MILLI;
      if (until > each.acked) each.acknowledge(until);
      else for (Seen s : each.pass(100 * MILLI))
        if ((!hole || s.packet().length <= 1300) && s.sequence() <= until) until = Math.max(until, s.end());
      smallest = Math.min(smallest, c.info(each.now).sendMss());
      if (until > 20_000) hole = false;
    }
    assertThat(until).isGreaterThanOrEqualTo(350_000);
    assertThat(smallest).isEqualTo(1024);
    assertThat(c.info(each.now).sendMss()).isEqualTo(1460);
  }

  // over a network

  /** Two hosts, and a long transfer over a path that swallows large packets without a word. */
  private static final class Transfer {
    final SimulatedNetwork network;
    final SimulatedNetwork.Path path = new SimulatedNetwork.Path();
    final SimulatedSocket sender;

    Transfer(TcpConfig config, boolean offload, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      network = new SimulatedNetwork(0, random.split());
      SimulatedHost near = new SimulatedHost("near", network, HandDriven.HOST, config, offload, random.split());
      SimulatedHost far = new SimulatedHost("far", network, HandDriven.PEER, config, false, random.split());
      path.tellsTooBig = false;
      network.add(near, path);
      network.add(far, new SimulatedNetwork.Path());
      far.listen(80, 1, far.engine.newSettings(), 0, r -> plan(0));
      SimulatedSocket made = near.connect(0, HandDriven.PEER, 80, near.engine.newSettings(), false,
          plan(1L << 40));
      if (made == null) throw new AssertionError("no connection");
      sender = made;
    }

    private static SimulatedSocket.Plan plan(long total) {
      return new SimulatedSocket.Plan(total, 50_000, 100_000, 0, 1, 0, 0, false, SimulatedSocket.Ending.POLITE);
    }

    /** {@return bytes of the packets that a full segment makes after {@code seconds} more} */
    int packetAfter(double seconds) {
      network.run(() -> false, (long) (seconds * SECOND));
      // without timestamps these are all headers
      return sender.connection.info(network.now()).sendMss() + 40;
    }
  }

  private static TcpConfig plain(TcpConfig config) {
    return config.with(config.features().withoutTimestamps());
  }

  @Test
  void aConnectionFindsTheLargestPacketsThatGetThroughAndLargerOnesWhenTheyDo() {
    SplittableRandom random = new SplittableRandom(7);
    for (int seed = 1; seed <= 8; seed++) {
      ProbingWhen when = seed <= 4 ? ProbingWhen.ALWAYS : ProbingWhen.AFTER_BLACK_HOLE;
      TcpConfig config = plain(config(p -> Changed.of(p, "when", when, "interval", Duration.ofSeconds(60))));
      Algorithm[] all = Algorithm.values();
      config = config.with(Changed.of(config.congestion(), "algorithm", all[seed % all.length]));
      Transfer transfer = new Transfer(config, seed % 3 == 0, seed);
      transfer.path.rate = 150_000;
      transfer.path.mtu = 1100 + random.nextInt(350);
      int hidden = transfer.path.mtu;
      assertThat(transfer.packetAfter(120)).as("seed %d, path %d", seed, hidden).isBetween(hidden - 7, hidden);
      transfer.path.mtu = MTU;
      // found out when the search begins again
      assertThat(transfer.packetAfter(120)).as("seed %d, path %d", seed, hidden).isEqualTo(MTU);
      transfer.path.mtu = 1200;
      assertThat(transfer.packetAfter(120)).as("seed %d, path %d", seed, hidden).isBetween(1193, 1200);
    }
  }

  @Test
  void lossDoesNotKeepTheSizeFromBeingFound() {
    for (int seed = 1; seed <= 5; seed++) {
      TcpConfig config = plain(config(p -> Changed.of(p, "when", ProbingWhen.ALWAYS)));
      Transfer transfer = new Transfer(config, false, seed);
      transfer.path.loss = 0.01;
      transfer.path.rate = 150_000;
      transfer.path.mtu = 9000;
      assertThat(transfer.packetAfter(120)).as("seed %d", seed).isGreaterThan(1450);
    }
  }

  @Test
  void withoutProbingABlackHoleIsForEver() {
    TcpConfig config = plain(config(p -> Changed.of(p, "when", ProbingWhen.NEVER)));
    Transfer transfer = new Transfer(config, false, 1);
    transfer.path.mtu = 1400;
    assertThat(transfer.packetAfter(60)).isEqualTo(MTU);
    assertThat(transfer.sender.connection.sender().una()).isEqualTo(transfer.sender.connection.sender().next()
        - transfer.sender.connection.sender().info().unacked() * 1460L);
  }
}
