package dev.gap.mtcp.engine;

import java.util.Locale;

/** How large a measurement is: one that fits every build, or with {@code -Dgap.full=true} the one that documents quote. */
final class Size {
  private static final boolean FULL = Boolean.getBoolean("gap.full");

  private Size() {}

  static int of(int small, int full) {
    return FULL ? full : small;
  }

  /** Prints a line that a document can quote. */
  @SuppressWarnings("AnnotateFormatMethod") // the annotation is not on the class path
  static void figure(String name, String format, Object... numbers) {
    System.out.println("figure: " + name + " " + String.format(Locale.ROOT, format, numbers));
  }
}
