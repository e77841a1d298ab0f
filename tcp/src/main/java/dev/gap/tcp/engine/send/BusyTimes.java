package dev.gap.tcp.engine.send;

/**
 * What a sender spends its time with, as Linux's tcp_info tells it: it is busy while something is written and not
 * acknowledged, and of that time it may be held back by the peer's window, or by a send buffer too small for the network.
 */
public final class BusyTimes {
  /** Later ones prevail. */
  enum Cause {
    NONE, DATA, WINDOW, BUFFER
  }

  private Cause cause = Cause.NONE;
  private long since;
  private long free;
  private long byWindow;
  private long byBuffer;

  void begin(Cause what, long now) {
    if (what.compareTo(cause) > 0) turn(what, now);
  }

  void end(Cause what, long now) {
    if (what == cause) turn(Cause.DATA, now);
  }

  /** All is acknowledged. */
  void rest(long now) {
    if (cause != Cause.NONE) turn(Cause.NONE, now);
  }

  /** It is over, whenever that was. */
  void stop() {
    cause = Cause.NONE;
  }

  private void turn(Cause what, long now) {
    long spent = now - since;
    switch (cause) {
      case NONE -> {
      }
      case DATA -> free += spent;
      case WINDOW -> byWindow += spent;
      case BUFFER -> byBuffer += spent;
    }
    cause = what;
    since = now;
  }

  /** {@return nanoseconds with data to send or to be acknowledged} */
  public long busyNanos(long now) {
    return free + byWindow + byBuffer + (cause == Cause.NONE ? 0 : now - since);
  }

  /** {@return nanoseconds of them in which the peer's window held back what there was} */
  public long windowNanos(long now) {
    return byWindow + (cause == Cause.WINDOW ? now - since : 0);
  }

  /** {@return nanoseconds of them in which a full send buffer kept the application from giving more} */
  public long bufferNanos(long now) {
    return byBuffer + (cause == Cause.BUFFER ? now - since : 0);
  }
}
