package dev.gap.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The kernel's TCP.
 *
 * @param congestionControl as the kernel calls it
 */
record TcpSystem(String congestionControl) implements BenchSystem {
  private static final Path AVAILABLE = Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control");

  @Override
  public String name() {
    return "tcp-" + congestionControl;
  }

  @Override
  public String title() {
    return "the kernel's TCP with " + congestionControl;
  }

  @Override
  public Optional<String> missing() {
    try {
      if (Arrays.asList(Files.readString(AVAILABLE).strip().split(" ", -1)).contains(congestionControl))
        return Optional.empty();
    } catch (IOException e) {
      return Optional.of("this kernel does not say what it has: " + e.getMessage());
    }
    return Optional.of("not in this kernel: modprobe tcp_" + congestionControl);
  }

  @Override
  public List<String> start(Stage stage) throws IOException {
    stage.setCongestionControl(congestionControl);
    stage.startSource();
    return ProbeMain.command(Stage.SOURCE);
  }
}
