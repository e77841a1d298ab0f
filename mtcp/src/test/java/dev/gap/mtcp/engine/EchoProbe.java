package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.Arrays;

/**
 * Messages on one connection, small ones and 30 ms apart if not said otherwise, that the far side sends back: how long each took. What a
 * full buffer does not take waits for room; a message's time begins when it was to be sent.
 */
final class EchoProbe {
  private static final int BYTES = 200;
  private static final Duration INTERVAL = Duration.ofMillis(30);

  private final int messages;
  private final int bytes;
  private final double[] millis;
  private long received;

  EchoProbe(Rig rig, int messages) {
    this(rig, messages, BYTES, INTERVAL);
  }

  EchoProbe(Rig rig, int messages, int bytes, Duration interval) {
    this.messages = messages;
    this.bytes = bytes;
    millis = new double[messages];
    long[] sentAt = new long[messages];
    Connection near = rig.dial();
    Connection far = rig.accepted();
    byte[] buffer = new byte[64 << 10];
    Backlog back = new Backlog(rig, rig.far, far);
    Backlog there = new Backlog(rig, rig.near, near);
    rig.application(() -> {
      back.flush();
      int n = far.read(buffer, 0, buffer.length);
      if (n > 0) back.add(n);
    });
    rig.application(() -> {
      there.flush();
      for (int n = near.read(buffer, 0, buffer.length); n > 0; n--) {
        if (++received % bytes != 0) continue;
        int message = (int) (received / bytes) - 1;
        millis[message] = (rig.now() - sentAt[message]) / 1e6;
      }
    });
    for (int i = 0; i < messages; i++) {
      int message = i;
      rig.network.after(interval.multipliedBy(i + 1L), () -> {
        sentAt[message] = rig.now();
        there.add(bytes);
      });
    }
  }

  /** Bytes, all alike, that go as there is room for them. */
  private static final class Backlog {
    private static final byte[] ZEROS = new byte[64 << 10];
    private final Rig rig;
    private final MtcpEngine engine;
    private final Connection connection;
    private long waiting;

    Backlog(Rig rig, MtcpEngine engine, Connection connection) {
      this.rig = rig;
      this.engine = engine;
      this.connection = connection;
    }

    void add(int more) {
      waiting += more;
      flush();
      // what was read gives the peer room, too
      engine.update(connection, rig.now());
    }

    void flush() {
      while (waiting > 0) {
        int taken = connection.write(ZEROS, 0, (int) Math.min(ZEROS.length, waiting));
        if (taken == 0) return;
        waiting -= taken;
        engine.update(connection, rig.now());
      }
    }
  }

  boolean isDone() { return received == (long) messages * bytes; }

  /** {@return the round trips, in milliseconds, in order of sending} */
  double[] millis() {
    return millis;
  }

  /** {@return the round trip that {@code share} of all do not exceed, of those sent after the first {@code skipped}} */
  static double percentile(double[] millis, int skipped, double share) {
    double[] sorted = Arrays.copyOfRange(millis, skipped, millis.length);
    Arrays.sort(sorted);
    return sorted[(int) (sorted.length * share)];
  }
}
