package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.mtcp.engine.HandDriven.Sent;
import dev.gap.mtcp.engine.wire.SegmentHeader;

import static dev.gap.mtcp.engine.HandDriven.FAR;
import static dev.gap.mtcp.engine.HandDriven.NEAR;
import static dev.gap.mtcp.engine.TestSegment.data;
import static dev.gap.mtcp.engine.TestSegment.fin;
import static dev.gap.mtcp.engine.TestSegment.opening;
import static dev.gap.mtcp.engine.TestSegment.pure;
import static dev.gap.mtcp.engine.TestSegment.reset;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Segments of no connection, of one not yet open, and of one that is over. */
final class StraySegmentsTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1000 * MS;

  private final HandDriven server = new HandDriven(EndpointConfig.acceptingUpTo(4));
  private final HandDriven client = new HandDriven(EndpointConfig.dialing());

  @BeforeEach
  void nothingIsOpen() {
    assertThat(server.endpoint.connectionCount()).isZero();
    assertThat(client.endpoint.connectionCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 31, 32, 1000, -1, Integer.MIN_VALUE})
  void aSegmentOfAnUnknownConnectionMakesNoneAndIsReset(int seq) {
    TestSegment stray = data(seq, "stray").withAck(77).withTs(500, 600);
    for (HandDriven side : List.of(server, client)) {
      List<Sent> answers = side.give(NEAR, 0, stray);
      assertThat(answers).hasSize(1);
      TestSegment answer = answers.getFirst().segment();
      assertThat(answers.getFirst().to()).isEqualTo(NEAR);
      assertThat(answer.has(SegmentHeader.RST)).isTrue();
      assertThat(answer.id()).isEqualTo(TestSegment.ID);
      assertThat(answer.seq()).as("where the stray's sender expects it").isEqualTo(77);
      assertThat(answer.length()).isLessThanOrEqualTo(stray.length());
      assertThat(side.endpoint.connectionCount()).isZero();
    }
  }

  @Test
  void anOpeningSegmentWithAnotherNumberOpensNothing() {
    server.give(NEAR, 0, new TestSegment(1, 1, 5, 0, 0, 9, SegmentHeader.CNT, List.of(), new byte[0]));
    server.give(NEAR, 0, new TestSegment(2, -1, 0, 0, 0, 9, SegmentHeader.CNT, List.of(), new byte[0]));
    assertThat(server.endpoint.connectionCount()).isZero();
    assertThat(server.endpoint.accept()).isNull();
  }

  @Test
  void aDialingSideAcceptsNothing() {
    client.give(FAR, 0, opening());
    assertThat(client.endpoint.connectionCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 32, 1000, -1})
  void aResetIsNeverAnsweredByAReset(int seq) {
    for (HandDriven side : List.of(server, client)) {
      assertThat(side.give(NEAR, 0, reset(seq), reset(seq).withAck(9))).isEmpty();
      assertThat(side.runUntil(5 * SECOND)).isEmpty();
    }
  }

  @Test
  void onlyResetsThatAreSentAreCounted() {
    client.give(NEAR, 0, reset(1000), reset(5), data(3, "x"));
    assertThat(client.endpoint.stats().snapshot().resetsAnswered()).isEqualTo(1);
  }

  @Test
  void dataThatOvertakesTheOpeningIsKeptForIt() {
    assertThat(server.give(NEAR, 0, data(1, "hello, "), data(2, "mTCP"))).isEmpty();
    assertThat(server.endpoint.connectionCount()).isZero();
    server.give(NEAR, 10 * MS, opening());

    Connection connection = Objects.requireNonNull(server.endpoint.accept());
    assertThat(text(connection)).isEqualTo("hello, mTCP");
    assertThat(server.runUntil(3 * SECOND)).noneMatch(s -> s.segment().has(SegmentHeader.RST));
  }

  @Test
  void dataWhoseOpeningNeverComesIsResetAfterTenSeconds() {
    assertThat(server.give(NEAR, 0, data(1, "x"))).isEmpty();
    assertThat(server.runUntil(10 * SECOND - 1)).isEmpty();
    assertThat(HandDriven.segments(server.runUntil(10 * SECOND))).singleElement()
        .matches(s -> s.has(SegmentHeader.RST) && s.id() == TestSegment.ID);
    assertThat(server.endpoint.connectionCount()).isZero();
  }

  @Test
  void aFloodOfStraysIsAnsweredInPart() {
    for (int i = 0; i < 100; i++) {
      TestSegment[] flood = new TestSegment[64];
      for (int k = 0; k < flood.length; k++)
        flood[k] = data(500, "x").withId(i * 64L + k);
      assertThat(server.give(NEAR, i, flood)).hasSizeLessThanOrEqualTo(64);
    }
    assertThat(server.endpoint.connectionCount()).isZero();
  }

  @Test
  void aFinishedConnectionAnswersALateFinWithItsLastAcknowledgment() {
    Connection connection = finished();
    assertThat(connection.closeReason()).isEqualTo(CloseReason.FINISHED);
    assertThat(server.endpoint.connectionCount()).isZero();

    List<Sent> answers = server.give(NEAR, 40 * MS, fin(2).withAck(1).withTs(7, 7));
    assertThat(HandDriven.segments(answers)).singleElement().satisfies(answer -> {
      assertThat(answer.flags() & ~SegmentHeader.RSV).isEqualTo(SegmentHeader.ACK);
      assertThat(answer.ack()).isEqualTo(3);
      assertThat(answer.seq()).isEqualTo(1);
    });
    assertThat(server.give(NEAR, 41 * MS, pure(3).withAck(1))).isEmpty();
  }

  @Test
  void aLateCopyOfTheOpeningOpensNothingAgain() {
    finished();
    assertThat(server.give(NEAR, 50 * MS, opening())).isEmpty();
    assertThat(server.endpoint.connectionCount()).isZero();
    assertThat(server.endpoint.accept()).isNull();
  }

  @Test
  void aResetConnectionAnswersWhateverComesByAReset() {
    server.give(NEAR, 0, opening());
    Connection connection = Objects.requireNonNull(server.endpoint.accept());
    connection.reset();
    server.endpoint.update(connection, MS);
    assertThat(server.poll(MS)).anyMatch(s -> s.segment().has(SegmentHeader.RST));
    assertThat(HandDriven.segments(server.give(NEAR, 2 * MS, data(1, "x")))).singleElement()
        .matches(s -> s.has(SegmentHeader.RST));
    assertThat(server.give(NEAR, 3 * MS, reset(1))).isEmpty();
  }

  @Test
  void tooManyAreRefusedAndCounted() {
    for (int id = 1; id <= 6; id++)
      server.give(NEAR, 0, opening().withId(id));
    assertThat(server.endpoint.connectionCount()).isEqualTo(4);
    assertThat(server.endpoint.stats().snapshot().refused()).isEqualTo(2);
  }

  @Test
  void aDialerHearsItsServersAddressAlone() {
    Connection connection = client.endpoint.connect(FAR, TestSegment.ID, 0);
    client.poll(0);
    InetSocketAddress liar = new InetSocketAddress("203.0.113.9", 2286);
    client.give(liar, MS, reset(0), data(0, "lie"));
    assertThat(connection.closeReason()).isNull();
    assertThat(connection.readableBytes()).isZero();
    assertThat(client.endpoint.stats().snapshot().wrongAddress()).isEqualTo(2);
    client.give(FAR, 2 * MS, data(0, "true").withAck(1));
    assertThat(text(connection)).isEqualTo("true");
  }

  /** A connection that the test has opened, used and ended in both directions. */
  private Connection finished() {
    server.give(NEAR, 0, opening(), data(1, "x"), fin(2).withTs(3, 0));
    Connection connection = Objects.requireNonNull(server.endpoint.accept());
    text(connection);
    connection.shutdownOutput();
    server.endpoint.update(connection, 10 * MS);
    assertThat(server.poll(10 * MS)).anyMatch(s -> s.segment().has(SegmentHeader.FIN));
    server.give(NEAR, 20 * MS, pure(3).withAck(1).withTs(20, 10));
    return connection;
  }

  private static String text(Connection connection) {
    byte[] to = new byte[1000];
    return new String(to, 0, connection.read(to, 0, to.length), UTF_8);
  }
}
