package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.HandDriven.Sent;
import dev.gap.mtcp.engine.wire.SegmentHeader;

import static dev.gap.mtcp.engine.HandDriven.FAR;
import static dev.gap.mtcp.engine.HandDriven.NEAR;
import static dev.gap.mtcp.engine.TestSegment.data;
import static dev.gap.mtcp.engine.TestSegment.opening;
import static dev.gap.mtcp.engine.TestSegment.pure;
import static dev.gap.mtcp.engine.TestSegment.reset;
import static org.assertj.core.api.Assertions.assertThat;

/** What a path counts when connections come, move and end in the midst of sending, and what silence means to it. */
final class PathBooksTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1000 * MS;
  private static final InetSocketAddress MOVED = new InetSocketAddress("203.0.113.1", 1111);

  private final HandDriven server = new HandDriven(EndpointConfig.acceptingUpTo(4));
  private final HandDriven client = new HandDriven(EndpointConfig.dialing());

  @Test
  void aConnectionThatEndsTakesItsFlightOutOfTheCount() {
    Connection connection = accepted();
    Path path = connection.path();
    write(server, connection, 20_000, MS);
    assertThat(path.bytesInFlight()).isGreaterThan(20_000);

    server.give(NEAR, 2 * MS, reset(2));
    assertThat(connection.closeReason()).isEqualTo(CloseReason.RESET_BY_PEER);
    assertThat(path.bytesInFlight()).isZero();
  }

  @Test
  void aConnectionThatMovesTakesItsFlightOutOfTheCount() {
    Connection connection = accepted();
    Path old = connection.path();
    write(server, connection, 20_000, MS);
    int challenge = nominate(connection);

    server.give(MOVED, 20 * MS, pure(2).withTs(6, challenge));
    assertThat(connection.peer()).isEqualTo(MOVED);
    assertThat(old.bytesInFlight()).isZero();
    server.runUntil(300 * MS);
    assertThat(connection.path().bytesInFlight()).isGreaterThan(20_000);
  }

  @Test
  void aConnectionThatMovesAndEndsInOneBatchLeavesTheCountOnce() {
    Connection connection = accepted();
    Path old = connection.path();
    write(server, connection, 20_000, MS);
    int challenge = nominate(connection);

    server.give(MOVED, 20 * MS, pure(2).withTs(6, challenge), reset(2));
    assertThat(connection.closeReason()).isEqualTo(CloseReason.RESET_BY_PEER);
    assertThat(old.bytesInFlight()).isZero();
  }

  @Test
  void everythingAcknowledgedLeavesNothingInFlight() {
    Connection connection = accepted();
    write(server, connection, 14_200, MS);
    server.give(NEAR, 30 * MS, pure(2).withAck(2).withSack(4, 5));
    server.give(NEAR, 40 * MS, pure(2).withAck(10));
    assertThat(connection.path().bytesInFlight()).isZero();
    assertThat(connection.isOutputAcknowledged()).isTrue();
  }

  @Test
  void aClockThatLiesMakesNothingArriveBeforeItWasSent() {
    Connection connection = accepted();
    write(server, connection, 14_200, MS);
    for (int i = 1; i <= 8; i++)
      server.give(NEAR, (30 + i) * MS, pure(2).withAck(1 + i).withTs(1000 + 30 + i, 0));
    write(server, connection, 1420, 60 * MS);
    server.give(NEAR, 61 * MS, pure(2).withAck(11).withTs(1000 + 61 - 28, 0));
    server.give(NEAR, 62 * MS, pure(2).withAck(11).withTs(1000 + 62 + 28, 0));
    assertThat(connection.isOutputAcknowledged()).isTrue();
    assertThat(connection.path().minRttNanos()).isPositive();
  }

  @Test
  void aPathThatWasLeftWithoutAnAnswerIsNoOutageForTheNextConnection() {
    Connection first = client.endpoint.connect(FAR, 1, 0);
    write(client, first, 5000, 0);
    first.reset();
    client.endpoint.update(first, 0);
    client.poll(0);
    client.runUntil(10 * SECOND);
    assertThat(client.endpoint.connectionCount()).isZero();

    Connection second = client.endpoint.connect(FAR, 2, 10 * SECOND);
    List<Sent> flight = write(client, second, 20 * SegmentHeader.MAX_PAYLOAD, 10 * SECOND);
    assertThat(flight).as("the first flight on a path that nothing waits on").hasSize(21);
  }

  @Test
  void aWriteAfterASilenceLongerThanTheTimeoutIsGivenItsChance() {
    ConnectionConfig seeds = ConnectionConfig.DEFAULT.withKeepalive(Duration.ofHours(2), Duration.ofSeconds(75), 9);
    HandDriven patient = new HandDriven(EndpointConfig.dialing().withConnection(seeds));
    Connection connection = patient.endpoint.connect(FAR, TestSegment.ID, 0);
    patient.poll(0);
    patient.give(FAR, 40 * MS, pure(0).withAck(1).withTs(20, 0));
    // quiet for an hour, which is no reason to give up before the first probe is due
    long later = 3600 * SECOND;
    patient.runUntil(later);
    assertThat(connection.closeReason()).isNull();

    write(patient, connection, 100, later);
    patient.runUntil(later + SECOND);
    assertThat(connection.closeReason()).isNull();
  }

  /** What came before an outage and is acknowledged after it tells how long that was. */
  @Test
  void anOutageIsNoRoundTrip() {
    Path path = new Path(NEAR, new RatePolicy.None().controller());
    path.onSent(1400, 0);
    path.onHeard(10 * SECOND);
    path.onRtt(10 * SECOND, 10 * SECOND);
    assertThat(path.isMeasured()).isFalse();
    path.onHeard(10 * SECOND + 100 * MS);
    path.onRtt(100 * MS, 10 * SECOND + 100 * MS);
    assertThat(path.smoothedRttNanos()).isEqualTo(100 * MS);
  }

  /** The first word by satellite comes after three of the timeouts that are assumed before it. */
  @Test
  void aLongFirstRoundTripIsNoOutage() {
    Path path = new Path(NEAR, new RatePolicy.None().controller());
    path.onSent(1400, 0);
    path.onHeard(700 * MS);
    path.onRtt(700 * MS, 700 * MS);
    assertThat(path.smoothedRttNanos()).isEqualTo(700 * MS);
  }

  private Connection accepted() {
    server.give(NEAR, 0, opening().withWindow(1000), data(1, "x").withWindow(1000).withTs(1, 0));
    server.give(NEAR, 0, pure(2).withWindow(1000).withTs(2, 0));
    return Objects.requireNonNull(server.endpoint.accept());
  }

  /** The peer is heard from another address. {@return the timestamp that it is challenged to echo} */
  private int nominate(Connection connection) {
    List<Sent> answers = server.give(MOVED, 10 * MS, pure(2).withTs(5, 0));
    assertThat(connection.peer()).isEqualTo(NEAR);
    return answers.stream().filter(s -> s.to().equals(MOVED)).findFirst().orElseThrow().segment().tsVal();
  }

  private static List<Sent> write(HandDriven side, Connection connection, int bytes, long nowNanos) {
    assertThat(connection.write(new byte[bytes], 0, bytes)).isEqualTo(bytes);
    side.endpoint.update(connection, nowNanos);
    return side.poll(nowNanos);
  }
}
