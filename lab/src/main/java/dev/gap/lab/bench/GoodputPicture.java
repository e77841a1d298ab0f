package dev.gap.lab.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import dev.gap.lab.bench.Svg.Anchor;

/**
 * Goodput as a picture: over loss, a line for each system, for the links that differ in nothing else, and as bars for
 * each other link.
 */
final class GoodputPicture {
  private static final double WIDTH = 900;
  private static final double LEFT = 70;
  private static final double PLOT_RIGHT = 690;
  private static final double TOP = 50;
  private static final double PLOT_HEIGHT = 330;
  private static final double CHART_HEIGHT = 450;
  private static final double BAR_HEIGHT = 15;
  private static final double BARS_LEFT = 150;
  private static final double BARS_RIGHT = 790;

  private final List<Row> rows;
  private final List<String> systems;
  private final List<Scenario> overLoss;
  private final List<Scenario> others;
  private final Svg svg;

  private GoodputPicture(List<Row> rows) {
    this.rows = rows.stream().filter(row -> !row.transfers().isEmpty()).toList();
    systems = rows.stream().map(row -> row.system().name()).distinct().toList();
    LinkedHashSet<Scenario> scenarios = new LinkedHashSet<>(this.rows.stream().map(Row::scenario).toList());
    List<Scenario> family = family(List.copyOf(scenarios));
    overLoss = family.size() > 1 ? family : List.of();
    scenarios.removeAll(overLoss);
    others = List.copyOf(scenarios);
    double bars = others.stream().mapToDouble(this::barsHeight).sum();
    svg = new Svg(WIDTH, Math.max(100, (overLoss.isEmpty() ? 0 : CHART_HEIGHT) + (others.isEmpty() ? 0 : bars + 20)));
  }

  static Optional<String> of(List<Row> rows) {
    GoodputPicture picture = new GoodputPicture(rows);
    if (picture.rows.isEmpty()) return Optional.empty();
    double y = 0;
    if (!picture.overLoss.isEmpty()) {
      picture.drawLines();
      y += CHART_HEIGHT;
    }
    for (Scenario scenario : picture.others) {
      picture.drawBars(scenario, y);
      y += picture.barsHeight(scenario);
    }
    return Optional.of(picture.svg.document());
  }

  /** {@return the most scenarios that differ in independent loss alone} */
  private static List<Scenario> family(List<Scenario> all) {
    List<Scenario> best = List.of();
    for (Scenario one : all) {
      List<Scenario> alike = all.stream().filter(other -> withoutLoss(other).equals(withoutLoss(one))).toList();
      if (alike.size() > best.size()) best = alike;
    }
    return best.stream().sorted((a, b) -> Double.compare(a.down().loss(), b.down().loss())).toList();
  }

  private static Scenario withoutLoss(Scenario s) {
    return new Scenario("", s.up().withLoss(0), s.down().withLoss(0), s.measures());
  }

  private Optional<Spread> goodput(String system, Scenario scenario) {
    return rows.stream().filter(row -> row.system().name().equals(system) && row.scenario().equals(scenario))
        .findFirst()
        .map(row -> Spread.of(row.transfers().stream(), Transfer::goodput));
  }

  private void drawLines() {
    double bottom = TOP + PLOT_HEIGHT;
    double most = overLoss.stream().flatMap(s -> systems.stream().flatMap(n -> goodput(n, s).stream()))
        .mapToDouble(Spread::most).max().orElse(1);
    Scale y = Scale.linear(most, bottom, TOP);
    Scale x = Scale.linear(overLoss.getLast().down().loss() * 100, LEFT, PLOT_RIGHT);
    svg.title(LEFT, 24, "Goodput over loss, " + overLoss.getFirst().describe().replaceFirst(", loss.*", ""), 15);
    for (double tick : y.ticks()) {
      svg.line(LEFT, y.at(tick), PLOT_RIGHT, y.at(tick), Svg.FAINT, 1);
      svg.text(LEFT - 8, y.at(tick) + 4, Scale.label(tick), 12, Anchor.END, Svg.INK);
    }
    for (Scenario scenario : overLoss) {
      double at = x.at(scenario.down().loss() * 100);
      svg.line(at, bottom, at, bottom + 5, Svg.INK, 1);
      svg.text(at, bottom + 20, Scale.label(scenario.down().loss() * 100), 12, Anchor.MIDDLE, Svg.INK);
    }
    svg.line(LEFT, bottom, PLOT_RIGHT, bottom, Svg.INK, 1.2);
    svg.upright(22, TOP + PLOT_HEIGHT / 2, "Mbit/s", 13);
    svg.text((LEFT + PLOT_RIGHT) / 2, bottom + 42, "loss each way, %", 13, Anchor.MIDDLE, Svg.INK);
    for (int i = systems.size() - 1; i >= 0; i--)
      drawLine(i, x, y);
    drawLegend();
  }

  private void drawLine(int index, Scale x, Scale y) {
    List<double[]> points = new ArrayList<>();
    String colour = Svg.colour(index);
    for (Scenario scenario : overLoss) {
      Spread spread = goodput(systems.get(index), scenario).orElse(null);
      if (spread == null) continue;
      double at = x.at(scenario.down().loss() * 100);
      points.add(new double[]{at, y.at(spread.median())});
      if (spread.least() < spread.most()) svg.line(at, y.at(spread.least()), at, y.at(spread.most()), colour, 1);
    }
    svg.polyline(points, colour, index == 0 ? 3 : 1.8);
    for (double[] point : points)
      svg.circle(point[0], point[1], index == 0 ? 4.5 : 3.5, "white", colour);
  }

  private void drawLegend() {
    double y = TOP + 8;
    for (int i = 0; i < systems.size(); i++) {
      String name = systems.get(i);
      boolean measured = overLoss.stream().anyMatch(s -> goodput(name, s).isPresent());
      svg.line(PLOT_RIGHT + 25, y - 4, PLOT_RIGHT + 49, y - 4, measured ? Svg.colour(i) : Svg.FAINT, i == 0 ? 3 : 1.8);
      if (measured) svg.circle(PLOT_RIGHT + 37, y - 4, 3.5, "white", Svg.colour(i));
      svg.text(PLOT_RIGHT + 57, y, measured ? name : name + " (not measured)", 13, Anchor.START,
          measured ? Svg.INK : Svg.GREY);
      y += 22;
    }
  }

  private double barsHeight(Scenario scenario) {
    return 60 + (BAR_HEIGHT + 7) * rows.stream().filter(row -> row.scenario().equals(scenario)).count();
  }

  private void drawBars(Scenario scenario, double top) {
    List<String> measured = systems.stream().filter(name -> goodput(name, scenario).isPresent()).toList();
    double most = measured.stream().mapToDouble(name -> goodput(name, scenario).orElseThrow().most()).max().orElse(1);
    Scale x = Scale.linear(most, BARS_LEFT, BARS_RIGHT);
    svg.title(LEFT, top + 24, scenario.name() + ": " + scenario.describe(), 15);
    double y = top + 40;
    for (String name : measured) {
      Spread spread = goodput(name, scenario).orElseThrow();
      double middle = y + BAR_HEIGHT / 2;
      svg.text(BARS_LEFT - 8, y + 12, name, 13, Anchor.END, Svg.INK);
      svg.rectangle(BARS_LEFT, y, x.at(spread.median()) - BARS_LEFT, BAR_HEIGHT, Svg.colour(systems.indexOf(name)));
      if (spread.least() < spread.most())
        svg.line(x.at(spread.least()), middle, x.at(spread.most()), middle, Svg.INK, 1.2);
      svg.text(x.at(spread.most()) + 6, y + 12, String.format(Locale.ROOT, "%.1f Mbit/s", spread.median()), 12,
          Anchor.START, Svg.INK);
      y += BAR_HEIGHT + 7;
    }
  }
}
