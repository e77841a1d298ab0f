package dev.gap.cli;

import java.net.InetSocketAddress;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.ConnectionInfo;
import dev.gap.mtcp.engine.WindowPolicy;

import static org.assertj.core.api.Assertions.assertThat;

final class ForegroundTest {
  @Test
  void tellsTheWindowAndHowFarThoseOfConnectionsHaveGrown() {
    List<ConnectionInfo> two = List.of(connection(300), connection(200));
    assertThat(Foreground.text(new WindowPolicy.Fixed(256), two)).isEqualTo("256");
    assertThat(Foreground.text(new WindowPolicy.Auto(1000), two)).isEqualTo("auto (up to 1000; now 300 at most)");
    assertThat(Foreground.text(new WindowPolicy.Auto(1000), List.of()))
        .isEqualTo("auto (up to 1000; no connection is open)");
  }

  private static ConnectionInfo connection(int windowLimit) {
    return new ConnectionInfo(1, new InetSocketAddress("203.0.113.1", 2286), true, 0, 0, 0, windowLimit, 0, 0, 0, 0, 0,
        0);
  }
}
