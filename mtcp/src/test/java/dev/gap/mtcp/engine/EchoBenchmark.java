package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import dev.gap.lab.LinkStats;

/**
 * Echo times of messages in both profiles over any links, in virtual time: percentiles over all seeds in milliseconds, and bytes sent over bytes
 * of messages. By hand, as {@link GoodputBenchmark}: {@code ... dev.gap.mtcp.engine.EchoBenchmark 3 loss=0.2 loss=0.1,burst=4}; {@code -Dgap.bytes=},
 * {@code -Dgap.interval=} (milliseconds) and {@code -Dgap.messages=} tell of the messages.
 */
final class EchoBenchmark {
  private static final int BYTES = Integer.getInteger("gap.bytes", 200);
  private static final Duration INTERVAL = Duration.ofMillis(Integer.getInteger("gap.interval", 30));
  private static final int MESSAGES = Integer.getInteger("gap.messages", 2000);
  private static final int FIRST_SEED = Integer.getInteger("gap.seed", 7);
  private static final List<String> LINKS = List.of("loss=0", "loss=0.01", "loss=0.05", "loss=0.1", "loss=0.2",
      "loss=0.3", "loss=0.1,burst=4");

  private EchoBenchmark() {}

  /** Prints a line for each link. */
  public static void main(String[] arguments) {
    int seeds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    for (String text : arguments.length > 1 ? List.of(arguments).subList(1, arguments.length) : LINKS) {
      StatedLink link = StatedLink.parse(text);
      System.out.printf(Locale.ROOT, "%-24s profile 1 %s   profile 2 %s%n", text, describe(link, 1, seeds),
          describe(link, 2, seeds));
    }
  }

  private static String describe(StatedLink link, int profile, int seeds) {
    double[] all = new double[seeds * MESSAGES];
    double sent = 0;
    for (int i = 0; i < seeds; i++) {
      Rig rig = link.rig(profile, FIRST_SEED + i);
      EchoProbe echo = new EchoProbe(rig, MESSAGES, BYTES, INTERVAL);
      if (!rig.run(echo::isDone, Duration.ofMinutes(10))) return "seed " + (FIRST_SEED + i) + " came to no end";
      System.arraycopy(echo.millis(), 0, all, i * MESSAGES, MESSAGES);
      LinkStats up = rig.network.link(Rig.NEAR, Rig.FAR).stats();
      LinkStats down = rig.network.link(Rig.FAR, Rig.NEAR).stats();
      sent += (up.bytesIn() + down.bytesIn()) / (2.0 * MESSAGES * BYTES) / seeds;
    }
    return String.format(Locale.ROOT, "p50 %.1f p90 %.1f p99 %.1f p99.9 %.1f mean %.1f, sent %.2f",
        EchoProbe.percentile(all, 0, 0.5), EchoProbe.percentile(all, 0, 0.9), EchoProbe.percentile(all, 0, 0.99),
        EchoProbe.percentile(all, 0, 0.999), Arrays.stream(all).average().orElseThrow(), sent);
  }
}
