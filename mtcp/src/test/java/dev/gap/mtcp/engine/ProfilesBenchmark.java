package dev.gap.mtcp.engine;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

import com.sun.management.ThreadMXBean;

import dev.gap.mtcp.engine.secure.Suite;

/**
 * The processor's time for a datagram from one application to the other, both engines together, in both profiles: the same bytes, in
 * turns. By hand: {@code mvn -pl mtcp -am test-compile && java -cp
 * mtcp/target/classes:mtcp/target/test-classes:transport/target/classes:lab/target/classes dev.gap.mtcp.engine.ProfilesBenchmark}
 */
final class ProfilesBenchmark {
  private static final int PACKETS = 20_000;
  private static final int TURNS = 60;
  private static final String[] NAMES = {"profile 1", "profile 2, AES-256-GCM", "profile 2, ChaCha20-Poly1305"};

  private ProfilesBenchmark() {}

  /** Prints the median of all turns but the first third. */
  public static void main(String[] arguments) {
    int turns = arguments.length > 0 ? Integer.parseInt(arguments[0]) : TURNS;
    Lockstep[] systems = {Lockstep.original(), Lockstep.secure(Suite.AES_256_GCM),
        Lockstep.secure(Suite.CHACHA20_POLY1305)};
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    double[][] nanos = new double[systems.length][turns];
    double[][] bytes = new double[systems.length][turns];
    for (int turn = 0; turn < turns; turn++) {
      for (int i = 0; i < systems.length; i++) {
        long readBefore = systems[i].read;
        long allocated = threads.getCurrentThreadAllocatedBytes();
        long begin = threads.getCurrentThreadCpuTime();
        systems[i].run(PACKETS);
        double kilobytes = (systems[i].read - readBefore) / 1000.0;
        nanos[i][turn] = (threads.getCurrentThreadCpuTime() - begin) / kilobytes;
        bytes[i][turn] = (threads.getCurrentThreadAllocatedBytes() - allocated) / kilobytes;
      }
    }
    for (int i = 0; i < systems.length; i++) {
      System.out.printf(Locale.ROOT, "%-30s %5.0f ns and %5.0f bytes allocated for each kB that arrives%n", NAMES[i],
          median(nanos[i]), median(bytes[i]));
    }
  }

  private static double median(double[] turns) {
    double[] settled = Arrays.copyOfRange(turns, turns.length / 3, turns.length);
    Arrays.sort(settled);
    return settled[settled.length / 2];
  }
}
