package dev.gap.lab.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.gap.lab.bench.Namespaces.Place;
import dev.gap.lab.bench.Namespaces.Port;

/**
 * Debian's kcptun.
 *
 * @param options the same at both ends
 */
record KcptunSystem(String name, List<String> options) implements BenchSystem {
  private static final String SERVER = "kcptun-server";
  private static final String CLIENT = "kcptun-client";
  private static final int UDP_PORT = 29900;
  private static final int LOCAL_PORT = 8388;

  /** As it is, but for its mode, which one has to choose. */
  static KcptunSystem standard() {
    return new KcptunSystem("kcptun-standard", List.of("--mode", "fast"));
  }

  /** As its users tune it for long fat paths. */
  static KcptunSystem tuned() {
    return new KcptunSystem("kcptun",
        List.of("--mode", "fast3", "--sndwnd", "8192", "--rcvwnd", "8192", "--sockbuf", "16777216"));
  }

  @Override
  public String title() {
    return "kcptun " + String.join(" ", options);
  }

  @Override
  public Optional<String> missing() {
    return Shell.has(SERVER) && Shell.has(CLIENT)
        ? Optional.empty()
        : Optional.of("not installed: apt-get install kcptun");
  }

  @Override
  public List<String> start(Stage stage) throws IOException {
    stage.startSource();
    stage.start(Place.FAR, SERVER, Port.udp(UDP_PORT),
        command(SERVER, "-l", ":" + UDP_PORT, "-t", "127.0.0.1:" + Stage.SOURCE_PORT));
    stage.start(Place.NEAR, CLIENT, Port.tcp(LOCAL_PORT),
        command(CLIENT, "-r", Namespaces.FAR_ADDRESS + ":" + UDP_PORT, "-l", "127.0.0.1:" + LOCAL_PORT));
    return ProbeMain.command("127.0.0.1:" + LOCAL_PORT);
  }

  private List<String> command(String... begin) {
    List<String> command = new ArrayList<>(List.of(begin));
    command.addAll(options);
    command.addAll(List.of("--key", "gap-lab", "--nocomp"));
    return command;
  }
}
