package dev.gap.packetdrill.python;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The percent operator on strings, and their method format. */
final class Format {
  private static final Pattern PLACE = Pattern.compile("%(?<spec>[-+ 0#]*\\d*(?:\\.\\d+)?)l?(?<kind>[a-zA-Z%])");

  private static final Pattern BRACES = Pattern.compile(
      "\\{\\{|}}|\\{(?<index>\\d{0,4})(?::(?<spec>[-+ 0#]*\\d*(?:\\.\\d+)?)(?<kind>[a-zA-Z]?))?}");

  private Format() {}

  /** {@return a text with its braces replaced, as {@code str.format} does it} */
  static String braces(String format, List<Value> values) throws PythonException {
    Matcher matcher = BRACES.matcher(format);
    StringBuilder out = new StringBuilder();
    int next = 0;
    while (matcher.find()) {
      String text = matcher.group();
      if (text.length() == 2 && text.charAt(0) == text.charAt(1)) {
        matcher.appendReplacement(out, text.substring(1).equals("{") ? "{" : "}");
        continue;
      }
      String index = matcher.group("index");
      int at = index.isEmpty() ? next++ : Integer.parseInt(index);
      if (at >= values.size()) throw new PythonException.Unusable("format() without a value for " + text);
      String kind = matcher.group("kind");
      String one = kind == null ? values.get(at).toString() : one(matcher, values.get(at));
      matcher.appendReplacement(out, Matcher.quoteReplacement(one));
    }
    return matcher.appendTail(out).toString();
  }

  static String apply(String format, Value values) {
    List<Value> all = values instanceof Value.Items(List<Value> items) ? items : List.of(values);
    Matcher matcher = PLACE.matcher(format);
    StringBuilder out = new StringBuilder();
    int next = 0;
    while (matcher.find()) {
      String kind = matcher.group("kind");
      String text = kind.equals("%") ? "%" : next < all.size() ? one(matcher, all.get(next++)) : matcher.group();
      matcher.appendReplacement(out, Matcher.quoteReplacement(text));
    }
    return matcher.appendTail(out).toString();
  }

  private static String one(Matcher place, Value value) {
    String spec = "%" + place.group("spec");
    return switch (place.group("kind")) {
      case "d", "i", "u" -> Evaluator.numeric(value)
          ? String.format(Locale.ROOT, spec + "d", Evaluator.integer(value))
          : value.toString();
      case "x" -> Evaluator.numeric(value)
          ? String.format(Locale.ROOT, spec + "x", Evaluator.integer(value))
          : value.toString();
      case "f", "g", "e" -> Evaluator.numeric(value)
          ? String.format(Locale.ROOT, spec + "f", Evaluator.real(value))
          : value.toString();
      default -> value.toString();
    };
  }
}
