package dev.gap.transport;

/**
 * Tells a standing queue from a path that has become longer, or only seems to vary: a queue shrinks when less is sent than
 * the path takes. What a sender does shows in the round trips of what it sent then, so a queue is compared with what was
 * sent at the time that its measurement speaks of.
 */
final class DrainWatch {
  private static final int LENGTH = 128;
  /** So many times in a row a queue must not have drained before it is none. */
  private static final int STUCK = 2;
  /** Of what should have drained, this part at least must have. */
  private static final double DRAINED_SHARE = 0.3;

  private final long[] times = new long[LENGTH];
  private final double[] drains = new double[LENGTH];
  private int count;
  private double drained;
  private boolean watching;
  private boolean started;
  private long since;
  private long fromSent;
  private long fromQueue;
  private double fromDrain;
  private int stuck;

  /** Begins anew: there is no queue, or what is sent now says nothing about it. */
  void reset() {
    watching = false;
    started = false;
    stuck = 0;
  }

  boolean isWatching() { return watching; }

  /**
   * Takes in a measurement with a queue.
   *
   * @param gain what is sent over what the path is thought to take
   * @param interval how long to look before judging
   * @param target a queue this short is none
   * @return whether the queue has turned out to be none
   */
  boolean isNoQueue(PathRound tick, long queue, double gain, long interval, long target) {
    long now = tick.endNanos();
    if (!watching) {
      watching = true;
      since = now;
      count = 0;
      drained = 0;
    }
    drained += (1 - gain) * tick.durationNanos();
    times[count % LENGTH] = now;
    drains[count % LENGTH] = drained;
    count++;
    long sent = now - tick.rttNanos();
    if (sent - since < 0) return false;
    if (!started) {
      begin(sent, queue);
      return false;
    }
    double expected = drainAt(sent) - fromDrain;
    if (sent - fromSent < interval || expected < target) return false;
    boolean drains = queue <= 2 * target || fromQueue - queue >= DRAINED_SHARE * expected;
    stuck = drains ? 0 : stuck + 1;
    begin(sent, queue);
    return stuck >= STUCK;
  }

  private void begin(long sent, long queue) {
    started = true;
    fromSent = sent;
    fromQueue = queue;
    fromDrain = drainAt(sent);
  }

  /** {@return how much should have drained by what was sent until {@code nanos}} */
  private double drainAt(long nanos) {
    double found = 0;
    for (int i = Math.max(0, count - LENGTH); i < count && times[i % LENGTH] - nanos <= 0; i++)
      found = drains[i % LENGTH];
    return found;
  }
}
