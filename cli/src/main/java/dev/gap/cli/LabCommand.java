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
        + " the kernel's TCP, kcptun, ngtcp2 and Java peers. Needs root. Progress goes to stderr, tables go to stdout, and"
        + " with pictures into a folder.",
    ""}, footer = {"", "Examples:", "  gap lab --scenario all --repeat 3",
        "  gap lab --loss 5 --delay 50 --systems gap,tcp-bbr --echo"})
final class LabCommand implements Callable<Integer> {
  private static final int PATIENCE_SECONDS = 5;
  private static final List<String> DIRECTIONS = List.of("", "-up", "-down");

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--scenario", split = ",", paramLabel = "NAME", description = "Named scenarios, or 'all'; 'list' lists"
      + " them. Without it, the link that the options below describe, or else 100 Mbit/s, 50 ms, 100 ms of queue.")
  private @Nullable List<String> scenarios;

  @Option(names = "--systems", split = ",", paramLabel = "NAME", description = "What to measure; 'list' lists them."
      + " gap-N is gap at a fixed rate of N Mbit/s. Without it, the usual ones.")
  private @Nullable List<String> systems;

  @Option(names = "--seconds", paramLabel = "N", defaultValue = "12", description = "How long a measurement lasts (default"
      + " ${DEFAULT-VALUE}).")
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
        ? option.description() + " With -up or -down for one direction."
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

  private Lab.Plan plan(Systems known) {
    try {
      List<BenchSystem> chosen = systems == null ? known.usual() : systems.stream().map(n -> system(known, n)).toList();
      List<Scenario> links = scenarios().stream().map(this::change).toList();
      return new Lab.Plan(links, chosen, seconds, repetitions, seed);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "lab: " + e.getMessage(), e);
    }
  }

  private static BenchSystem system(Systems known, String name) {
    return known.named(name)
        .orElseThrow(() -> new IllegalArgumentException("no system is called '" + name + "'; there are "
            + known.all().stream().map(BenchSystem::name).collect(Collectors.joining(", ")) + " and gap-N"));
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
    return chosen;
  }

  private Scenario change(Scenario scenario) {
    Scenario changed = scenario.withLink(change(scenario.up(), "-up"), change(scenario.down(), "-down"));
    return echo ? changed.withEcho() : changed;
  }

  private LinkSpec change(LinkSpec link, String direction) {
    LinkSpec changed = link;
    for (LinkOption option : LinkOption.values()) {
      Double value = spec.findOption(option.flag() + direction).getValue();
      if (value == null) value = spec.findOption(option.flag()).getValue();
      if (value != null) changed = option.apply(changed, value);
    }
    return changed;
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
