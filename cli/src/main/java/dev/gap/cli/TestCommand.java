package dev.gap.cli;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;

/** {@code gap test}: the launcher in the source tree does it; a gap installed elsewhere has no tests. */
@Command(name = "test", mixinStandardHelpOptions = true, description = "Run all tests (from the source tree: ./gap test).")
final class TestCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    System.err.println("gap: the tests are in the source tree: run ./gap test there");
    return Exit.USAGE;
  }
}
