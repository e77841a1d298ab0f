package dev.gap.tcp.engine.send;

import dev.gap.tcp.engine.congestion.CongestionControl;

/**
 * When what is paced may go out: in bursts of about a millisecond's worth, as the draft of BBR has it
 * (draft-cardwell-iccrg-bbr-congestion-control-00, section 4.2.2), however the port wants it cut. A timer for each segment
 * would be late for each: at 1,448 bytes and 0.1 ms that is a bound of 14 MB/s whatever the rate.
 */
final class Pacer {
  /** Until when the rate is used up. */
  private long until = Long.MIN_VALUE;
  /** What is left of the burst under way, in bytes; negative if a segment was too large for it. */
  private long left;

  /** {@return whether something may go out} */
  boolean isOpen(long now) {
    return left > 0 || now >= until;
  }

  /** {@return when something may go out} */
  long opensAt() {
    return left > 0 ? Long.MIN_VALUE : until;
  }

  /**
   * Something went out.
   *
   * @param rate in bytes a second
   * @param burst how much may go out at once, in bytes
   */
  void onSent(int bytes, long rate, long burst, long now) {
    if (rate == CongestionControl.UNLIMITED) {
      left = 0;
      return;
    }
    double nanosPerByte = 1e9 / Math.max(1, rate);
    if (now >= until) {
      if (left <= 0) left = burst;
      // a timer that was late is made up for, by half a burst at most
      long most = (long) (burst * nanosPerByte / 2);
      until = until == Long.MIN_VALUE ? now : Math.max(until, now - most);
    }
    left -= bytes;
    until += (long) (bytes * nanosPerByte);
  }

  /** Something went out that nothing held back: what is paced from now on counts from here. */
  void onFree(long now) {
    until = now;
    left = 0;
  }

  void clear() {
    until = Long.MIN_VALUE;
    left = 0;
  }
}
