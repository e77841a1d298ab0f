package dev.gap.transport;

/** The last few measurements of a path, and what queue each saw. */
final class TickHistory {
  private static final int LENGTH = 16;

  private final PathRound[] ticks = new PathRound[LENGTH];
  private final long[] queues = new long[LENGTH];
  private int count;

  void add(PathRound tick, long queueNanos) {
    ticks[count % LENGTH] = tick;
    queues[count % LENGTH] = queueNanos;
    count++;
  }

  /** {@return what arrived over the last {@code howMany} measurements, in bytes a second} */
  double deliveryRate(int howMany) {
    long bytes = 0;
    long nanos = 0;
    for (int i = 0; i < Math.min(howMany, kept()); i++) {
      bytes += tick(i).deliveredBytes();
      nanos += tick(i).durationNanos();
    }
    return nanos == 0 ? 0 : bytes * 1e9 / nanos;
  }

  /** {@return what was sent over {@code howMany} measurements, the last of them {@code ago} before the latest} */
  double sendRate(int ago, int howMany) {
    long bytes = 0;
    long nanos = 0;
    for (int i = ago; i < Math.min(ago + howMany, kept()); i++) {
      bytes += tick(i).sentBytes();
      nanos += tick(i).durationNanos();
    }
    return nanos == 0 ? 0 : bytes * 1e9 / nanos;
  }

  /** {@return how long the last {@code howMany} measurements took} */
  long durationNanos(int howMany) {
    long span = 0;
    for (int i = 0; i < Math.min(howMany, kept()); i++)
      span += tick(i).durationNanos();
    return span;
  }

  /** {@return what was sent in {@code spanNanos} that ended {@code agoNanos} before the latest measurement, in bytes a second} */
  double sendRateBefore(long agoNanos, long spanNanos) {
    if (spanNanos <= 0) return 0;
    long end = tick(0).endNanos() - agoNanos;
    return sentBetween(end - spanNanos, end) * 1e9 / spanNanos;
  }

  private double sentBetween(long from, long to) {
    double bytes = 0;
    for (int i = 0; i < kept(); i++)
      bytes += sentWithin(tick(i), from, to);
    return bytes;
  }

  /** What a measurement sent between two times, taken to be spread evenly over it. */
  private static double sentWithin(PathRound tick, long from, long to) {
    long begin = tick.endNanos() - tick.durationNanos();
    long overlap = Math.min(to - begin, tick.durationNanos()) - Math.max(0, from - begin);
    return overlap <= 0 ? 0 : tick.sentBytes() * (double) overlap / tick.durationNanos();
  }

  /** {@return the most that was sent over {@code howMany} measurements in a row, of all that are kept} */
  double mostSendRate(int howMany) {
    double most = 0;
    for (int ago = 0; ago == 0 || ago + howMany <= kept(); ago++)
      most = Math.max(most, sendRate(ago, howMany));
    return most;
  }

  /** {@return the share that was lost over the last {@code howMany} measurements, 0 to 1} */
  double lossShare(int howMany) {
    double lost = 0;
    double resolved = 0;
    for (int i = 0; i < Math.min(howMany, kept()); i++) {
      lost += tick(i).lostBytes();
      resolved += tick(i).lostBytes() + tick(i).deliveredBytes();
    }
    return resolved == 0 ? 0 : lost / resolved;
  }

  long leastQueue(int howMany) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < Math.min(howMany, kept()); i++)
      least = Math.min(least, queues[(count - 1 - i) % LENGTH]);
    return least;
  }

  long meanQueue(int howMany) {
    long sum = 0;
    int n = Math.min(howMany, kept());
    for (int i = 0; i < n; i++)
      sum += queues[(count - 1 - i) % LENGTH];
    return sum / n;
  }

  long mostQueue(int howMany) {
    long most = 0;
    for (int i = 0; i < Math.min(howMany, kept()); i++)
      most = Math.max(most, queues[(count - 1 - i) % LENGTH]);
    return most;
  }

  /** {@return by how much the queue has risen in the last {@code howMany} measurements, less than 0 if it has fallen} */
  long queueRise(int howMany) {
    int ago = Math.min(howMany, kept() - 1);
    return queues[(count - 1) % LENGTH] - queues[(count - 1 - ago) % LENGTH];
  }

  private int kept() {
    return Math.min(count, LENGTH);
  }

  private PathRound tick(int ago) {
    return ticks[(count - 1 - ago) % LENGTH];
  }
}
