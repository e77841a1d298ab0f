package dev.gap.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.gap.lab.LinkSpec;
import dev.gap.lab.TunLink;
import dev.gap.lab.bench.Namespaces.Place;
import dev.gap.lab.bench.Sightings.Seen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The emulated link does what another emulator does, a program in C. Where its source is, {@code -Dgap.linkemu=FILE} or
 * the environment variable {@code GAP_LINKEMU} says; without it this is skipped.
 */
@Timeout(90)
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
    Pair pair = compare(linkemu(), thin, 1000, "--delay", "20", "--loss", "10");
    pair.delaysAreAlike();
    pair.isAlike("datagrams through", Seen::count, COUNT / 25);
    pair.isAlike("lost in a row", Seen::burst, 0.25);
    assertThat(pair.ours.burst()).as("independent: 1 / 0.9").isBetween(1.0, 1.3);
    assertThat(pair.ours.overtaken()).as("nothing overtakes").isZero();
  }

  @Test
  void bothEmulatorsLimitAndQueueAlike() throws IOException {
    LinkSpec full = LinkSpec.PERFECT.withDelay(Duration.ofMillis(10)).withRate(8_000_000)
        .withQueue(Duration.ofMillis(40));
    Pair pair = compare(linkemu(), full, 600, "--delay", "10", "--rate", "8", "--queue", "40");
    pair.isAlike("datagrams through", Seen::count, count(600) / 25.0);
    pair.isAlike("Mbit/s", Seen::megabits, 0.05 * pair.theirs.megabits());
    // the least is the sender's doing: it is that of the first, before there is a queue
    pair.isAlike("median delay", Seen::medianDelay, 3);
  }

  @Test
  void bothEmulatorsLoseInBurstsAlike() throws IOException {
    LinkSpec bursty = LinkSpec.PERFECT.withDelay(Duration.ofMillis(20)).withLoss(0.1).withBurst(4);
    Pair pair = compare(linkemu(), bursty, 500, "--delay", "20", "--loss", "10", "--burst", "4");
    pair.delaysAreAlike();
    // a burst more or less is four datagrams: 53 of 5000 is one standard deviation, and 0.3 that of the length
    pair.isAlike("datagrams through", Seen::count, 350);
    pair.isAlike("lost in a row", Seen::burst, 2);
    assertThat(pair.ours.burst()).as("ours, lost in a row").isBetween(2.8, 5.2);
  }

  @Test
  void bothEmulatorsJitterAlike() throws IOException {
    LinkSpec uneven = LinkSpec.PERFECT.withDelay(Duration.ofMillis(20)).withJitter(Duration.ofMillis(20));
    Pair pair = compare(linkemu(), uneven, 1000, "--delay", "20", "--jitter", "20");
    pair.delaysAreAlike();
    assertThat(pair.ours.count()).as("nothing is lost").isEqualTo(COUNT);
    assertThat(pair.ours.medianDelay()).as("in the middle of 20 to 40 ms").isBetween(28.0, 34.0);
    assertThat(pair.ours.mostDelay()).isGreaterThan(38);
    pair.isAlike("overtaken", Seen::overtaken, COUNT / 10);
    assertThat(pair.ours.overtaken()).isGreaterThan(COUNT / 2);
  }

  @Test
  void bothEmulatorsReorderAlike() throws IOException {
    LinkSpec shortcuts = LinkSpec.PERFECT.withDelay(Duration.ofMillis(40)).withReorder(0.1);
    Pair pair = compare(linkemu(), shortcuts, 1000, "--delay", "40", "--reorder", "10");
    pair.delaysAreAlike();
    assertThat(pair.ours.count()).as("nothing is lost").isEqualTo(COUNT);
    pair.isAlike("took the short cut", Seen::early, COUNT / 25);
    assertThat(pair.ours.early()).as("a tenth").isBetween(COUNT / 10 - 75, COUNT / 10 + 75);
    pair.isAlike("overtaken", Seen::overtaken, COUNT / 10);
  }

  @Test
  void bothEmulatorsDuplicateAlike() throws IOException {
    LinkSpec doubling = LinkSpec.PERFECT.withDelay(Duration.ofMillis(20)).withDuplicate(0.2);
    Pair pair = compare(linkemu(), doubling, 1000, "--delay", "20", "--dup", "20");
    pair.delaysAreAlike();
    assertThat(pair.ours.distinct()).as("nothing is lost").isEqualTo(COUNT);
    pair.isAlike("datagrams through", Seen::count, COUNT / 25);
    assertThat(pair.ours.count() - COUNT).as("a fifth").isBetween(COUNT / 5 - 100, COUNT / 5 + 100);
  }

  @Test
  void bothEmulatorsLoseInOneDirectionAlone() throws IOException {
    LinkSpec lossy = LinkSpec.PERFECT.withLoss(0.2);
    Path linkemu = linkemu();
    for (Place from : Place.values()) {
      boolean up = from == Place.NEAR;
      Seen ours = throughOurs(up ? lossy : LinkSpec.PERFECT, up ? LinkSpec.PERFECT : lossy, from, 1000);
      Seen theirs = throughLinkemu(linkemu, from, 1000, up ? "--loss-ab" : "--loss-ba", "20");
      new Pair(ours, theirs).isAlike("through from " + from, Seen::count, COUNT / 25);
      assertThat(ours.missing()).isBetween(COUNT / 5 - 100, COUNT / 5 + 100);
      Seen back = throughOurs(up ? LinkSpec.PERFECT : lossy, up ? lossy : LinkSpec.PERFECT, from, 1000);
      assertThat(back.count()).as("if only the other direction loses").isEqualTo(COUNT);
    }
  }

  /** What came through either. */
  private record Pair(Seen ours, Seen theirs) {
    Pair {
      System.out.println("ours    " + ours + "\nlinkemu " + theirs);
    }

    void isAlike(String what, ToDoubleFunction<Seen> figure, double tolerance) {
      assertThat(figure.applyAsDouble(ours)).as("%s: ours %s, linkemu %s", what, ours, theirs)
          .isCloseTo(figure.applyAsDouble(theirs), within(tolerance));
    }

    void delaysAreAlike() {
      isAlike("least delay", Seen::leastDelay, 1);
      isAlike("median delay", Seen::medianDelay, 5);
    }
  }

  private Pair compare(Path linkemu, LinkSpec spec, int micros, String... options) throws IOException {
    return new Pair(throughOurs(spec, spec, Place.FAR, micros), throughLinkemu(linkemu, Place.FAR, micros, options));
  }

  /** {@return as many as take as long as {@link #COUNT} a millisecond apart, or that many} */
  private static int count(int micros) {
    return Math.max(COUNT, COUNT * 1000 / micros);
  }

  private static Seen throughOurs(LinkSpec up, LinkSpec down, Place from, int micros) throws IOException {
    try (TunLink link = TunLink.start(RealLink.NEAR_DEVICE, RealLink.FAR_DEVICE, up, down, 1);
        RealLink real = new RealLink()) {
      Seen seen = real.blast(from, count(micros), BYTES, micros);
      System.out.println(link.describe());
      return seen;
    }
  }

  private Seen throughLinkemu(Path linkemu, Place from, int micros, String... options) throws IOException {
    // before all others, as our link's thread: else a busy machine is what is measured
    List<String> command = new ArrayList<>(
        List.of("nice", "-n", "-20", linkemu.toString(), RealLink.NEAR_DEVICE, RealLink.FAR_DEVICE));
    command.addAll(List.of(options));
    try (Child process = Child.start(folder, "linkemu", command)) {
      while (!process.out().contains("ready"))
        if (!process.isAlive()) throw new IOException("linkemu: " + process.lastWords());
      try (RealLink real = new RealLink()) {
        return real.blast(from, count(micros), BYTES, micros);
      }
    }
  }
}
