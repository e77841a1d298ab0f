package dev.gap.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import dev.gap.lab.bench.Namespaces.Place;
import dev.gap.lab.bench.Namespaces.Port;

/**
 * {@code gap local} and {@code gap server}.
 *
 * @param command the gap command
 */
record GapSystem(String name, List<String> command, Profile profile, Rate rate) implements BenchSystem {
  private static final int UDP_PORT = 2286;
  private static final int SOCKS_PORT = 1186;
  /** Without a rate only the window limits: this one is of the size that users of the original set. */
  private static final String WINDOW_WITHOUT_RATE = "1024";
  /** Of what the link can deliver, so that there is room for headers and repetitions of repetitions. */
  private static final double FIXED_SHARE = 0.8;

  /** The wire format, and a key that is one in it. */
  enum Profile {
    /** The original's: a passphrase. */
    ORIGINAL("1", "far-and-near-of-the-lab-of-gap"),
    /** The encrypted one. */
    SECURE("2", "mk2:ZmFyLWFuZC1uZWFyLW9mLXRoZS1sYWItb2YtZ2FwLXg");

    private final String number;
    private final String key;

    Profile(String number, String key) {
      this.number = number;
      this.key = key;
    }

    List<String> options() {
      return List.of("--profile", number, "--key", key);
    }
  }

  /** How the rate is found. */
  sealed interface Rate {
    /** Measured. */
    record Auto() implements Rate {}

    /** Not limited, but for the window. */
    record None() implements Rate {}

    /** Given as a share of what is left of the link's rate after loss. */
    record OfLink() implements Rate {}

    /** Given in Mbit/s. */
    record Fixed(int megabits) implements Rate {}
  }

  @Override
  public String title() {
    String gap = "gap --profile " + profile.number + " --rate ";
    return gap + switch (rate) {
      case Rate.Auto() -> "auto";
      case Rate.None() -> "none, window " + WINDOW_WITHOUT_RATE;
      case Rate.OfLink() -> "at " + Math.round(FIXED_SHARE * 100) + " % of what the link lets through";
      case Rate.Fixed(int megabits) -> "'" + megabits + " mbps'";
    };
  }

  @Override
  public Optional<String> missing() {
    return Optional.empty();
  }

  @Override
  public List<String> start(Stage stage) throws IOException {
    stage.startSource();
    Path nothing = Files.writeString(stage.folder().resolve("nothing.yaml"), "");
    List<String> both = new ArrayList<>(List.of("-c", nothing.toString()));
    both.addAll(profile.options());
    both.addAll(rateOptions(stage.scenario()));
    List<String> server = gap("server", both);
    server.addAll(List.of("--listen", "0.0.0.0:" + UDP_PORT));
    stage.start(Place.FAR, "gap-server", Port.udp(UDP_PORT), server);
    List<String> local = gap("local", both);
    local.addAll(List.of("--listen", "127.0.0.1:" + SOCKS_PORT, "--server", Namespaces.FAR_ADDRESS + ":" + UDP_PORT));
    stage.start(Place.NEAR, "gap-local", Port.tcp(SOCKS_PORT), local);
    return ProbeMain.commandThroughSocks(Stage.SOURCE, SOCKS_PORT);
  }

  private List<String> gap(String side, List<String> options) {
    List<String> whole = new ArrayList<>(command);
    whole.add(side);
    whole.addAll(options);
    whole.addAll(List.of("--control", side + ".sock"));
    return whole;
  }

  private List<String> rateOptions(Scenario scenario) {
    return switch (rate) {
      case Rate.Auto() -> List.of("--rate", "auto");
      case Rate.None() -> List.of("--rate", "none", "--window", WINDOW_WITHOUT_RATE);
      case Rate.Fixed(int megabits) -> List.of("--rate", megabits + " mbps");
      case Rate.OfLink() -> {
        double bits = FIXED_SHARE * scenario.down().rate() * (1 - scenario.down().loss());
        yield bits == 0
            ? List.of("--rate", "auto")
            : List.of("--rate", String.format(Locale.ROOT, "%.1f mbps", bits / 1e6));
      }
    };
  }
}
