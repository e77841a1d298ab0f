package dev.gap.lab.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.gap.lab.bench.Scenario.Measure;

/** Results as tables of Markdown, aligned for those who read them as they are. */
final class MarkdownReport {
  private static final List<String> DOWNLOADS = List.of("scenario", "system", "goodput Mbit/s", "sent/delivered",
      "queue ms mean", "max", "first byte ms", "note");
  private static final List<String> ECHOES = List.of("scenario", "system", "echo ms p50", "p90", "p99", "max",
      "returned", "note");

  /** The whole of it is in the CSV. */
  private static final int LONGEST_NOTE = 100;

  private MarkdownReport() {}

  static String of(Lab.Plan plan, List<Row> rows) {
    StringBuilder text = new StringBuilder();
    List<List<String>> downloads = new ArrayList<>(List.of(DOWNLOADS));
    List<List<String>> echoes = new ArrayList<>(List.of(ECHOES));
    for (Row row : rows) {
      if (row.scenario().measures().contains(Measure.DOWNLOAD)) downloads.add(download(row));
      if (row.scenario().measures().contains(Measure.ECHO)) echoes.add(echo(row));
    }
    if (downloads.size() > 1) text.append("## Downloads\n\n").append(table(downloads)).append('\n');
    if (echoes.size() > 1) text.append("## Echoes\n\n").append(table(echoes)).append('\n');
    text.append("Scenarios:\n\n");
    plan.scenarios().forEach(s -> text.append("- ").append(s.name()).append(": ").append(s.describe()).append('\n'));
    text.append("\nSystems:\n\n");
    plan.systems().forEach(s -> text.append("- ").append(s.name()).append(": ").append(s.title()).append('\n'));
    return text.toString();
  }

  private static List<String> download(Row row) {
    List<Transfer> runs = row.transfers();
    List<String> cells = new ArrayList<>(List.of(row.scenario().name(), row.system().name()));
    if (runs.isEmpty()) {
      cells.addAll(List.of("-", "-", "-", "-", "-"));
    } else {
      cells.add(Spread.of(runs.stream(), Transfer::goodput).text(1));
      cells.add(Spread.of(runs.stream(), Transfer::sentPerDelivered).text(3));
      cells.add(Spread.of(runs.stream(), Transfer::queueMeanMillis).text(1));
      cells.add(Spread.of(runs.stream(), Transfer::queueMaxMillis).text(0));
      cells.add(Spread.of(runs.stream(), Transfer::firstByteMillis).text(0));
    }
    cells.add(note(row));
    return cells;
  }

  private static List<String> echo(Row row) {
    List<Echo> runs = row.echoes();
    List<String> cells = new ArrayList<>(List.of(row.scenario().name(), row.system().name()));
    if (runs.isEmpty()) {
      cells.addAll(List.of("-", "-", "-", "-", "-"));
    } else {
      cells.add(Spread.of(runs.stream(), e -> e.p50() / 1e3).text(0));
      cells.add(Spread.of(runs.stream(), e -> e.p90() / 1e3).text(0));
      cells.add(Spread.of(runs.stream(), e -> e.p99() / 1e3).text(0));
      cells.add(Spread.of(runs.stream(), e -> e.max() / 1e3).text(0));
      cells.add(runs.stream().mapToLong(Echo::count).sum() + "/" + runs.stream().mapToLong(Echo::sent).sum());
    }
    cells.add(note(row));
    return cells;
  }

  private static String note(Row row) {
    String note = row.problem().orElse("");
    return note.length() <= LONGEST_NOTE ? note : note.substring(0, LONGEST_NOTE) + " ...";
  }

  private static String table(List<List<String>> rows) {
    int columns = rows.getFirst().size();
    int[] widths = IntStream.range(0, columns)
        .map(i -> rows.stream().mapToInt(row -> escape(row.get(i)).length()).max().orElse(0)).toArray();
    List<String> rule = Arrays.stream(widths).mapToObj("-"::repeat).toList();
    StringBuilder text = new StringBuilder();
    text.append(line(rows.getFirst(), widths)).append(line(rule, widths));
    rows.stream().skip(1).forEach(row -> text.append(line(row, widths)));
    return text.toString();
  }

  private static String line(List<String> cells, int[] widths) {
    return IntStream.range(0, cells.size())
        .mapToObj(i -> escape(cells.get(i)) + " ".repeat(widths[i] - escape(cells.get(i)).length()))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String escape(String cell) {
    return cell.replace("|", "\\|").replaceAll("\\s+", " ");
  }
}
