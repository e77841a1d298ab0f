package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

import dev.gap.mtcp.engine.LinkWatch.Seen;

/**
 * What is sent, dropped and queued while a rate that has changed is followed: a download over 50 ms each way, of whose rate first a part is
 * left, and then all is there again, in virtual time. By hand, as {@link GoodputBenchmark}, with how many seeds; {@code -Dgap.rate=} is in Mbit/s.
 */
final class RateChangeBenchmark {
  private static final int MEGABITS = Integer.getInteger("gap.rate", 40);
  private static final double ROUND_DATAGRAMS = MEGABITS * 1e6 * 0.1 / 8 / 1500;
  private static final Duration ROUND = Duration.ofMillis(100);
  private static final int ROUNDS = 15;
  private static final double NEAR_ENOUGH = 0.1;
  private static final double SHORT_QUEUE_MILLIS = 20;

  /**
   * What followed one change, in round trips without a queue, the first being number 1.
   *
   * @param reached in which one what was sent had come down to 1.1 of the path's new rate, or what was delivered up to 0.9
   * @param overflowed datagrams that the full queue dropped, in parts of what the whole rate carries in a round trip
   * @param mostSent the most sent in one of those after that, over the path's rate
   * @param sent what was sent in all of those after that, over the path's rate
   * @param queueMillis the longest queue, as the mean of a round trip
   * @param queued how many round trips had one of more than 20 ms on average
   */
  record Followed(int reached, double overflowed, double mostSent, double sent, double queueMillis, long queued) {
    static Followed of(List<Seen> rounds, boolean less) {
      int reached = 0;
      while (reached < rounds.size() && !isNear(rounds.get(reached), less))
        reached++;
      List<Seen> after = rounds.subList(Math.min(reached + 1, rounds.size()), rounds.size());
      return new Followed(reached + 1, rounds.stream().mapToLong(Seen::overflowed).sum() / ROUND_DATAGRAMS,
          after.stream().mapToDouble(Seen::sent).max().orElse(0),
          after.stream().mapToDouble(Seen::sent).average().orElse(0),
          rounds.stream().mapToDouble(Seen::queueMillis).max().orElseThrow(),
          rounds.stream().filter(seen -> seen.queueMillis() > SHORT_QUEUE_MILLIS).count());
    }

    private static boolean isNear(Seen seen, boolean less) {
      return less ? seen.sent() <= 1 + NEAR_ENOUGH : seen.delivered() >= 1 - NEAR_ENOUGH;
    }
  }

  /** What followed when a part of the rate was left, and when all was there again. */
  record Pair(Followed less, Followed more) {}

  private RateChangeBenchmark() {}

  /** {@return what followed, for each seed} */
  static List<Pair> run(int profile, double loss, double part, int seeds) {
    return IntStream.rangeClosed(1, seeds).mapToObj(seed -> run(profile, loss, part, (long) seed)).toList();
  }

  private static Pair run(int profile, double loss, double part, long seed) {
    Rig rig = Rig.ofProfile(profile, Rig.link(50, MEGABITS, loss), seed);
    Rig.Download download = rig.new Download(1L << 32);
    LinkWatch watch = new LinkWatch(rig);
    rig.network.runFor(Duration.ofMillis(2000 + 137 * seed));
    rig.network.setSpec(Rig.FAR, Rig.NEAR, Rig.link(50, part * MEGABITS, loss));
    List<Seen> less = rounds(watch, download);
    rig.network.runFor(Duration.ofMillis(113 * seed));
    rig.network.setSpec(Rig.FAR, Rig.NEAR, Rig.link(50, MEGABITS, loss));
    return new Pair(Followed.of(less, true), Followed.of(rounds(watch, download), false));
  }

  private static List<Seen> rounds(LinkWatch watch, Rig.Download download) {
    return IntStream.range(0, ROUNDS).mapToObj(r -> watch.watch(download, ROUND)).toList();
  }

  static double mean(List<Followed> all, ToDoubleFunction<Followed> what) {
    return all.stream().mapToDouble(what).average().orElseThrow();
  }

  static double most(List<Followed> all, ToDoubleFunction<Followed> what) {
    return all.stream().mapToDouble(what).max().orElseThrow();
  }

  /** Prints a line for each change: the mean over all seeds and, in parentheses, the worst. */
  public static void main(String[] arguments) {
    int seeds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 6;
    for (double part : new double[]{0.5, 0.25}) {
      for (int profile = 1; profile <= 2; profile++) {
        for (double loss : new double[]{0, 0.05, 0.2}) {
          List<Pair> pairs = run(profile, loss, part, seeds);
          print(String.format(Locale.ROOT, "x %.2f, profile %d, loss %.2f", part, profile, loss),
              pairs.stream().map(Pair::less).toList());
          print(String.format(Locale.ROOT, "x %.2f, profile %d, loss %.2f", 1 / part, profile, loss),
              pairs.stream().map(Pair::more).toList());
        }
      }
    }
  }

  private static void print(String what, List<Followed> all) {
    System.out.printf(Locale.ROOT,
        "%s: reached %.1f (%.0f), overflowed %.2f (%.2f), then sent %.3f, most %.2f (%.2f), queue %.0f (%.0f) ms, over 20 ms for %.1f (%.0f)%n",
        what, mean(all, Followed::reached), most(all, Followed::reached), mean(all, Followed::overflowed),
        most(all, Followed::overflowed), mean(all, Followed::sent), mean(all, Followed::mostSent),
        most(all, Followed::mostSent), mean(all, Followed::queueMillis), most(all, Followed::queueMillis),
        mean(all, Followed::queued), most(all, Followed::queued));
  }
}
