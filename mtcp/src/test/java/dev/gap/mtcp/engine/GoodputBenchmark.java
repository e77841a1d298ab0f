package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.Locale;

import dev.gap.lab.LinkSpec;
import dev.gap.mtcp.engine.Rig.Download;

/**
 * Goodput of profile 2 beside profile 1's: downloads of twelve seconds in virtual time, means over seeds. By hand, with how many seeds
 * and, if not all, which links: {@code mvn -pl mtcp -am test-compile && java -cp
 * mtcp/target/classes:mtcp/target/test-classes:transport/target/classes:lab/target/classes dev.gap.mtcp.engine.GoodputBenchmark 3 0.3}
 */
final class GoodputBenchmark {
  private static final Duration LENGTH = Duration.ofSeconds(12);

  private GoodputBenchmark() {}

  /** Prints a line for each link. */
  public static void main(String[] arguments) {
    int seeds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    String only = arguments.length > 1 ? arguments[1] : "";
    for (double loss : new double[]{0, 0.01, 0.05, 0.1, 0.2, 0.3}) {
      if (only.isEmpty() || only.equals(Double.toString(loss))) compare("loss " + loss, Rig.link(50, 100, loss), seeds);
    }
    if (only.isEmpty() || only.equals("burst"))
      compare("loss 0.1, bursts of 4", Rig.link(50, 100, 0.1).withBurst(4), seeds);
    if (only.isEmpty() || only.equals("jitter")) {
      compare("jitter 10 ms", Rig.link(50, 100, 0).withJitter(Duration.ofMillis(10)), seeds);
    }
  }

  private static void compare(String name, LinkSpec link, int seeds) {
    double one = 0;
    double two = 0;
    for (int seed = 7; seed < 7 + seeds; seed++) {
      one += goodput(new Rig(link, seed)) / seeds;
      two += goodput(Rig.secure(link, seed)) / seeds;
    }
    System.out.printf(Locale.ROOT, "%-22s profile 1 %6.2f Mbit/s, profile 2 %6.2f Mbit/s, ratio %.4f%n", name, one, two,
        two / one);
  }

  private static double goodput(Rig rig) {
    Download download = rig.new Download(4L << 30);
    rig.network.runFor(LENGTH);
    return download.sink.received * 8e3 / (rig.now() - download.sink.firstByteAt);
  }
}
