package dev.gap.lab;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.random.RandomGenerator;

/**
 * When a host does nothing: other programs have its processor, or its memory is being collected. Stalls begin at random, and
 * are of random length, both exponentially distributed.
 */
final class Stalls {
  private record Stall(long beginNanos, long endNanos) {}

  private final double apartNanos;
  private final double lengthNanos;
  private final RandomGenerator random;
  private final ArrayDeque<Stall> stalls = new ArrayDeque<>();

  /**
   * @param apart the mean time from the end of a stall to the next
   * @param length the mean length of one
   * @param nowNanos the first begins after this
   */
  Stalls(Duration apart, Duration length, RandomGenerator random, long nowNanos) {
    apartNanos = apart.toNanos();
    lengthNanos = length.toNanos();
    this.random = random;
    stalls.add(after(nowNanos));
  }

  private Stall after(long nanos) {
    long begin = nanos + 1 + (long) (random.nextExponential() * apartNanos);
    return new Stall(begin, begin + (long) (random.nextExponential() * lengthNanos));
  }

  /** {@return the first time from {@code nanos} on at which the host does something} {@code nanos} is not before now. */
  long awakeFrom(long nanos, long nowNanos) {
    while (stalls.getLast().endNanos <= nanos)
      stalls.addLast(after(stalls.getLast().endNanos));
    while (stalls.getFirst().endNanos <= nowNanos)
      stalls.removeFirst();
    for (Stall stall : stalls) {
      if (stall.beginNanos <= nanos && nanos < stall.endNanos) return stall.endNanos;
    }
    return nanos;
  }
}
