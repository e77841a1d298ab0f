package dev.gap.lab;

import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

final class LinkSpecTest {
  record Illegal(String complaint, UnaryOperator<LinkSpec> change) {
    @Override
    public String toString() {
      return complaint;
    }
  }

  static Stream<Illegal> illegal() {
    return Stream.of(new Illegal("delay must be 0 to 1 day", s -> s.withDelay(Duration.ofNanos(-1))),
        new Illegal("delay must be 0 to 1 day", s -> s.withDelay(Duration.ofDays(1).plusNanos(1))),
        new Illegal("jitter must be 0 to 1 day", s -> s.withJitter(Duration.ofMillis(-1))),
        new Illegal("queue must be 0 to 1 day", s -> s.withQueue(Duration.ofSeconds(-1))),
        new Illegal("rate must be 0 (unlimited) or more", s -> s.withRate(-1)),
        new Illegal("loss must be 0 to 1", s -> s.withLoss(1.01)),
        new Illegal("loss must be 0 to 1", s -> s.withLoss(Double.NaN)),
        new Illegal("loss in bursts of 3.0 must be at most 0.75", s -> s.withBurst(3).withLoss(0.76)),
        new Illegal("burst must be 1 or more", s -> s.withBurst(0.5)),
        new Illegal("burst must be 1 or more", s -> s.withBurst(Double.NaN)),
        new Illegal("reorder must be 0 to 1", s -> s.withReorder(-0.1)),
        new Illegal("duplicate must be 0 to 1", s -> s.withDuplicate(2)),
        new Illegal("corrupt must be 0 to 1", s -> s.withCorrupt(-1)),
        new Illegal("overheadBytes must be 0 to 65535", s -> s.withOverheadBytes(-1)));
  }

  @ParameterizedTest
  @MethodSource("illegal")
  void refusesIllegalValuesAndSaysWhatIsLegal(Illegal illegal) {
    assertThatIllegalArgumentException().isThrownBy(() -> illegal.change.apply(LinkSpec.PERFECT))
        .withMessageContaining(illegal.complaint);
  }

  @Test
  void changesOneValueAtATime() {
    LinkSpec spec = LinkSpec.PERFECT.withDelay(Duration.ofMillis(1)).withJitter(Duration.ofMillis(2)).withRate(3)
        .withQueue(Duration.ofMillis(4)).withLoss(0.5).withBurst(6).withReorder(0.7).withDuplicate(0.8).withCorrupt(0.9)
        .withOverheadBytes(10);

    assertThat(spec).isEqualTo(
        new LinkSpec(Duration.ofMillis(1), Duration.ofMillis(2), 3, Duration.ofMillis(4), 0.5, 6, 0.7, 0.8, 0.9, 10));
  }

  @Test
  void losesEverythingIfToldTo() {
    assertThat(LinkSpec.PERFECT.withLoss(1).loss()).isEqualTo(1);
  }
}
