package dev.gap.mtcp.engine;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gap.mtcp.engine.secure.SecureEndpoint;

import static org.assertj.core.api.Assertions.assertThat;

/** Connections inside a session of profile 2. */
class SecureScenarioTest {
  @ParameterizedTest(name = "loss {0}")
  @CsvSource({"0", "0.05", "0.2"})
  void aDownloadArrivesWhole(double loss) {
    Rig rig = Rig.secure(Rig.link(50, 100, loss), 1);
    var download = rig.new Download(20_000_000);
    assertThat(download.finish(Duration.ofSeconds(20))).isTrue();
    assertThat(download.sink.received).isEqualTo(20_000_000);
    assertThat(((SecureEndpoint) rig.far).datagramSizes()).containsExactly(1472);
  }
}
