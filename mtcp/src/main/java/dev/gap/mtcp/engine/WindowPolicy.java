package dev.gap.mtcp.engine;

import dev.gap.mtcp.engine.wire.SegmentHeader;

/** How large a receive window may be, in segments of at most 1420 bytes. */
public sealed interface WindowPolicy {
  /** Grows with the path up to the largest window the header can hold. */
  WindowPolicy AUTO = new Auto(SegmentHeader.MAX_WINDOW);

  /**
   * Grows with the path.
   *
   * @param most the bound, 1 to 65535 segments
   */
  record Auto(int most) implements WindowPolicy {
    public Auto {
      check(most);
    }
  }

  /**
   * Stays as it is.
   *
   * @param segments 1 to 65535
   */
  record Fixed(int segments) implements WindowPolicy {
    public Fixed {
      check(segments);
    }
  }

  private static void check(int segments) {
    if (segments < 1 || segments > SegmentHeader.MAX_WINDOW) {
      throw new IllegalArgumentException("a window is 1 to " + SegmentHeader.MAX_WINDOW + " segments, not " + segments);
    }
  }
}
