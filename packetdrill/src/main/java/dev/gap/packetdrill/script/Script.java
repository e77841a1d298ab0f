package dev.gap.packetdrill.script;

import java.util.List;
import java.util.Map;

/**
 * A script as parsed.
 *
 * @param name the file's name, for messages
 * @param flags the {@code --flag=value} lines at its top; the value is empty where there is none
 */
public record Script(String name, Map<String, String> flags, List<Event> events) {
  public Script {
    flags = Map.copyOf(flags);
    events = List.copyOf(events);
  }
}
