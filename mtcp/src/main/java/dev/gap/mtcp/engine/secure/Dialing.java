package dev.gap.mtcp.engine.secure;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

/** When a client sends its INITs: the same again after growing waits, a new one every five seconds, and an end after twenty. */
final class Dialing {
  private static final long[] WAITS = {300_000_000L, 600_000_000L, 1_200_000_000L, 2_400_000_000L};
  private static final double JITTER = 0.2;
  private static final long RENEW = TimeUnit.SECONDS.toNanos(5);
  private static final long GIVE_UP = TimeUnit.SECONDS.toNanos(20);

  /** Makes a new INIT. */
  interface Maker {
    /** {@return a new one; {@code attempt} is 0, 1, ...: every other one may use another clock} */
    ClientHandshake make(int attempt);
  }

  private final long startedNanos;
  private ClientHandshake handshake;
  private @Nullable ClientHandshake before;
  private int attempt;
  private int sent;
  private long renewedNanos;
  private long nextNanos;

  Dialing(Maker maker, long nowNanos) {
    startedNanos = nowNanos;
    renewedNanos = nowNanos;
    nextNanos = nowNanos;
    handshake = maker.make(0);
  }

  long deadline() {
    return nextNanos;
  }

  boolean isOver(long nowNanos) {
    return nowNanos - startedNanos >= GIVE_UP;
  }

  /** {@return a datagram to send now, or null} */
  byte @Nullable [] poll(Maker maker, RandomGenerator random, long nowNanos) {
    if (nextNanos - nowNanos > 0) return null;
    if (nowNanos - renewedNanos >= RENEW) {
      before = handshake;
      handshake = maker.make(++attempt);
      renewedNanos = nowNanos;
      sent = 0;
    }
    double jitter = 1 + JITTER * (2 * random.nextDouble() - 1);
    nextNanos = nowNanos + (long) (WAITS[Math.min(sent++, WAITS.length - 1)] * jitter);
    return handshake.datagram(random);
  }

  /** {@return what an answer gives, to the latest INIT or the one before, or null} */
  ClientHandshake.@Nullable Result receive(byte[] datagram, int length, long nowNanos) {
    ClientHandshake.Result result = handshake.receive(datagram, length, nowNanos);
    return result != null || before == null ? result : before.receive(datagram, length, nowNanos);
  }
}
