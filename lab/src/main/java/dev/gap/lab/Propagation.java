package dev.gap.lab;

import java.util.random.RandomGenerator;

/** The way from the bottleneck to the far end: delay, jitter, and now and then a datagram that takes a short cut. */
final class Propagation {
  private final RandomGenerator random;
  private final Chance shortcut;
  private long delayNanos;
  private long jitterNanos;

  Propagation(LinkSpec spec, RandomGenerator random, RandomGenerator shortcutRandom) {
    this.random = random;
    shortcut = new Chance(spec.reorder(), shortcutRandom);
    change(spec);
  }

  /** Goes on with other figures. */
  void change(LinkSpec spec) {
    shortcut.change(spec.reorder());
    delayNanos = spec.delay().toNanos();
    jitterNanos = spec.jitter().toNanos();
  }

  /** {@return when a datagram that left the bottleneck at {@code sentNanos} arrives} */
  long arrival(long sentNanos) {
    if (shortcut.happens()) return sentNanos;
    long jitter = jitterNanos == 0 ? 0 : random.nextLong(jitterNanos + 1);
    return sentNanos + delayNanos + jitter;
  }
}
