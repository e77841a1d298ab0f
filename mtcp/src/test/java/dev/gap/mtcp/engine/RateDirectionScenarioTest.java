package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Each direction of a connection goes at the rate that the end tells which sends it. */
class RateDirectionScenarioTest {
  private static final RatePolicy AUTO = new RatePolicy.Auto();
  private static final RatePolicy NONE = new RatePolicy.None();
  private static final RatePolicy TEN = new RatePolicy.Fixed(10_000_000);
  private static final Duration LENGTH = Duration.ofSeconds(6);
  /** What the path holds in 40 ms is 340 segments: a window of 256 is 72 Mbit/s, where nothing else limits. */
  private static final WindowPolicy WINDOW = new WindowPolicy.Fixed(256);

  static Stream<Arguments> rates() {
    return Stream.of(1, 2).flatMap(profile -> Stream.of(arguments(profile, TEN, AUTO), arguments(profile, TEN, NONE),
        arguments(profile, AUTO, TEN), arguments(profile, NONE, TEN)));
  }

  @ParameterizedTest(name = "profile {0}, near {1}, far {2}")
  @MethodSource("rates")
  void eachDirectionIsSentAsItsOwnEndSays(int profile, RatePolicy near, RatePolicy far) {
    ConnectionConfig connection = ConnectionConfig.DEFAULT.withWindow(WINDOW);
    Rig rig = Rig.ofProfile(profile, Rig.link(20, 100, 0), 1,
        EndpointConfig.dialing().withConnection(connection).withRate(near),
        EndpointConfig.acceptingUpTo(8).withConnection(connection).withRate(far));
    Connection dialed = rig.dial();
    rig.new Source(rig.near, dialed, 1L << 40);
    Connection accepted = rig.accepted();
    rig.new Source(rig.far, accepted, 1L << 40);
    Rig.Sink up = rig.new Sink(rig.far, accepted);
    Rig.Sink down = rig.new Sink(rig.near, dialed);
    rig.network.runFor(LENGTH);
    assertRate("up", near, up.received);
    assertRate("down", far, down.received);
  }

  private static void assertRate(String direction, RatePolicy rate, long received) {
    double megabits = received * 8 / 1e6 / LENGTH.toSeconds();
    if (rate.equals(TEN)) assertThat(megabits).as(direction).isBetween(9.0, 10.5);
    else assertThat(megabits).as(direction).isBetween(55.0, 75.0);
  }
}
