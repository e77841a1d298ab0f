package dev.gap.lab.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import dev.gap.lab.LinkSpec;

/** Every single measurement, a line each, after RFC 4180. */
final class CsvReport {
  private static final List<String> HEAD = List.of("scenario", "rate_mbps_down", "delay_ms_down", "jitter_ms_down",
      "queue_ms_down", "loss_down", "burst_down", "system", "measure", "repetition", "goodput_mbps",
      "sent_per_delivered",
      "queue_mean_ms", "queue_max_ms", "first_byte_ms", "verified", "emulator_late_p99_ms", "echo_p50_ms",
      "echo_p90_ms",
      "echo_p99_ms", "echo_max_ms", "echoes_returned", "echoes_sent", "note");
  private static final List<String> NO_TRANSFER = Collections.nCopies(7, "");
  private static final List<String> NO_ECHO = Collections.nCopies(6, "");

  private CsvReport() {}

  static String of(List<Row> rows) {
    StringBuilder text = new StringBuilder(line(HEAD));
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

  private static List<String> cells(Row row, String measure, int repetition, List<String> transfer, List<String> echo,
      String note) {
    List<String> cells = new ArrayList<>(head(row));
    cells.add(measure);
    cells.add(String.valueOf(repetition));
    cells.addAll(transfer);
    cells.addAll(echo);
    cells.add(note);
    return cells;
  }

  private static List<String> head(Row row) {
    LinkSpec down = row.scenario().down();
    return List.of(row.scenario().name(), number(down.rate() / 1e6), number(down.delay().toNanos() / 1e6),
        number(down.jitter().toNanos() / 1e6), number(down.queue().toNanos() / 1e6), number(down.loss()),
        number(down.burst()), row.system().name());
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
    return String.format(Locale.ROOT, "%.4f", value).replaceFirst("\\.?0+$", "");
  }

  private static String line(List<String> cells) {
    return cells.stream().map(CsvReport::quote).collect(Collectors.joining(",", "", "\r\n"));
  }

  private static String quote(String cell) {
    return cell.matches("[^\",\r\n]*") ? cell : "\"" + cell.replace("\"", "\"\"") + "\"";
  }
}
