package dev.gap.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import dev.gap.lab.TunLink;
import dev.gap.lab.bench.Namespaces.Place;
import dev.gap.lab.bench.Namespaces.Port;

/**
 * Where one measurement takes place, new for each: two namespaces, the emulated link between them, a source in far, and
 * whatever processes a system starts. All of it goes when it is closed.
 */
final class Stage implements AutoCloseable {
  /** The source's port in far. */
  static final int SOURCE_PORT = 8080;
  static final String SOURCE = Namespaces.FAR_ADDRESS + ":" + SOURCE_PORT;

  private static final Duration START_PATIENCE = Duration.ofSeconds(20);
  private static final Duration STEP = Duration.ofMillis(50);

  private final Scenario scenario;
  private final Path file;
  private final Path folder;
  private final Namespaces namespaces;
  private final TunLink link;
  private final List<Child> children = new ArrayList<>();
  private boolean closed;

  private Stage(Scenario scenario, Path file, Path folder, Namespaces namespaces, TunLink link) {
    this.scenario = scenario;
    this.file = file;
    this.folder = folder;
    this.namespaces = namespaces;
    this.link = link;
  }

  /**
   * Sets it up.
   *
   * @param file what the source sends
   */
  static Stage open(Scenario scenario, Path file, long seed) throws IOException {
    Path folder = Files.createTempDirectory("gaplab-");
    Namespaces namespaces = null;
    TunLink link = null;
    try {
      namespaces = Namespaces.make();
      String prefix = "gl" + ProcessHandle.current().pid();
      link = TunLink.start(prefix + "n", prefix + "f", scenario.up(), scenario.down(), seed);
      namespaces.join(prefix + "n", prefix + "f");
      return new Stage(scenario, file, folder, namespaces, link);
    } catch (IOException | RuntimeException e) {
      if (link != null) link.close();
      if (namespaces != null) namespaces.close();
      removeTree(folder);
      throw e;
    }
  }

  Scenario scenario() {
    return scenario;
  }

  TunLink link() {
    return link;
  }

  /** {@return the file that the source sends} */
  Path file() {
    return file;
  }

  /** {@return a folder that goes with the stage} */
  Path folder() {
    return folder;
  }

  /** Has the kernel's TCP use a congestion control over the link. */
  void setCongestionControl(String name) throws IOException {
    namespaces.setCongestionControl(name);
  }

  /** Starts the source. */
  void startSource() throws IOException {
    List<String> command = new ArrayList<>(JavaCommand.ofLab(SourceMain.class));
    command.addAll(List.of(String.valueOf(SOURCE_PORT), file.toString()));
    start(Place.FAR, "source", Port.tcp(SOURCE_PORT), command);
  }

  /** Starts a process that listens at a port, and waits until it does. */
  void start(Place place, String name, Port port, List<String> command) throws IOException {
    Child child = start(place, name, command);
    long end = System.nanoTime() + START_PATIENCE.toNanos();
    while (!namespaces.listens(place, port)) {
      if (!child.isAlive()) throw new IOException(name + " ended at once: " + child.lastWords());
      if (System.nanoTime() - end > 0) throw new IOException(name + " does not listen: " + child.lastWords());
      LockSupport.parkNanos(STEP.toNanos());
    }
  }

  /** Runs a process to its end. {@return what it has written} */
  String run(Place place, String name, List<String> command, Duration patience) throws IOException {
    return start(place, name, command).finish(patience);
  }

  private synchronized Child start(Place place, String name, List<String> command) throws IOException {
    if (closed) throw new IOException("the measurement was ended");
    Child child = Child.start(folder, name, namespaces.in(place, command));
    children.add(child);
    return child;
  }

  @Override
  public synchronized void close() {
    if (closed) return;
    closed = true;
    children.reversed().forEach(Child::close);
    link.close();
    namespaces.close();
    removeTree(folder);
  }

  static void removeTree(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList())
        Files.deleteIfExists(path);
    } catch (IOException e) {
      // it is in the folder for temporary files
    }
  }
}
