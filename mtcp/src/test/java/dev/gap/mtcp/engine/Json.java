package dev.gap.mtcp.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads as much of JSON as the vectors need: objects, arrays, strings and whole numbers. */
public final class Json {
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /** {@return a Map, List, String or Long} */
  public static Object read(String text) {
    Json json = new Json(text);
    Object value = json.value();
    if (json.peek() != 0)
      throw new IllegalArgumentException("more follows at " + json.at);
    return value;
  }

  private Object value() {
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      default -> number();
    };
  }

  private Map<String, Object> object() {
    Map<String, Object> members = new LinkedHashMap<>();
    expect('{');
    while (peek() != '}') {
      if (!members.isEmpty())
        expect(',');
      String name = string();
      expect(':');
      members.put(name, value());
    }
    expect('}');
    return members;
  }

  private List<Object> array() {
    List<Object> elements = new ArrayList<>();
    expect('[');
    while (peek() != ']') {
      if (!elements.isEmpty())
        expect(',');
      elements.add(value());
    }
    expect(']');
    return elements;
  }

  private String string() {
    StringBuilder s = new StringBuilder();
    expect('"');
    for (char c = text.charAt(at++); c != '"'; c = text.charAt(at++))
      s.append(c == '\\' ? escaped() : c);
    return s.toString();
  }

  private char escaped() {
    char c = text.charAt(at++);
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'u' -> {
        at += 4;
        yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
      }
      default -> throw new IllegalArgumentException("an unknown escape at " + at);
    };
  }

  private Long number() {
    int start = at;
    while (at < text.length() && "-0123456789".indexOf(text.charAt(at)) >= 0)
      at++;
    return Long.valueOf(text.substring(start, at));
  }

  /** {@return the next character that is not white space, or 0 at the end} */
  private char peek() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at)))
      at++;
    return at < text.length() ? text.charAt(at) : 0;
  }

  private void expect(char c) {
    if (peek() != c)
      throw new IllegalArgumentException(c + " expected at " + at);
    at++;
  }
}
