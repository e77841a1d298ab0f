package dev.gap.mtcp.engine.secure;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import dev.gap.transport.PacketEngine;

/**
 * Path MTU discovery by probes (RFC 8899): the search goes from the largest size down, since most paths carry that. What is
 * told of sizes is believed only when a probe comes back.
 */
final class PathMtu {
  /** The base size (RFC 8899 section 5.1.2): what every path is taken to carry. */
  static final int BASE = 1200;
  /** IPv4 over Ethernet; IPv6; PPPoE; tunnels; the least of IPv6. */
  private static final int[] SIZES = {1472, 1452, 1432, 1400, 1372, 1332, 1292, 1232};
  private static final int IPV6_MORE = 20;
  /** At 30 % loss each way half of all probes go unanswered: after three tries one path in eight was taken for a narrower one. */
  private static final int MOST_TRIES = 6;
  /**
   * A size in use is given up after so many probes of it that were lost while what is small came back. With two small ones beside
   * each, at 30 % loss each way one suspicion in 60 takes a wide path for a narrower one, as six of any unanswered did, and as soon.
   */
  private static final int MOST_MISSED = 5;
  private static final long LEAST_WAIT = TimeUnit.MILLISECONDS.toNanos(300);
  private static final long SEARCH_AGAIN = TimeUnit.MINUTES.toNanos(10);
  private static final long LEAST_STALL = TimeUnit.SECONDS.toNanos(1);
  private static final long SEARCH_AFTER_BLACK_HOLE = TimeUnit.SECONDS.toNanos(30);

  private final int most;
  private final RandomGenerator random;
  private int size = BASE;
  private int index;
  private int tries;
  /** Probes of the size in use that got no answer while a small datagram sent beside them did. */
  private int missed;
  private boolean smallAnswered;
  private long token;
  private long smallToken;
  private long nextProbe;
  private boolean confirming;
  private long arrivalsSeen;
  private long progressNanos;

  PathMtu(InetSocketAddress peer, int largest, RandomGenerator random, long nowNanos) {
    boolean v6 = peer.getAddress() instanceof Inet6Address;
    most = v6 ? Math.min(largest, SIZES[0] - IPV6_MORE) : largest;
    this.random = random;
    nextProbe = nowNanos;
    progressNanos = nowNanos;
    index = first();
  }

  private int first() {
    int i = 0;
    while (i < SIZES.length && SIZES[i] > most)
      i++;
    return i;
  }

  /** {@return the largest datagram known to get through} */
  int size() {
    return size;
  }

  /** {@return when {@link #pollProbe} may have a probe} */
  long deadline() {
    return nextProbe;
  }

  /** {@return the size of a probe to send now, or 0} Its token is {@link #token}; it is answered within the timeout, or lost. */
  int pollProbe(long rtoNanos, long nowNanos) {
    if (nextProbe == PacketEngine.NEVER || nextProbe - nowNanos > 0) return 0;
    if (smallAnswered) missed++;
    smallAnswered = false;
    if (confirming ? missed >= MOST_MISSED : tries >= MOST_TRIES) onUnanswered(nowNanos);
    if (nextProbe - nowNanos > 0) return 0;
    if (!confirming && (index >= SIZES.length || SIZES[index] <= size)) {
      nextProbe = nowNanos + SEARCH_AGAIN;
      index = first();
      restart();
      return 0;
    }
    if (tries++ == 0) token = random.nextLong();
    nextProbe = nowNanos + Math.max(LEAST_WAIT, rtoNanos);
    return confirming ? size : SIZES[index];
  }

  private void restart() {
    tries = 0;
    missed = 0;
    smallAnswered = false;
  }

  private void onUnanswered(long nowNanos) {
    restart();
    if (!confirming) {
      index++;
      return;
    }
    // a black hole (RFC 8899 section 4.3): what once got through does no more
    confirming = false;
    size = BASE;
    index = first();
    nextProbe = nowNanos + SEARCH_AFTER_BLACK_HOLE;
  }

  long token() {
    return token;
  }

  /**
   * {@return whether small datagrams, of {@link #smallToken}, are to go beside the probe} If they are answered and the probe is not, that is
   * for its size (RFC 8899 section 4.3). An outage, be it of one direction alone, takes both: where anything heard was
   * enough, one of what this side sends took the size within three seconds, while the peer went on sending.
   */
  boolean isConfirming() { return confirming; }

  long smallToken() {
    return smallToken;
  }

  /** Takes in an answer. {@return whether the size has changed} */
  boolean onAnswer(long answered, long nowNanos) {
    if (confirming && tries > 0 && answered == smallToken) {
      smallAnswered = true;
      return false;
    }
    if (answered != token || tries == 0) return false;
    restart();
    if (confirming) {
      confirming = false;
      nextProbe = nowNanos + SEARCH_AGAIN;
      return false;
    }
    size = SIZES[index];
    nextProbe = nowNanos + SEARCH_AGAIN;
    index = first();
    return true;
  }

  /**
   * Looks for a black hole: bytes are in flight, and for long no more of them have arrived.
   *
   * @param arrivals how many segments have arrived at the peer in all
   * @param inFlight bytes in flight
   */
  void watch(long arrivals, long inFlight, long rtoNanos, long nowNanos) {
    if (arrivals != arrivalsSeen || inFlight == 0) {
      arrivalsSeen = arrivals;
      progressNanos = nowNanos;
    } else if (nowNanos - progressNanos >= Math.max(LEAST_STALL, 3 * rtoNanos)) {
      progressNanos = nowNanos;
      suspect(nowNanos);
    }
  }

  /** Asks whether the size still gets through: large datagrams seem to vanish while small ones do not. */
  void suspect(long nowNanos) {
    if (confirming || size == BASE) return;
    confirming = true;
    restart();
    smallToken = random.nextLong();
    nextProbe = nowNanos;
  }
}
