package dev.gap.tcp.engine.wire;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The sum of 64 KiB beside a loop over its bytes. With {@code -jvmArgs -XX:-UseSuperWord} the JIT makes no vectors: what is
 * lost by that is what they bring. {@code bench/jmh tcp ChecksumBenchmark}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class ChecksumBenchmark {
  private static final int HEADERS = 40;
  private static final int BYTES = 65_536;

  private final byte[] packet = new byte[HEADERS + BYTES];

  public ChecksumBenchmark() {
    new SplittableRandom(1).nextBytes(packet);
  }

  @Benchmark
  public long sum() {
    return Checksum.sum(packet, HEADERS, BYTES);
  }

  @Benchmark
  public long byBytes() {
    long sum = 0;
    for (int i = 0; i < BYTES; i++)
      sum += (packet[HEADERS + i] & 0xffL) << (i % 2 == 0 ? 8 : 0);
    return sum;
  }
}
