package dev.gap.tcp.engine.congestion;

import dev.gap.tcp.engine.TcpConfig.SlowStart;

/** When slow start ends without a loss. */
sealed interface SlowStartExit permits HyStart, DelayHyStart, SlowStartExit.Never {
  static SlowStartExit of(SlowStart kind) {
    return switch (kind) {
      case PLAIN -> new Never();
      case HYSTART -> new DelayHyStart();
      case HYSTART_PLUS_PLUS -> new HyStart();
    };
  }

  /**
   * Takes in an acknowledgment in slow start.
   *
   * @param window in segments, before it grows
   * @return whether slow start ends here
   */
  boolean onAck(AckSample sample, int window);

  /** {@return how many of {@code acked} segments the window grows by} */
  int growth(int acked);

  void reset();

  /** Only a loss ends it, RFC 5681 section 3.1. */
  final class Never implements SlowStartExit {
    @Override
    public boolean onAck(AckSample sample, int window) {
      return false;
    }

    @Override
    public int growth(int acked) {
      return acked;
    }

    @Override
    public void reset() {}
  }
}
