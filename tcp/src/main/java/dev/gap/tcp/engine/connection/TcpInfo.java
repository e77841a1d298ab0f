package dev.gap.tcp.engine.connection;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.send.BusyTimes;
import dev.gap.tcp.engine.send.SenderInfo;

/**
 * How a connection is doing. Times are in nanoseconds, windows of the sender in segments.
 *
 * @param rttNanos smoothed, 0 before the first measurement
 * @param receiveSpace bytes that the application took in a round trip
 * @param ackTimeoutNanos how long acknowledgments are put off now, 0 before the first data
 * @param sendScale and {@code receiveScale}: -1 without scaling
 */
public record TcpInfo(TcpState state, @Nullable TcpError error, SenderInfo sender, TcpConfig.Algorithm algorithm,
    long rttNanos, long rttDeviationNanos, long minRttNanos, long rtoNanos, int sendMss, int advertisedMss,
    int receiveMss, int pathMtu, long sendWindow, long receiveWindow, int receiveSpace, int unsentBytes,
    int unackedBytes, boolean timestamps, boolean sack, boolean ecn, boolean ecnSeen, boolean fastOpenTaken,
    int sendScale, int receiveScale, int keepaliveProbes, long ackTimeoutNanos, Totals totals, Times times,
    Marks marks, SizeProbes sizeProbes) {
  /**
   * Bytes so far, as RFC 4898 counts them: a SYN that was sent and a FIN are one each.
   *
   * @param sent of data, those sent again included
   */
  public record Totals(long acknowledged, long received, long sent, long sentAgain) {
    static Totals of(TcpConnection c) {
      boolean open = c.agreement != null;
      SenderInfo sender = c.sender.info();
      long acknowledged = open ? c.sender.una() - c.iss - (c.active ? 0 : 1) : 0;
      long received = open ? c.receiver.next() - c.irs - 1 : 0;
      return new Totals(acknowledged, received, sender.bytesSent(), sender.bytesSentAgain());
    }
  }

  /**
   * Nanoseconds since something went out, data came, and something was heard, or the connection is open; and what the
   * sender spent its time with: {@link dev.gap.tcp.engine.send.BusyTimes}.
   */
  public record Times(long sinceSent, long sinceData, long sinceHeard, long busy, long byWindow, long byBuffer) {
    static Times of(TcpConnection c, long now) {
      BusyTimes spent = c.sender.times();
      return new Times(since(c.sender.lastSentNanos(), c, now), since(c.receiver.lastDataNanos(), c, now),
          now - Math.max(c.lastHeard, c.openedNanos), spent.busyNanos(now), spent.windowNanos(now),
          spent.bufferNanos(now));
    }

    private static long since(long then, TcpConnection c, long now) {
      return now - (then == 0 ? c.openedNanos : then);
    }
  }

  /**
   * Marks of congestion by Accurate ECN (RFC 9768): packets marked, and bytes by mark, that came in, and that the peer
   * tells of.
   */
  public record Marks(long received, long receivedCe, long receivedEct0, long receivedEct1, long delivered,
      long deliveredCe, long deliveredEct0, long deliveredEct1) {}

  /** Segments larger than the others that were to find out whether they get through: how many did, and did not. */
  public record SizeProbes(int arrived, int lost) {}

  static TcpInfo of(TcpConnection c, long now) {
    Agreement agreement = c.agreement;
    return new TcpInfo(c.state, c.error, c.sender.info(), c.sender.control().algorithm(),
        c.sender.rtt().smoothedNanos(), c.sender.rtt().deviationNanos(), c.sender.rtt().minNanos(),
        c.sender.rtt().rtoNanos(), c.sender.mss(), c.size.advertised(), c.size.peerMss(), c.size.pathMtu(),
        c.sender.window(), c.receiver.window(), c.receiver.tunedSpace(), c.sender.unsent(), c.sender.buffered(),
        agreement != null && agreement.timestamps(), agreement != null && agreement.sack(), c.ecn.isOn(),
        c.ecn.isSeen(),
        c.fastOpen.isTaken(), agreement == null ? -1 : agreement.sendScale(),
        agreement == null ? -1 : agreement.receiveScale(), c.keepalive.sent(),
        c.receiver.ackTimeoutNanos(), Totals.of(c), Times.of(c, now), c.ecn.info(),
        new SizeProbes(c.size.search().arrived(), c.size.search().lost()));
  }
}
