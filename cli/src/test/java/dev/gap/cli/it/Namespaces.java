package dev.gap.cli.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Three network namespaces in a row, near - mid - far, of which near and far do not reach each other: what they send each
 * other has to pass a relay in mid. Nothing leaves them. Only far knows the name {@link #FAR_NAME}.
 */
final class Namespaces implements AutoCloseable {
  static final String NEAR_ADDRESS = "10.88.1.2";
  static final String MID_ADDRESS = "10.88.1.1";
  static final String FAR_ADDRESS = "10.88.2.2";
  static final String FAR_NAME = "site.gapit.test";

  private static final String PREFIX = "gapit-";
  private static final Path ETC = Path.of("/etc/netns");

  /** One of the three. */
  enum Place {
    NEAR, MID, FAR
  }

  private final long owner;

  private Namespaces(long owner) {
    this.owner = owner;
  }

  /** Makes the three, and removes what dead test runs have left behind. */
  static Namespaces make() {
    removeStale();
    Namespaces made = new Namespaces(ProcessHandle.current().pid());
    try {
      made.build();
      return made;
    } catch (IOException e) {
      made.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
  }

  private void build() throws IOException {
    for (Place place : Place.values()) {
      Shell.run("ip", "netns", "add", name(place));
      ip(place, "link", "set", "lo", "up");
    }
    connect(Place.NEAR, NEAR_ADDRESS, "mid1", MID_ADDRESS);
    connect(Place.FAR, FAR_ADDRESS, "mid2", "10.88.2.1");
    // 'ip netns exec' shows these to far's processes in place of /etc/hosts and /etc/resolv.conf
    Path etc = Files.createDirectories(ETC.resolve(name(Place.FAR)));
    Files.writeString(etc.resolve("hosts"), "127.0.0.1 localhost\n" + FAR_ADDRESS + " " + FAR_NAME + "\n");
    Files.writeString(etc.resolve("resolv.conf"), "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
  }

  private void connect(Place end, String endAddress, String midDevice, String midAddress) {
    ip(end, "link", "add", "veth0", "mtu", "1500", "type", "veth", "peer", "name", midDevice, "netns", name(Place.MID));
    ip(end, "addr", "add", endAddress + "/24", "dev", "veth0");
    ip(end, "link", "set", "veth0", "up");
    ip(Place.MID, "addr", "add", midAddress + "/24", "dev", midDevice);
    ip(Place.MID, "link", "set", midDevice, "up");
  }

  private void ip(Place place, String... words) {
    List<String> command = new ArrayList<>(List.of("ip", "-n", name(place)));
    command.addAll(List.of(words));
    Shell.run(command.toArray(String[]::new));
  }

  private String name(Place place) {
    return PREFIX + owner + "-" + place.name().toLowerCase(Locale.ROOT);
  }

  /** {@return {@code command} as it is to be run in that place} */
  List<String> in(Place place, List<String> command) {
    List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name(place)));
    whole.addAll(command);
    return whole;
  }

  /** Near loses its address and gets another, as when a computer moves to another network. */
  void moveNear(String from, String to) {
    ip(Place.NEAR, "addr", "del", from + "/24", "dev", "veth0");
    ip(Place.NEAR, "addr", "add", to + "/24", "dev", "veth0");
  }

  @Override
  public void close() {
    remove(owner);
  }

  private static void removeStale() {
    Shell.run("ip", "netns", "list").lines().map(line -> line.replaceFirst(" .*", ""))
        .filter(name -> name.matches(PREFIX + "[0-9]+-[a-z]+"))
        .map(name -> Long.parseLong(name.replaceAll("[^0-9]", ""))).distinct()
        .filter(pid -> ProcessHandle.of(pid).isEmpty()).forEach(Namespaces::remove);
  }

  private static void remove(long owner) {
    Namespaces old = new Namespaces(owner);
    for (Place place : Place.values()) {
      String name = old.name(place);
      // whatever still runs in there was started by us: a background process, perhaps
      Shell.ask(List.of("ip", "netns", "pids", name)).text().lines().filter(line -> line.matches("[0-9]+"))
          .forEach(pid -> ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly));
      Shell.ask(List.of("ip", "netns", "del", name));
      removeTree(ETC.resolve(name));
    }
  }

  static void removeTree(Path folder) {
    if (!Files.exists(folder)) return;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList())
        Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
