package dev.gap.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** From values to places on an axis, with round numbers to label it by. */
record Scale(double least, double most, double from, double to, boolean logarithmic, List<Double> ticks) {
  private static final int USUAL_TICKS = 6;

  /** From 0 to a round number that is no less than {@code most}. */
  static Scale linear(double most, double from, double to) {
    double step = roundStep(Math.max(most, 1e-9) / USUAL_TICKS);
    int count = (int) Math.ceil(most / step - 1e-9);
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; i <= Math.max(1, count); i++)
      ticks.add(i * step);
    return new Scale(0, ticks.getLast(), from, to, false, ticks);
  }

  /** In even steps of factors, so that all values have room. */
  static Scale logarithmic(DoubleStream values, double from, double to) {
    double[] sorted = values.filter(v -> v > 0).sorted().toArray();
    double first = sorted.length == 0 ? 1 : sorted[0];
    double last = sorted.length == 0 ? 10 : sorted[sorted.length - 1];
    List<Double> ticks = new ArrayList<>();
    for (double decade = Math.pow(10, Math.floor(Math.log10(first))); decade <= last * 10; decade *= 10)
      for (int factor : new int[]{1, 2, 5})
        ticks.add(decade * factor);
    while (ticks.size() > 2 && ticks.get(1) <= first)
      ticks.removeFirst();
    while (ticks.size() > 2 && ticks.get(ticks.size() - 2) >= last)
      ticks.removeLast();
    return new Scale(ticks.getFirst(), ticks.getLast(), from, to, true, ticks);
  }

  private static double roundStep(double step) {
    double decade = Math.pow(10, Math.floor(Math.log10(step)));
    for (double factor : new double[]{1, 2, 2.5, 5}) {
      if (step <= factor * decade * (1 + 1e-9)) return factor * decade;
    }
    return 10 * decade;
  }

  /** {@return where a value is} */
  double at(double value) {
    double share = logarithmic
        ? (Math.log(Math.max(value, least)) - Math.log(least)) / (Math.log(most) - Math.log(least))
        : (value - least) / (most - least);
    return from + share * (to - from);
  }

  static String label(double value) {
    return String.format(Locale.ROOT, "%.1f", value).replaceFirst("\\.0$", "");
  }
}
