package dev.gap.packetdrill.python;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The percent operator on strings. */
final class Format {
  private static final Pattern PLACE = Pattern.compile("%(?<spec>[-+ 0#]*\\d*(?:\\.\\d+)?)l?(?<kind>[a-zA-Z%])");

  private Format() {}

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
