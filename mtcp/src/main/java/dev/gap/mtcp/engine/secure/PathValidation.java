package dev.gap.mtcp.engine.secure;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.gap.transport.PacketEngine;

/**
 * An address that a client may have moved to (docs/protocol.md, "Migration"). It is taken only when a challenge that was sent
 * to it alone comes back from it; until then it gets at most three times the bytes that came from it.
 */
final class PathValidation {
  private static final int AMPLIFICATION = 3;
  private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LEAST_PATIENCE = TimeUnit.SECONDS.toNanos(1);

  private final RandomGenerator random;
  private @Nullable InetSocketAddress candidate;
  private final byte[] challenge = new byte[Control.CHALLENGE_BYTES];
  private long received;
  private long sent;
  private long nextChallenge = PacketEngine.NEVER;
  private boolean challengedBefore;
  private long lastChallenge;
  private long expiry;

  PathValidation(RandomGenerator random) {
    this.random = random;
  }

  /** Notes a packet newer than every one before it, from an address that is not in use. */
  void nominate(InetSocketAddress from, long ptoNanos, long nowNanos) {
    if (candidate != null) return;
    candidate = from;
    random.nextBytes(challenge);
    received = 0;
    sent = 0;
    // who goes to and fro between addresses does not get more of them
    boolean soon = challengedBefore && lastChallenge + INTERVAL - nowNanos > 0;
    nextChallenge = soon ? lastChallenge + INTERVAL : nowNanos;
    expiry = nowNanos + Math.max(LEAST_PATIENCE, 3 * ptoNanos);
  }

  /** Counts what came from anywhere but the address in use. */
  void onReceived(InetSocketAddress from, int bytes) {
    if (from.equals(candidate)) received += bytes;
  }

  /** {@return whether {@code length} bytes may go to {@code to}, which then are counted} */
  boolean maySend(InetSocketAddress to, int length) {
    if (!to.equals(candidate) || sent + length > AMPLIFICATION * received) return false;
    sent += length;
    return true;
  }

  /** The address in use is still the peer's. */
  void cancel() {
    candidate = null;
    nextChallenge = PacketEngine.NEVER;
  }

  /** {@return the address to challenge now, or null} */
  @Nullable
  InetSocketAddress pollChallenge(int length, long nowNanos) {
    if (candidate == null || nextChallenge - nowNanos > 0) return null;
    if (nowNanos - expiry >= 0) {
      cancel();
      return null;
    }
    challengedBefore = true;
    lastChallenge = nowNanos;
    nextChallenge = nowNanos + INTERVAL;
    return maySend(candidate, length) ? candidate : null;
  }

  byte[] challenge() {
    return challenge.clone();
  }

  /** {@return bytes for the address in use, which nothing has to come back for} */
  byte[] another() {
    byte[] other = new byte[Control.CHALLENGE_BYTES];
    random.nextBytes(other);
    return other;
  }

  /** {@return whether a response proves that its sender is at the candidate address, which then is to be used} */
  boolean onResponse(byte[] body, InetSocketAddress from) {
    boolean proved = from.equals(candidate) && Bytes.same(Arrays.copyOf(body, Control.CHALLENGE_BYTES), challenge);
    if (proved) cancel();
    return proved;
  }

  long deadline() {
    return nextChallenge;
  }
}
