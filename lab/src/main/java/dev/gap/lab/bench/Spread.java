package dev.gap.lab.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The middle of repeated measurements, and how far they lie apart. */
record Spread(double median, double least, double most) {
  /** {@return the spread of values, of which there is at least one} */
  static <T> Spread of(Stream<T> runs, ToDoubleFunction<? super T> value) {
    double[] values = runs.mapToDouble(value).sorted().toArray();
    if (values.length == 0) throw new IllegalArgumentException("nothing was measured");
    int middle = values.length / 2;
    double median = values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    return new Spread(median, values[0], Arrays.stream(values).max().orElseThrow());
  }

  /** {@return the median, and the least and most if there is more than one} */
  String text(int digits) {
    String format = "%." + digits + "f";
    String middle = String.format(Locale.ROOT, format, median);
    if (least == most) return middle;
    return middle + " (" + String.format(Locale.ROOT, format, least) + "-" + String.format(Locale.ROOT, format, most)
        + ")";
  }
}
