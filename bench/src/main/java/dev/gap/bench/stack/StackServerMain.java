package dev.gap.bench.stack;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.gap.io.LinuxTunPort;
import dev.gap.tcp.TcpStack;
import dev.gap.tcp.engine.TcpConfig;

/**
 * What the kernel of a namespace talks to in the benchmark of user-space stacks: plain receive and send loops, and an echo
 * of 1 KiB, behind our stack on a TUN device or on sockets of this system for the others.
 *
 * <p>
 * {@code ours NAMESPACE MTU} or {@code kernel}. Ports 5001 (bulk: S or R, then data) and 5002 (1 KiB each way).
 */
public final class StackServerMain {
  private static final int BULK = 5001;
  private static final int SMALL = 5002;
  private static final int MESSAGE = 1024;
  private static final int BUFFER = 256 << 10;

  private StackServerMain() {}

  /** Runs until it is killed. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments[0].equals("ours")) {
      TcpStack stack = ours(arguments[1], Integer.parseInt(arguments[2]));
      serve(stack.listen(BULK), stack.listen(SMALL));
    } else {
      serve(new ServerSocket(BULK), new ServerSocket(SMALL, 128));
    }
  }

  private static TcpStack ours(String namespace, int mtu) throws IOException, InterruptedException {
    LinuxTunPort port = LinuxTunPort.open(new LinuxTunPort.Options("gapbench", true));
    run("ip", "link", "set", "gapbench", "netns", namespace);
    run("ip", "-n", namespace, "addr", "add", "10.9.0.1/24", "dev", "gapbench");
    run("ip", "-n", namespace, "link", "set", "gapbench", "mtu", String.valueOf(mtu), "up");
    TcpConfig usual = TcpConfig.DEFAULT;
    TcpConfig config = usual.with(usual.sizes().withMtu(mtu));
    return TcpStack.start(port, config, List.of(InetAddress.getByName("10.9.0.2")));
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) throw new IOException(String.join(" ", command) + ": " + said);
  }

  private interface Service {
    void serve(Socket socket) throws IOException;
  }

  private static void serve(ServerSocket bulk, ServerSocket small) throws IOException {
    Thread.ofPlatform().daemon().start(() -> accept(small, true, StackServerMain::echo));
    System.out.println("ready");
    accept(bulk, false, StackServerMain::transfer);
  }

  private static void accept(ServerSocket server, boolean light, Service service) {
    try {
      while (true) {
        Socket socket = server.accept();
        Runnable task = () -> serve(socket, service);
        if (light) Thread.startVirtualThread(task);
        else Thread.ofPlatform().daemon().start(task);
      }
    } catch (IOException e) {
      System.err.println("no more connections: " + e.getMessage());
    }
  }

  private static void serve(Socket socket, Service service) {
    try (socket) {
      service.serve(socket);
    } catch (IOException e) {
      // the client has seen enough
    }
  }

  private static void echo(Socket socket) throws IOException {
    socket.getOutputStream().write(socket.getInputStream().readNBytes(MESSAGE));
  }

  private static void transfer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    OutputStream out = socket.getOutputStream();
    byte[] buffer = new byte[BUFFER];
    if (in.read() == 'R') {
      while (true)
        out.write(buffer);
    }
    long bytes = 0;
    for (int part = in.read(buffer); part >= 0; part = in.read(buffer))
      bytes += part;
    new DataOutputStream(out).writeLong(bytes);
  }
}
