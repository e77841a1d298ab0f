package dev.gap.lab.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import dev.gap.lab.LinkSpec;

/** Every single measurement, a line each, after RFC 4180. */
final class CsvReport {
  /** Of each direction. */
  private static final List<String> LINK = List.of("rate_mbps", "delay_ms", "jitter_ms", "queue_ms", "loss", "burst",
      "reorder", "duplicate");
  private static final List<String> FIGURES = List.of("system", "measure", "repetition", "goodput_mbps",
      "sent_per_delivered", "queue_mean_ms", "queue_max_ms", "first_byte_ms", "verified", "emulator_late_p99_ms",
      "echo_p50_ms", "echo_p90_ms", "echo_p99_ms", "echo_max_ms", "echoes_returned", "echoes_sent", "note");
  private static final List<String> NO_TRANSFER = Collections.nCopies(7, "");
  private static final List<String> NO_ECHO = Collections.nCopies(6, "");

  private CsvReport() {}

  static String of(List<Row> rows) {
    StringBuilder text = new StringBuilder(line(head()));
    for (Row row : rows) {
      int repetition = 0;
      for (Transfer transfer : row.transfers())
        text.append(line(cells(row, "download", ++repetition, transfer(transfer), NO_ECHO, "")));
      repetition = 0;
      for (Echo echo : row.echoes())
        text.append(line(cells(row, "echo", ++repetition, NO_TRANSFER, echo(echo), "")));
      row.problem()
          .ifPresent(problem -> text.append(line(cells(row, "none", 0, NO_TRANSFER, NO_ECHO, problem))));
    }
    return text.toString();
  }

  private static List<String> head() {
    List<String> head = new ArrayList<>(List.of("scenario"));
    LINK.forEach(name -> head.add(name + "_down"));
    LINK.forEach(name -> head.add(name + "_up"));
    head.addAll(FIGURES);
    return head;
  }

  private static List<String> cells(Row row, String measure, int repetition, List<String> transfer, List<String> echo,
      String note) {
    List<String> cells = new ArrayList<>(List.of(row.scenario().name()));
    cells.addAll(link(row.scenario().down()));
    cells.addAll(link(row.scenario().up()));
    cells.add(row.system().name());
    cells.add(measure);
    cells.add(String.valueOf(repetition));
    cells.addAll(transfer);
    cells.addAll(echo);
    cells.add(note);
    return cells;
  }

  private static List<String> link(LinkSpec link) {
    return List.of(number(link.rate() / 1e6), number(link.delay().toNanos() / 1e6),
        number(link.jitter().toNanos() / 1e6), number(link.queue().toNanos() / 1e6), share(link.loss()),
        number(link.burst()), share(link.reorder()), share(link.duplicate()));
  }

  private static List<String> transfer(Transfer t) {
    return List.of(number(t.goodput()), number(t.sentPerDelivered()), number(t.queueMeanMillis()),
        number(t.queueMaxMillis()), number(t.firstByteMillis()), String.valueOf(t.verified()), number(t.lateMillis()));
  }

  private static List<String> echo(Echo e) {
    return List.of(number(e.p50() / 1e3), number(e.p90() / 1e3), number(e.p99() / 1e3), number(e.max() / 1e3),
        String.valueOf(e.count()), String.valueOf(e.sent()));
  }

  private static String number(double value) {
    return plain(String.format(Locale.ROOT, "%.4f", value));
  }

  /** {@return a share of 1} Small ones matter too. */
  private static String share(double value) {
    return plain(String.format(Locale.ROOT, "%.8f", value));
  }

  private static String plain(String decimal) {
    return decimal.replaceFirst("\\.?0+$", "");
  }

  private static String line(List<String> cells) {
    return cells.stream().map(CsvReport::quote).collect(Collectors.joining(",", "", "\r\n"));
  }

  private static String quote(String cell) {
    return cell.matches("[^\",\r\n]*") ? cell : "\"" + cell.replace("\"", "\"\"") + "\"";
  }
}
