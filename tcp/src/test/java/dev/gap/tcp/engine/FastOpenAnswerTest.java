package dev.gap.tcp.engine;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.HandDriven.Seen;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.stack.TcpListener;
import dev.gap.tcp.engine.wire.Flags;

import static dev.gap.tcp.engine.HandDriven.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

/** SYN-ACKs that wait for data to go with them: {@link Habit#FAST_OPEN_ANSWERS_WITH_DATA}. */
class FastOpenAnswerTest {
  private static final TcpConfig D = TcpConfig.DEFAULT;

  private final HandDriven peer = new HandDriven(D.with(Changed.of(D.features(), "fastOpenServer", true))
      .with(Changed.of(D.habits(), "others", Set.of(Habit.FAST_OPEN_ANSWERS_WITH_DATA))));
  private final TcpListener listener = peer.listen(peer.engine.newSettings());

  @BeforeEach
  void takesDataWithoutCookie() {
    listener.setFastOpen(5, true);
  }

  private TcpConnection open() {
    peer.send(peer.syn().payload(new byte[10]));
    return HandDriven.accept(listener);
  }

  @Test
  void theAnswerGoesAloneAfterTheTimeThatAcknowledgmentsWait() {
    open();
    long taken = peer.now;
    List<Seen> seen = peer.pass(SECOND / 2);
    assertThat(seen).singleElement().matches(s -> s.is(Flags.SYN | Flags.ACK) && s.ack() == 11 && s.length() == 0);
    assertThat(seen.getFirst().at()).isEqualTo(taken + D.timing().delayedAckTime().toNanos());
  }

  @Test
  void whatIsWrittenGoesWithTheAnswerAndIsSentAgainIfItGetsLost() {
    TcpConnection c = open();
    peer.write(c, 100);
    assertThat(peer.all()).singleElement()
        .matches(s -> s.is(Flags.SYN | Flags.ACK) && s.sequence() == 0 && s.length() == 100);
    assertThat(peer.pass(2 * SECOND)).singleElement().matches(s -> s.is(Flags.SYN | Flags.ACK) && s.length() == 0);
    peer.send(peer.at(11, 1, Flags.ACK));
    assertThat(peer.pass(3 * SECOND)).anyMatch(s -> !s.has(Flags.SYN) && s.sequence() == 1 && s.length() == 100);
  }

  /** A FIN beside a SYN would open what it ends. */
  @Test
  void whatEndsTheStreamGoesByItself() {
    TcpConnection c = open();
    c.write(new byte[100], 0, 100, false, peer.now);
    peer.finish(c);
    List<Seen> seen = peer.all();
    assertThat(seen).hasSize(2);
    assertThat(seen.getFirst()).matches(s -> s.is(Flags.SYN | Flags.ACK) && s.length() == 0);
    assertThat(seen.getLast()).matches(s -> s.has(Flags.FIN) && s.sequence() == 1 && s.length() == 100);
  }
}
