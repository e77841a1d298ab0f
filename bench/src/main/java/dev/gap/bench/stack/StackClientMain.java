package dev.gap.bench.stack;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The kernel's side of the benchmark of user-space stacks, run inside the namespace: {@code send|receive|pairs HOST PORT
 * SECONDS [THREADS]}. Prints one number: Gbit/s, or pairs a second.
 */
public final class StackClientMain {
  private static final int MESSAGE = 1024;
  private static final int BUFFER = 1 << 20;

  private StackClientMain() {}

  /** Measures once. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    String host = arguments[1];
    int port = Integer.parseInt(arguments[2]);
    long nanos = TimeUnit.MILLISECONDS.toNanos((long) (Double.parseDouble(arguments[3]) * 1000));
    double result = switch (arguments[0]) {
      case "send" -> send(host, port, nanos);
      case "receive" -> receive(host, port, nanos);
      case "pairs" -> pairs(host, port, nanos, Integer.parseInt(arguments[4]));
      default -> throw new IllegalArgumentException(arguments[0]);
    };
    System.out.printf(Locale.ROOT, "%.2f%n", result);
  }

  private static double gigabits(long bytes, long start) {
    return bytes * 8.0 / (System.nanoTime() - start);
  }

  private static double send(String host, int port, long nanos) throws IOException {
    try (Socket socket = new Socket(host, port)) {
      byte[] buffer = new byte[BUFFER];
      OutputStream out = socket.getOutputStream();
      out.write('S');
      long start = System.nanoTime();
      long sent = 0;
      for (; System.nanoTime() - start < nanos; sent += buffer.length)
        out.write(buffer);
      socket.shutdownOutput();
      long arrived = new DataInputStream(socket.getInputStream()).readLong();
      if (arrived != sent) throw new IOException(sent - arrived + " bytes are missing");
      return gigabits(arrived, start);
    }
  }

  private static double receive(String host, int port, long nanos) throws IOException {
    try (Socket socket = new Socket(host, port)) {
      byte[] buffer = new byte[BUFFER];
      socket.getOutputStream().write('R');
      InputStream in = socket.getInputStream();
      long start = System.nanoTime();
      long bytes = 0;
      while (System.nanoTime() - start < nanos) {
        int part = in.read(buffer);
        if (part < 0) throw new IOException("ended early");
        bytes += part;
      }
      return gigabits(bytes, start);
    }
  }

  private static double pairs(String host, int port, long nanos, int threads) throws InterruptedException {
    LongAdder done = new LongAdder();
    long start = System.nanoTime();
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++)
      all.add(Thread.ofPlatform().start(() -> pairs(host, port, start + nanos, done)));
    for (Thread thread : all)
      thread.join();
    return done.sum() * 1e9 / (System.nanoTime() - start);
  }

  private static void pairs(String host, int port, long until, LongAdder done) {
    byte[] message = new byte[MESSAGE];
    while (System.nanoTime() < until) {
      try (Socket socket = new Socket(host, port)) {
        socket.getOutputStream().write(message);
        if (socket.getInputStream().readNBytes(MESSAGE).length == MESSAGE) done.increment();
      } catch (IOException e) {
        System.err.println("a pair failed: " + e.getMessage());
      }
    }
  }
}
