package dev.gap.packetdrill.script;

import java.util.HashMap;
import java.util.Map;

/** Words that stand for something else, as defined by {@code --define=NAME=value}. */
public final class Symbols {
  private final Map<String, String> values = new HashMap<>();

  /** Starts with no word defined. */
  public Symbols() {}

  /** Lets {@code name} stand for {@code value} from now on; a value in double quotes is a string. */
  public Symbols define(String name, String value) {
    values.put(name, value);
    return this;
  }

  String word(String word) {
    return values.getOrDefault(word, word);
  }

  boolean isText(String word) {
    return word.startsWith("\"");
  }

  String text(String word) {
    return word.substring(1, word.length() - (word.length() > 1 && word.endsWith("\"") ? 1 : 0));
  }
}
