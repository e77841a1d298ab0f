package dev.gap.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gap.io.LinuxTunPort;
import dev.gap.lab.bench.Namespaces.Place;
import dev.gap.lab.bench.Scenario.Measure;

/** Measures systems in scenarios, one after the other, each on a {@link Stage} of its own. */
public final class Lab implements AutoCloseable {
  private static final int ECHO_BYTES = 200;
  private static final int ECHO_INTERVAL_MILLIS = 30;
  /** What programs do when they have just been started is not measured. */
  private static final Duration SETTLE = Duration.ofSeconds(1);
  private static final Scenario WARM_UP = Scenario.usual().withDelay(Duration.ofMillis(2));
  private static final String WARM_UP_SECONDS = "3";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * What to measure.
   *
   * @param seconds that a download or a run of echoes lasts
   * @param repetitions of each measurement
   * @param seed what the links' random choices follow from; each repetition has another
   */
  public record Plan(List<Scenario> scenarios, List<BenchSystem> systems, double seconds, int repetitions, long seed) {
    public Plan {
      scenarios = List.copyOf(scenarios);
      systems = List.copyOf(systems);
      if (!(seconds > 0 && seconds <= 3600))
        throw new IllegalArgumentException("a measurement lasts more than 0 and up to 3600 seconds, not " + seconds);
      if (repetitions < 1)
        throw new IllegalArgumentException("what is measured is measured at least once, not " + repetitions + " times");
    }

    /** {@return how many measurements that makes} */
    public int count() {
      long each = 0;
      for (Scenario scenario : scenarios)
        for (BenchSystem system : systems)
          each += scenario.measures().stream().filter(system::can).count();
      return Math.toIntExact(each * repetitions);
    }
  }

  private final Plan plan;
  private final Consumer<String> progress;
  private final Path folder;
  private int done;
  /** Held while a stage is set up: what is half made could not be removed. */
  private final Object stageLock = new Object();
  private @Nullable Stage stage;
  private volatile boolean closed;

  /** @param progress is told what has been measured */
  public Lab(Plan plan, Consumer<String> progress) throws IOException {
    this.plan = plan;
    this.progress = progress;
    folder = Files.createTempDirectory("gaplab-");
  }

  /** {@return why nothing can be measured on this machine} Empty if it can. */
  public static Optional<String> missing() {
    if (!System.getProperty("os.name", "").equals("Linux"))
      return Optional.of("network namespaces and TUN devices are Linux's: run it there, in a virtual machine perhaps");
    if (!Shell.has("ip")) return Optional.of("the command 'ip' is missing: apt-get install iproute2");
    try {
      LinuxTunPort.open(LinuxTunPort.Options.plain("glprobe%d")).close();
      Shell.Answer answer = Shell.ask(List.of("unshare", "--net", "true"));
      if (answer.exit() == 0) return Optional.empty();
      return Optional.of("no network namespaces to be had here: " + answer.text().strip());
    } catch (IOException e) {
      return Optional.of("it makes network namespaces and TUN devices, which needs root: run it with sudo ("
          + e.getMessage() + ")");
    }
  }

  /** Measures all of the plan. */
  public Results run() throws IOException {
    Path file = SourceFile.make(folder, plan);
    warmUp(file);
    List<Row> rows = new ArrayList<>();
    for (Scenario scenario : plan.scenarios()) {
      if (closed) break;
      progress.accept(scenario.name() + ": " + scenario.describe());
      List<Row> these = plan.systems().stream().map(system -> new Row(scenario, system)).toList();
      these.forEach(row -> row.system().missing().ifPresent(row::addProblem));
      // repetitions outside: what changes on this machine changes for all systems
      for (int i = 0; i < plan.repetitions(); i++) {
        for (Row row : these)
          measure(row, file, plan.seed() + i);
      }
      rows.addAll(these);
    }
    return new Results(plan, rows);
  }

  /** Lets the emulator's code be compiled: the first measurement would find it slow. */
  private void warmUp(Path file) throws IOException {
    try (Stage open = open(WARM_UP, file, plan.seed())) {
      open.startSource();
      List<String> probe = ProbeMain.command(Stage.SOURCE);
      probe.addAll(List.of(Source.DOWNLOAD, WARM_UP_SECONDS));
      run(open, probe);
    }
  }

  private void measure(Row row, Path file, long seed) throws IOException {
    for (Measure measure : Measure.values()) {
      if (!row.scenario().measures().contains(measure) || closed) continue;
      String what = row.scenario().name() + " " + row.system().name() + " " + measure.name().toLowerCase(Locale.ROOT);
      if (!row.system().can(measure)) {
        row.addProblem("no " + measure.name().toLowerCase(Locale.ROOT));
        continue;
      }
      done++;
      String result = row.system().missing().orElseGet(() -> attempt(row, measure, file, seed));
      if (closed) return;
      progress.accept("[%d/%d] %s: %s".formatted(done, plan.count(), what, result));
    }
  }

  /** {@return what came of it, in words} */
  private String attempt(Row row, Measure measure, Path file, long seed) {
    try (Stage open = open(row.scenario(), file, seed)) {
      List<String> probe = new ArrayList<>(row.system().start(open));
      LockSupport.parkNanos(SETTLE.toNanos());
      return switch (measure) {
        case DOWNLOAD -> download(row, open, probe);
        case ECHO -> echo(row, open, probe);
      };
    } catch (IOException | IllegalArgumentException e) {
      String problem = "failed: " + e.getMessage();
      if (!closed) row.addProblem(problem);
      return problem;
    }
  }

  private Stage open(Scenario scenario, Path file, long seed) throws IOException {
    synchronized (stageLock) {
      if (closed) throw new IOException("the measurements were ended");
      Stage open = Stage.open(scenario, file, seed);
      stage = open;
      return open;
    }
  }

  private String download(Row row, Stage open, List<String> probe) throws IOException {
    probe.addAll(List.of(Source.DOWNLOAD, String.valueOf(plan.seconds())));
    Download download = Download.parse(run(open, probe));
    if (download.bytes() == 0) throw new IOException("no byte came within 20 s");
    boolean verified = Sha256.ofBeginning(open.file(), download.bytes()).equals(download.sha256());
    Transfer transfer = Transfer.of(download, verified, open.link().bToA(), open.link().lateness());
    row.add(transfer);
    String late = transfer.lateMillis() > 2
        ? ", the emulator was late by %.1f ms".formatted(transfer.lateMillis())
        : "";
    return String.format(Locale.ROOT, "%.1f Mbit/s%s%s", transfer.goodput(), verified ? "" : ", BYTES DIFFER", late);
  }

  private String echo(Row row, Stage open, List<String> probe) throws IOException {
    long count = Math.max(1, Math.round(plan.seconds() * 1000 / ECHO_INTERVAL_MILLIS));
    probe.addAll(List.of(Source.ECHO, String.valueOf(count), String.valueOf(ECHO_INTERVAL_MILLIS),
        String.valueOf(ECHO_BYTES)));
    Echo echo = Echo.parse(run(open, probe));
    if (echo.count() == 0) throw new IOException("no echo came");
    row.add(echo);
    return String.format(Locale.ROOT, "p50 %.0f, p99 %.0f ms, %d of %d", echo.p50() / 1e3, echo.p99() / 1e3,
        echo.count(), echo.sent());
  }

  /** {@return the last line, since libraries have things to say too} */
  private String run(Stage open, List<String> probe) throws IOException {
    Duration patience = Duration.ofMillis(Math.round(plan.seconds() * 1000)).plus(PATIENCE);
    String said = open.run(Place.NEAR, "probe", probe, patience).strip();
    return said.substring(said.lastIndexOf('\n') + 1);
  }

  /** Ends whatever is being measured and removes all that was made for it. */
  @Override
  public void close() {
    synchronized (stageLock) {
      closed = true;
      if (stage != null) stage.close();
    }
    Stage.removeTree(folder);
  }
}
