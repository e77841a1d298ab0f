package dev.gap.packetdrill.script;

/** When an event is to happen; times in nanoseconds. */
public sealed interface EventTime {
  /** At a time since the script began. */
  record At(long nanos) implements EventTime {}

  /** So long after the event before. */
  record After(long nanos) implements EventTime {}

  /** Between two times since the script began. */
  record Between(long fromNanos, long toNanos) implements EventTime {}

  /** Between two times after the event before. */
  record AfterBetween(long fromNanos, long toNanos) implements EventTime {}

  /** At any time: written {@code *}. */
  record Whenever() implements EventTime {}
}
