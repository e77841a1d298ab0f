package dev.gap.lab.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.gap.lab.bench.Namespaces.Place;
import dev.gap.lab.bench.Namespaces.Port;

/**
 * A Java library from the {@code bench} module, as processes of their own with a class path of their own.
 *
 * @param name as bench calls it
 */
record PeerSystem(String name, String title, BenchModule module) implements BenchSystem {
  private static final String MAIN = "dev.gap.bench.PeerMain";
  private static final int PORT = 4433;

  @Override
  public Optional<String> missing() {
    return module.missing();
  }

  @Override
  public List<String> start(Stage stage) throws IOException {
    String keyStore = Certificate.make(stage.folder()).keyStore().toString();
    String address = Namespaces.FAR_ADDRESS + ":" + PORT;
    List<String> server = new ArrayList<>(JavaCommand.onClassPath(module.classPath(), MAIN));
    server.addAll(List.of("server", name, address, keyStore, Certificate.PASSWORD, stage.file().toString()));
    stage.start(Place.FAR, name + "-server", Port.udp(PORT), server);
    List<String> client = new ArrayList<>(JavaCommand.onClassPath(module.classPath(), MAIN));
    client.addAll(List.of("client", name, address, keyStore, Certificate.PASSWORD));
    return client;
  }
}
