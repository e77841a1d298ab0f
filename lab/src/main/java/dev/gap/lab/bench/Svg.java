package dev.gap.lab.bench;

import java.util.List;
import java.util.Locale;

/** Drawings of lines, shapes and words, on a white ground. */
final class Svg {
  /** What can be told apart, also by those who do not see all colours. */
  private static final List<String> COLOURS = List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
      "#7f3c8d", "#8c6d31", "#444444", "#b2182b", "#1b7837", "#999999", "#332288", "#44aa99",
      "#882255", "#aa4499");
  static final String INK = "#222222";
  static final String FAINT = "#dddddd";
  static final String GREY = "#777777";

  private final StringBuilder body = new StringBuilder();
  private final double width;
  private final double height;

  /** Where a text stands with respect to its point. */
  enum Anchor {
    START, MIDDLE, END
  }

  Svg(double width, double height) {
    this.width = width;
    this.height = height;
  }

  /** {@return the colour of the {@code index}th thing} */
  static String colour(int index) {
    return COLOURS.get(index % COLOURS.size());
  }

  void line(double x1, double y1, double x2, double y2, String colour, double thickness) {
    add("<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s' stroke-width='%.1f'/>", x1, y1, x2, y2, colour,
        thickness);
  }

  /** A line through points, x and y in turn. */
  void polyline(List<double[]> points, String colour, double thickness) {
    StringBuilder text = new StringBuilder();
    for (double[] point : points)
      text.append(String.format(Locale.ROOT, "%.1f,%.1f ", point[0], point[1]));
    add("<polyline points='%s' fill='none' stroke='%s' stroke-width='%.1f' stroke-linejoin='round'/>",
        text.toString().strip(), colour, thickness);
  }

  void circle(double x, double y, double radius, String fill, String stroke) {
    add("<circle cx='%.1f' cy='%.1f' r='%.1f' fill='%s' stroke='%s' stroke-width='1.5'/>", x, y, radius, fill, stroke);
  }

  void rectangle(double x, double y, double w, double h, String colour) {
    add("<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='%s'/>", x, y, w, h, colour);
  }

  void text(double x, double y, String text, int size, Anchor anchor, String colour) {
    add("<text x='%.1f' y='%.1f' font-size='%d' text-anchor='%s' fill='%s'>%s</text>", x, y, size,
        anchor.name().toLowerCase(Locale.ROOT), colour, escape(text));
  }

  /** Words in bold. */
  void title(double x, double y, String text, int size) {
    add("<text x='%.1f' y='%.1f' font-size='%d' font-weight='bold' fill='%s'>%s</text>", x, y, size, INK, escape(text));
  }

  /** Words from below to above. */
  void upright(double x, double y, String text, int size) {
    add("<text transform='translate(%.1f %.1f) rotate(-90)' font-size='%d' text-anchor='middle' fill='%s'>%s</text>", x,
        y, size, INK, escape(text));
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  private void add(String format, Object... values) {
    body.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&apos;");
  }

  /** {@return the whole drawing} */
  String document() {
    return String.format(Locale.ROOT,
        "<svg xmlns='http://www.w3.org/2000/svg' width='%.0f' height='%.0f' viewBox='0 0 %.0f %.0f'"
            + " font-family='Helvetica, Arial, sans-serif'>%n<rect width='100%%' height='100%%' fill='white'/>%n%s</svg>%n",
        width, height, width, height, body);
  }
}
