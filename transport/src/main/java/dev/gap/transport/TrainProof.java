package dev.gap.transport;

import org.jspecify.annotations.Nullable;

/**
 * Whether the rate that the first flight's spacing told is borne out: less than that is sent at first, so the round trip must not grow. A
 * busy host that reports late what came first, and the rest at once, makes a path seem faster than it is. Then all that is measured next
 * speaks of a full queue: its round trip would pass for the path's, and what it drops for random loss.
 */
final class TrainProof {
  private static final int ENOUGH = 2;

  private boolean underWay;
  private long until;
  private long leastRtt;
  private int late;
  private @Nullable PathRound before;
  private double rate;

  /**
   * The first flight has told a rate.
   *
   * @param untilNanos until when no more than that is sent, and what is sent answered
   */
  void begin(long untilNanos) {
    underWay = true;
    until = untilNanos;
    leastRtt = Long.MAX_VALUE;
    late = 0;
    before = null;
  }

  /**
   * {@return whether the path carries less than the first flight told}
   *
   * @param tick a measurement with acknowledgments enough to tell a round trip
   * @param queueNanos a queue that two measurements in a row have by no accident
   */
  boolean isRefuted(PathRound tick, long queueNanos) {
    underWay &= tick.endNanos() - until <= 0;
    if (!underWay) return false;
    PathRound last = before;
    before = tick;
    // a queue grows no faster than time passes: what was measured before had overtaken the others
    boolean leaps = last != null && tick.rttNanos() - last.rttNanos() > tick.durationNanos();
    leastRtt = leaps ? tick.rttNanos() : Math.min(leastRtt, tick.rttNanos());
    late = tick.rttNanos() - leastRtt > queueNanos ? late + 1 : 0;
    if (late < ENOUGH || last == null) return false;
    rate = (tick.deliveredBytes() + last.deliveredBytes()) * 1e9 / (tick.durationNanos() + last.durationNanos());
    underWay = false;
    return true;
  }

  /** {@return the least round trip since the rate was told, once it is refuted, in nanoseconds} */
  long leastRttNanos() {
    return leastRtt;
  }

  /** {@return what arrived from the full queue by which the rate was refuted, in bytes a second} */
  double rate() {
    return rate;
  }
}
