package dev.gap.lab.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

import dev.gap.lab.LinkSpec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Tables and pictures of made-up measurements. */
final class ReportTest {
  private static final Systems SYSTEMS = new Systems(List.of("gap"), new BenchModule(null, s -> {}));

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (Scenario scenario : Scenario.all()) {
      Row gap = new Row(scenario, SYSTEMS.named("gap").orElseThrow());
      Row tcp = new Row(scenario, SYSTEMS.named("tcp-cubic").orElseThrow());
      Row missing = new Row(scenario, SYSTEMS.named("kwik").orElseThrow());
      missing.addProblem("not built: \"mvn\" | is missing, here");
      for (int i = 0; i < 3; i++) {
        double loss = scenario.down().loss();
        if (scenario.measures().contains(Scenario.Measure.DOWNLOAD)) {
          gap.add(new Transfer(93 * (1 - loss) - i * 3, 1.03, 7.5, 80, 110, true, 0.3));
          tcp.add(new Transfer(90 / (1 + 2000 * loss), 1.01, 40, 100, 110, true, 0.3));
        } else {
          gap.add(new Echo(100, 100, 101_000, 190_000, 230_000, 300_000 + i));
          tcp.add(new Echo(90, 100, 101_000, 410_000, 830_000, 1_900_000));
        }
      }
      rows.addAll(List.of(gap, tcp, missing));
    }
    return rows;
  }

  private static Results results(List<Row> rows) {
    return new Results(new Lab.Plan(Scenario.all(), SYSTEMS.usual(), 1, 3, 1), rows);
  }

  @Test
  void tablesShowMediansAndSpreadsAndWhatIsMissing() {
    String markdown = results(rows()).markdown();
    assertThat(markdown.replaceAll(" +", " ")).contains("## Downloads", "## Echoes",
        "| loss-10 | gap | 80.7 (77.7-83.7) | 1.030 | 7.5 | 80 | 110 | |",
        "| loss-10 | kwik | - | - | - | - | - | not built: \"mvn\" \\| is missing, here |",
        "| echo-5 | tcp-cubic | 101 | 410 | 830 | 1900 | 270/300 | |", "- burst: 100 Mbit/s",
        "- gap: gap --profile 2 --rate auto",
        "- gap-p1: gap --profile 1 --rate auto");
  }

  @Test
  void csvHasEveryMeasurement() {
    List<String> lines = CsvReport.of(rows()).lines().toList();
    assertThat(lines).hasSize(1 + 12 * (3 + 3 + 1));
    assertThat(lines).contains(
        "loss-10,100,50,0,100,0.1,1,0,0,100,50,0,100,0.1,1,0,0,gap,download,2,80.7,1.03,7.5,80,110,true,0.3,,,,,,,",
        "echo-5,100,50,0,100,0.05,1,0,0,100,50,0,100,0.05,1,0,0,tcp-cubic,echo,1,,,,,,,,101,410,830,1900,90,100,",
        "loss-10,100,50,0,100,0.1,1,0,0,100,50,0,100,0.1,1,0,0,kwik,none,0,,,,,,,,,,,,,,\"not built: \"\"mvn\"\" | is missing, here\"");
  }

  @Test
  void bothDirectionsOfTheLinkAreTold() {
    LinkSpec down = LinkSpec.PERFECT.withRate(20_000_000).withDelay(Duration.ofMillis(30)).withReorder(0.01)
        .withDuplicate(0.00025);
    LinkSpec up = LinkSpec.PERFECT.withRate(1_500_000).withDelay(Duration.ofMillis(5)).withJitter(Duration.ofMillis(2))
        .withQueue(Duration.ofMillis(50)).withLoss(0.03).withBurst(2.5).withReorder(0.04).withDuplicate(0.05);
    Scenario scenario = Scenario.usual().withLink(up, down);
    Row row = new Row(scenario, SYSTEMS.named("gap-p1").orElseThrow());
    row.add(new Transfer(15, 1.03, 7.5, 80, 110, true, 0.3));

    List<String> lines = CsvReport.of(List.of(row)).lines().toList();
    assertThat(lines.getFirst()).startsWith("scenario,rate_mbps_down,delay_ms_down,jitter_ms_down,queue_ms_down,"
        + "loss_down,burst_down,reorder_down,duplicate_down,rate_mbps_up,delay_ms_up,jitter_ms_up,queue_ms_up,loss_up,"
        + "burst_up,reorder_up,duplicate_up,system,measure,repetition,goodput_mbps,");
    assertThat(lines.get(1))
        .startsWith("link,20,30,0,100,0,1,0.01,0.00025,1.5,5,2,50,0.03,2.5,0.04,0.05,gap-p1,download,1,15,");
    assertThat(lines).allMatch(line -> line.split(",", -1).length == 34);

    Lab.Plan plan = new Lab.Plan(List.of(scenario), List.of(row.system()), 1, 1, 1);
    assertThat(new Results(plan, List.of(row)).markdown()).contains(
        "- link: down 20 Mbit/s, 30 ms, queue 100 ms, loss 0 %, reordered 1 %, duplicated 0.025 %; up 1.5 Mbit/s, 5 ms,"
            + " jitter 2 ms, queue 50 ms, loss 3 % in bursts of 2.5, reordered 4 %, duplicated 5 %\n");
  }

  @Test
  void picturesAreDrawnOfWhatWasMeasured() throws Exception {
    Document goodput = parse(GoodputPicture.of(rows()).orElseThrow());
    assertThat(goodput.getElementsByTagName("polyline").getLength()).isEqualTo(3);
    assertThat(goodput.getDocumentElement().getTextContent()).contains("Goodput over loss, 100 Mbit/s", "gap",
        "tcp-cubic",
        "kwik (not measured)", "fast-long: 500 Mbit/s");
    Document echo = parse(EchoPicture.of(rows()).orElseThrow());
    assertThat(echo.getDocumentElement().getTextContent()).contains("echo-20: 100 Mbit/s", "p99", "gap", "tcp-cubic");
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(UTF_8)));
  }

  @Test
  void allIsSaved(@TempDir Path folder) throws IOException {
    Path target = folder.resolve("a/b");
    Files.createDirectories(target);
    results(rows()).save(target, "# Heading\n");
    assertThat(target.resolve("results.md")).content().startsWith("# Heading\n## Downloads");
    assertThat(target.resolve("results.csv")).isNotEmptyFile();
    assertThat(target.resolve("goodput.svg")).isNotEmptyFile();
    assertThat(target.resolve("echo.svg")).isNotEmptyFile();
    assertThat(results(rows()).isSound()).isTrue();

    results(List.of()).save(target, "");
    assertThat(target.resolve("echo.svg")).as("nothing is left from before").doesNotExist();
    assertThat(results(List.of()).isSound()).isFalse();
  }

  @Test
  void wrongBytesAreSaid() {
    Row row = rows().getFirst();
    row.add(new Transfer(100, 1, 1, 1, 1, false, 0.1));
    assertThat(results(List.of(row)).markdown()).contains("BYTES DIFFER");
    assertThat(results(List.of(row)).isSound()).isFalse();
  }
}
