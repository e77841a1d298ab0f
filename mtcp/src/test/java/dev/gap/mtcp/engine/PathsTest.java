package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class PathsTest {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final Paths paths = new Paths(new RatePolicy.Fixed(8_000_000));

  @Test
  void allConnectionsToAnAddressShareAPath() {
    Path path = paths.to(peer(1), 0);
    assertThat(path.peer()).isEqualTo(peer(1));
    assertThat(path.rate().pacingRate()).isEqualTo(1_000_000);
    assertThat(paths.to(peer(1), 5)).isSameAs(path);
    assertThat(paths.to(peer(2), 5)).isNotSameAs(path);
  }

  @Test
  void askingForAPathMakesNone() {
    assertThat(paths.known(peer(1))).isNull();
    Path path = paths.to(peer(1), 0);
    assertThat(paths.known(peer(1))).isSameAs(path);
  }

  @Test
  void whereTheyAreFewPathsAreRememberedForever() {
    Path path = paths.to(peer(1), 0);
    fill(2, 256, 100_000 * MINUTE);
    assertThat(paths.known(peer(1))).isSameAs(path);
  }

  @Test
  void whereTheyAreManyThoseLongUnusedGiveWay() {
    fill(1, 256, 0);
    used(paths.to(peer(1), 0), MINUTE);
    paths.to(peer(2), 0).join(0);
    long sweep = 11 * MINUTE;
    paths.to(peer(1000), sweep);
    assertThat(paths.known(peer(1))).as("used ten minutes ago").isNotNull();
    assertThat(paths.known(peer(2))).as("a connection has it").isNotNull();
    assertThat(paths.known(peer(3))).isNull();
    assertThat(paths.known(peer(256))).isNull();
    assertThat(paths.known(peer(1000))).isNotNull();
  }

  private void fill(int first, int last, long nowNanos) {
    for (int i = first; i <= last; i++)
      used(paths.to(peer(i), nowNanos), nowNanos);
  }

  private static void used(Path path, long nowNanos) {
    path.join(nowNanos);
    path.leave(nowNanos);
  }

  private static InetSocketAddress peer(int port) {
    return new InetSocketAddress("203.0.113.1", port);
  }
}
