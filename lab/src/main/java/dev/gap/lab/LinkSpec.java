package dev.gap.lab;

import java.time.Duration;

/**
 * What one direction of a link does to the datagrams that cross it. Start from {@link #PERFECT} and change what matters.
 *
 * @param delay propagation delay, 0 to 1 day
 * @param jitter each datagram takes up to this much longer, evenly distributed, and so may overtake others; 0 to 1 day
 * @param rate of the bottleneck in bits per second; 0 is unlimited
 * @param queue how long a datagram may wait for the bottleneck before the queue counts as full and drops it, 0 to 1 day;
 *   0 is a queue without bound; without meaning at an unlimited rate
 * @param loss the long-run share of datagrams lost, 0 to 1; bursts of average length {@code b} allow up to b / (b + 1)
 * @param burst average number of datagrams lost in a row, at least 1; 1 makes losses independent, more makes them come
 *   in bursts (Gilbert-Elliott)
 * @param reorder probability that a datagram skips the propagation delay, 0 to 1
 * @param duplicate probability that a datagram arrives twice, 0 to 1
 * @param corrupt probability that one random bit of a datagram is flipped, 0 to 1
 * @param overheadBytes what each datagram costs the bottleneck on top of its payload, 0 to 65535
 */
public record LinkSpec(Duration delay, Duration jitter, long rate, Duration queue, double loss, double burst,
    double reorder, double duplicate, double corrupt, int overheadBytes) {
  /** Stands first because {@link #PERFECT} is checked against it. */
  private static final Duration LONGEST = Duration.ofDays(1);

  /** IPv4 20, UDP 8 and Ethernet 18 bytes: the usual cost of a datagram beyond its payload. */
  public static final int UDP_OVERHEAD_BYTES = 46;

  /** No delay, no loss, no limit; should a rate be set, the queue holds 100 ms. */
  public static final LinkSpec PERFECT = new LinkSpec(Duration.ZERO, Duration.ZERO, 0, Duration.ofMillis(100), 0, 1, 0,
      0, 0, UDP_OVERHEAD_BYTES);

  /** @throws IllegalArgumentException if a value is out of its range */
  public LinkSpec {
    requireDuration("delay", delay);
    requireDuration("jitter", jitter);
    requireDuration("queue", queue);
    requireProbability("loss", loss);
    requireProbability("reorder", reorder);
    requireProbability("duplicate", duplicate);
    requireProbability("corrupt", corrupt);
    if (rate < 0) throw new IllegalArgumentException("rate must be 0 (unlimited) or more bits per second, not " + rate);
    if (!(burst >= 1 && burst < Double.POSITIVE_INFINITY))
      throw new IllegalArgumentException("burst must be 1 or more, not " + burst);
    if (burst > 1 && loss > burst / (burst + 1))
      throw new IllegalArgumentException("loss in bursts of " + burst + " must be at most " + burst / (burst + 1)
          + " (one datagram gets through between bursts), not " + loss);
    if (overheadBytes < 0 || overheadBytes > 65_535)
      throw new IllegalArgumentException("overheadBytes must be 0 to 65535, not " + overheadBytes);
  }

  private static void requireDuration(String name, Duration value) {
    if (value.isNegative() || value.compareTo(LONGEST) > 0)
      throw new IllegalArgumentException(name + " must be 0 to 1 day, not " + value);
  }

  private static void requireProbability(String name, double value) {
    if (!(value >= 0 && value <= 1)) throw new IllegalArgumentException(name + " must be 0 to 1, not " + value);
  }

  /** {@return this with another propagation delay} */
  public LinkSpec withDelay(Duration newDelay) {
    return new LinkSpec(newDelay, jitter, rate, queue, loss, burst, reorder, duplicate, corrupt, overheadBytes);
  }

  /** {@return this with another jitter} */
  public LinkSpec withJitter(Duration newJitter) {
    return new LinkSpec(delay, newJitter, rate, queue, loss, burst, reorder, duplicate, corrupt, overheadBytes);
  }

  /** {@return this with another rate, in bits per second; 0 is unlimited} */
  public LinkSpec withRate(long newRate) {
    return new LinkSpec(delay, jitter, newRate, queue, loss, burst, reorder, duplicate, corrupt, overheadBytes);
  }

  /** {@return this with another queue; 0 is without bound} */
  public LinkSpec withQueue(Duration newQueue) {
    return new LinkSpec(delay, jitter, rate, newQueue, loss, burst, reorder, duplicate, corrupt, overheadBytes);
  }

  /** {@return this with another share of loss, 0 to 1} */
  public LinkSpec withLoss(double newLoss) {
    return new LinkSpec(delay, jitter, rate, queue, newLoss, burst, reorder, duplicate, corrupt, overheadBytes);
  }

  /** {@return this with another average length of loss bursts, at least 1} */
  public LinkSpec withBurst(double newBurst) {
    return new LinkSpec(delay, jitter, rate, queue, loss, newBurst, reorder, duplicate, corrupt, overheadBytes);
  }

  /** {@return this with another probability of skipping the delay, 0 to 1} */
  public LinkSpec withReorder(double newReorder) {
    return new LinkSpec(delay, jitter, rate, queue, loss, burst, newReorder, duplicate, corrupt, overheadBytes);
  }

  /** {@return this with another probability of arriving twice, 0 to 1} */
  public LinkSpec withDuplicate(double newDuplicate) {
    return new LinkSpec(delay, jitter, rate, queue, loss, burst, reorder, newDuplicate, corrupt, overheadBytes);
  }

  /** {@return this with another probability of a flipped bit, 0 to 1} */
  public LinkSpec withCorrupt(double newCorrupt) {
    return new LinkSpec(delay, jitter, rate, queue, loss, burst, reorder, duplicate, newCorrupt, overheadBytes);
  }

  /** {@return this with another cost of each datagram beyond its payload, in bytes} */
  public LinkSpec withOverheadBytes(int newOverheadBytes) {
    return new LinkSpec(delay, jitter, rate, queue, loss, burst, reorder, duplicate, corrupt, newOverheadBytes);
  }
}
