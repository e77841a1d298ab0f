package dev.gap.transport;

/**
 * How an estimate of what a path carries grows while no queue stands. Up to what the path was seen to carry it goes back
 * fast. There it takes small steps first: an empty queue is most often a rate a little too low, and whether there is more
 * room shows only after a round trip. When all that was sent arrives without a queue, the steps become larger. A first
 * estimate, of which nobody knows whether a queue stands at it, grows by large steps a round trip sooner.
 */
final class Growth {
  private static final double RETURN_STEP = 1.5;
  private static final double[] STEPS = {1.03, 1.05, 1.3, 1.6, 1.8};
  /** Where a queue has gone by itself, the small steps are not needed, and the next is known not to be enough. */
  private static final int SKIPPED_IF_DRAINED = 3;
  /** A step too far makes a queue for a round trip: this long at most. */
  private static final double STEP_QUEUE_NANOS = 100e6;
  /** The estimate is back when it is that part of what the path was seen to carry. */
  private static final double BACK = 0.98;
  /** What the path was seen to carry follows the estimate in so many measurements with a queue. */
  private static final int MEMORY_TICKS = 8;

  private final int holdTicks;
  private int ticks;
  /** How many round trips it has been under way, and how many steps it left out. */
  private double rounds;
  private int skipped;
  private boolean first = true;
  private double before;
  private double seen;
  private int hold;

  Growth(int holdTicks) {
    this.holdTicks = holdTicks;
  }

  /** Notes that a measurement has passed. */
  void onTick() {
    if (hold > 0) hold--;
  }

  /** Notes that a queue stands at {@code estimate}, in bytes a second: that is what the path carries. */
  void onQueue(double estimate) {
    first = false;
    seen = seen == 0 ? estimate : seen + (estimate - seen) / MEMORY_TICKS;
  }

  /** {@return whether the estimate is beyond what is known} */
  boolean isUnderWay() { return ticks > 0; }

  /** {@return whether growth that came to nothing is so long ago that it may be tried again} */
  boolean isAllowed() {
    return hold == 0;
  }

  /** {@return for how many measurements it has been under way} */
  int ticks() {
    return ticks;
  }

  /**
   * {@return the next estimate, after a measurement of {@code tickNanos}}
   *
   * @param drained whether a queue has gone faster than by what was sent: the bottleneck is faster, and no small step is due
   */
  double next(double estimate, boolean drained, long tickNanos, long roundNanos) {
    // a measurement that takes longer is still one answer only
    double part = Math.min(1, tickNanos / (double) roundNanos);
    if (ticks == 0) {
      if (!drained && estimate < BACK * seen) return Math.min(seen, estimate * Math.pow(RETURN_STEP, part));
      before = estimate;
      rounds = 0;
      skipped = drained ? SKIPPED_IF_DRAINED : first ? 1 : 0;
    }
    int step = Math.min(STEPS.length - 1, skipped + (int) rounds);
    ticks++;
    rounds += part;
    return estimate * Math.pow(Math.min(STEPS[step], 1 + STEP_QUEUE_NANOS / roundNanos), part);
  }

  /** Ends because a queue stands. {@return the estimate: what arrived, but no less than when it began} */
  double end(double arrived, double estimate) {
    ticks = 0;
    return Math.min(estimate, Math.max(arrived, before));
  }

  /** Ends because not as much arrives as was sent, and rests. {@return the estimate} See {@link #end}. */
  double giveUp(double arrived) {
    ticks = 0;
    first = false;
    hold = holdTicks;
    return Math.max(arrived, before);
  }
}
