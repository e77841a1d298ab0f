package dev.gap.mtcp.engine;

import java.time.Duration;

import dev.gap.lab.LinkSpec;

/**
 * A link as benchmarks are told of it: {@code delay=75,rate=40,queue=50,loss=0.2,burst=3}, with milliseconds, Mbit/s and shares.
 * What it leaves out is 50 ms each way, 100 Mbit/s and 100 ms of queue; {@code jitter}, {@code reorder} and {@code duplicate}
 * are as in {@link LinkSpec}; {@code stall=3} stops both hosts for 3 ms about every 20.
 *
 * @param stall how long hosts do nothing on average, or zero
 */
record StatedLink(LinkSpec spec, Duration stall) {
  private static final Duration STALL_INTERVAL = Duration.ofMillis(20);

  static StatedLink parse(String text) {
    LinkSpec spec = Rig.link(50, 100, 0);
    Duration stall = Duration.ZERO;
    for (String part : text.split(",", -1)) {
      String[] pair = part.split("=", 2);
      double value = Double.parseDouble(pair[1]);
      switch (pair[0]) {
        case "delay" -> spec = spec.withDelay(millis(value));
        case "rate" -> spec = spec.withRate((long) (value * 1e6));
        case "queue" -> spec = spec.withQueue(millis(value));
        case "loss" -> spec = spec.withLoss(value);
        case "burst" -> spec = spec.withBurst(value);
        case "jitter" -> spec = spec.withJitter(millis(value));
        case "reorder" -> spec = spec.withReorder(value);
        case "duplicate" -> spec = spec.withDuplicate(value);
        case "stall" -> stall = millis(value);
        default -> throw new IllegalArgumentException("a link has no " + pair[0]);
      }
    }
    return new StatedLink(spec, stall);
  }

  private static Duration millis(double millis) {
    return Duration.ofNanos((long) (millis * 1e6));
  }

  /** {@return two endpoints of a profile joined by it} */
  Rig rig(int profile, long seed) {
    Rig rig = Rig.ofProfile(profile, spec, seed);
    if (stall.isZero()) return rig;
    rig.network.setStalls(Rig.NEAR, STALL_INTERVAL, stall);
    rig.network.setStalls(Rig.FAR, STALL_INTERVAL, stall);
    return rig;
  }
}
