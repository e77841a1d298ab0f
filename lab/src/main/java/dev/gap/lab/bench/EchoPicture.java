package dev.gap.lab.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

import dev.gap.lab.bench.Svg.Anchor;

/** Echo times as a picture: for each link and system a line from the median to the latest, marked at percentiles. */
final class EchoPicture {
  private static final double WIDTH = 900;
  private static final double LEFT = 150;
  private static final double RIGHT = 820;
  private static final double HEAD = 62;
  private static final double FOOT = 50;
  private static final double ROW_HEIGHT = 24;
  private static final double SCENARIO_HEAD = 34;

  private final List<Row> rows;
  private final List<String> systems;
  private final Svg svg;
  private final double bottom;
  private final Scale scale;

  private EchoPicture(List<Row> all) {
    rows = all.stream().filter(row -> !row.echoes().isEmpty()).toList();
    systems = all.stream().map(row -> row.system().name()).distinct().toList();
    long scenarios = rows.stream().map(Row::scenario).distinct().count();
    bottom = HEAD + ROW_HEIGHT * rows.size() + SCENARIO_HEAD * scenarios;
    svg = new Svg(WIDTH, bottom + FOOT);
    DoubleStream values = rows.stream()
        .flatMapToDouble(row -> DoubleStream.of(millis(row, Echo::p50), millis(row, Echo::max)));
    scale = Scale.logarithmic(values, LEFT, RIGHT);
  }

  static Optional<String> of(List<Row> rows) {
    EchoPicture picture = new EchoPicture(rows);
    if (picture.rows.isEmpty()) return Optional.empty();
    picture.draw();
    return Optional.of(picture.svg.document());
  }

  private static double millis(Row row, ToDoubleFunction<Echo> micros) {
    return Spread.of(row.echoes().stream(), micros).median() / 1e3;
  }

  private void draw() {
    svg.title(20, 26, "Echo times of small messages, one every 30 ms", 15);
    drawLegend();
    for (double tick : scale.ticks()) {
      svg.line(scale.at(tick), HEAD, scale.at(tick), bottom, Svg.FAINT, 1);
      svg.text(scale.at(tick), bottom + 18, Scale.label(tick), 12, Anchor.MIDDLE, Svg.INK);
    }
    svg.text((LEFT + RIGHT) / 2, bottom + 38, "ms", 13, Anchor.MIDDLE, Svg.INK);
    double y = HEAD;
    String scenario = "";
    for (Row row : rows) {
      if (!row.scenario().name().equals(scenario)) {
        scenario = row.scenario().name();
        svg.text(20, y + SCENARIO_HEAD - 12, scenario + ": " + row.scenario().describe(), 13, Anchor.START, Svg.GREY);
        y += SCENARIO_HEAD;
      }
      drawRow(row, y + ROW_HEIGHT / 2);
      y += ROW_HEIGHT;
    }
  }

  private void drawLegend() {
    double x = 480;
    for (String name : List.of("p50", "p90", "p99", "max")) {
      mark(name, x, 21, Svg.INK);
      svg.text(x + 11, 25, name, 12, Anchor.START, Svg.INK);
      x += 62;
    }
  }

  private void drawRow(Row row, double y) {
    String colour = Svg.colour(systems.indexOf(row.system().name()));
    svg.text(LEFT - 12, y + 4, row.system().name(), 13, Anchor.END, Svg.INK);
    svg.line(scale.at(millis(row, Echo::p50)), y, scale.at(millis(row, Echo::max)), y, colour, 2);
    mark("max", scale.at(millis(row, Echo::max)), y, colour);
    mark("p99", scale.at(millis(row, Echo::p99)), y, colour);
    mark("p90", scale.at(millis(row, Echo::p90)), y, colour);
    mark("p50", scale.at(millis(row, Echo::p50)), y, colour);
    svg.text(scale.at(millis(row, Echo::max)) + 9, y + 4,
        String.format(Locale.ROOT, "p99 %.0f", millis(row, Echo::p99)), 11, Anchor.START, Svg.GREY);
  }

  private void mark(String percentile, double x, double y, String colour) {
    switch (percentile) {
      case "p50" -> svg.circle(x, y, 5.5, colour, colour);
      case "p90" -> svg.circle(x, y, 4, colour, "white");
      case "p99" -> svg.circle(x, y, 4, "white", colour);
      default -> svg.line(x, y - 5, x, y + 5, colour, 2);
    }
  }
}
