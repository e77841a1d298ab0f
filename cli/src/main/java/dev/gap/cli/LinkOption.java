package dev.gap.cli;

import java.time.Duration;
import java.util.Locale;

import dev.gap.lab.LinkSpec;

/** What {@code gap lab} can do to a link: {@code --loss} to both directions, {@code --loss-up} or {@code --loss-down}. */
enum LinkOption {
  DELAY("MS", "Delay each way."), JITTER("MS", "How much longer a packet may take."), RATE("MBIT",
      "Rate in Mbit/s; 0 is no limit."), QUEUE("MS", "How long the queue is; 0 is endless."), LOSS("PERCENT",
          "Loss."), BURST("N", "Average length of bursts of loss; 1 is none."), REORDER("PERCENT",
              "Packets that skip the delay."), DUPLICATE("PERCENT", "Packets that arrive twice.");

  private final String label;
  private final String description;

  LinkOption(String label, String description) {
    this.label = label;
    this.description = description;
  }

  String flag() {
    return "--" + name().toLowerCase(Locale.ROOT);
  }

  String label() {
    return label;
  }

  String description() {
    return description;
  }

  /** {@return the link with this changed} A value that cannot be is an IllegalArgumentException. */
  LinkSpec apply(LinkSpec link, double value) {
    return switch (this) {
      case DELAY -> link.withDelay(millis(value));
      case JITTER -> link.withJitter(millis(value));
      case RATE -> link.withRate(Math.round(value * 1e6));
      case QUEUE -> link.withQueue(millis(value));
      case LOSS -> link.withLoss(share(value));
      case BURST -> link.withBurst(value);
      case REORDER -> link.withReorder(share(value));
      case DUPLICATE -> link.withDuplicate(share(value));
    };
  }

  private double share(double percent) {
    if (percent >= 0 && percent <= 100) return percent / 100;
    throw new IllegalArgumentException(name().toLowerCase(Locale.ROOT) + " must be 0 to 100 %, not " + percent);
  }

  private static Duration millis(double value) {
    return Duration.ofNanos(Math.round(value * 1e6));
  }
}
