package dev.gap.tcp.engine.congestion;

/** The congestion window and the slow start threshold, in segments (RFC 5681), as every algorithm sees them. */
public final class Cwnd {
  /** A threshold that nothing has set yet. */
  public static final int INFINITE = Integer.MAX_VALUE;
  private static final int MAX = 1 << 20;

  private int window;
  private int threshold = INFINITE;
  private int count;

  public Cwnd(int initial) {
    window = initial;
  }

  public int window() {
    return window;
  }

  public int threshold() {
    return threshold;
  }

  public boolean inSlowStart() {
    return window < threshold;
  }

  /** Sets the window, at least a segment. */
  public void set(int segments) {
    window = Math.clamp(segments, 1, MAX);
  }

  public void setThreshold(int segments) { threshold = segments; }

  /** Segments have {@code after} bytes from now on, not {@code before}: in bytes all stays what it is, but for rounding. */
  public void rescale(int before, int after) {
    set((int) ((long) window * before / after));
    if (threshold != INFINITE) threshold = (int) Math.max(2, (long) threshold * before / after);
  }

  /** Begins counting towards the next segment anew. */
  public void resetCount() {
    count = 0;
  }

  /**
   * Slow start: a segment for each that was acknowledged, up to the threshold.
   *
   * @return how many acknowledged segments are left over
   */
  public int slowStart(int acked) {
    int grown = (int) Math.min((long) window + acked, threshold);
    int left = acked - (grown - window);
    set(grown);
    return left;
  }

  /** Congestion avoidance: a segment for each {@code per} that were acknowledged. */
  public void add(int per, int acked) {
    int divisor = Math.max(1, per);
    if (count >= divisor) {
      count = 0;
      set(window + 1);
    }
    count += acked;
    if (count >= divisor) {
      int delta = count / divisor;
      count -= delta * divisor;
      set(window + delta);
    }
  }
}
