package dev.gap.lab.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The near end of a measurement: it downloads from a {@link Source}, or times its echoes, and prints what it saw. */
public final class Probe {
  /** Opens the stream to measure; the time that takes counts. */
  @FunctionalInterface
  public interface Opener {
    /** {@return a new stream to the source} */
    Duplex open() throws IOException;
  }

  private static final int CHUNK_BYTES = 256 << 10;
  private static final int WARM_UP_ECHOES = 3;
  private static final int WARM_UP_INTERVAL_MILLIS = 10;
  private static final int WARM_UP_BYTES = 200;
  private static final Duration FIRST_BYTE_PATIENCE = Duration.ofSeconds(20);
  private static final Duration LAST_ECHO_PATIENCE = Duration.ofSeconds(20);

  private Probe() {}

  /**
   * Measures as the arguments say and prints the result: {@code download SECONDS}, or {@code echo COUNT
   * INTERVAL_MILLISECONDS BYTES}.
   */
  public static void run(Opener opener, String... arguments) throws IOException {
    warmUp(opener);
    switch (arguments[0]) {
      case Source.DOWNLOAD -> System.out.println(download(opener, Double.parseDouble(arguments[1])).line());
      case Source.ECHO -> System.out.println(echo(opener, Integer.parseInt(arguments[1]),
          Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3])).line());
      default -> throw new IllegalArgumentException("unknown measurement: " + arguments[0]);
    }
    System.out.flush();
  }

  /** Exchanges a few messages on a connection of their own: no program is measured while it loads its classes. */
  private static void warmUp(Opener opener) {
    try {
      echo(opener, WARM_UP_ECHOES, WARM_UP_INTERVAL_MILLIS, WARM_UP_BYTES);
    } catch (IOException e) {
      // if nothing gets through, the measurement will say so
    }
  }

  private static Download download(Opener opener, double seconds) throws IOException {
    long begin = System.nanoTime();
    long length = Math.round(seconds * 1e9);
    MessageDigest digest = Sha256.start();
    byte[] chunk = new byte[CHUNK_BYTES];
    long first = 0;
    long last = 0;
    long bytes = 0;
    boolean complete = false;
    try (Duplex stream = opener.open()) {
      Watchdog watchdog = new Watchdog(stream, FIRST_BYTE_PATIENCE.toNanos());
      Source.ask(Source.DOWNLOAD, stream.out());
      InputStream in = stream.in();
      for (int n = read(in, chunk); n >= 0; n = read(in, chunk)) {
        long now = System.nanoTime();
        if (bytes == 0) {
          first = now;
          watchdog.biteIn(length);
        }
        if (now - first > length) break;
        digest.update(chunk, 0, n);
        bytes += n;
        last = now;
      }
      complete = bytes > 0 && System.nanoTime() - first < length;
    }
    long elapsed = complete ? last - first : length;
    return new Download(bytes, first - begin, elapsed, HexFormat.of().formatHex(digest.digest()));
  }

  /** A stream that the watchdog has closed has ended. */
  private static int read(InputStream in, byte[] chunk) {
    try {
      return in.read(chunk);
    } catch (IOException e) {
      return -1;
    }
  }

  private static Echo echo(Opener opener, int count, int intervalMillis, int size) throws IOException {
    EchoTimes times = new EchoTimes(count);
    try (Duplex stream = opener.open()) {
      Source.ask(Source.ECHO, stream.out());
      Thread reader = Thread.ofPlatform().daemon().start(() -> readEchoes(stream.in(), count, size, times));
      long begin = System.nanoTime();
      byte[] message = new byte[size];
      for (int i = 0; i < count; i++) {
        long due = begin + TimeUnit.MILLISECONDS.toNanos((long) i * intervalMillis);
        for (long now = System.nanoTime(); now - due < 0; now = System.nanoTime())
          LockSupport.parkNanos(due - now);
        ByteBuffer.wrap(message).putLong(System.nanoTime());
        stream.out().write(message);
        stream.out().flush();
      }
      reader.join(LAST_ECHO_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return times.summary();
  }

  private static void readEchoes(InputStream in, int count, int size, EchoTimes times) {
    byte[] message = new byte[size];
    try {
      for (int i = 0; i < count; i++) {
        if (in.readNBytes(message, 0, size) < size) return;
        times.add((System.nanoTime() - ByteBuffer.wrap(message).getLong()) / 1000);
      }
    } catch (IOException e) {
      // the count tells
    }
  }

  /** Closes a stream on which nothing happens in time, so that whoever reads it goes on. */
  private static final class Watchdog {
    private final Duplex stream;
    private volatile long deadline;

    Watchdog(Duplex stream, long nanos) {
      this.stream = stream;
      deadline = System.nanoTime() + nanos;
      Thread.ofPlatform().daemon().start(this::watch);
    }

    void biteIn(long nanos) {
      deadline = System.nanoTime() + nanos;
    }

    private void watch() {
      for (long left = deadline - System.nanoTime(); left > 0; left = deadline - System.nanoTime())
        LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
      try {
        stream.close();
      } catch (IOException e) {
        // it is closed enough
      }
    }
  }
}
