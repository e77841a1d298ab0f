package dev.gap.cli;

import java.time.Duration;
import java.util.Locale;

import dev.gap.lab.LinkSpec;

/** What {@code gap lab} can do to a link: {@code --loss} to both directions, {@code --loss-up} or {@code --loss-down}. */
enum LinkOption {
  DELAY("MS", "Delay each way."), JITTER("MS", "How much longer than the delay a packet may take."), RATE("MBIT",
      "Rate each way in Mbit/s; 0 is no limit."), QUEUE("MS",
          "How long a packet may wait for the rate before it is dropped; 0 is for ever."), LOSS("PERCENT",
              "Loss each way."), BURST("N",
                  "Average number of packets lost in a row; 1 makes losses independent."), REORDER("PERCENT",
                      "Packets that skip the delay, and so overtake others."), DUPLICATE("PERCENT",
                          "Packets that arrive twice.");

  private static final double MAX_MILLIS = Duration.ofDays(1).toMillis();
  private static final double MAX_MEGABITS = 1e6;

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
      case RATE -> link.withRate(bitsPerSecond(value));
      case QUEUE -> link.withQueue(millis(value));
      case LOSS -> link.withLoss(share(value));
      case BURST -> link.withBurst(burst(value));
      case REORDER -> link.withReorder(share(value));
      case DUPLICATE -> link.withDuplicate(share(value));
    };
  }

  private double share(double percent) {
    if (percent >= 0 && percent <= 100) return percent / 100;
    throw refusal("0 to 100 %", percent);
  }

  private Duration millis(double value) {
    if (value >= 0 && value <= MAX_MILLIS) return Duration.ofNanos(Math.round(value * 1e6));
    throw refusal("0 to " + number(MAX_MILLIS) + " ms", value);
  }

  /** Rounded up: 0 is no limit, and what is almost nothing is not to become that. */
  private long bitsPerSecond(double megabits) {
    if (megabits >= 0 && megabits <= MAX_MEGABITS) return (long) Math.ceil(megabits * 1e6);
    throw refusal("0 (no limit) to " + number(MAX_MEGABITS) + " Mbit/s", megabits);
  }

  private double burst(double packets) {
    if (packets >= 1 && packets < Double.POSITIVE_INFINITY) return packets;
    throw refusal("1 (independent losses) or more packets", packets);
  }

  private IllegalArgumentException refusal(String range, double value) {
    return new IllegalArgumentException(
        name().toLowerCase(Locale.ROOT) + " must be " + range + ", not " + number(value));
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15 ? String.valueOf((long) value) : String.valueOf(value);
  }
}
