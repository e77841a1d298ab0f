package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.transport.PacketBatch;

import static org.assertj.core.api.Assertions.assertThat;

final class AgendaTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1000 * MS;
  private static final InetSocketAddress ONE = new InetSocketAddress("203.0.113.1", 1111);
  private static final InetSocketAddress TWO = new InetSocketAddress("203.0.113.2", 2222);

  private final Agenda agenda = new Agenda();
  private final ChunkPool pool = new ChunkPool();
  /** Without a rate of its own: nothing but the window holds data up. */
  private final Paths paths = new Paths(new RatePolicy.None());

  @Test
  void whatWasTouchedTwiceComesOutOnceInTheOrderOfTheFirst() {
    Connection a = connection(1, ONE);
    Connection b = connection(2, ONE);
    agenda.touch(a);
    agenda.touch(b);
    agenda.touch(a);
    assertThat(agenda.pollTouched()).isSameAs(a);
    agenda.touch(a);
    assertThat(agenda.pollTouched()).isSameAs(b);
    assertThat(agenda.pollTouched()).as("touched again since").isSameAs(a);
    assertThat(agenda.pollTouched()).isNull();
  }

  @Test
  void aChangeIsToldOnceUntilItWasTaken() {
    Connection a = connection(1, ONE);
    agenda.tellIfChanged(a);
    assertThat(agenda.pollChanged()).isNull();
    for (int i = 0; i < 2; i++) {
      a.changed = true;
      agenda.tellIfChanged(a);
    }
    assertThat(agenda.pollChanged()).isSameAs(a);
    assertThat(agenda.pollChanged()).isNull();
    a.changed = true;
    agenda.tellIfChanged(a);
    assertThat(agenda.pollChanged()).isSameAs(a);
  }

  @Test
  void connectionsOnAPathTakeTurnsDatagramByDatagram() {
    place(writing(1, ONE, 5), writing(2, ONE, 5));
    assertThat(ids(write(6))).containsExactly(1L, 2L, 1L, 2L, 1L, 2L);
  }

  @Test
  void pathsTakeTurnsFromBatchToBatch() {
    place(writing(1, ONE, 10), writing(2, ONE, 10), writing(3, TWO, 10));
    assertThat(ids(write(4))).containsExactly(1L, 2L, 1L, 2L);
    assertThat(ids(write(4))).containsOnly(3L);
    assertThat(ids(write(4))).containsExactly(1L, 2L, 1L, 2L);
  }

  @Test
  void whatHasNothingMoreToSendIsPassedOver() {
    place(writing(1, ONE, 2), writing(2, ONE, 4));
    assertThat(ids(write(64))).containsExactly(1L, 2L, 1L, 2L, 2L, 2L);
    assertThat(write(64).size()).isZero();
  }

  @Test
  void controlGoesBeforeData() {
    Connection asked = connection(2, ONE);
    asked.probeNow();
    place(writing(1, ONE, 2), asked);
    assertThat(agenda.hasControl()).isTrue();
    assertThat(ids(write(64))).containsExactly(2L, 1L, 1L);
    assertThat(agenda.hasControl()).isFalse();
  }

  @Test
  void aConnectionWaitsOnceWithWhatItHasToSay() {
    Connection asked = connection(1, ONE);
    for (int i = 0; i < 2; i++) {
      asked.probeNow();
      place(asked, asked);
      assertThat(ids(write(1))).containsExactly(1L);
      assertThat(agenda.hasControl()).isFalse();
    }
  }

  @Test
  void whatWroteIsTouched() {
    Connection a = writing(1, ONE, 2);
    Connection b = connection(2, ONE);
    b.probeNow();
    place(a, b);
    write(64);
    assertThat(agenda.pollTouched()).isSameAs(b);
    assertThat(agenda.pollTouched()).isSameAs(a);
    assertThat(agenda.pollTouched()).isNull();
  }

  @Test
  void placingTwiceGivesOneTurn() {
    Connection a = writing(1, ONE, 4);
    place(a, a, writing(2, ONE, 4));
    assertThat(ids(write(4))).containsExactly(1L, 2L, 1L, 2L);
  }

  @Test
  void whoHasMovedWaitsOnTheNewPathAlone() {
    Connection a = writing(1, ONE, 4);
    Connection b = writing(2, ONE, 4);
    place(a, b);
    a.moveTo(paths.to(TWO, 0), 0);
    agenda.onMoved(a);
    agenda.place(a, 0);
    PacketBatch out = new PacketBatch(64, SegmentHeader.MAX_DATAGRAM);
    agenda.write(out, 0);
    for (int i = 0; i < out.size(); i++) {
      long id = TestSegment.read(out.bytes(i), out.length(i)).id();
      assertThat(out.peer(i)).isEqualTo(id == 1 ? TWO : ONE);
    }
    // the acknowledgment with which it moves, and its data
    assertThat(ids(out)).containsExactly(1L, 2L, 2L, 2L, 2L, 1L, 1L, 1L, 1L);
  }

  @Test
  void eachIsLookedAtWhenItWants() {
    Connection a = connection(1, ONE);
    Connection b = connection(2, ONE);
    agenda.place(a, 0);
    agenda.place(b, 0);
    long idle = ConnectionConfig.DEFAULT.keepaliveIdle().toNanos();
    assertThat(agenda.deadline(0)).isEqualTo(idle);
    assertThat(agenda.pollDue(idle - 1)).isNull();
    agenda.remove(b);
    assertThat(agenda.pollDue(idle)).isSameAs(a);
    assertThat(agenda.pollDue(idle)).as("what was removed").isNull();
  }

  @Test
  void dataIsDueWhenThePacerLetsItGo() {
    Path slow = new Paths(new RatePolicy.Fixed(8 * 1452)).to(ONE, 0);
    Connection a = new Connection(1, false, PeerKind.IN_SESSION, slow, ConnectionConfig.DEFAULT, pool, 0);
    fill(a, 100);
    place(a);
    assertThat(agenda.deadline(0)).isZero();
    int first = write(64).size();
    assertThat(first).isPositive().isLessThan(64);
    long next = agenda.deadline(0);
    assertThat(next).isPositive().isLessThanOrEqualTo(SECOND);
    PacketBatch out = new PacketBatch(64, SegmentHeader.MAX_DATAGRAM);
    agenda.write(out, next - MS);
    assertThat(out.size()).isZero();
    agenda.write(out, next);
    assertThat(out.size()).isPositive();
  }

  private Connection connection(long id, InetSocketAddress peer) {
    return new Connection(id, false, PeerKind.IN_SESSION, paths.to(peer, 0), ConnectionConfig.DEFAULT, pool, 0);
  }

  private Connection writing(long id, InetSocketAddress peer, int segments) {
    Connection connection = connection(id, peer);
    fill(connection, segments);
    return connection;
  }

  private static void fill(Connection connection, int segments) {
    byte[] bytes = new byte[segments * SegmentHeader.MAX_PAYLOAD];
    assertThat(connection.write(bytes, 0, bytes.length)).isEqualTo(bytes.length);
  }

  private void place(Connection... connections) {
    for (Connection connection : connections)
      agenda.place(connection, 0);
  }

  private PacketBatch write(int most) {
    PacketBatch out = new PacketBatch(most, SegmentHeader.MAX_DATAGRAM);
    agenda.write(out, 0);
    return out;
  }

  private static List<Long> ids(PacketBatch sent) {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < sent.size(); i++)
      ids.add(TestSegment.read(sent.bytes(i), sent.length(i)).id());
    return ids;
  }
}
