package dev.gap.tcp.engine.send;

/** What became of a segment that was to find out whether its size gets through. */
public enum ProbeFate {
  NONE, ARRIVED,
  /** It alone was lost. */
  LOST,
  /** It was lost, which a timeout told. */
  TIMED_OUT,
  /** More than it was lost, or it went out again: RFC 4821 section 7.6.4. */
  UNCLEAR
}
