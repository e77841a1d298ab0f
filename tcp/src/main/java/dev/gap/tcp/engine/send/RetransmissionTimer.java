package dev.gap.tcp.engine.send;

import dev.gap.transport.PacketEngine;

/**
 * The one timer of a sender, RFC 6298 section 5, which RACK's reordering timer, the tail loss probe (RFC 8985 section 8)
 * and the persist timer (RFC 9293 section 3.8.6.1) take turns with.
 */
final class RetransmissionTimer {
  enum Kind {
    NONE, RETRANSMIT, TAIL_PROBE, REORDERING, PERSIST
  }

  private final SendState s;
  private Kind kind = Kind.NONE;
  private long deadline = PacketEngine.NEVER;

  RetransmissionTimer(SendState state) {
    s = state;
  }

  Kind kind() {
    return kind;
  }

  long deadline() {
    return deadline;
  }

  void set(Kind newKind, long at) {
    kind = newKind;
    deadline = at;
  }

  void stop() {
    kind = Kind.NONE;
    deadline = PacketEngine.NEVER;
  }

  /** Starts the retransmission timer anew, as the first segment in flight has it coming. */
  void rearm(long now) {
    if (s.flight.isEmpty()) {
      stop();
      return;
    }
    long timeout = s.rtt.rtoNanos();
    if (kind == Kind.REORDERING || kind == Kind.TAIL_PROBE) timeout = Math.max(1_000_000, untilHeadTimesOut(now));
    set(Kind.RETRANSMIT, now + timeout);
  }

  private long untilHeadTimesOut(long now) {
    return s.flight.get(0).sentNanos + s.rtt.rtoNanos() - now;
  }

  /** Sets the timer after data went out or was acknowledged: the probe where one is due. */
  void arm(boolean advancing, long now) {
    if (!scheduleProbe(advancing, now)) rearm(now);
  }

  /** {@return whether a tail loss probe is what comes next, RFC 8985 section 7.2} */
  boolean scheduleProbe(boolean advancing, long now) {
    boolean may = s.config.loss().tailLossProbe() && s.sack && !s.flight.isEmpty()
        && (s.state == CaState.OPEN || s.state == CaState.CWR) && s.flight.lost() == 0;
    if (!may || s.sacked() > 0) return false;
    long timeout = s.rtt.hasSample() ? 2 * s.rtt.smoothedNanos() : s.rtt.baseNanos();
    if (s.rtt.hasSample())
      timeout += s.flight.size() == 1 ? s.rtt.leastNanos() : 2 * s.config.habits().tick().toNanos();
    long retransmission = advancing ? s.rtt.rtoNanos() : untilHeadTimesOut(now);
    if (retransmission > 0) timeout = Math.min(timeout, retransmission);
    set(Kind.TAIL_PROBE, now + timeout);
    return true;
  }
}
