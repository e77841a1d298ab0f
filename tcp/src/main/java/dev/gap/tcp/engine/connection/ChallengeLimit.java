package dev.gap.tcp.engine.connection;

/** How many challenge ACKs a host sends in a second, for all connections together: RFC 5961 section 7. */
public final class ChallengeLimit {
  private static final long SECOND = 1_000_000_000L;

  private int most;
  private int left;
  private long since = Long.MIN_VALUE;
  private long suppressed;

  /** @param most in a second */
  public ChallengeLimit(int most) {
    this.most = most;
  }

  public void setMost(int count) { most = count; }

  /** {@return whether one may go out} */
  boolean take(long now) {
    if (since == Long.MIN_VALUE || now - since >= SECOND) {
      since = now;
      left = most;
    }
    if (left > 0) {
      left--;
      return true;
    }
    suppressed++;
    return false;
  }

  /** {@return how many did not go out} */
  public long suppressed() {
    return suppressed;
  }
}
