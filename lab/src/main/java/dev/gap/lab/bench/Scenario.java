package dev.gap.lab.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import dev.gap.lab.LinkSpec;

/**
 * A link and what to measure over it.
 *
 * @param up the direction from near to far
 * @param down the direction from far to near, in which downloads go
 */
public record Scenario(String name, LinkSpec up, LinkSpec down, Set<Measure> measures) {
  private static final LinkSpec USUAL = LinkSpec.PERFECT.withDelay(Duration.ofMillis(50)).withRate(100_000_000)
      .withQueue(Duration.ofMillis(100));

  /** What can be measured. */
  public enum Measure {
    DOWNLOAD, ECHO
  }

  public Scenario {
    measures = Set.copyOf(measures);
    if (measures.isEmpty()) throw new IllegalArgumentException("the scenario " + name + " measures nothing");
  }

  private static Scenario downloading(String name, LinkSpec both) {
    return new Scenario(name, both, both, EnumSet.of(Measure.DOWNLOAD));
  }

  private static Scenario echoing(String name, LinkSpec both) {
    return new Scenario(name, both, both, EnumSet.of(Measure.ECHO));
  }

  /** {@return 100 Mbit/s, 50 ms each way, 100 ms of queue, no loss: what is changed to have others} */
  public static Scenario usual() {
    return downloading("link", USUAL);
  }

  /** {@return those of the README} */
  public static List<Scenario> all() {
    List<Scenario> all = new ArrayList<>();
    for (int percent : new int[]{0, 1, 5, 10, 20, 30})
      all.add(downloading("loss-" + percent, USUAL.withLoss(percent / 100.0)));
    all.add(downloading("burst", USUAL.withLoss(0.1).withBurst(4)));
    all.add(downloading("jitter", USUAL.withJitter(Duration.ofMillis(10))));
    all.add(downloading("fast-long",
        USUAL.withRate(500_000_000).withDelay(Duration.ofMillis(100)).withLoss(0.01)));
    for (int percent : new int[]{5, 10, 20})
      all.add(echoing("echo-" + percent, USUAL.withLoss(percent / 100.0)));
    return List.copyOf(all);
  }

  /** {@return the one of that name} */
  public static Optional<Scenario> named(String name) {
    return all().stream().filter(s -> s.name.equals(name)).findFirst();
  }

  /** {@return this with other directions} */
  public Scenario withLink(LinkSpec newUp, LinkSpec newDown) {
    return new Scenario(name, newUp, newDown, measures);
  }

  Scenario withDelay(Duration delay) {
    return withLink(up.withDelay(delay), down.withDelay(delay));
  }

  /** {@return this, with echoes measured too} */
  public Scenario withEcho() {
    Set<Measure> more = EnumSet.copyOf(measures);
    more.add(Measure.ECHO);
    return new Scenario(name, up, down, more);
  }

  /** {@return what the link is, in words} */
  public String describe() {
    return up.equals(down) ? describe(down) : "down " + describe(down) + "; up " + describe(up);
  }

  private static String describe(LinkSpec spec) {
    List<String> parts = new ArrayList<>();
    parts.add(spec.rate() == 0 ? "no limit" : number(spec.rate() / 1e6) + " Mbit/s");
    parts.add(number(spec.delay().toNanos() / 1e6) + " ms");
    if (!spec.jitter().isZero()) parts.add("jitter " + number(spec.jitter().toNanos() / 1e6) + " ms");
    if (spec.rate() != 0)
      parts.add(spec.queue().isZero() ? "endless queue" : "queue " + number(spec.queue().toNanos() / 1e6) + " ms");
    parts.add("loss " + percent(spec.loss()) + (spec.burst() > 1 ? " in bursts of " + number(spec.burst()) : ""));
    if (spec.reorder() > 0) parts.add("reordered " + percent(spec.reorder()));
    if (spec.duplicate() > 0) parts.add("duplicated " + percent(spec.duplicate()));
    return String.join(", ", parts);
  }

  private static String percent(double share) {
    return number(share * 100) + " %";
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.4f", value);
    return text.replaceFirst("\\.?0+$", "");
  }
}
