package dev.gap.tcp;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

/**
 * A network namespace of Linux, which nothing leaves, and a thread in it: what it opens are sockets of the kernel there,
 * whoever uses them then.
 */
final class Namespace implements AutoCloseable {
  private static final String PREFIX = "gaptcp-";
  private static final Path FOLDER = Path.of("/run/netns");
  private static final int CLONE_NEWNET = 0x40000000;
  private static final int PATIENCE_MILLIS = 30_000;
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String name;
  private final ExecutorService inside;

  private Namespace(String name) {
    this.name = name;
    inside = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
  }

  /** Makes one, and removes what runs that were killed have left behind. */
  static Namespace make() throws IOException {
    removeStale();
    Namespace made = new Namespace(PREFIX + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
    try {
      Child.run(List.of("ip", "netns", "add", made.name));
      made.ip("link", "set", "lo", "up");
      made.call(() -> {
        enter(FOLDER.resolve(made.name));
        return true;
      });
      return made;
    } catch (IOException | RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /** Moves the calling thread, for good. */
  @SuppressWarnings("restricted")
  private static void enter(Path namespace) throws IOException {
    Linker linker = Linker.nativeLinker();
    MethodHandle open = linker.downcallHandle(linker.defaultLookup().findOrThrow("open"),
        FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), Linker.Option.firstVariadicArg(2));
    MethodHandle setns = linker.downcallHandle(linker.defaultLookup().findOrThrow("setns"),
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    MethodHandle close = linker.downcallHandle(linker.defaultLookup().findOrThrow("close"),
        FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int descriptor = (int) open.invokeExact(arena.allocateFrom(namespace.toString()), 0);
      int result = (int) setns.invokeExact(descriptor, CLONE_NEWNET);
      int closed = (int) close.invokeExact(descriptor);
      if (result != 0 || closed != 0) throw new IOException("cannot enter " + namespace);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  String name() {
    return name;
  }

  /** Does something in here. {@return what comes of it} */
  <T> T call(Callable<T> task) throws IOException {
    return Background.get(inside.submit(task));
  }

  void ip(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip", "-n", name));
    command.addAll(List.of(words));
    Child.run(command);
  }

  /** Sets a variable such as {@code net/ipv4/tcp_ecn}. */
  void sysctl(String variable, String value) throws IOException {
    run("sh", "-c", "echo \"$1\" > \"/proc/sys/$0\"", variable, value);
  }

  /** {@return {@code command} as it is to be run in here} */
  List<String> in(String... command) {
    List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name));
    whole.addAll(List.of(command));
    return whole;
  }

  /** Runs a command in here, which has to succeed. {@return what it says} */
  String run(String... command) throws IOException {
    return Child.run(in(command));
  }

  /** {@return a socket of the kernel in here, connected to {@code remote}} */
  Socket connect(InetSocketAddress remote) throws IOException {
    return connect(null, remote);
  }

  /** {@return a socket of the kernel in here, connected from {@code local}, or wherever if it is null} */
  Socket connect(@Nullable InetSocketAddress local, InetSocketAddress remote) throws IOException {
    Socket socket = new Socket();
    try {
      return call(() -> {
        if (local != null) {
          socket.setReuseAddress(true);
          socket.bind(local);
        }
        socket.connect(remote, PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
      });
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** {@return a server socket of the kernel in here, on a port that was free} */
  ServerSocket listen() throws IOException {
    return call(() -> {
      ServerSocket server = new ServerSocket(0, 200);
      server.setSoTimeout(PATIENCE_MILLIS);
      return server;
    });
  }

  /** {@return whether somebody listens on that port} */
  boolean listens(int port) throws IOException {
    String wanted = String.format(Locale.ROOT, ":%04X ", port);
    return run("cat", "/proc/net/tcp", "/proc/net/tcp6").lines().map(String::strip).map(line -> line.split(" +", -1))
        .anyMatch(words -> words.length > 3 && (words[1] + " ").endsWith(wanted) && words[3].equals("0A"));
  }

  @Override
  public void close() {
    inside.close();
    remove(name);
  }

  private static void removeStale() throws IOException {
    if (!Files.isDirectory(FOLDER)) return;
    try (var names = Files.list(FOLDER)) {
      for (Path path : names.toList()) {
        String name = path.getFileName().toString();
        if (!name.matches(PREFIX + "[0-9]+-[0-9]+")) continue;
        long owner = Long.parseLong(name.split("-", -1)[1]);
        if (ProcessHandle.of(owner).isEmpty()) remove(name);
      }
    }
  }

  private static void remove(String name) {
    try {
      if (!Files.exists(FOLDER.resolve(name))) return;
      // whatever still runs in there was started by us
      Child.run(List.of("ip", "netns", "pids", name)).lines().filter(line -> line.matches("[0-9]+"))
          .map(Long::valueOf).filter(pid -> pid != ProcessHandle.current().pid())
          .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
      Child.run(List.of("ip", "netns", "del", name));
    } catch (IOException e) {
      // the next run removes it
    }
  }
}
