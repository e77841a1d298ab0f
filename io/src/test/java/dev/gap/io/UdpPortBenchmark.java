package dev.gap.io;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import dev.gap.transport.PacketBatch;

/**
 * Datagrams a second of each kind of port, over loopback, sent and received by one thread in batches, and what they cost
 * of the processor. By hand: {@code mvn -pl io -am test-compile && java --enable-native-access=ALL-UNNAMED -cp
 * io/target/classes:io/target/test-classes:transport/target/classes dev.gap.io.UdpPortBenchmark}
 */
final class UdpPortBenchmark {
  private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final int BYTES = 1452;
  private static final int BATCH = 64;
  private static final long EACH = TimeUnit.SECONDS.toNanos(2);

  private interface Opener {
    UdpPort open(InetSocketAddress address) throws IOException;
  }

  private UdpPortBenchmark() {}

  /** Prints a line for each kind of port and size of batch, three times. */
  public static void main(String[] arguments) throws IOException {
    for (int repetition = 0; repetition < 3; repetition++) {
      for (int batch : new int[]{1, 8, BATCH}) {
        run("NIO", batch, address -> NioUdpPort.open(address, true));
        run("Linux, uncut", batch, address -> LinuxUdpPort.open(address, true, false));
        run("Linux", batch, address -> LinuxUdpPort.open(address, true, true));
      }
    }
  }

  private static void run(String name, int batchSize, Opener opener) throws IOException {
    try (UdpPort a = opener.open(ANY_PORT); UdpPort b = opener.open(ANY_PORT)) {
      PacketBatch out = new PacketBatch(batchSize, 2048);
      while (!out.isFull()) {
        out.next();
        out.commit(BYTES, b.localAddress());
      }
      PacketBatch in = new PacketBatch(BATCH, 2048);
      long processorBegin = processorNanos();
      long begin = System.nanoTime();
      long received = 0;
      long sent = 0;
      while (System.nanoTime() - begin < EACH) {
        a.send(out);
        sent += batchSize;
        do {
          in.clear();
          b.receive(in);
          received += in.size();
        } while (in.isFull());
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      long processor = processorNanos() - processorBegin;
      System.out.printf(Locale.ROOT,
          "%-12s batches of %2d: %7.0f datagrams/s, %5d ns of processor each, %d of %d lost%n",
          name, batchSize, received / seconds, processor / received, sent - received, sent);
    }
  }

  private static long processorNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
