package dev.gap.lab.bench;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/** Numbered datagrams as they arrive, and what that says of the link they came over. */
final class Sightings {
  private final List<Long> delays = new ArrayList<>();
  private final BitSet numbers = new BitSet();
  private long first;
  private long last;
  private long bytes;
  private int overtaken;

  /**
   * What was seen in all.
   *
   * @param count datagrams, duplicates included
   * @param megabits Mbit/s of payload, from the first on
   * @param leastDelay in milliseconds, as the other delays
   * @param distinct datagrams, duplicates not counted
   * @param gaps how often one or more in a row are missing among them; those after the last are not known to be
   * @param missing how many are
   * @param overtaken datagrams that came after one sent later, duplicates not counted
   * @param early datagrams that took less than half the median delay
   */
  record Seen(int count, double megabits, double leastDelay, double medianDelay, double mostDelay, int distinct,
      int gaps, int missing, int overtaken, int early) {
    /** Nothing. */
    static final Seen NOTHING = new Seen(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    String line() {
      return String.format(Locale.ROOT, "%d %.3f %.3f %.3f %.3f %d %d %d %d %d", count, megabits, leastDelay,
          medianDelay, mostDelay, distinct, gaps, missing, overtaken, early);
    }

    static Seen parse(String line) {
      String[] p = line.strip().split(" ", -1);
      return new Seen(Integer.parseInt(p[0]), Double.parseDouble(p[1]), Double.parseDouble(p[2]),
          Double.parseDouble(p[3]), Double.parseDouble(p[4]), Integer.parseInt(p[5]), Integer.parseInt(p[6]),
          Integer.parseInt(p[7]), Integer.parseInt(p[8]), Integer.parseInt(p[9]));
    }

    /** {@return how many were lost in a row, on average} */
    double burst() {
      return gaps == 0 ? 0 : (double) missing / gaps;
    }
  }

  /** Notes one that has arrived, {@code number} counting from 0. */
  void add(long nowNanos, long delayNanos, int number, int length) {
    if (delays.isEmpty()) first = nowNanos;
    else bytes += length;
    last = nowNanos;
    delays.add(delayNanos);
    if (!numbers.get(number) && numbers.length() > number) overtaken++;
    numbers.set(number);
  }

  Seen seen() {
    if (delays.isEmpty()) return Seen.NOTHING;
    List<Long> sorted = delays.stream().sorted().toList();
    long median = sorted.get(sorted.size() / 2);
    int gaps = 0;
    for (int at = numbers.nextClearBit(0); at < numbers.length(); at = numbers.nextClearBit(numbers.nextSetBit(at)))
      gaps++;
    int early = (int) sorted.stream().filter(delay -> delay < median / 2).count();
    return new Seen(sorted.size(), bytes * 8e3 / Math.max(1, last - first), sorted.getFirst() / 1e6, median / 1e6,
        sorted.getLast() / 1e6, numbers.cardinality(), gaps, numbers.length() - numbers.cardinality(), overtaken,
        early);
  }
}
