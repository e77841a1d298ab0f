package dev.gap.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Assumptions;

import dev.gap.lab.bench.Namespaces.Place;

/** Two namespaces with some link between them, over which datagrams are sent. */
final class RealLink implements AutoCloseable {
  private static final int PORT = 9000;
  private static final Duration PATIENCE = Duration.ofSeconds(12);
  private static final String PREFIX = "glit" + ProcessHandle.current().pid();
  static final String NEAR_DEVICE = PREFIX + "n";
  static final String FAR_DEVICE = PREFIX + "f";

  private final Path folder = Files.createTempDirectory("gaplab-it-");
  private final Namespaces namespaces = Namespaces.make();

  /** The devices have to be there. */
  RealLink() throws IOException {
    namespaces.join(NEAR_DEVICE, FAR_DEVICE);
  }

  static void assumePossible() {
    Optional<String> missing = Lab.missing();
    Assumptions.assumeTrue(missing.isEmpty(), () -> "SKIPPED, not tested: " + missing.orElse(""));
  }

  /** Sends datagrams from far to near. {@return what near saw} */
  Sightings.Seen blast(int count, int bytes, int micros) throws IOException {
    return blast(Place.FAR, count, bytes, micros);
  }

  /** Sends datagrams from one of the two to the other. {@return what that saw} */
  Sightings.Seen blast(Place from, int count, int bytes, int micros) throws IOException {
    Place to = from == Place.FAR ? Place.NEAR : Place.FAR;
    String address = to == Place.NEAR ? Namespaces.NEAR_ADDRESS : Namespaces.FAR_ADDRESS;
    try (Child receiver = start(to, "receive", String.valueOf(PORT))) {
      while (!namespaces.listens(to, Namespaces.Port.udp(PORT)))
        if (!receiver.isAlive()) throw new IOException("no receiver: " + receiver.lastWords());
      try (Child sender = start(from, "send", address, String.valueOf(PORT), String.valueOf(count),
          String.valueOf(bytes), String.valueOf(micros))) {
        sender.finish(PATIENCE);
      }
      return Sightings.Seen.parse(receiver.finish(PATIENCE));
    }
  }

  private Child start(Place place, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(JavaCommand.ofLab(BlastMain.class));
    command.addAll(List.of(arguments));
    return Child.start(folder, arguments[0], namespaces.in(place, command));
  }

  @Override
  public void close() {
    namespaces.close();
    Stage.removeTree(folder);
  }
}
