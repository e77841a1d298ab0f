package dev.gap.mtcp.engine.secure;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

/**
 * When a client sends its INITs: one at once, new ones after growing waits, and an end after twenty seconds. A server
 * that has just started refuses whatever was made before: the specification's five seconds between new ones would all be lost
 * to a client that started first. Each has two copies close behind, as long as nothing answers: where 30 % of datagrams are lost
 * each way, a single one and its answer come through half the time, one of three 87 times in a hundred; and twenty single ones in
 * twenty seconds all fail once in 240 times where as many are corrupt besides, three times as many once in ten millions.
 */
final class Dialing {
  private static final long[] WAITS = {300_000_000L, 600_000_000L, 1_200_000_000L, 2_400_000_000L};
  private static final double JITTER = 0.2;
  private static final long BEGIN_AGAIN = TimeUnit.SECONDS.toNanos(5);
  private static final long GIVE_UP = TimeUnit.SECONDS.toNanos(20);
  private static final int COPIES = 2;
  private static final long COPY_AFTER = TimeUnit.MILLISECONDS.toNanos(30);
  /** An answer may come late: as many as are made in a round of waits and one more. */
  private static final int MOST_WAITING = 8;

  /** Makes a new INIT. */
  interface Maker {
    /** {@return a new one; {@code attempt} is 0, 1, ...: every other round of waits may use another clock} */
    ClientHandshake make(int attempt);
  }

  private final long startedNanos;
  private final ArrayDeque<ClientHandshake> waiting = new ArrayDeque<>();
  private int attempt;
  private int sent;
  private long begunNanos;
  private long nextNanos;
  private long sentNanos;
  private int copiesLeft;
  private long copyNanos;

  Dialing(long nowNanos) {
    startedNanos = nowNanos;
    begunNanos = nowNanos;
    nextNanos = nowNanos;
    sentNanos = nowNanos - WAITS[0];
  }

  private void renew(Maker maker) {
    if (waiting.size() == MOST_WAITING) waiting.removeLast();
    waiting.addFirst(maker.make(attempt));
  }

  long deadline() {
    return copiesLeft > 0 ? Math.min(nextNanos, copyNanos) : nextNanos;
  }

  /** Something waits for the answer now: the next INIT goes as soon as the shortest wait since the last one is over. */
  void hurry(long nowNanos) {
    nextNanos = Math.min(nextNanos, Math.max(nowNanos, sentNanos + WAITS[0]));
    sent = Math.min(sent, 1);
  }

  boolean isOver(long nowNanos) {
    return nowNanos - startedNanos >= GIVE_UP;
  }

  /** {@return a datagram to send now, or null} */
  byte @Nullable [] poll(Maker maker, RandomGenerator random, long nowNanos) {
    if (nextNanos - nowNanos > 0) return pollCopy(random, nowNanos);
    if (nowNanos - begunNanos >= BEGIN_AGAIN) {
      begunNanos = nowNanos;
      attempt++;
      sent = 0;
    }
    renew(maker);
    copiesLeft = COPIES;
    copyNanos = nowNanos + jittered(COPY_AFTER, random);
    long wait = jittered(WAITS[Math.min(sent++, WAITS.length - 1)], random);
    sentNanos = nowNanos;
    nextNanos = nowNanos + Math.min(wait, begunNanos + BEGIN_AGAIN - nowNanos);
    return latest(random);
  }

  private byte[] latest(RandomGenerator random) {
    return waiting.getFirst().datagram(random);
  }

  private byte @Nullable [] pollCopy(RandomGenerator random, long nowNanos) {
    if (copiesLeft == 0 || copyNanos - nowNanos > 0) return null;
    copiesLeft--;
    copyNanos = nowNanos + jittered(COPY_AFTER, random);
    return latest(random);
  }

  private static long jittered(long wait, RandomGenerator random) {
    return (long) (wait * (1 + JITTER * (2 * random.nextDouble() - 1)));
  }

  /** {@return what an answer gives, to any INIT not long ago, or null} */
  ClientHandshake.@Nullable Result receive(byte[] datagram, int length, long nowNanos) {
    for (ClientHandshake handshake : waiting) {
      ClientHandshake.Result result = handshake.receive(datagram, length, nowNanos);
      if (result != null) return result;
    }
    return null;
  }
}
