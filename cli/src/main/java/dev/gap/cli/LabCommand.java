package dev.gap.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import dev.gap.lab.LinkSpec;
import dev.gap.lab.bench.BenchModule;
import dev.gap.lab.bench.BenchSystem;
import dev.gap.lab.bench.Lab;
import dev.gap.lab.bench.Results;
import dev.gap.lab.bench.Scenario;
import dev.gap.lab.bench.Systems;

/** {@code gap lab}: systems side by side over an emulated link. */
@Command(name = "lab", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Measure systems side by side over an emulated link between two network namespaces that it makes and removes: gap,"
        + " the kernel's TCP, kcptun, ngtcp2 and Java peers. Needs Linux and root, but for lists. Progress goes to stderr,"
        + " tables go to stdout, and tables and pictures into a folder. docs/lab.md explains the figures.",
    ""}, footer = {"",
        "The options of the link are for each way; with -up (near to far, the way of requests) or -down (far to near, the"
            + " way of downloads) for one: --loss 5 --loss-up 0. What is not given is that of the scenario.",
        "", "Examples:", "  gap lab --scenario list", "  sudo gap lab --loss 5 --delay 50 --systems gap,tcp-bbr --echo",
        "  sudo gap lab --scenario all --repeat 3"})
final class LabCommand implements Callable<Integer> {
  private static final int PATIENCE_SECONDS = 5;
  /** What is measured on request alone. */
  static final String UNUSUAL = "gap-p1-none, gap-p1-fixed, kcptun-standard and ngtcp2-cubic";
  private static final List<String> DIRECTIONS = List.of("", "-up", "-down");

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--scenario", split = ",", paramLabel = "NAME", description = "Named scenarios, or 'all'; 'list' lists"
      + " them. Without it, one link of 100 Mbit/s, 50 ms each way and 100 ms of queue, as the options below change it.")
  private @Nullable List<String> scenarios;

  @Option(names = "--systems", split = ",", paramLabel = "NAME", description = "What to measure, or 'all'; 'list' lists"
      + " them. gap-N is gap at a fixed rate of N Mbit/s, gap-p1-N the same in profile 1. Without it, all but "
      + UNUSUAL
      + ".")
  private @Nullable List<String> systems;

  @Option(names = "--seconds", paramLabel = "N", defaultValue = "12", description = "How many seconds a measurement lasts"
      + " (default ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(names = "--repeat", paramLabel = "N", defaultValue = "1", description = "How often each is made; tables show the"
      + " median, the least and the most (default ${DEFAULT-VALUE}).")
  private int repetitions;

  @Option(names = "--echo", description = "Measure echo times too, in every scenario.")
  private boolean echo;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "What the link's random choices follow from"
      + " (default ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--out", paramLabel = "DIR", defaultValue = "gap-lab", description = "Where results.md, results.csv,"
      + " goodput.svg and echo.svg go (default ${DEFAULT-VALUE}).")
  private Path out = Path.of("");

  static CommandSpec spec() {
    CommandSpec spec = CommandSpec.forAnnotatedObject(new LabCommand());
    for (LinkOption option : LinkOption.values())
      for (String direction : DIRECTIONS)
        spec.addOption(linkOption(option, direction));
    return spec;
  }

  private static OptionSpec linkOption(LinkOption option, String direction) {
    String description = direction.isEmpty()
        ? option.description()
        : "";
    return OptionSpec.builder(option.flag() + direction).paramLabel(option.label()).type(Double.class)
        .description(description).hidden(!direction.isEmpty()).build();
  }

  @Override
  public Integer call() throws IOException {
    BenchModule peers = new BenchModule(ThisProgram.sourceTree().orElse(null), LabCommand::say);
    if (isList(scenarios)) return list(Scenario.all(), s -> s.name() + "\t" + s.describe());
    if (isList(systems)) return list(new Systems(List.of(), peers).all(), s -> s.name() + "\t" + s.title());
    Systems known = new Systems(ThisProgram.command(), peers);
    Lab.Plan plan = plan(known);
    Optional<String> missing = Lab.missing();
    if (missing.isPresent()) {
      System.err.println("gap: lab cannot run here: " + missing.get());
      return Exit.UNAVAILABLE;
    }
    return measure(plan);
  }

  private int measure(Lab.Plan plan) throws IOException {
    CountDownLatch shown = new CountDownLatch(1);
    try (Lab lab = new Lab(plan, LabCommand::say)) {
      Thread onInterrupt = Thread.ofPlatform().unstarted(() -> end(lab, shown));
      Runtime.getRuntime().addShutdownHook(onInterrupt);
      Results results = lab.run();
      System.out.print(results.markdown());
      results.save(out, heading());
      say("results.md, results.csv and pictures are in " + out);
      return results.isSound() ? Exit.OK : Exit.FAILED;
    } finally {
      shown.countDown();
    }
  }

  /** Ends on Ctrl-C, when what has been measured so far is shown. */
  private static void end(Lab lab, CountDownLatch shown) {
    lab.close();
    try {
      if (!shown.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) say("gap: what was measured could not be saved");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** {@return what the command line asks for} */
  Lab.Plan plan(Systems known) {
    try {
      List<BenchSystem> chosen = systems(known);
      List<Scenario> links = scenarios().stream().map(this::change).toList();
      return new Lab.Plan(links, chosen, seconds, repetitions, seed);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "lab: " + e.getMessage(), e);
    }
  }

  private List<BenchSystem> systems(Systems known) {
    if (systems == null) return known.usual();
    List<BenchSystem> chosen = new ArrayList<>();
    for (String name : systems) {
      if (name.equals("all")) chosen.addAll(known.all());
      else
        chosen.add(known.named(name)
            .orElseThrow(() -> new IllegalArgumentException("no system is called '" + name + "'; there are "
                + known.all().stream().map(BenchSystem::name).collect(Collectors.joining(", "))
                + ", gap-N, gap-p1-N and all")));
    }
    return chosen.stream().distinct().toList();
  }

  private List<Scenario> scenarios() {
    if (scenarios == null) return List.of(Scenario.usual());
    List<Scenario> chosen = new ArrayList<>();
    for (String name : scenarios) {
      if (name.equals("all")) chosen.addAll(Scenario.all());
      else
        chosen.add(Scenario.named(name)
            .orElseThrow(() -> new IllegalArgumentException("no scenario is called '" + name + "'; there are "
                + Scenario.all().stream().map(Scenario::name).collect(Collectors.joining(", ")) + " and all")));
    }
    return chosen.stream().distinct().toList();
  }

  private Scenario change(Scenario scenario) {
    Scenario changed = scenario.withLink(change(scenario.up(), "-up"), change(scenario.down(), "-down"));
    return echo ? changed.withEcho() : changed;
  }

  private LinkSpec change(LinkSpec link, String direction) {
    // how much may be lost depends on how many in a row: it comes when that is known
    LinkSpec changed = link.withLoss(0);
    for (LinkOption option : LinkOption.values()) {
      if (option == LinkOption.LOSS) continue;
      Double value = value(option, direction);
      if (value != null) changed = option.apply(changed, value);
    }
    Double loss = value(LinkOption.LOSS, direction);
    return loss == null ? changed.withLoss(link.loss()) : LinkOption.LOSS.apply(changed, loss);
  }

  /** {@return what is given for that direction, or else for both, if anything} */
  private @Nullable Double value(LinkOption option, String direction) {
    Double own = spec.findOption(option.flag() + direction).getValue();
    return own != null ? own : spec.findOption(option.flag()).getValue();
  }

  private String heading() {
    List<String> words = spec.commandLine().getParseResult().originalArgs();
    return String.format(Locale.ROOT, "# gap lab%n%n`gap lab %s`, %s, %s%n%d processors, Linux %s, Java %s%n%n",
        String.join(" ", words), "gap " + Version.NUMBER, LocalDate.now(ZoneId.systemDefault()),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.version"), System.getProperty("java.version"));
  }

  private static boolean isList(@Nullable List<String> names) {
    return names != null && names.equals(List.of("list"));
  }

  private static <T> int list(List<T> all, Function<T, String> text) {
    all.forEach(one -> System.out.println(text.apply(one)));
    return Exit.OK;
  }

  private static void say(String message) {
    System.err.println(message);
  }
}
