package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.TcpConfig;

/**
 * When to give a peer up: R1 and R2 of RFC 9293 section 3.8.3, as times that so many doublings of the least timeout take,
 * so that they do not depend on the round trip; or the user timeout (RFC 5482).
 */
final class GiveUp {
  private static final int ORPHAN_RETRIES = 8;

  private GiveUp() {}

  static boolean afterRetransmissions(TcpConnection c, long now) {
    TcpConfig.Timing timing = c.config.timing();
    // a peer that closes its window is there
    boolean closed = c.sender.window() == 0 && now - c.lastHeard <= timing.rtoMax().toNanos();
    if (closed && !c.isOrphan()) return false;
    int retries = timing.retries();
    if (c.isOrphan()) {
      boolean alive = c.sender.rtt().rtoNanos() < timing.rtoMax().toNanos();
      retries = orphanRetries(timing, alive);
      if (retries == 0 && !alive) return true;
    }
    return timedOut(c, retries, c.userTimeout.nanos(), now);
  }

  private static int orphanRetries(TcpConfig.Timing timing, boolean alive) {
    return timing.orphanRetries() == 0 && alive ? ORPHAN_RETRIES : timing.orphanRetries();
  }

  static boolean looksLikeBlackHole(TcpConnection c, long now) {
    return timedOut(c, c.config.sizes().probing().blackHoleAfter(), 0, now);
  }

  private static boolean timedOut(TcpConnection c, int boundary, long userTimeout, long now) {
    if (c.sender.retransmits() == 0) return false;
    long since = c.sender.retransmittingSince();
    if (since == Long.MIN_VALUE) since = c.sender.headSentNanos();
    // who acknowledges now and then is there
    since = Math.max(since, c.sender.advancedNanos());
    long timeout = userTimeout > 0 ? userTimeout : modelNanos(c.config.timing(), boundary);
    return now - since >= timeout;
  }

  private static long modelNanos(TcpConfig.Timing timing, int boundary) {
    long base = timing.rtoMin().toNanos();
    long most = timing.rtoMax().toNanos();
    int doublings = 63 - Long.numberOfLeadingZeros(Math.max(1, most / base));
    if (boundary <= doublings) return ((2L << boundary) - 1) * base;
    return ((2L << doublings) - 1) * base + (boundary - doublings) * most;
  }

  static boolean afterWindowProbes(TcpConnection c, long since, long now) {
    TcpConfig.Timing timing = c.config.timing();
    long patience = c.userTimeout.nanos();
    if (patience > 0 && now - since >= patience) return true;
    int most = timing.retries();
    if (c.isOrphan()) {
      boolean alive = c.sender.rtt().rtoNanos() < timing.rtoMax().toNanos();
      most = orphanRetries(timing, alive);
      if (!alive && c.sender.rtt().backoffs() >= most) return true;
    }
    return c.sender.windowProbes() >= most;
  }
}
