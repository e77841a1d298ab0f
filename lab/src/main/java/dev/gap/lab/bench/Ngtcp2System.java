package dev.gap.lab.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.gap.lab.bench.Namespaces.Place;
import dev.gap.lab.bench.Namespaces.Port;

/**
 * ngtcp2's own client and server (HTTP/3 over QUIC), as Debian has them: in C, with their windows large enough. They only
 * download.
 *
 * @param congestionControl as ngtcp2 calls it
 */
record Ngtcp2System(String congestionControl) implements BenchSystem {
  private static final String SERVER = "gtlsserver";
  private static final String CLIENT = "gtlsclient";
  private static final int PORT = 4433;

  @Override
  public String name() {
    return "ngtcp2-" + congestionControl;
  }

  @Override
  public String title() {
    return "ngtcp2's HTTP/3 client and server with " + congestionControl;
  }

  @Override
  public Optional<String> missing() {
    return Shell.has(SERVER) && Shell.has(CLIENT)
        ? Optional.empty()
        : Optional.of("not installed: apt-get install ngtcp2-client ngtcp2-server");
  }

  @Override
  public boolean can(Scenario.Measure measure) {
    return measure == Scenario.Measure.DOWNLOAD;
  }

  @Override
  public List<String> start(Stage stage) throws IOException {
    Certificate certificate = Certificate.make(stage.folder());
    String name = stage.file().getFileName().toString();
    stage.start(Place.FAR, SERVER, Port.udp(PORT),
        List.of(SERVER, "-q", "--no-quic-dump", "--no-http-dump", "--cc=" + congestionControl, "-d",
            String.valueOf(stage.file().getParent()), Namespaces.FAR_ADDRESS, String.valueOf(PORT),
            certificate.privateKey().toString(), certificate.certificate().toString()));
    List<String> probe = new ArrayList<>(JavaCommand.ofLab(FileProbeMain.class));
    probe.add(stage.folder().resolve(name).toString());
    probe.addAll(List.of(CLIENT, "-q", "--no-quic-dump", "--no-http-dump", "--exit-on-all-streams-close",
        "--max-data=64M", "--max-stream-data-bidi-local=64M", "--max-window=64M", "--max-stream-window=64M",
        "--download=" + stage.folder(), Namespaces.FAR_ADDRESS, String.valueOf(PORT),
        "https://" + Namespaces.FAR_ADDRESS + ":" + PORT + "/" + name, FileProbeMain.END_OF_COMMAND));
    return probe;
  }
}
