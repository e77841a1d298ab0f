package dev.gap.tcp.engine.send;

import dev.gap.tcp.engine.Habit;
import dev.gap.tcp.engine.TcpConfig.Repair;
import dev.gap.tcp.engine.congestion.Cwnd;

/**
 * How the window comes down and up again: proportional rate reduction (RFC 6937), and undoing what turns out to have been
 * a mistake (RFC 4015, RFC 3708), told by timestamps (Eifel, RFC 3522) or D-SACKs.
 */
final class Reduction {
  private final SendState s;

  Reduction(SendState state) {
    s = state;
  }

  /** A reduction begins. */
  void begin() {
    s.high = s.next;
    s.probeHigh = -1;
    s.cwnd.resetCount();
    s.priorWindow = s.cwnd.window();
    s.prrDelivered = 0;
    s.prrOut = 0;
    s.cwnd.setThreshold(s.control.thresholdAfterLoss(s.cwnd, s.inFlight()));
    s.announceReduction |= s.tellsReduction;
    if (isPlain()) PlainReduction.begin(s);
  }

  private boolean isPlain() { return s.config.loss().repair() != Repair.PROPORTIONAL; }

  /** One acknowledgment of it, RFC 6937 section 3, in segments; slow start up to the threshold if progress is good. */
  void onAck(int newlyDelivered, int newlyLost, boolean advanced) {
    if (isPlain()) {
      PlainReduction.onAck(s);
      return;
    }
    if (newlyDelivered <= 0 || s.priorWindow == 0) return;
    s.prrDelivered += newlyDelivered;
    int inFlight = s.inFlight();
    int threshold = s.cwnd.threshold();
    int delta = threshold - inFlight;
    long send;
    if (delta < 0) {
      send = ((long) threshold * s.prrDelivered + s.priorWindow - 1) / s.priorWindow - s.prrOut;
    } else {
      int most = Math.max(s.prrDelivered - s.prrOut, newlyDelivered);
      if ((advanced && newlyLost == 0) || s.config.has(Habit.REDUCES_WITHOUT_CARE)) most++;
      send = Math.min(delta, most);
    }
    // the first retransmission goes out at once
    send = Math.max(send, s.prrOut > 0 ? 0 : 1);
    s.cwnd.set((int) (inFlight + send));
  }

  /** It is over: the window is the threshold, or what RFC 6582 section 3.2 step 3 allows at first against bursts. */
  void end() {
    if (s.control.isModel()) return;
    if (s.cwnd.threshold() < Cwnd.INFINITE && (s.state == CaState.CWR || s.undoMarker >= 0)) {
      int window = s.cwnd.threshold();
      boolean careful = s.state != CaState.CWR && s.config.has(Habit.LEAVES_RECOVERY_SLOWLY);
      s.cwnd.set(careful ? Math.min(window, Math.max(s.inFlight(), 1) + 1) : window);
    }
  }

  /** Begins the bookkeeping that may tell that it was a mistake. */
  void rememberForUndo() {
    s.undoMarker = s.una;
    s.undoRetransmits = s.flight.retransmitted() > 0 ? s.flight.retransmitted() : -1;
  }

  /** {@return whether all that was sent again need not have been} */
  boolean mayUndo(boolean echoIsOlder) {
    return s.undoMarker >= 0 && (s.undoRetransmits == 0 || packetDelayed(echoIsOlder));
  }

  /** {@return whether the acknowledged segment was sent before any retransmission} */
  boolean packetDelayed(boolean echoIsOlder) {
    return s.hasRetransmitStamp && echoIsOlder;
  }

  void undo(boolean forgetLosses) {
    if (forgetLosses) {
      for (int i = 0; i < s.flight.size(); i++)
        s.flight.clearLost(s.flight.get(i));
    }
    if (s.priorThreshold > 0) {
      s.cwnd.set(s.control.windowAfterUndo(s.cwnd));
      if (s.priorThreshold > s.cwnd.threshold()) {
        s.cwnd.setThreshold(s.priorThreshold);
        s.announceReduction = false;
      }
    }
    s.undoMarker = -1;
  }
}
