package dev.gap.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Starts and stops a side as a process in the background, found again by its control socket. */
final class Background {
  private static final Duration START_PATIENCE = Duration.ofSeconds(20);
  private static final Duration STEP = Duration.ofMillis(50);

  private final Role role;
  private final Path control;

  Background(Role role, Path control) {
    this.role = role;
    this.control = control;
  }

  /** Starts it with {@code arguments}, and waits until it answers. {@return the exit code} */
  int start(List<String> arguments) throws IOException {
    if (ControlClient.isAlive(control)) {
      System.err.println("gap: " + role.command() + " is running already; 'gap " + role.command() + " stop' ends it");
      return Exit.UNAVAILABLE;
    }
    Path folder = RuntimeFolder.path();
    RuntimeFolder.make(folder);
    Path log = folder.resolve(role.command() + ".log");
    long before = Files.exists(log) ? Files.size(log) : 0;
    List<String> command = new ArrayList<>(ThisProgram.command());
    command.add(role.command());
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectInput(new File("/dev/null"))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
    long end = System.nanoTime() + START_PATIENCE.toNanos();
    while (process.isAlive() && System.nanoTime() - end < 0) {
      if (ControlClient.isAlive(control)) {
        System.out.println("gap " + role.command() + " started, pid " + process.pid() + ", log " + log);
        return Exit.OK;
      }
      LockSupport.parkNanos(STEP.toNanos());
    }
    process.destroy();
    System.err.print(Files.readString(log).substring((int) before));
    System.err.println("gap: " + role.command() + " did not start");
    return process.isAlive() ? Exit.UNAVAILABLE : process.exitValue();
  }

  /** Ends it and waits for its end, longer than open connections are given. {@return the exit code} */
  int stop(Duration grace) throws IOException {
    if (!ControlClient.isAlive(control)) {
      System.err.println("gap: " + role.command() + " is not running");
      return Exit.UNAVAILABLE;
    }
    String answer = ControlClient.ask(control, "stop");
    Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(answer.replaceAll("[^0-9]", "")));
    long end = System.nanoTime() + grace.plusSeconds(10).toNanos();
    while (process.isPresent() && process.get().isAlive() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(STEP.toNanos());
    }
    if (process.isPresent() && process.get().isAlive()) {
      System.err.println("gap: " + role.command() + " (" + answer + ") does not end");
      return Exit.FAILED;
    }
    System.out.println("gap " + role.command() + " stopped");
    return Exit.OK;
  }

  /** Prints how it is. {@return the exit code} */
  int status() throws IOException {
    if (!ControlClient.isAlive(control)) {
      System.out.println("gap " + role.command() + " is not running");
      return Exit.FAILED;
    }
    System.out.println(ControlClient.ask(control, "status"));
    return Exit.OK;
  }
}
