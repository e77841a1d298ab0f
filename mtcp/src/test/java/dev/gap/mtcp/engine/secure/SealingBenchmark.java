package dev.gap.mtcp.engine.secure;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Sealing and opening full datagrams of profile 2, 64 at a time, beside the JDK's ciphers alone, and what of these a packet costs
 * however short it is: {@code bench/seal-bench}. Samples are of one batch each, so that their median stands on a busy machine too.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(SealingBenchmark.BATCH)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
public class SealingBenchmark {
  static final int BATCH = 64;
  private static final int FULL = 1472;
  private static final int PLAIN = FULL - Epoch.OVERHEAD;

  /** What is sealed with. */
  @Param
  Suite suite = Suite.AES_256_GCM;

  private final byte[][] plain = new byte[BATCH][2048];
  private final byte[][] sealed = new byte[BATCH][2048];
  private final byte[][] arrived = new byte[BATCH][2048];
  private final byte[] out = new byte[2048];
  private final byte[] key = new byte[32];
  private final HeaderMask mask = new HeaderMask(key);
  private PacketCipher sealing = PacketCipher.sealing(suite, key);
  private PacketCipher opening = PacketCipher.opening(suite, key);
  private Jdk jdkSealing = new Jdk(suite, Cipher.ENCRYPT_MODE);
  private Jdk jdkOpening = new Jdk(suite, Cipher.DECRYPT_MODE);
  private int next;

  /** Has datagrams to open ready. */
  @Setup
  public void prepare() {
    sealing = PacketCipher.sealing(suite, key);
    opening = PacketCipher.opening(suite, key);
    jdkSealing = new Jdk(suite, Cipher.ENCRYPT_MODE);
    jdkOpening = new Jdk(suite, Cipher.DECRYPT_MODE);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < BATCH; i++) {
      random.nextBytes(plain[i]);
      Bytes.putLong(arrived[i], 0, next);
      sealing.seal(next++, plain[i], Session.HASH_BYTES, PLAIN, arrived[i], Epoch.HEADER);
    }
  }

  /** As {@link Epoch#seal} does. */
  @Benchmark
  public int seal() {
    int bytes = 0;
    for (int i = 0; i < BATCH; i++) {
      byte[] datagram = sealed[i];
      Bytes.putLong(datagram, 0, next);
      int end = sealing.seal(next, plain[i], Session.HASH_BYTES, PLAIN, datagram, Epoch.HEADER);
      Bytes.putLong(datagram, 0, next ^ mask.of(datagram, end));
      next++;
      bytes += end;
    }
    return bytes;
  }

  /** As the endpoint and {@link Epoch#open} do, but for the replay window: it would let each in only once. */
  @Benchmark
  public int open() {
    int bytes = 0;
    for (int i = 0; i < BATCH; i++) {
      byte[] datagram = arrived[i];
      long masked = Bytes.getLong(datagram, 0) ^ mask.of(datagram, FULL);
      int length = opening.open((int) (masked ^ mask.of(datagram, FULL)), datagram, Epoch.HEADER, FULL, out,
          Session.HASH_BYTES);
      if (length != PLAIN) throw new IllegalStateException("it does not open");
      bytes += length;
    }
    return bytes;
  }

  /** The JDK alone, the same bytes. */
  @Benchmark
  public int sealByJdk() {
    int bytes = 0;
    for (int i = 0; i < BATCH; i++)
      bytes += jdkSealing.run(next++, plain[i], 0, PLAIN, sealed[i]);
    return bytes;
  }

  /** The JDK alone, the same bytes. */
  @Benchmark
  public int openByJdk() {
    int bytes = 0;
    for (int i = 0; i < BATCH; i++)
      bytes += jdkOpening.run(i, arrived[i], Epoch.HEADER, FULL - Epoch.HEADER, out);
    return bytes;
  }

  /** The JDK alone, as in other tables: 1200 bytes. */
  @Benchmark
  public int seal1200ByJdk() {
    int bytes = 0;
    for (int i = 0; i < BATCH; i++)
      bytes += jdkSealing.run(next++, plain[i], 0, 1200, sealed[i]);
    return bytes;
  }

  /** The JDK alone, one block: what a packet costs however short it is. */
  @Benchmark
  public int seal16ByJdk() {
    int bytes = 0;
    for (int i = 0; i < BATCH; i++)
      bytes += jdkSealing.run(next++, plain[i], 0, 16, sealed[i]);
    return bytes;
  }

  /** The JDK's init alone. */
  @Benchmark
  public void initByJdk() {
    for (int i = 0; i < BATCH; i++)
      jdkSealing.init(next++);
  }

  /** The header's masks alone. */
  @Benchmark
  public long mask() {
    long all = 0;
    for (int i = 0; i < BATCH; i++)
      all ^= mask.of(sealed[i], FULL);
    return all;
  }

  /** A suite as the JDK has it. */
  private static final class Jdk {
    private final Suite suite;
    private final int mode;
    private final SecretKey key;
    private final Cipher cipher;
    private final byte[] nonce = new byte[12];
    private final byte[] header = new byte[8];

    Jdk(Suite suite, int mode) {
      this.suite = suite;
      this.mode = mode;
      boolean aes = suite == Suite.AES_256_GCM;
      key = new SecretKeySpec(PacketCipher.keyOf(new byte[32]), aes ? "AES" : "ChaCha20");
      System.arraycopy(PacketCipher.ivOf(new byte[32]), 0, nonce, 0, nonce.length);
      try {
        cipher = Cipher.getInstance(aes ? "AES/GCM/NoPadding" : "ChaCha20-Poly1305");
      } catch (GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    }

    private final byte[] iv = PacketCipher.ivOf(new byte[32]);

    void init(int number) {
      System.arraycopy(iv, 0, nonce, 0, nonce.length);
      for (int i = 0; i < 4; i++)
        nonce[8 + i] ^= (byte) (number >>> (24 - 8 * i));
      AlgorithmParameterSpec parameters = suite == Suite.AES_256_GCM
          ? new GCMParameterSpec(128, nonce)
          : new IvParameterSpec(nonce);
      try {
        cipher.init(mode, key, parameters);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    int run(int number, byte[] in, int offset, int length, byte[] to) {
      init(number);
      Bytes.putLong(header, 0, number);
      try {
        cipher.updateAAD(header);
        return cipher.doFinal(in, offset, length, to, 0);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
