package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import dev.gap.transport.PacketEngine;
import dev.gap.transport.Seq32;

/**
 * Follows a dialer whose address changes (docs/protocol.md, "Migration"). An address is nominated by a segment newer than
 * every one before it, and taken only when a segment comes from it that echoes a timestamp first sent to it. Until then at
 * most three times the bytes that came from it are sent to it. A newer segment from the old address cancels.
 */
final class Migration {
  private static final int AMPLIFICATION = 3;
  private static final long CHALLENGE_INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(3);

  /** No echo as old as that is made use of. */
  private static final int FORGOTTEN_MILLIS = (int) TimeUnit.MINUTES.toMillis(1);

  private @Nullable InetSocketAddress candidate;
  private long received;
  private long sent;
  private boolean challenged;
  private int challenge;
  private long nextChallenge = PacketEngine.NEVER;
  private long expiry;

  /** Timestamps from the first to the last of these do not tell when they were sent: those of a challenge, and while TsVal stood still. */
  private int undatedFrom;
  private int undatedTo;
  private boolean anyUndated;

  private boolean anyNewest;
  private int newestTsVal;

  /** {@return whether {@code tsVal} is newer than every one before it; it then is the newest} */
  boolean advances(int tsVal) {
    if (anyNewest && !Seq32.before(newestTsVal, tsVal)) return false;
    anyNewest = true;
    newestTsVal = tsVal;
    return true;
  }

  /** Notes a segment from the address in use. */
  void onCurrent(boolean newest) {
    if (newest) cancel();
  }

  /**
   * Notes a segment from another address.
   *
   * @return whether that address has proved itself and is to be used from now on
   */
  boolean onOther(InetSocketAddress from, boolean newest, int tsEcr, int length, long nowNanos) {
    if (!from.equals(candidate)) {
      if (!newest) return false;
      candidate = from;
      received = 0;
      sent = 0;
      challenged = false;
      nextChallenge = nowNanos;
      expiry = nowNanos + PATIENCE;
    }
    received += length;
    if (challenged && !Seq32.before(tsEcr, challenge)) {
      cancel();
      return true;
    }
    return false;
  }

  /**
   * {@return the address to challenge now, or null}
   *
   * @param tsVal of the challenge: later than that of any segment before it
   */
  @Nullable
  InetSocketAddress pollChallenge(int length, int tsVal, long nowNanos) {
    if (candidate == null || nextChallenge > nowNanos) return null;
    if (nowNanos - expiry >= 0) {
      cancel();
      return null;
    }
    nextChallenge = nowNanos + CHALLENGE_INTERVAL;
    if (sent + length > AMPLIFICATION * received) return null;
    sent += length;
    if (!challenged) {
      challenged = true;
      challenge = tsVal;
      if (!anyUndated || Seq32.before(undatedTo + FORGOTTEN_MILLIS, tsVal)) undatedFrom = tsVal - 1;
      anyUndated = true;
    }
    undatedTo = tsVal;
    return candidate;
  }

  /**
   * {@return the TsVal for the address in use} While another is being challenged it stays before the challenge's, so that only
   * who got the challenge can echo that.
   */
  int limitTsVal(int clockMillis) {
    if (candidate == null || !challenged || !Seq32.before(challenge - 1, clockMillis)) return clockMillis;
    if (Seq32.before(undatedTo, clockMillis)) undatedTo = clockMillis;
    return challenge - 1;
  }

  /**
   * {@return whether this side's timestamp tells when it was sent} Challenges are timestamps, so that the original can answer them; while one is out,
   * all that goes to the address in use bears the same one, be it sent seconds apart.
   */
  boolean isDated(int tsVal) {
    return !anyUndated || Seq32.before(tsVal, undatedFrom) || Seq32.before(undatedTo, tsVal);
  }

  /** {@return when a challenge is due, or {@link PacketEngine#NEVER}} */
  long deadline() {
    return nextChallenge;
  }

  private void cancel() {
    candidate = null;
    nextChallenge = PacketEngine.NEVER;
  }
}
