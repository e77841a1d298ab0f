package dev.gap.tcp.engine;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Many short lives of two hosts over a network that does what it likes: every byte arrives, and nothing is left over. */
class SimulationTest {
  private static final int RUNS = Boolean.getBoolean("gap.full") ? 20_000 : 500;
  private static final long ONE = Long.getLong("gap.seed", 0);
  private static final int MOST_FAILURES = 5;
  /** What was once wrong, and stands beyond the usual runs: data of a SYN is sent again into a window that is closed. */
  private static final long[] ONCE_WRONG = {11_002, 14_569};

  @Test
  void whateverTheNetworkDoesEveryByteArrivesAndNothingIsLeftOver() {
    List<String> failures = new ArrayList<>();
    for (long seed : ONE > 0 ? new long[0] : ONCE_WRONG) {
      String failure = new SimulatedScenario(seed).run();
      if (failure != null) failures.add("seed " + seed + ": " + failure);
    }
    for (long seed = ONE > 0 ? ONE : 1; seed <= (ONE > 0 ? ONE : RUNS) && failures.size() < MOST_FAILURES; seed++) {
      String failure = new SimulatedScenario(seed).run();
      if (failure != null) failures.add("seed " + seed + ": " + failure);
    }
    assertThat(failures).as("seeds that fail; -Dgap.seed runs one of them").isEmpty();
  }
}
