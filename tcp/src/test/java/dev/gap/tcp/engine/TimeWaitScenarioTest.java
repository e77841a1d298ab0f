package dev.gap.tcp.engine;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.HandDriven.Seen;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.wire.Flags;

import static dev.gap.tcp.engine.HandDriven.HOST;
import static dev.gap.tcp.engine.HandDriven.HOST_PORT;
import static dev.gap.tcp.engine.HandDriven.MILLI;
import static dev.gap.tcp.engine.HandDriven.PEER;
import static dev.gap.tcp.engine.HandDriven.PEER_PORT;
import static dev.gap.tcp.engine.HandDriven.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

/** How many connections may be in TIME-WAIT, and connecting where one is: Linux's max_tw_buckets, RFC 6191. */
class TimeWaitScenarioTest {
  private static final int[] MSS_OPTION = {2, 4, 5, 0xb4};
  private static final int[] WITH_STAMPS = {2, 4, 5, 0xb4, 1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0};

  private static TcpConfig timing(Object... namesAndValues) {
    return TcpConfig.DEFAULT.with(Changed.of(TcpConfig.DEFAULT.timing(), namesAndValues));
  }

  /** This side connects and closes first. {@return a host with the memory of that} */
  private static HandDriven afterClosing(TcpConfig config, int firstPort, int count) {
    HandDriven peer = new HandDriven(config);
    for (int i = 0; i < count; i++) {
      TcpConnection c = peer.engine.connect(HOST, firstPort + i, PEER, PEER_PORT, peer.engine.newSettings(), peer.now);
      assertThat(c).isNotNull();
      if (c == null) return peer;
      peer.one();
      send(peer, firstPort + i, 0, 1, Flags.SYN | Flags.ACK, MSS_OPTION);
      peer.all();
      peer.finish(c);
      peer.all();
      send(peer, firstPort + i, 1, 2, Flags.FIN | Flags.ACK);
      peer.all();
    }
    return peer;
  }

  private static void send(HandDriven peer, int port, int sequence, int ack, int flags, int... options) {
    peer.send(TestPacket.tcp(PEER, PEER_PORT, HOST, port).flags(flags)
        .numbers(HandDriven.PEER_ISS + sequence, peer.iss + ack).options(options));
  }

  @Test
  void thereAreNoMoreThanAllowedAndTheRestIsCounted() {
    HandDriven peer = afterClosing(timing("timeWaitMax", 3), 5000, 5);
    assertThat(peer.engine.timeWaitCount()).isEqualTo(3);
    assertThat(peer.engine.stats().timeWaitOverflows).isEqualTo(2);
    assertThat(peer.engine.flowCount()).isEqualTo(3);
    // who is not remembered is nobody
    send(peer, 5004, 1, 2, Flags.FIN | Flags.ACK);
    assertThat(peer.one().has(Flags.RST)).isTrue();
    send(peer, 5000, 1, 2, Flags.FIN | Flags.ACK);
    assertThat(peer.one().has(Flags.RST)).isFalse();
    peer.pass(61 * SECOND);
    assertThat(peer.engine.timeWaitCount()).isZero();
  }

  @Test
  void withoutTimestampsAPortInTimeWaitIsNotConnectedFrom() {
    HandDriven peer = afterClosing(TcpConfig.DEFAULT, HOST_PORT, 1);
    assertThat(again(peer)).isNull();
    peer.pass(61 * SECOND);
    assertThat(again(peer)).isNotNull();
  }

  private static @Nullable TcpConnection again(HandDriven peer) {
    return peer.engine.connect(HOST, HOST_PORT, PEER, PEER_PORT, peer.engine.newSettings(), peer.now);
  }

  @Test
  void withTimestampsItIsWithANumberAboveAllThatWereUsed() {
    HandDriven peer = new HandDriven();
    TcpConnection c = peer.connected(peer.engine.newSettings(), WITH_STAMPS);
    peer.stamps = true;
    peer.all();
    peer.write(c, 5000);
    peer.all();
    peer.acknowledge(5001);
    peer.finish(c);
    peer.all();
    peer.acknowledge(5002);
    peer.send(peer.plain(Flags.FIN | Flags.ACK));
    peer.all();
    assertThat(peer.engine.timeWaitCount()).isOne();
    peer.now += 10 * MILLI;
    int before = peer.iss;
    assertThat(again(peer)).isNotNull();
    Seen syn = peer.one();
    assertThat(syn.is(Flags.SYN)).isTrue();
    assertThat(peer.iss - before).as("RFC 6191 section 3").isGreaterThan(5002 + 65_535);
    assertThat(peer.engine.timeWaitCount()).isZero();
  }

  /** What becomes of connecting from any port where the only one is in TIME-WAIT, for so long. */
  private static boolean connectsAfter(TcpConfig.TimeWaitReuse reuse, long nanos) {
    TcpConfig d = TcpConfig.DEFAULT;
    HandDriven peer = new HandDriven(
        d.with(Changed.of(d.opening(), "firstPort", HOST_PORT, "lastPort", HOST_PORT))
            .with(Changed.of(d.timing(), "timeWaitReuse", reuse, "timeWaitReuseDelay", Duration.ofSeconds(2))));
    TcpConnection c = peer.connected(peer.engine.newSettings(), WITH_STAMPS);
    peer.stamps = true;
    peer.all();
    peer.finish(c);
    peer.all();
    peer.acknowledge(2);
    peer.send(peer.plain(Flags.FIN | Flags.ACK));
    peer.all();
    assertThat(peer.engine.timeWaitCount()).isOne();
    peer.pass(nanos);
    return peer.engine.connect(HOST, 0, PEER, PEER_PORT, peer.engine.newSettings(), peer.now) != null;
  }

  @Test
  void aPortInTimeWaitIsChosenAgainIfItIsSaidSoAfterAWhile() {
    assertThat(connectsAfter(TcpConfig.TimeWaitReuse.ALWAYS, 2 * SECOND)).isFalse();
    assertThat(connectsAfter(TcpConfig.TimeWaitReuse.ALWAYS, 2 * SECOND + 1)).isTrue();
    assertThat(connectsAfter(TcpConfig.TimeWaitReuse.LOOPBACK, 59 * SECOND)).as("between hosts").isFalse();
    assertThat(connectsAfter(TcpConfig.TimeWaitReuse.NEVER, 59 * SECOND)).isFalse();
    assertThat(connectsAfter(TcpConfig.TimeWaitReuse.NEVER, 61 * SECOND)).isTrue();
  }
}
