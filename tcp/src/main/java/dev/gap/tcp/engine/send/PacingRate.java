package dev.gap.tcp.engine.send;

import dev.gap.tcp.engine.congestion.CongestionControl;

/** How fast data is to go out, in bytes a second: as a model of the path says, or as the window and the round trip do. */
final class PacingRate {
  /** As Linux: the first segments go out at once. */
  private static final int AT_ONCE = 10;
  /** Percent of a window each round trip, in slow start and later: as Linux, more than the window, which is what limits. */
  private static final int SLOW_START = 200;
  private static final int LATER = 120;

  private PacingRate() {}

  /** {@return at what rate data goes out, whether it is paced or not; unlimited before the round trip is known} */
  static long estimate(SendState s) {
    long model = s.control.pacingRate();
    return Math.min(model == CongestionControl.UNLIMITED ? byWindow(s) : model, s.maxRate);
  }

  private static long byWindow(SendState s) {
    long rtt = s.rtt.smoothedNanos();
    if (rtt == 0) return CongestionControl.UNLIMITED;
    int percent = s.cwnd.window() < s.cwnd.threshold() / 2 ? SLOW_START : LATER;
    return (long) (s.cwnd.window() * (double) s.mss * percent / 100 * 1e9 / rtt);
  }

  /** {@return the rate to pace at; a model's may be {@link CongestionControl#UNLIMITED} at first} */
  static long of(SendState s) {
    return s.control.isModel() ? Math.min(s.control.pacingRate(), s.maxRate) : estimate(s);
  }

  /** {@return whether nothing holds back what goes out now} */
  static boolean isFree(SendState s) {
    if (s.control.isModel()) return false;
    boolean paces = s.maxRate != CongestionControl.UNLIMITED || s.config.congestion().paced();
    return !paces || s.segmentsSent <= AT_ONCE;
  }
}
