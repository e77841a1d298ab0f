package dev.gap.packetdrill.script;

/**
 * Something a script does or expects.
 *
 * @param text the event as written
 */
public record Event(Position position, EventTime time, Action action, String text) {}
