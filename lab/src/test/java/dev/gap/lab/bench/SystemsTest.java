package dev.gap.lab.bench;

import java.util.HashSet;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What can be measured, and under which names. */
final class SystemsTest {
  private static final Systems SYSTEMS = new Systems(List.of("gap"), new BenchModule(null, s -> {}));

  private static GapSystem gap(String name) {
    return (GapSystem) SYSTEMS.named(name).orElseThrow();
  }

  @Test
  void gapIsMeasuredInBothProfilesAndEachRateMode() {
    List<String> names = SYSTEMS.all().stream().map(BenchSystem::name).toList();
    assertThat(names).startsWith("gap", "gap-none", "gap-fixed", "gap-p1", "gap-p1-none", "gap-p1-fixed");
    assertThat(new HashSet<>(names)).hasSameSizeAs(names);
    assertThat(SYSTEMS.usual()).extracting(BenchSystem::name).contains("gap", "gap-p1").doesNotContain("gap-p1-none");
  }

  @Test
  void profile1HasAPassphraseAndProfile2AKey() {
    assertThat(gap("gap-p1").profile().options()).startsWith("--profile", "1", "--key").noneMatch(
        option -> option.startsWith("mk2:"));
    assertThat(gap("gap").profile().options()).startsWith("--profile", "2", "--key").anyMatch(
        option -> option.startsWith("mk2:"));
    assertThat(gap("gap-p1-fixed").title())
        .isEqualTo("gap --profile 1 --rate at 80 % of what the link lets through");
  }

  @Test
  void aNumberIsARateInEitherProfile() {
    assertThat(gap("gap-40").title()).isEqualTo("gap --profile 2 --rate '40 mbps'");
    assertThat(gap("gap-p1-40").title()).isEqualTo("gap --profile 1 --rate '40 mbps'");
    for (String name : List.of("gap-0", "gap-p1-0", "gap-p2", "gap-p1-", "gap-1000000", "gap-p1-fast", "GAP"))
      assertThat(SYSTEMS.named(name)).as(name).isEmpty();
  }
}
