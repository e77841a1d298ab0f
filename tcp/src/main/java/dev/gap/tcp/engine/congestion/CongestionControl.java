package dev.gap.tcp.engine.congestion;

import dev.gap.tcp.engine.TcpConfig.Algorithm;
import dev.gap.tcp.engine.TcpConfig.SlowStart;

/** Decides how much may be in flight. One for each connection. */
public sealed interface CongestionControl permits NewReno, Cubic, Bbr, FastTcp {
  /** A rate that does not bind. */
  long UNLIMITED = Long.MAX_VALUE;

  /** {@return a new one} */
  static CongestionControl of(Algorithm algorithm, SlowStart slowStart, int byteCountingLimit) {
    return switch (algorithm) {
      case RENO -> new NewReno(slowStart, byteCountingLimit);
      case CUBIC -> new Cubic(slowStart);
      case BBR -> new Bbr();
      case FAST -> new FastTcp();
    };
  }

  Algorithm algorithm();

  /** {@return the threshold after a loss or a mark of congestion, RFC 5681 equation 4} */
  int thresholdAfterLoss(Cwnd cwnd, int inFlight);

  /** {@return the window that a reduction which was a mistake is to be undone to, RFC 4015 section 3.2} */
  int windowAfterUndo(Cwnd cwnd);

  /** Takes in an acknowledgment and grows the window. Not called while a reduction is under way, unless {@link #isModel}. */
  void onAck(Cwnd cwnd, AckSample sample);

  /** A retransmission timeout has passed. */
  void onTimeout();

  /** Data goes out after nothing was in flight for {@code idleNanos}. */
  void onIdleEnds(long idleNanos);

  /** {@return whether it goes by a model of the path and sets the window in every state, also in recovery} */
  default boolean isModel() {
    return false;
  }

  /** {@return bytes a second to send at, or {@link #UNLIMITED}} */
  default long pacingRate() {
    return UNLIMITED;
  }
}
