package dev.gap.mtcp.engine.secure;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.SplittableRandom;

import com.sun.management.ThreadMXBean;

/**
 * Time and allocation to seal and to open a full datagram of profile 2. By hand:
 * {@code mvn -pl mtcp -am test-compile && java -cp mtcp/target/classes:mtcp/target/test-classes:transport/target/classes
 * dev.gap.mtcp.engine.secure.EpochBenchmark}
 */
final class EpochBenchmark {
  private static final int PLAIN = 1472 - Epoch.OVERHEAD;
  private static final int ROUNDS = 200_000;
  private static final int KEPT = 4096;

  private EpochBenchmark() {}

  /** Prints nanoseconds and bytes allocated for each datagram. */
  public static void main(String[] arguments) {
    for (int repetition = 0; repetition < 3; repetition++) {
      for (Suite suite : Suite.values())
        run(suite);
    }
  }

  private static void run(Suite suite) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    RootKeys root = new RootKeys(SharedKey.ofBytes(new byte[32]));
    Epoch near = new Epoch(suite, root, true, 1, 2, new byte[96], 1L << 30, 0);
    Epoch far = new Epoch(suite, root, false, 2, 1, new byte[96], 1L << 30, 0);
    byte[] plain = new byte[PLAIN];
    new SplittableRandom(1).nextBytes(plain);
    byte[][] sealed = new byte[KEPT][2048];
    byte[] out = new byte[2048];
    long sealNanos = 0;
    long openNanos = 0;
    long sealBytes = 0;
    long openBytes = 0;
    for (int round = 0; round < ROUNDS / KEPT; round++) {
      long begin = System.nanoTime();
      long bytes = threads.getCurrentThreadAllocatedBytes();
      for (byte[] datagram : sealed)
        near.seal(plain, 0, PLAIN, datagram);
      sealNanos += System.nanoTime() - begin;
      sealBytes += threads.getCurrentThreadAllocatedBytes() - bytes;
      begin = System.nanoTime();
      bytes = threads.getCurrentThreadAllocatedBytes();
      for (byte[] datagram : sealed) {
        Bytes.putLong(datagram, 0, Bytes.getLong(datagram, 0) ^ root.mask(true).of(datagram, 1472));
        if (far.open(datagram, 1472, out, 0) != PLAIN) throw new AssertionError();
      }
      openNanos += System.nanoTime() - begin;
      openBytes += threads.getCurrentThreadAllocatedBytes() - bytes;
    }
    long n = ROUNDS / KEPT * (long) KEPT;
    System.out.printf(Locale.ROOT, "%-18s seal %d ns, %d bytes allocated; open %d ns, %d bytes%n", suite, sealNanos / n,
        sealBytes / n, openNanos / n, openBytes / n);
  }
}
