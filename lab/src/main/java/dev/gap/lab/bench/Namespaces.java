package dev.gap.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** Two network namespaces, near and far, which nothing leaves: a device for each joins them. */
public final class Namespaces implements AutoCloseable {
  /** The address of near. */
  public static final String NEAR_ADDRESS = "10.77.0.1";
  /** The address of far. */
  public static final String FAR_ADDRESS = "10.77.0.2";

  private static final String PREFIX = "gaplab-";
  private static final String DEVICE = "lab0";
  private static final int MTU = 1500;
  /** As the kernel's own buffers grow on a long fat path whose administrator has thought of it. */
  private static final String TCP_MEMORY = "4096 1048576 67108864";
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** One of the two. */
  public enum Place {
    NEAR, FAR
  }

  private final String id;

  private Namespaces(String id) {
    this.id = id;
  }

  /** Makes the two, and removes what runs that were killed have left behind. */
  public static Namespaces make() throws IOException {
    removeStale();
    Namespaces made = new Namespaces(ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
    try {
      for (Place place : Place.values()) {
        Shell.run(List.of("ip", "netns", "add", made.name(place)));
        made.ip(place, "link", "set", "lo", "up");
        made.sysctl(place, "net/ipv4/tcp_rmem", TCP_MEMORY);
        made.sysctl(place, "net/ipv4/tcp_wmem", TCP_MEMORY);
      }
      return made;
    } catch (IOException | RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /** Moves two devices of the root namespace into the two, and gives them addresses. */
  public void join(String nearDevice, String farDevice) throws IOException {
    moveIn(Place.NEAR, nearDevice, NEAR_ADDRESS, FAR_ADDRESS);
    moveIn(Place.FAR, farDevice, FAR_ADDRESS, NEAR_ADDRESS);
  }

  private void moveIn(Place place, String device, String address, String peer) throws IOException {
    Shell.run(List.of("ip", "link", "set", device, "netns", name(place), "name", DEVICE));
    ip(place, "link", "set", DEVICE, "mtu", String.valueOf(MTU), "txqueuelen", "10000");
    ip(place, "addr", "add", address, "peer", peer, "dev", DEVICE);
    ip(place, "link", "set", DEVICE, "up");
  }

  private void ip(Place place, String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip", "-n", name(place)));
    command.addAll(List.of(words));
    Shell.run(command);
  }

  /**
   * Has the kernel's TCP use a congestion control between the two. By the route and not by sysctl, which outside of the
   * root namespace has only those that everybody may use.
   */
  void setCongestionControl(String name) throws IOException {
    for (Place place : Place.values()) {
      String own = place == Place.NEAR ? NEAR_ADDRESS : FAR_ADDRESS;
      String other = place == Place.NEAR ? FAR_ADDRESS : NEAR_ADDRESS;
      ip(place, "route", "replace", other, "dev", DEVICE, "src", own, "congctl", name);
    }
  }

  private void sysctl(Place place, String variable, String value) throws IOException {
    Shell.run(in(place, List.of("sh", "-c", "echo \"$1\" > \"/proc/sys/$0\"", variable, value)));
  }

  String name(Place place) {
    return PREFIX + id + "-" + place.name().toLowerCase(Locale.ROOT);
  }

  /** {@return {@code command} as it is to be run in that place} */
  public List<String> in(Place place, List<String> command) {
    List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name(place)));
    whole.addAll(command);
    return whole;
  }

  /** {@return whether somebody listens at a port there} */
  boolean listens(Place place, Port port) throws IOException {
    String table = "/proc/net/" + port.protocol();
    String wanted = String.format(Locale.ROOT, ":%04X ", port.number());
    String state = port.protocol().equals("tcp") ? " 0A " : " 07 ";
    String text = Shell.run(in(place, List.of("cat", table, table + "6")));
    return text.lines().skip(1).anyMatch(line -> line.indexOf(wanted) > 0 && line.indexOf(wanted) < 60
        && line.contains(state) && line.indexOf(wanted) < line.indexOf(state));
  }

  /**
   * A port.
   *
   * @param protocol {@code tcp} or {@code udp}
   */
  record Port(String protocol, int number) {
    static Port tcp(int number) {
      return new Port("tcp", number);
    }

    static Port udp(int number) {
      return new Port("udp", number);
    }
  }

  @Override
  public void close() {
    for (Place place : Place.values())
      remove(name(place));
  }

  private static void removeStale() throws IOException {
    Path folder = Path.of("/run/netns");
    if (!Files.isDirectory(folder)) return;
    try (var names = Files.list(folder)) {
      for (Path path : names.toList()) {
        String name = path.getFileName().toString();
        if (!name.matches(PREFIX + "[0-9]+-[0-9]+-(near|far)")) continue;
        long owner = Long.parseLong(name.split("-", -1)[1]);
        if (ProcessHandle.of(owner).isEmpty()) remove(name);
      }
    }
  }

  private static void remove(String name) {
    try {
      if (!Files.exists(Path.of("/run/netns", name))) return;
      // whatever still runs in there was started by us
      Shell.ask(List.of("ip", "netns", "pids", name)).text().lines().filter(line -> line.matches("[0-9]+"))
          .forEach(pid -> ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly));
      Shell.ask(List.of("ip", "netns", "del", name));
    } catch (IOException e) {
      // the next run removes it
    }
  }
}
