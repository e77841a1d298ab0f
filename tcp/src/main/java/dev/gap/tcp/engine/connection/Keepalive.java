package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.TcpConfig;
import dev.gap.transport.PacketEngine;

/** Keepalive, RFC 9293 section 3.8.4: off unless asked for. */
final class Keepalive {
  private boolean on;
  private long idleNanos;
  private long intervalNanos;
  private int most;
  private int sent;
  private long deadline = PacketEngine.NEVER;

  Keepalive(TcpConfig.Timing timing) {
    on = timing.keepalive();
    idleNanos = timing.keepaliveIdle().toNanos();
    intervalNanos = timing.keepaliveInterval().toNanos();
    most = timing.keepaliveProbes();
  }

  void set(boolean enable, long now) {
    on = enable;
    deadline = on ? now + idleNanos : PacketEngine.NEVER;
  }

  boolean isOn() { return on; }

  void setIdle(long nanos, long lastHeard, long now) {
    idleNanos = nanos;
    if (on) deadline = Math.max(now, lastHeard + nanos);
  }

  void setInterval(long nanos) { intervalNanos = nanos; }

  void setMost(int probes) { most = probes; }

  long idleNanos() {
    return idleNanos;
  }

  long intervalNanos() {
    return intervalNanos;
  }

  int most() {
    return most;
  }

  int sent() {
    return sent;
  }

  void start(long now) {
    if (on) deadline = now + idleNanos;
  }

  void stop() {
    deadline = PacketEngine.NEVER;
  }

  /** Something was heard of the peer. */
  void onHeard() {
    sent = 0;
  }

  long deadline() {
    return deadline;
  }

  /** What is to be done. */
  enum Due {
    NOTHING, PROBE, GIVE_UP
  }

  /**
   * {@return what is due}
   *
   * @param busy whether data is in flight or waits, which tells of the peer itself
   * @param userTimeout instead of a number of probes, 0 if there is none
   */
  Due onTimeout(long lastHeard, boolean busy, long userTimeout, long now) {
    if (deadline > now) return Due.NOTHING;
    long silent = now - lastHeard;
    if (busy || silent < idleNanos) {
      deadline = busy ? now + idleNanos : lastHeard + idleNanos;
      return Due.NOTHING;
    }
    boolean ends = userTimeout > 0 ? silent >= userTimeout && sent > 0 : sent >= most;
    if (ends) {
      deadline = PacketEngine.NEVER;
      return Due.GIVE_UP;
    }
    sent++;
    deadline = now + intervalNanos;
    return Due.PROBE;
  }
}
