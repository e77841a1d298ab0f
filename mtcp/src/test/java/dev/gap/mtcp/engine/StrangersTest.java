package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.transport.PacketBatch;
import dev.gap.transport.PacketEngine;

import static dev.gap.mtcp.engine.TestSegment.data;
import static dev.gap.mtcp.engine.TestSegment.opening;
import static dev.gap.mtcp.engine.TestSegment.reset;
import static org.assertj.core.api.Assertions.assertThat;

final class StrangersTest {
  private static final long SECOND = 1_000_000_000;
  private static final InetSocketAddress FROM = HandDriven.NEAR;

  private final EndpointStats stats = new EndpointStats();
  private final Strangers server = new Strangers(true, false, stats, 1);
  private final Strangers client = new Strangers(false, false, stats, 2);
  private final Strangers session = new Strangers(true, true, stats, 3);

  @Test
  void theFirstSegmentOpensAConnectionWhereOnesAreAccepted() {
    assertThat(opens(server, opening())).isTrue();
    assertThat(opens(session, opening())).isTrue();
    assertThat(stats.unknown).isZero();
    assertThat(opens(client, opening())).isFalse();
    assertThat(stats.unknown).isOne();
  }

  @Test
  void whatHasOvertakenTheFirstWaitsForItAndThenIsReset() {
    assertThat(opens(server, data(31, "x"))).isFalse();
    assertThat(sent(server)).isEmpty();
    assertThat(server.deadline()).isEqualTo(10 * SECOND);
    assertThat(Objects.requireNonNull(server.pollEarly(TestSegment.ID)).from()).isEqualTo(FROM);
    assertThat(server.pollEarly(TestSegment.ID)).isNull();
    assertThat(server.deadline()).isEqualTo(PacketEngine.NEVER);

    opens(server, data(31, "x"));
    server.onTimeout(10 * SECOND - 1);
    assertThat(sent(server)).isEmpty();
    server.onTimeout(10 * SECOND);
    assertThat(sent(server)).singleElement().matches(s -> s.has(SegmentHeader.RST) && s.id() == TestSegment.ID);
    assertThat(stats.resetsAnswered).isOne();
  }

  @Test
  void whatCannotHaveOvertakenItIsResetAtOnce() {
    opens(server, data(32, "x"));
    opens(server, data(1, "x").withAck(1));
    opens(client, data(1, "x"));
    assertThat(sent(server)).hasSize(2).allMatch(s -> s.has(SegmentHeader.RST));
    assertThat(sent(client)).hasSize(1);
    assertThat(stats.resetsAnswered).isEqualTo(3);
    assertThat(server.deadline()).isEqualTo(PacketEngine.NEVER);
  }

  @Test
  void aResetIsNeitherKeptNorAnswered() {
    for (Strangers strangers : List.of(server, client, session)) {
      opens(strangers, reset(1));
      opens(strangers, reset(1000));
      assertThat(sent(strangers)).isEmpty();
      assertThat(strangers.pollReset()).isNull();
      assertThat(strangers.deadline()).isEqualTo(PacketEngine.NEVER);
    }
  }

  @Test
  void aSessionTellsItsPeerOfWhatItDoesNotKnowAndOfWhatItRefuses() {
    opens(session, data(500, "x").withId(7));
    session.refuse(opening().withId(8).view());
    assertThat(sent(session)).isEmpty();
    assertThat(session.pollReset()).isEqualTo(new Endpoint.Reset(7, false));
    assertThat(session.pollReset()).isEqualTo(new Endpoint.Reset(8, true));
    assertThat(session.pollReset()).isNull();
    assertThat(stats.resetsAnswered).isZero();
    server.refuse(opening().view());
    assertThat(server.pollReset()).as("outside it comes again").isNull();
  }

  @Test
  void aSessionTellsOfSoManyAtATime() {
    for (int i = 0; i < 1000; i++)
      opens(session, data(500, "x").withId(i));
    int told = 0;
    while (session.pollReset() != null)
      told++;
    assertThat(told).isEqualTo(256);
  }

  @Test
  void aLateCopyOfTheFirstOpensNoConnectionAgain() {
    Connection gone = new Connection(TestSegment.ID, false, PeerKind.UNKNOWN,
        new Paths(new RatePolicy.None()).to(FROM, 0), ConnectionConfig.DEFAULT, new ChunkPool(), 0);
    gone.end(CloseReason.TIMED_OUT);
    server.onGone(gone, 0);
    assertThat(opens(server, opening())).isFalse();
    assertThat(sent(server)).singleElement().matches(s -> s.has(SegmentHeader.RST));
    assertThat(stats.unknown).as("it is known to be over").isZero();
    assertThat(stats.resetsAnswered).isOne();
  }

  private static boolean opens(Strangers strangers, TestSegment segment) {
    return strangers.opens(segment.view(), FROM, 0);
  }

  private static List<TestSegment> sent(Strangers strangers) {
    PacketBatch out = new PacketBatch(64, SegmentHeader.MAX_DATAGRAM);
    strangers.write(out);
    List<TestSegment> segments = new ArrayList<>();
    for (int i = 0; i < out.size(); i++) {
      assertThat(out.peer(i)).isEqualTo(FROM);
      segments.add(TestSegment.read(out.bytes(i), out.length(i)));
    }
    return segments;
  }
}
