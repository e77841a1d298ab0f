package dev.gap.cli;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

import dev.gap.lab.LinkSpec;
import dev.gap.lab.bench.BenchModule;
import dev.gap.lab.bench.BenchSystem;
import dev.gap.lab.bench.Lab;
import dev.gap.lab.bench.Scenario;
import dev.gap.lab.bench.Scenario.Measure;
import dev.gap.lab.bench.Systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the command line of {@code gap lab} asks for. */
final class LabCommandTest {
  private static final Systems SYSTEMS = new Systems(List.of("gap"), new BenchModule(null, s -> {}));
  private static final LinkSpec USUAL = Scenario.usual().down();

  private static Lab.Plan plan(String... arguments) {
    CommandLine line = new CommandLine(LabCommand.spec());
    line.parseArgs(arguments);
    return ((LabCommand) line.getCommandSpec().userObject()).plan(SYSTEMS);
  }

  private static Scenario scenario(String... arguments) {
    return plan(arguments).scenarios().getFirst();
  }

  private static List<String> systems(String... arguments) {
    return plan(arguments).systems().stream().map(BenchSystem::name).toList();
  }

  @Test
  void withoutOptionsTheLinkIsTheUsualOne() {
    assertThat(plan().scenarios()).containsExactly(Scenario.usual());
  }

  @Test
  void eachOptionOfTheLinkIsForBothDirections() {
    Scenario scenario = scenario("--delay", "20", "--jitter", "2.5", "--rate", "0.5", "--queue", "0", "--loss", "5",
        "--burst", "3", "--reorder", "1", "--duplicate", "0.2");
    LinkSpec expected = USUAL.withDelay(Duration.ofMillis(20)).withJitter(Duration.ofNanos(2_500_000))
        .withRate(500_000).withQueue(Duration.ZERO).withLoss(0.05).withBurst(3).withReorder(0.01).withDuplicate(0.002);
    assertThat(scenario.up()).isEqualTo(expected);
    assertThat(scenario.down()).isEqualTo(expected);
  }

  @Test
  void anOptionOfADirectionIsForThatAlone() {
    Scenario scenario = scenario("--loss-up", "3", "--delay-down", "20", "--jitter-up", "1", "--rate-up", "10",
        "--queue-down", "30", "--burst-up", "2", "--reorder-down", "4", "--duplicate-up", "6");
    assertThat(scenario.up()).isEqualTo(USUAL.withLoss(0.03).withJitter(Duration.ofMillis(1)).withRate(10_000_000)
        .withBurst(2).withDuplicate(0.06));
    assertThat(scenario.down()).isEqualTo(USUAL.withDelay(Duration.ofMillis(20)).withQueue(Duration.ofMillis(30))
        .withReorder(0.04));
  }

  @ParameterizedTest
  @CsvSource({"--loss 5 --loss-up 3, 0.03, 0.05", "--loss-up 3 --loss 5, 0.03, 0.05",
      "--loss 5 --loss-down 0, 0.05, 0", "--loss-down 7 --loss-up 8, 0.08, 0.07"})
  void whatIsSaidOfADirectionCountsMoreThanWhatIsSaidOfBoth(String arguments, double up, double down) {
    Scenario scenario = scenario(arguments.split(" ", -1));
    assertThat(scenario.up()).isEqualTo(USUAL.withLoss(up));
    assertThat(scenario.down()).isEqualTo(USUAL.withLoss(down));
  }

  @Test
  void aNamedScenarioIsChangedInWhatIsGivenOnly() {
    Scenario burst = Scenario.named("burst").orElseThrow();
    Scenario changed = scenario("--scenario", "burst", "--delay", "5", "--loss-down", "2");
    assertThat(changed.name()).isEqualTo("burst");
    assertThat(changed.up()).isEqualTo(burst.up().withDelay(Duration.ofMillis(5)));
    assertThat(changed.down()).isEqualTo(burst.down().withDelay(Duration.ofMillis(5)).withLoss(0.02));
  }

  @Test
  void lossAndBurstsAreJudgedTogether() {
    // bursts of 4 could not lose that much
    assertThat(scenario("--scenario", "burst", "--loss", "90", "--burst", "20").down())
        .isEqualTo(USUAL.withBurst(20).withLoss(0.9));
    assertThatThrownBy(() -> plan("--scenario", "burst", "--loss", "90")).isInstanceOf(ParameterException.class)
        .hasMessageContaining("loss in bursts of 4");
  }

  @Test
  void almostNoRateIsNotUnlimited() {
    assertThat(scenario("--rate", "1e-9").down().rate()).isEqualTo(1);
    assertThat(scenario("--rate", "0").down().rate()).isZero();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"--loss-up 101 | loss must be 0 to 100 %, not 101",
      "--loss NaN | loss must be 0 to 100 %, not NaN", "--reorder -0.5 | reorder must be 0 to 100 %, not -0.5",
      "--duplicate-down 100.5 | duplicate must be 0 to 100 %, not 100.5",
      "--delay -1 | delay must be 0 to 86400000 ms, not -1", "--delay NaN | delay must be 0 to 86400000 ms, not NaN",
      "--jitter-down 1e9 | jitter must be 0 to 86400000 ms, not 1000000000",
      "--queue Infinity | queue must be 0 to 86400000 ms, not Infinity",
      "--rate -1 | rate must be 0 (no limit) to 1000000 Mbit/s, not -1",
      "--rate-up NaN | rate must be 0 (no limit) to 1000000 Mbit/s, not NaN",
      "--burst 0.5 | burst must be 1 (independent losses) or more packets, not 0.5",
      "--seconds NaN | more than 0 and up to 3600 seconds, not NaN", "--seconds 3601 | up to 3600 seconds, not 3601",
      "--repeat 0 | at least once, not 0 times", "--delay much | Invalid value for option '--delay'"})
  void whatCannotBeIsSaid(String arguments, String message) {
    assertThatThrownBy(() -> plan(arguments.split(" ", -1))).isInstanceOf(ParameterException.class)
        .hasMessageContaining(message);
  }

  @Test
  void scenariosAndSystemsComeAsAskedAndOnce() {
    assertThat(plan("--scenario", "jitter,loss-5", "--scenario", "jitter").scenarios()).extracting(Scenario::name)
        .containsExactly("jitter", "loss-5");
    assertThat(plan("--scenario", "all").scenarios()).isEqualTo(Scenario.all());
    assertThat(systems("--systems", "tcp-bbr,gap,gap-p1-20", "--systems", "gap")).containsExactly("tcp-bbr", "gap",
        "gap-p1-20");
    assertThat(systems("--systems", "all")).isEqualTo(SYSTEMS.all().stream().map(BenchSystem::name).toList());
  }

  @Test
  void theHelpTellsWhichSystemsAreMeasuredOnRequestAlone() {
    List<String> unusual = SYSTEMS.all().stream().map(BenchSystem::name).filter(name -> !systems().contains(name))
        .toList();
    assertThat(LabCommand.UNUSUAL.split(", | and ", -1)).containsExactlyElementsOf(unusual);
  }

  @Test
  void measuresAsLongAndAsOftenAsAsked() {
    Lab.Plan plan = plan("--seconds", "2.5", "--repeat", "3", "--seed", "9", "--echo", "--scenario", "loss-5",
        "--systems", "gap,ngtcp2-bbr");
    assertThat(plan.seconds()).isEqualTo(2.5);
    assertThat(plan.seed()).isEqualTo(9);
    assertThat(plan.scenarios().getFirst().measures()).containsExactlyInAnyOrder(Measure.DOWNLOAD, Measure.ECHO);
    assertThat(plan.count()).as("ngtcp2 has no echoes").isEqualTo(3 * (2 + 1));
  }
}
