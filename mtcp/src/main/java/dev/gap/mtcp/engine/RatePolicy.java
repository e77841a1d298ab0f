package dev.gap.mtcp.engine;

import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.transport.AutoRate;
import dev.gap.transport.FixedRate;
import dev.gap.transport.RateController;
import dev.gap.transport.WindowOnly;

/** How the rate of a path is found. */
public sealed interface RatePolicy {
  /** Measured: the default. */
  record Auto() implements RatePolicy {}

  /** Not limited: the seed to the letter. */
  record None() implements RatePolicy {}

  /**
   * Given.
   *
   * @param bitsPerSecond what is to arrive, at least 8000
   */
  record Fixed(long bitsPerSecond) implements RatePolicy {
    public Fixed {
      if (bitsPerSecond < 8000) throw new IllegalArgumentException("a rate is at least 8000 bits a second");
    }
  }

  /** {@return a controller for one path} */
  default RateController controller() {
    return switch (this) {
      case Auto() -> new AutoRate(INITIAL_FLIGHT * SegmentHeader.MAX_DATAGRAM, SegmentHeader.MAX_DATAGRAM);
      case None() -> new WindowOnly();
      case Fixed(long bitsPerSecond) -> new FixedRate(bitsPerSecond / 8);
    };
  }

  /** Datagrams in the first flight on a path of which nothing is known. */
  int INITIAL_FLIGHT = 64;
}
