package dev.gap.tcp.engine.congestion;

import java.util.ArrayDeque;
import java.util.PriorityQueue;

/**
 * One flow over one slow link with a queue, in virtual time: as much of TCP as a congestion control needs to be watched
 * at work. Every segment is acknowledged; what the queue has no room for is lost, known a round trip later, and answered
 * by one reduction a round trip.
 */
final class Bottleneck {
  static final int MSS = 1000;
  private static final long SECOND = 1_000_000_000;

  private record Sent(long sentNanos, long delivered, long deliveredNanos, long firstSentNanos, boolean lost) {}

  private record Arrival(long at, long order, Sent segment) implements Comparable<Arrival> {
    @Override
    public int compareTo(Arrival other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
    }
  }

  final CongestionControl control;
  final Cwnd cwnd = new Cwnd(10);
  private final long serviceNanos;
  private final long baseNanos;
  private final int queueSegments;
  private final AckSample sample = new AckSample();
  private final PriorityQueue<Arrival> arrivals = new PriorityQueue<>();
  private final ArrayDeque<Long> leaving = new ArrayDeque<>();
  private long order;
  private long now;
  private long linkFreeAt;
  private long nextSend;
  private int inFlight;
  private long sent;
  private long delivered;
  private long deliveredNanos;
  private long firstSentNanos;
  private long acknowledged;
  private long recoveryEnds;
  private double smoothed;
  private long minRtt = Long.MAX_VALUE;
  int losses;
  int reductions;
  long queuedSum;
  long queuedCount;
  int queuedMost;

  /** @param rate segments a second */
  Bottleneck(CongestionControl control, int rate, long baseNanos, int queueSegments) {
    this.control = control;
    serviceNanos = SECOND / rate;
    this.baseNanos = baseNanos;
    this.queueSegments = queueSegments;
  }

  long now() {
    return now;
  }

  /** Lets {@code nanos} pass. {@return how many segments were delivered in them} */
  long run(long nanos) {
    long until = now + nanos;
    long before = delivered;
    queuedSum = 0;
    queuedCount = 0;
    queuedMost = 0;
    while (true) {
      send();
      long next = arrivals.isEmpty() ? Long.MAX_VALUE : arrivals.peek().at;
      if (inFlight < cwnd.window()) next = Math.min(next, nextSend);
      if (next > until) break;
      now = Math.max(now, next);
      while (!arrivals.isEmpty() && arrivals.peek().at <= now)
        receive(arrivals.remove().segment);
    }
    now = until;
    return delivered - before;
  }

  double meanQueue() {
    return queuedCount == 0 ? 0 : (double) queuedSum / queuedCount;
  }

  private void send() {
    while (inFlight < cwnd.window() && nextSend <= now) {
      long rate = control.pacingRate();
      if (rate != CongestionControl.UNLIMITED) nextSend = Math.max(now, nextSend) + MSS * SECOND / Math.max(1, rate);
      if (inFlight == 0) {
        firstSentNanos = now;
        deliveredNanos = now;
      }
      inFlight++;
      sent++;
      while (!leaving.isEmpty() && leaving.peekFirst() <= now)
        leaving.removeFirst();
      queuedSum += leaving.size();
      queuedCount++;
      queuedMost = Math.max(queuedMost, leaving.size());
      boolean lost = leaving.size() > queueSegments;
      Sent segment = new Sent(now, delivered, deliveredNanos, firstSentNanos, lost);
      if (lost) {
        arrivals.add(new Arrival(Math.max(now, linkFreeAt) + baseNanos, order++, segment));
        continue;
      }
      linkFreeAt = Math.max(now, linkFreeAt) + serviceNanos;
      leaving.addLast(linkFreeAt);
      arrivals.add(new Arrival(linkFreeAt + baseNanos, order++, segment));
    }
  }

  private void receive(Sent segment) {
    sample.inFlightBefore = inFlight;
    inFlight--;
    acknowledged++;
    sample.newlyLost = segment.lost ? 1 : 0;
    sample.newlyDelivered = segment.lost ? 0 : 1;
    if (segment.lost) {
      losses++;
      if (acknowledged > recoveryEnds) reduce();
    } else {
      delivered++;
      deliveredNanos = now;
      firstSentNanos = segment.sentNanos;
    }
    boolean recovers = acknowledged <= recoveryEnds;
    long rtt = now - segment.sentNanos;
    smoothed = smoothed == 0 ? rtt : smoothed + (rtt - smoothed) / 8;
    minRtt = Math.min(minRtt, rtt);
    sample.inFlight = inFlight;
    sample.rttNanos = segment.lost ? -1 : rtt;
    sample.nowNanos = now;
    sample.smoothedRttNanos = (long) smoothed;
    sample.minRttNanos = minRtt;
    sample.mss = MSS;
    sample.acknowledged = acknowledged;
    sample.sendNext = sent;
    sample.inRecovery = recovers;
    sample.windowLimited = true;
    sample.applicationLimited = false;
    sample.totalDelivered = delivered;
    sample.priorDelivered = segment.lost ? -1 : segment.delivered;
    sample.deliveryRate = 0;
    long interval = Math.max(segment.sentNanos - segment.firstSentNanos, now - segment.deliveredNanos);
    if (!segment.lost && interval >= minRtt) {
      sample.deliveryRate = (delivered - segment.delivered) * MSS * SECOND / interval;
    }
    if (control.isModel() || !recovers) control.onAck(cwnd, sample);
  }

  private void reduce() {
    reductions++;
    recoveryEnds = sent;
    cwnd.resetCount();
    cwnd.setThreshold(control.thresholdAfterLoss(cwnd, inFlight));
    if (!control.isModel()) cwnd.set(cwnd.threshold());
  }
}
