package dev.gap.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gap.mtcp.engine.ConnectionInfo;
import dev.gap.mtcp.engine.EndpointStats;
import dev.gap.mtcp.engine.WindowPolicy;
import dev.gap.mtcp.engine.secure.SecureStats;

/** Runs a side until SIGTERM, Ctrl-C, or a stop through the control socket. */
final class Foreground {
  private static final Logger LOG = LoggerFactory.getLogger(Foreground.class);

  private final Role role;
  private final Side side;
  private final Duration grace;
  private final Instant started = Instant.now();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  private Foreground(Role role, Side side, Duration grace) {
    this.role = role;
    this.side = side;
    this.grace = grace;
  }

  static void run(Role role, Settings settings) throws IOException, ConfigException {
    Foreground process = new Foreground(role, Side.start(role, settings), settings.grace());
    if (settings.isOriginalProfile()) {
      LOG.warn(
          "profile 1, the original's format, hides and proves nothing to anyone who records it: use it only to talk to"
              + " the original gap-proxy");
    }
    Optional<Path> keyLog = settings.keyLog();
    if (keyLog.isPresent()) {
      process.side.endpoint().setKeyLog(KeyLogFile.open(keyLog.get()));
      LOG.warn("session keys are written to {}: whoever reads that file reads all traffic", keyLog.get());
    }
    SessionWatch.start(role, process.side.endpoint());
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("gap-shutdown").unstarted(process::onSignal));
    LOG.info("{}: {}", role.command(), process.side.describe());
    ControlServer control = process.control(settings.control());
    try {
      process.stop.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (control != null) control.close();
      process.end();
    }
  }

  private @Nullable ControlServer control(Path path) {
    try {
      return ControlServer.start(path, this::answer);
    } catch (IOException e) {
      LOG.info("no control socket for this process: {}", e.getMessage());
      return null;
    }
  }

  private void onSignal() {
    stop.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() {
    try {
      LOG.info("stopping: open connections get {} s", grace.toSeconds());
      LOG.info(side.close(grace) ? "stopped" : "stopped; connections that were still open have been reset");
    } catch (IOException e) {
      LOG.warn("stopping: {}", e.getMessage());
    } finally {
      stopped.countDown();
    }
  }

  private String answer(String line) {
    List<String> words = List.of(line.split(" +"));
    try {
      return switch (words.getFirst()) {
        case "ping" -> "pong";
        case "status" -> status();
        case "stop" -> {
          stop.countDown();
          yield "pid " + ProcessHandle.current().pid();
        }
        case "wnd" -> words.size() == 1 ? window() : setWindow(words.get(1));
        default -> "error: unknown command '" + words.getFirst() + "'";
      };
    } catch (IOException | IllegalArgumentException e) {
      return "error: " + e.getMessage();
    }
  }

  private String status() throws IOException {
    List<ConnectionInfo> connections = side.endpoint().connections();
    EndpointStats.Snapshot stats = side.endpoint().stats();
    StringBuilder text = new StringBuilder();
    text.append(role.command()).append(" is running, pid ").append(ProcessHandle.current().pid()).append(", since ")
        .append(started).append('\n');
    text.append(side.describe()).append('\n');
    text.append("connections ").append(connections.size()).append(" open, ").append(stats.opened()).append(" in all\n");
    if (side.endpoint().isSecure()) {
      SecureStats.Snapshot sessions = side.endpoint().secureStats();
      text.append("sessions ").append(sessions.sessionsOpened()).append(" opened, ").append(sessions.sessionsResumed())
          .append(" times with new keys\n");
    }
    text.append("window ").append(window()).append('\n');
    text.append("datagrams ").append(stats.received()).append(" received, ").append(stats.sent()).append(" sent, ")
        .append(stats.unauthentic()).append(" not ours, ").append(stats.malformed()).append(" malformed");
    connections.stream().filter(c -> c.smoothedRttNanos() > 0).findFirst().ifPresent(c -> text.append('\n')
        .append(String.format(Locale.ROOT, "round trip %.1f ms", c.smoothedRttNanos() / 1e6)));
    return text.toString();
  }

  private String window() throws IOException {
    return text(side.endpoint().window(), side.endpoint().connections());
  }

  /** {@return a window, and if it is automatic how far those of open connections have grown} */
  static String text(WindowPolicy window, List<ConnectionInfo> connections) {
    return switch (window) {
      case WindowPolicy.Fixed(int segments) -> String.valueOf(segments);
      case WindowPolicy.Auto(int most) -> {
        OptionalInt largest = connections.stream().mapToInt(ConnectionInfo::windowLimit).max();
        yield "auto (up to " + most
            + (largest.isPresent() ? "; now " + largest.getAsInt() + " at most)" : "; no connection is open)");
      }
    };
  }

  private String setWindow(String text) throws IOException {
    side.endpoint().setWindow(Settings.window(text, 65535));
    return window();
  }
}
