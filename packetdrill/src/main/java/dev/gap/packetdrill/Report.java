package dev.gap.packetdrill;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.gap.packetdrill.run.Outcome;

/** How scripts went, one by one and in sum. */
public final class Report {
  /** How one script went. */
  public record Result(Path script, Outcome outcome) {}

  private final List<Result> results = new ArrayList<>();

  /** Starts with nothing. */
  public Report() {}

  void add(Path script, Outcome outcome) {
    results.add(new Result(script, outcome));
  }

  /** {@return all results, in the order in which the scripts were run} */
  public List<Result> results() {
    return List.copyOf(results);
  }

  /** {@return how many scripts passed} */
  public long passed() {
    return results.stream().filter(r -> r.outcome instanceof Outcome.Passed).count();
  }

  /** {@return how many scripts failed} */
  public long failed() {
    return results.stream().filter(r -> r.outcome instanceof Outcome.Failed).count();
  }

  /** {@return how many scripts could not be run} */
  public long unsupported() {
    return results.stream().filter(r -> r.outcome instanceof Outcome.Unsupported).count();
  }

  /** Prints a line for each script, with the first difference of those that failed, and the sums. */
  public void print(PrintStream out, boolean verbose) {
    print(out, verbose, false);
  }

  /** The same; {@code quiet} leaves out the scripts that passed. */
  public void print(PrintStream out, boolean verbose, boolean quiet) {
    for (Result result : results) {
      if (!quiet || !(result.outcome instanceof Outcome.Passed)) print(out, result, verbose);
    }
    Map<String, Integer> reasons = new TreeMap<>();
    for (Result result : results) {
      if (result.outcome instanceof Outcome.Unsupported u) reasons.merge(u.reason(), 1, Integer::sum);
    }
    if (!reasons.isEmpty()) out.println();
    reasons.forEach((reason, count) -> out.println("unsupported " + count + " times: " + reason));
    out.println();
    out.println(results.size() + " scripts: " + passed() + " passed, " + failed() + " failed, " + unsupported()
        + " unsupported");
    out.flush();
  }

  private static void print(PrintStream out, Result result, boolean verbose) {
    switch (result.outcome) {
      case Outcome.Passed _ -> out.println("passed      " + result.script);
      case Outcome.Unsupported(int line, String reason, List<String> _) -> out
          .println("unsupported " + result.script + ":" + line + ": " + reason);
      case Outcome.Failed(int line, String expected, String actual, String text, List<String> _) -> {
        out.println("failed      " + result.script + ":" + line);
        if (!text.isEmpty()) out.println("    line      " + text.replaceAll("\\s*\\n\\s*", " "));
        out.println("    expected  " + expected);
        out.println("    but       " + actual);
      }
    }
    if (verbose) for (String note : result.outcome.notes())
      out.println("    note      " + note);
  }
}
