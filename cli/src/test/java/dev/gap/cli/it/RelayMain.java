package dev.gap.cli.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import dev.gap.lab.LinkSpec;
import dev.gap.lab.UdpRelay;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A bad link as a process of its own. Arguments are {@code key=value}: {@code listen} and {@code to} are addresses, the
 * others the values of {@link LinkSpec}, times in milliseconds, for both directions. It obeys {@code blackout on},
 * {@code blackout off}, {@code rebind}, {@code stats} and {@code quit} on its standard input, and ends with it.
 */
final class RelayMain {
  private RelayMain() {}

  public static void main(String[] arguments) throws IOException {
    Map<String, String> values = new HashMap<>();
    for (String argument : arguments) {
      String[] parts = argument.split("=", 2);
      values.put(parts[0], parts[1]);
    }
    InetSocketAddress listen = address(values.remove("listen"));
    InetSocketAddress target = address(values.remove("to"));
    LinkSpec spec = spec(values);
    try (UdpRelay relay = UdpRelay.start(listen, target, spec, spec, 1)) {
      System.out.println("ready");
      obey(relay);
    }
  }

  private static LinkSpec spec(Map<String, String> values) {
    LinkSpec spec = LinkSpec.PERFECT;
    for (Map.Entry<String, String> e : values.entrySet()) {
      double number = Double.parseDouble(e.getValue());
      Duration time = Duration.ofNanos(Math.round(number * 1e6));
      spec = switch (e.getKey()) {
        case "delay" -> spec.withDelay(time);
        case "jitter" -> spec.withJitter(time);
        case "rate" -> spec.withRate(Math.round(number));
        case "queue" -> spec.withQueue(time);
        case "loss" -> spec.withLoss(number);
        case "burst" -> spec.withBurst(number);
        case "reorder" -> spec.withReorder(number);
        case "duplicate" -> spec.withDuplicate(number);
        case "corrupt" -> spec.withCorrupt(number);
        default -> throw new IllegalArgumentException("unknown: " + e.getKey());
      };
    }
    return spec;
  }

  private static void obey(UdpRelay relay) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      switch (line) {
        case "blackout on" -> relay.setBlackout(true);
        case "blackout off" -> relay.setBlackout(false);
        case "rebind" -> relay.rebind();
        case "stats" ->
          System.out.println("up " + relay.up() + "\ndown " + relay.down() + "\nfailures " + relay.failures());
        case "quit" -> {
          return;
        }
        default -> throw new IllegalArgumentException("unknown command: " + line);
      }
      System.out.println("did " + line);
    }
  }

  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }
}
