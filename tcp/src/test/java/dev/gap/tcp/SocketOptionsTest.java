package dev.gap.tcp;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;

import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.gap.tcp.MemoryLink.Seen;
import dev.gap.tcp.TwoStacks.Ends;
import dev.gap.tcp.engine.Changed;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.TcpConfig.Algorithm;
import dev.gap.tcp.engine.wire.Flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is set on a socket is seen in what leaves its stack, or in what happens. */
@Timeout(60)
class SocketOptionsTest {
  /** A host that does nothing by itself for a long time: no probes, retransmissions, delayed acknowledgments. */
  private static final TcpConfig PATIENT = TcpConfig.DEFAULT
      .with(Changed.of(TcpConfig.DEFAULT.timing(), "rtoMin", Duration.ofSeconds(30), "delayedAckTime",
          Duration.ofSeconds(30), "quickAcks", 0))
      .with(Changed.of(TcpConfig.DEFAULT.loss(), "tailLossProbe", false));

  private TwoStacks stacks = new TwoStacks();

  @AfterEach
  void close() {
    stacks.close();
  }

  private void restart(TcpConfig config) {
    stacks.close();
    stacks = new TwoStacks(config);
  }

  private Ends connectWith(SocketOption<Boolean> option) throws IOException {
    TcpSocket socket = stacks.client.socket();
    socket.setOption(option, true);
    return stacks.connect(socket);
  }

  private static boolean isData(Seen seen) {
    return seen.byClient() && seen.length() > 0;
  }

  private long dataSegments() {
    return stacks.link.seen().stream().filter(SocketOptionsTest::isData).count();
  }

  // by name

  @Test
  void everyOptionCanBeReadBack() throws IOException {
    Map<SocketOption<?>, Object> values = Map.ofEntries(Map.entry(StandardSocketOptions.TCP_NODELAY, true),
        Map.entry(StandardSocketOptions.SO_KEEPALIVE, true), Map.entry(StandardSocketOptions.SO_REUSEADDR, true),
        Map.entry(StandardSocketOptions.SO_LINGER, 3), Map.entry(StandardSocketOptions.IP_TOS, 0x20),
        Map.entry(StandardSocketOptions.SO_SNDBUF, 77_777), Map.entry(StandardSocketOptions.SO_RCVBUF, 66_666),
        Map.entry(ExtendedSocketOptions.TCP_KEEPIDLE, 11), Map.entry(ExtendedSocketOptions.TCP_KEEPINTERVAL, 12),
        Map.entry(ExtendedSocketOptions.TCP_KEEPCOUNT, 13), Map.entry(ExtendedSocketOptions.TCP_QUICKACK, true),
        Map.entry(TcpOptions.CORK, true), Map.entry(TcpOptions.USER_TIMEOUT, Duration.ofSeconds(14)),
        Map.entry(TcpOptions.MAX_SEGMENT, 1000), Map.entry(TcpOptions.CONGESTION_CONTROL, Algorithm.FAST),
        Map.entry(TcpOptions.HOP_LIMIT, 15), Map.entry(TcpOptions.SYN_RETRIES, 2),
        Map.entry(TcpOptions.FAST_OPEN_CONNECT, true), Map.entry(TcpOptions.MD5_SIGNATURE, true),
        Map.entry(TcpOptions.MAX_PACING_RATE, 5_000_000L));
    TcpSocket open = stacks.connect().client();
    for (TcpSocket socket : new TcpSocket[]{stacks.client.socket(), open}) {
      assertThat(socket.supportedOptions()).isEqualTo(values.keySet());
      for (SocketOption<?> option : socket.supportedOptions())
        assertThat(readBack(socket, option, values.get(option))).as("%s", option).isEqualTo(values.get(option));
    }
  }

  private static <T> Object readBack(TcpSocket socket, SocketOption<T> option, Object value) throws IOException {
    return socket.setOption(option, option.type().cast(value)).getOption(option);
  }

  @Test
  void whatIsNotSetIsAsTheStackIsConfigured() throws IOException {
    TcpSocket socket = stacks.client.socket();
    assertThat(socket.getOption(StandardSocketOptions.SO_RCVBUF)).isEqualTo(TcpConfig.DEFAULT.buffers().receive());
    assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(7200);
    assertThat(socket.getOption(TcpOptions.CONGESTION_CONTROL)).isEqualTo(Algorithm.CUBIC);
    assertThat(socket.getOption(TcpOptions.HOP_LIMIT)).isEqualTo(64);
    assertThat(socket.getSoLinger()).isEqualTo(-1);
  }

  @Test
  void aUserTimeoutLongerThanTheClockIsACentury() throws IOException {
    Ends ends = stacks.connect();
    TcpSocket socket = ends.client();
    socket.setOption(TcpOptions.USER_TIMEOUT, Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(socket.getOption(TcpOptions.USER_TIMEOUT)).isEqualTo(Duration.ofDays(36_500));
    socket.setKeepAliveTimes(Duration.ofDays(999_999), Duration.ofDays(999_999), 3);
    socket.setKeepAlive(true);
    // and none of it has passed already
    socket.getOutputStream().write(1);
    assertThat(ends.server().getInputStream().read()).isOne();
  }

  @Test
  void whatIsNoOptionOrNoValueIsRefused() throws IOException {
    TcpSocket socket = stacks.client.socket();
    assertThatThrownBy(() -> socket.setOption(StandardSocketOptions.SO_BROADCAST, true))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> socket.getOption(TcpOptions.FAST_OPEN)).isInstanceOf(UnsupportedOperationException.class);
    assertThatIllegalArgumentException().isThrownBy(() -> socket.setOption(TcpOptions.HOP_LIMIT, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> socket.setOption(TcpOptions.HOP_LIMIT, 256));
    assertThatIllegalArgumentException().isThrownBy(() -> socket.setOption(TcpOptions.MAX_SEGMENT, 47));
    assertThatIllegalArgumentException().isThrownBy(() -> socket.setSendBufferSize(0));
    assertThatIllegalArgumentException().isThrownBy(() -> socket.setTrafficClass(256));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> socket.setOption(TcpOptions.USER_TIMEOUT, Duration.ofMillis(-1)));
    socket.close();
    assertThatThrownBy(() -> socket.setTcpNoDelay(true)).isInstanceOf(SocketException.class);
  }

  // what leaves

  @Test
  void headersCarryTrafficClassAndHopLimitFromTheFirstPacketOn() throws IOException {
    TcpSocket socket = stacks.client.socket();
    socket.setTrafficClass(0x48);
    socket.setOption(TcpOptions.HOP_LIMIT, 9);
    stacks.connect(socket);
    assertThat(stacks.link.seen()).filteredOn(Seen::byClient).hasSizeGreaterThanOrEqualTo(2)
        .allMatch(s -> s.trafficClass() == 0x48 && s.hopLimit() == 9);
    socket.setTrafficClass(0x20);
    socket.setOption(TcpOptions.HOP_LIMIT, 7);
    socket.getOutputStream().write(1);
    Seen later = stacks.link.first(SocketOptionsTest::isData);
    assertThat(later.trafficClass()).isEqualTo(0x20);
    assertThat(later.hopLimit()).isEqualTo(7);
  }

  @Test
  void theLargestSegmentIsToldAndKept() throws IOException {
    TcpSocket socket = stacks.client.socket();
    socket.setOption(TcpOptions.MAX_SEGMENT, 600);
    Ends ends = stacks.connect(socket);
    assertThat(stacks.link.first(Seen::isSyn).mss()).isEqualTo(600);
    ends.client().getOutputStream().write(new byte[5000]);
    ends.server().getInputStream().readNBytes(5000);
    assertThat(stacks.link.seen()).filteredOn(SocketOptionsTest::isData).allMatch(s -> s.length() <= 600);
  }

  @Test
  void theReceiveBufferIsTheWindow() throws IOException {
    TcpSocket socket = stacks.client.socket();
    socket.setReceiveBufferSize(8192);
    stacks.connect(socket);
    assertThat(stacks.link.first(Seen::isSyn).window()).isBetween(1, 4096);
  }

  @Test
  void aServerHandsItsOptionsDown() throws IOException {
    try (TcpServerSocket server = stacks.listen()) {
      server.setReceiveBufferSize(8192);
      server.setOption(TcpOptions.HOP_LIMIT, 9);
      server.setOption(StandardSocketOptions.TCP_NODELAY, true);
      Ends ends = stacks.connect(stacks.client.socket(), server);
      Seen answer = stacks.link.first(s -> !s.byClient());
      assertThat(answer.window()).isBetween(1, 4096);
      assertThat(answer.hopLimit()).isEqualTo(9);
      assertThat(ends.server().getTcpNoDelay()).isTrue();
      assertThat(ends.server().getReceiveBufferSize()).isEqualTo(8192);
    }
  }

  @Test
  void congestionControlIsTheOneAskedFor() throws IOException {
    TcpSocket socket = stacks.client.socket();
    socket.setOption(TcpOptions.CONGESTION_CONTROL, Algorithm.RENO);
    Ends ends = stacks.connect(socket);
    assertThat(ends.client().info().algorithm()).isEqualTo(Algorithm.RENO);
    ends.client().setOption(TcpOptions.CONGESTION_CONTROL, Algorithm.BBR);
    assertThat(ends.client().info().algorithm()).isEqualTo(Algorithm.BBR);
  }

  // when it leaves

  @Test
  void smallWritesWaitForTheAcknowledgmentOfTheOneBefore() throws IOException {
    restart(PATIENT);
    Ends ends = stacks.connect();
    ends.server().setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
    stacks.link.hold(stacks.link.client);
    ends.client().getOutputStream().write(1);
    stacks.link.first(SocketOptionsTest::isData);
    ends.client().getOutputStream().write(2);
    ends.client().getOutputStream().write(3);
    stacks.link.release(stacks.link.client);
    assertThat(ends.server().getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
    assertThat(stacks.link.seen()).filteredOn(SocketOptionsTest::isData).extracting(Seen::length).containsExactly(1, 2);
  }

  @Test
  void withoutDelaySmallWritesDoNotWait() throws IOException {
    restart(PATIENT);
    Ends ends = connectWith(StandardSocketOptions.TCP_NODELAY);
    assertTwoArriveUnacknowledged(ends);
  }

  @Test
  void theDelayCanBeTurnedOffInMidLife() throws IOException {
    restart(PATIENT);
    Ends ends = stacks.connect();
    ends.client().setTcpNoDelay(true);
    assertTwoArriveUnacknowledged(ends);
  }

  private void assertTwoArriveUnacknowledged(Ends ends) throws IOException {
    stacks.link.hold(stacks.link.client);
    ends.client().getOutputStream().write(1);
    stacks.link.first(SocketOptionsTest::isData);
    ends.client().getOutputStream().write(2);
    assertThat(ends.server().getInputStream().readNBytes(2)).containsExactly(1, 2);
  }

  @Test
  void aCorkHoldsBackUntilItIsDrawn() throws IOException {
    restart(PATIENT);
    Ends ends = connectWith(TcpOptions.CORK);
    ends.client().getOutputStream().write(1);
    // when this has come, what was written before would have left
    ends.server().getOutputStream().write(9);
    assertThat(ends.client().getInputStream().read()).isEqualTo(9);
    ends.client().getOutputStream().write(2);
    ends.client().setOption(TcpOptions.CORK, false);
    assertThat(ends.server().getInputStream().readNBytes(2)).containsExactly(1, 2);
    assertThat(dataSegments()).isOne();
  }

  @Test
  void aRecordSharesNoSegmentWithWhatComesAfter() throws IOException {
    restart(PATIENT);
    Ends ends = connectWith(TcpOptions.CORK);
    ends.client().writeRecord(new byte[]{0, 1, 2}, 1, 2);
    ends.client().getOutputStream().write(3);
    ends.client().setOption(TcpOptions.CORK, false);
    assertThat(ends.server().getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
    assertThat(stacks.link.seen()).filteredOn(SocketOptionsTest::isData).extracting(Seen::length)
        .containsExactly(2, 1);
  }

  @Test
  void quickAcknowledgmentsDoNotWait() throws IOException {
    restart(PATIENT);
    Ends ends = stacks.connect();
    // this side has answered, so that it counts as one that answers
    ends.client().getOutputStream().write(1);
    assertThat(ends.server().getInputStream().read()).isEqualTo(1);
    ends.server().setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
    stacks.link.first(s -> !s.byClient() && s.length() == 0 && !s.isSyn());
  }

  @Test
  void theSendBufferTakesSoMuchThatNobodyHasAcknowledged() throws IOException {
    TcpSocket socket = stacks.client.socket();
    socket.setSendBufferSize(2_000_000);
    Ends ends = stacks.connect(socket);
    stacks.link.cut();
    ends.client().getOutputStream().write(new byte[1_500_000]);
    assertThat(ends.client().info().unackedBytes()).isEqualTo(1_500_000);
  }

  @Test
  void urgentDataStaysInLineWhereThatIsWanted() throws IOException {
    Ends ends = stacks.connect();
    ends.server().setOOBInline(true);
    ends.client().getOutputStream().write(1);
    ends.client().sendUrgentData(2);
    ends.client().getOutputStream().write(3);
    assertThat(ends.server().getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
  }

  // how it ends

  @Test
  void lingeringForNoTimeResets() throws IOException {
    Ends ends = stacks.connect();
    ends.client().setSoLinger(true, 0);
    ends.client().close();
    assertThat(stacks.link.first(s -> s.byClient() && s.has(Flags.RST | Flags.FIN)).has(Flags.RST)).isTrue();
    assertThatThrownBy(() -> ends.server().getInputStream().read()).hasMessage("Connection reset");
  }

  @Test
  void lingeringWaitsUntilAllIsAcknowledged() throws IOException {
    Ends ends = stacks.connect();
    ends.client().setSoLinger(true, 20);
    stacks.link.hold(stacks.link.client);
    ends.client().getOutputStream().write(new byte[1000]);
    Future<Boolean> closing = Background.start(() -> {
      ends.client().close();
      return true;
    });
    stacks.link.first(s -> s.byClient() && s.has(Flags.FIN));
    assertThat(closing.isDone()).isFalse();
    stacks.link.release(stacks.link.client);
    assertThat(Background.get(closing)).isTrue();
  }

  @Test
  void keepaliveFindsOutThatNobodyIsThere() throws IOException {
    Ends ends = connectWith(StandardSocketOptions.SO_KEEPALIVE);
    stacks.link.cut();
    ends.client().setKeepAliveTimes(Duration.ofMillis(10), Duration.ofMillis(10), 2);
    assertThatThrownBy(() -> ends.client().getInputStream().read()).hasMessage("Connection timed out");
    Seen syn = stacks.link.first(Seen::isSyn);
    assertThat(stacks.link.seen()).as("probes").filteredOn(s -> s.byClient() && s.sequence() == syn.sequence())
        .filteredOn(s -> !s.isSyn()).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void keepaliveTimesOfTheOptionsAreSeconds() throws IOException {
    Ends ends = connectWith(StandardSocketOptions.SO_KEEPALIVE);
    ends.client().setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 1);
    ends.client().setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 1);
    stacks.link.cut();
    ends.client().setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 1);
    long began = System.nanoTime();
    assertThatThrownBy(() -> ends.client().getInputStream().read()).hasMessage("Connection timed out");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(Duration.ofMillis(1500), Duration.ofSeconds(10));
  }

  @Test
  void theUserTimeoutEndsWhatIsNotAcknowledged() throws IOException {
    Ends ends = stacks.connect();
    ends.client().setOption(TcpOptions.USER_TIMEOUT, Duration.ofMillis(50));
    stacks.link.cut();
    ends.client().getOutputStream().write(1);
    assertThatThrownBy(() -> ends.client().getInputStream().read()).isInstanceOf(SocketTimeoutException.class)
        .hasMessage("Connection timed out");
  }

  // of servers

  @Test
  void aServerThatWaitsForDataAcceptsWhenItHasCome() throws IOException {
    try (TcpServerSocket server = stacks.listen(); TcpSocket client = stacks.client.socket()) {
      server.setOption(TcpOptions.DEFER_ACCEPT, Duration.ofSeconds(60));
      assertThat(server.getOption(TcpOptions.DEFER_ACCEPT)).isEqualTo(Duration.ofSeconds(60));
      client.connect(TwoStacks.address());
      // a later connection with data is accepted before
      try (TcpSocket second = stacks.client.socket()) {
        second.connect(TwoStacks.address());
        second.getOutputStream().write(2);
        assertThat(server.accept().getInputStream().read()).isEqualTo(2);
      }
      client.getOutputStream().write(1);
      assertThat(server.accept().getInputStream().read()).isEqualTo(1);
    }
  }

  @Test
  void aServerHasOptionsOfItsOwnBesides() throws IOException {
    try (TcpServerSocket server = new TcpServerSocket(stacks.server)) {
      Set<SocketOption<?>> names = server.supportedOptions();
      assertThat(names).contains(TcpOptions.FAST_OPEN, TcpOptions.DEFER_ACCEPT)
          .containsAll(stacks.client.socket().supportedOptions());
      server.setOption(TcpOptions.FAST_OPEN, 7);
      assertThat(server.getOption(TcpOptions.FAST_OPEN)).isEqualTo(7);
    }
  }
}
