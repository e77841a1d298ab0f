package dev.gap.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.gap.lab.LinkSpec;
import dev.gap.lab.TunLink;
import dev.gap.lab.bench.BlastMain.Seen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The emulated link does what another emulator does, a program in C. Where its source is, {@code -Dgap.linkemu=FILE} or
 * the environment variable {@code GAP_LINKEMU} says; without it this is skipped.
 */
@Timeout(30)
final class LinkemuIT {
  private static final int COUNT = 2500;
  private static final int BYTES = 1000;

  @TempDir
  Path folder;

  private Path linkemu() throws IOException {
    String source = System.getProperty("gap.linkemu", System.getenv("GAP_LINKEMU"));
    Assumptions.assumeTrue(source != null && Files.exists(Path.of(source)) && Shell.has("gcc"),
        "SKIPPED, not compared: -Dgap.linkemu names no source of linkemu, or there is no gcc");
    RealLink.assumePossible();
    Path linkemu = folder.resolve("linkemu");
    Shell.run(List.of("gcc", "-O2", "-o", linkemu.toString(), source));
    return linkemu;
  }

  @Test
  void bothEmulatorsLoseAndDelayAlike() throws IOException {
    LinkSpec thin = LinkSpec.PERFECT.withDelay(Duration.ofMillis(20)).withLoss(0.1);
    compare(linkemu(), thin, 1000, "--delay", "20", "--loss", "10");
  }

  @Test
  void bothEmulatorsLimitAndQueueAlike() throws IOException {
    LinkSpec full = LinkSpec.PERFECT.withDelay(Duration.ofMillis(10)).withRate(8_000_000)
        .withQueue(Duration.ofMillis(40));
    compare(linkemu(), full, 600, "--delay", "10", "--rate", "8", "--queue", "40");
  }

  private void compare(Path linkemu, LinkSpec spec, int micros, String... options) throws IOException {
    Seen ours = throughOurs(spec, micros);
    Seen theirs = throughLinkemu(linkemu, micros, options);
    System.out.println("ours " + ours + "\nlinkemu " + theirs);
    assertThat(ours.count()).as("datagrams through").isCloseTo(theirs.count(), within(COUNT / 25));
    assertThat(ours.megabits()).as("Mbit/s").isCloseTo(theirs.megabits(), within(0.05 * theirs.megabits()));
    // in a queue that fills the first delay is the sender's doing
    if (spec.rate() == 0)
      assertThat(ours.leastDelay()).as("least delay, ms").isCloseTo(theirs.leastDelay(), within(1.0));
    assertThat(ours.medianDelay()).as("median delay, ms").isCloseTo(theirs.medianDelay(), within(3.0));
  }

  private static Seen throughOurs(LinkSpec spec, int micros) throws IOException {
    try (TunLink link = TunLink.start(RealLink.NEAR_DEVICE, RealLink.FAR_DEVICE, spec, spec, 1);
        RealLink real = new RealLink()) {
      Seen seen = real.blast(COUNT, BYTES, micros);
      System.out.println(link.describe());
      return seen;
    }
  }

  private Seen throughLinkemu(Path linkemu, int micros, String... options) throws IOException {
    List<String> command = new ArrayList<>(
        List.of(linkemu.toString(), RealLink.NEAR_DEVICE, RealLink.FAR_DEVICE));
    command.addAll(List.of(options));
    try (Child process = Child.start(folder, "linkemu", command)) {
      while (!process.out().contains("ready"))
        if (!process.isAlive()) throw new IOException("linkemu: " + process.lastWords());
      try (RealLink real = new RealLink()) {
        return real.blast(COUNT, BYTES, micros);
      }
    }
  }
}
