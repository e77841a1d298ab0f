package dev.gap.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What was measured, to be shown as tables and pictures. */
public final class Results {
  private final Lab.Plan plan;
  private final List<Row> rows;

  Results(Lab.Plan plan, List<Row> rows) {
    this.plan = plan;
    this.rows = List.copyOf(rows);
  }

  /** {@return tables as Markdown} */
  public String markdown() {
    return MarkdownReport.of(plan, rows);
  }

  /** Writes tables and pictures into a folder. */
  public void save(Path folder, String heading) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("results.md"), heading + markdown());
    Files.writeString(folder.resolve("results.csv"), CsvReport.of(rows));
    write(folder.resolve("goodput.svg"), GoodputPicture.of(rows));
    write(folder.resolve("echo.svg"), EchoPicture.of(rows));
  }

  /** What there is no picture of now has none from before either. */
  private static void write(Path path, Optional<String> picture) throws IOException {
    if (picture.isPresent()) Files.writeString(path, picture.get());
    else Files.deleteIfExists(path);
  }

  /** {@return whether anything was measured, all of it rightly} */
  public boolean isSound() {
    return rows.stream().anyMatch(row -> !row.transfers().isEmpty() || !row.echoes().isEmpty())
        && rows.stream().flatMap(row -> row.transfers().stream()).allMatch(Transfer::verified);
  }
}
