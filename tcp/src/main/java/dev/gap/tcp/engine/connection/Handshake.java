package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.TcpConfig;
import dev.gap.transport.PacketEngine;

/** When SYNs and SYN-ACKs go out again: after a second, then after twice as long each time, RFC 6298 section 5.7. */
public final class Handshake {
  private final SocketSettings settings;
  private final int linear;
  private final long first;
  private final long most;
  private final long slop;
  private long limit = PacketEngine.NEVER;
  private int retries;
  private int sent;
  private long deadline = PacketEngine.NEVER;
  private long firstSent;
  private boolean due;

  /** With {@code retries} unless the settings say how many, then or later. */
  public Handshake(TcpConfig config, SocketSettings settings, int retries, int linear) {
    this.settings = settings;
    this.linear = linear;
    this.retries = retries;
    first = config.timing().rtoInitial().toNanos();
    most = config.timing().rtoMax().toNanos();
    slop = config.timing().rtoSlop().toNanos();
  }

  public void setRetries(int count) { retries = count; }

  /** {@return whether a segment is to go out now} */
  public boolean isDue() { return due; }

  public void setDue() {
    due = true;
  }

  /** The first may wait for something to go with it. */
  void setDueAt(long nanos) { deadline = nanos; }

  public void onSent(long now) {
    due = false;
    if (sent == 0) firstSent = now;
    int doublings = Math.max(0, sent - linear);
    long wait = doublings > 30 ? most : Math.min(most, (first << doublings) + (sent > 0 ? slop : 0));
    deadline = now + wait;
    sent++;
  }

  /** {@return how many went out} */
  public int sent() {
    return sent;
  }

  public long firstSentNanos() {
    return firstSent;
  }

  public long deadline() {
    return Math.min(deadline, limit);
  }

  public void stop() {
    deadline = PacketEngine.NEVER;
    limit = PacketEngine.NEVER;
    due = false;
  }

  /** Gives the attempt up at {@code nanos} at the latest. */
  public void setLimit(long nanos) { limit = nanos; }

  /** {@return whether there is no hope any more} Otherwise another goes out. */
  public boolean onTimeout(long now) {
    if (limit <= now) {
      stop();
      return true;
    }
    if (deadline > now) return false;
    if (sent > (settings.synRetries > 0 ? settings.synRetries : retries)) {
      deadline = PacketEngine.NEVER;
      return true;
    }
    due = true;
    deadline = PacketEngine.NEVER;
    return false;
  }
}
