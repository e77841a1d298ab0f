package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.gap.mtcp.engine.HandDriven.NEAR;
import static dev.gap.mtcp.engine.TestSegment.data;
import static dev.gap.mtcp.engine.TestSegment.opening;
import static dev.gap.mtcp.engine.TestSegment.pure;
import static org.assertj.core.api.Assertions.assertThat;

/** Which transmission an acknowledgment is for, and what follows for the others, on a path of 100 ms that nothing guards. */
final class RetransmissionTest {
  private static final long MS = 1_000_000;
  private static final InetSocketAddress OTHER = new InetSocketAddress("203.0.113.1", 1111);

  private final HandDriven server = new HandDriven(EndpointConfig.acceptingUpTo(4).withRate(new RatePolicy.None()));
  private Connection connection;

  /** Segment 0 measures the path, 1 is passed over by 2, and so sent again; 3 is on its way meanwhile. */
  @BeforeEach
  void segmentOneIsTakenForLost() {
    server.give(NEAR, 0, opening().withWindow(1000), data(1, "x").withWindow(1000).withTs(1, 0));
    connection = Objects.requireNonNull(server.endpoint.accept());
    assertThat(write(0)).containsExactly(0);
    assertThat(acknowledge(100, 0, 1)).isEmpty();
    assertThat(write(1000)).containsExactly(1);
    assertThat(write(1001)).containsExactly(2);
    assertThat(write(1050)).containsExactly(3);
    assertThat(acknowledge(1101, 0, 1, 2, 2)).isEmpty();
    assertThat(runUntil(1105)).as("sent again").containsExactly(1);
    // whatever is found below within a round trip and a half is not found by this
    assertThat(connection.path().rtoNanos()).isGreaterThan(200 * MS);
  }

  @Test
  void anAcknowledgmentSoonerThanAnyRoundTripIsForTheEarlierTransmission() {
    assertThat(acknowledge(1110, 1000, 3)).isEmpty();
    // sent after the earlier transmission of 1, before the later one: nothing has passed it over
    assertThat(runUntil(1200)).isEmpty();
    assertThat(acknowledge(1201, 1050, 4)).isEmpty();
    assertThat(connection.isOutputAcknowledged()).isTrue();
  }

  @Test
  void anAcknowledgmentAfterARoundTripIsForTheLaterTransmission() {
    assertThat(acknowledge(1205, 1103, 3)).as("passed over by the second transmission of 1").containsExactly(3);
  }

  @Test
  void anAcknowledgmentThatEchoesTheEarlierTransmissionIsForThatHoweverLate() {
    assertThat(acknowledge(1205, 1000, 3)).isEmpty();
    assertThat(runUntil(1240)).as("nothing has passed 3 over").isEmpty();
  }

  @Test
  void anEchoOfWhatWasSentBetweenTheTwoTellsThatTheLaterHasNotArrived() {
    assertThat(acknowledge(1205, 1102, 3)).isEmpty();
  }

  @Test
  void aLostRetransmissionIsFoundByWhatWasSentAfterItWithinTwoRoundTripsAndAHalf() {
    assertThat(write(1110)).containsExactly(4);
    assertThat(acknowledge(1150, 0, 1, 2, 3)).isEmpty();
    assertThat(runUntil(1209)).isEmpty();
    assertThat(acknowledge(1210, 0, 1, 2, 4)).containsExactly(1);
    assertThat(acknowledge(1311, 1210, 5)).isEmpty();
    assertThat(connection.isOutputAcknowledged()).isTrue();
  }

  /**
   * While another address is challenged all that is sent bears the timestamp that it began with, so an echo of that, or of the challenge, is
   * no older transmission's, and as old as it looks nothing is.
   */
  @ParameterizedTest(name = "echo {0} ms after the last timestamp before the challenge")
  @ValueSource(ints = {0, 1, 50})
  void whileAnAddressIsChallengedAnEchoTellsNothing(int echo) {
    assertThat(write(1110)).containsExactly(4);
    List<HandDriven.Sent> challenge = server.give(OTHER, 1120 * MS, acknowledging(1120, 0, 1, 2, 3));
    assertThat(challenge).extracting(HandDriven.Sent::to).contains(OTHER);
    assertThat(write(1205)).containsExactly(5);
    assertThat(numbers(server.give(OTHER, 1210 * MS, acknowledging(1210, 0, 1, 2, 4)))).as("the third time")
        .contains(1);
    long rtt = connection.path().smoothedRttNanos();
    assertThat(acknowledge(1330, 1120 + echo, 5)).as("passed over by the third transmission of 1").containsExactly(5);
    assertThat(connection.path().smoothedRttNanos()).isEqualTo(rtt);
  }

  private List<Integer> write(long atMillis) {
    connection.write(new byte[100], 0, 100);
    server.endpoint.update(connection, atMillis * MS);
    return numbers(server.poll(atMillis * MS));
  }

  /** The peer's clock is at the same millisecond always, and it echoes {@code echo}. {@return the numbers of the segments that it makes be sent at once} */
  private List<Integer> acknowledge(long atMillis, int echo, int ack, Integer... sack) {
    return numbers(server.give(NEAR, atMillis * MS, acknowledging(atMillis, echo, ack, sack)));
  }

  private static TestSegment acknowledging(long atMillis, int echo, int ack, Integer... sack) {
    return pure(2).withAck(ack).withSack(sack).withWindow(1000).withTs((int) atMillis, echo);
  }

  private List<Integer> runUntil(long atMillis) {
    return numbers(server.runUntil(atMillis * MS));
  }

  private static List<Integer> numbers(List<HandDriven.Sent> sent) {
    return HandDriven.segments(sent).stream().filter(s -> s.data().length > 0).map(TestSegment::seq).toList();
  }
}
