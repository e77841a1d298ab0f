package dev.gap.tcp.engine.connection;

import dev.gap.transport.Seq32;

/** The timestamps of a connection, RFC 7323: a millisecond each, from a random origin (section 5.4). */
final class Timestamps {
  /** Section 5.5: after 24 days a timestamp says nothing any more. */
  private static final long STALE_NANOS = 24L * 86_400 * 1_000_000_000;
  private static final long TICK = 1_000_000;

  private final int offset;
  boolean on;
  int recent;
  long recentNanos = Long.MIN_VALUE;
  /** Last.ACK.sent of section 4.3. */
  long lastAck;

  Timestamps(int offset) {
    this.offset = offset;
  }

  /** {@return the value for a segment sent at {@code nanos}} */
  int at(long nanos) {
    return (int) Math.floorDiv(nanos, TICK) + offset;
  }

  /** {@return whether PAWS lets a value through, section 5.3 R1} */
  boolean isAcceptable(int value, long now) {
    if (recentNanos == Long.MIN_VALUE || recent == 0) return true;
    // one tick back is forgiven: acknowledgments may be sent out of order by several processors
    return recent - value <= 1 || now - recentNanos > STALE_NANOS;
  }

  /** Remembers the value of a segment that covers Last.ACK.sent, section 4.3 (2). */
  void update(int value, long sequence, long now) {
    if (sequence > lastAck) return;
    if (recentNanos != Long.MIN_VALUE && Seq32.before(value, recent) && now - recentNanos <= STALE_NANOS) return;
    recent = value;
    recentNanos = now;
  }

  void set(int value, long now) {
    recent = value;
    recentNanos = now;
  }

  /**
   * {@return the longest round trip that an echo can mean, at least a tick; -1 if it makes no sense} What was sent in its
   * tick may have been sent at the start of it: the least round trip of a connection must not be less than the path's.
   */
  long roundTrip(int echo, long now) {
    int ticks = at(now) - echo;
    return ticks < 0 ? -1 : Math.max(TICK, ticks * TICK + Math.floorMod(now, TICK));
  }
}
