package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

import dev.gap.lab.LinkStats;
import dev.gap.mtcp.engine.Rig.Download;

/**
 * Goodput of both profiles over any links: downloads of twelve seconds in virtual time, for each seed and as a mean. By hand, with how many
 * seeds and, if not those of the issue, which links ({@link StatedLink}): {@code mvn -pl mtcp -am test-compile && java -cp
 * mtcp/target/classes:mtcp/target/test-classes:transport/target/classes:lab/target/classes dev.gap.mtcp.engine.GoodputBenchmark 3
 * loss=0.3 delay=75,rate=40,loss=0.2,burst=3 reorder=0.25,loss=0.02}. {@code -Dgap.seed=} is the first seed.
 */
final class GoodputBenchmark {
  private static final Duration LENGTH = Duration.ofSeconds(12);
  private static final int FIRST_SEED = Integer.getInteger("gap.seed", 7);
  private static final List<String> LINKS = List.of("loss=0", "loss=0.01", "loss=0.05", "loss=0.1", "loss=0.2",
      "loss=0.3", "loss=0.1,burst=4", "jitter=10");

  private record Result(double goodput, double sentOverDelivered, double queueMillis) {}

  private GoodputBenchmark() {}

  /** Prints a line for each link. */
  public static void main(String[] arguments) {
    int seeds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    for (String text : arguments.length > 1 ? List.of(arguments).subList(1, arguments.length) : LINKS) {
      StatedLink link = StatedLink.parse(text);
      List<Result> one = results(seeds, link, false);
      List<Result> two = results(seeds, link, true);
      System.out.printf(Locale.ROOT, "%-32s profile 1 %s   profile 2 %s   ratio %.4f%n", text, describe(one),
          describe(two), goodputs(two).sum() / goodputs(one).sum());
    }
  }

  private static List<Result> results(int seeds, StatedLink link, boolean secure) {
    return IntStream.range(FIRST_SEED, FIRST_SEED + seeds)
        .mapToObj(seed -> run(link.rig(secure ? 2 : 1, seed)))
        .toList();
  }

  private static Result run(Rig rig) {
    Download download = rig.new Download(4L << 30);
    rig.network.runFor(LENGTH);
    LinkStats down = rig.network.link(Rig.FAR, Rig.NEAR).stats();
    double goodput = download.sink.received * 8e3 / (rig.now() - download.sink.firstByteAt);
    return new Result(goodput, (double) down.bytesIn() / download.sink.received, down.meanQueueDelayNanos() / 1e6);
  }

  private static DoubleStream goodputs(List<Result> results) {
    return results.stream().mapToDouble(Result::goodput);
  }

  private static String describe(List<Result> results) {
    double sent = results.stream().mapToDouble(Result::sentOverDelivered).average().orElseThrow();
    double queue = results.stream().mapToDouble(Result::queueMillis).average().orElseThrow();
    return String.format(Locale.ROOT, "%6.2f (%.2f to %.2f) Mbit/s, sent %.3f, queue %.1f ms",
        goodputs(results).average().orElseThrow(), goodputs(results).min().orElseThrow(),
        goodputs(results).max().orElseThrow(), sent, queue);
  }
}
