package dev.gap.lab.bench;

import java.util.stream.DoubleStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

/** Spreads, percentiles and scales. */
final class FiguresTest {
  private static Spread spread(Double... values) {
    return Spread.of(Stream.of(values), Double::doubleValue);
  }

  @Test
  void aSpreadIsTheMiddleAndTheEnds() {
    assertThat(spread(3.0, 1.0, 8.0)).isEqualTo(new Spread(3, 1, 8));
    assertThat(spread(3.0, 1.0, 8.0, 4.0)).isEqualTo(new Spread(3.5, 1, 8));
    assertThat(spread(3.0, 1.0, 8.25).text(1)).isEqualTo("3.0 (1.0-8.3)");
    assertThat(spread(2.0).text(0)).isEqualTo("2");
    assertThatThrownBy(FiguresTest::spread).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void percentilesOfEchoesAreTimesThatWereMeasured() {
    EchoTimes times = new EchoTimes(250);
    for (int i = 200; i > 0; i--)
      times.add(i * 10L);
    assertThat(times.summary()).isEqualTo(new Echo(200, 250, 1000, 1800, 1980, 2000));
    assertThat(new EchoTimes(5).summary()).isEqualTo(new Echo(0, 5, 0, 0, 0, 0));
  }

  @Test
  void whatAProbeSaysIsUnderstood() {
    Echo echo = new Echo(1, 2, 3, 4, 5, 6);
    assertThat(Echo.parse(echo.line())).isEqualTo(echo);
    Download download = new Download(1_000_000, 20, 8_000_000, "ab");
    assertThat(Download.parse(download.line() + "\n")).isEqualTo(download);
    assertThat(download.megabitsPerSecond()).isEqualTo(1000);
    assertThatThrownBy(() -> Download.parse("bytes")).hasMessageContaining("'bytes'");
    assertThatThrownBy(() -> Echo.parse("echoed 1")).hasMessageContaining("'echoed 1'");
  }

  @Test
  void aLinearScaleEndsAtARoundNumber() {
    Scale scale = Scale.linear(93.3, 0, 100);
    assertThat(scale.ticks()).containsExactly(0.0, 20.0, 40.0, 60.0, 80.0, 100.0);
    assertThat(scale.at(50)).isEqualTo(50);
    assertThat(Scale.linear(30, 0, 1).ticks()).endsWith(30.0);
    assertThat(Scale.linear(0, 0, 1).ticks()).hasSizeGreaterThan(1);
  }

  @Test
  void aLogarithmicScaleHoldsAllValues() {
    Scale scale = Scale.logarithmic(DoubleStream.of(99, 131, 1470), 0, 100);
    assertThat(scale.ticks()).containsExactly(50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0);
    assertThat(scale.at(50)).isZero();
    assertThat(scale.at(2000)).isCloseTo(100, within(1e-9));
    assertThat(Scale.logarithmic(DoubleStream.empty(), 0, 1).ticks()).hasSizeGreaterThan(1);
  }
}
