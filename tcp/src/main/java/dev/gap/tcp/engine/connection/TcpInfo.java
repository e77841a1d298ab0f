package dev.gap.tcp.engine.connection;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.send.SenderInfo;

/**
 * How a connection is doing. Times are in nanoseconds, windows of the sender in segments.
 *
 * @param rttNanos smoothed, 0 before the first measurement
 * @param receiveSpace bytes that the application took in a round trip
 * @param sendScale and {@code receiveScale}: -1 without scaling
 */
public record TcpInfo(TcpState state, @Nullable TcpError error, SenderInfo sender, TcpConfig.Algorithm algorithm,
    long rttNanos, long rttDeviationNanos, long minRttNanos, long rtoNanos, int sendMss, int advertisedMss,
    int receiveMss, int pathMtu, long sendWindow, long receiveWindow, int receiveSpace, int unsentBytes,
    int unackedBytes, boolean timestamps, boolean sack, boolean ecn, boolean ecnSeen, boolean fastOpenTaken,
    int sendScale, int receiveScale, int keepaliveProbes) {
  static TcpInfo of(TcpConnection c, long now) {
    Agreement agreement = c.agreement;
    return new TcpInfo(c.state, c.error, c.sender.info(), c.sender.control().algorithm(),
        c.sender.rtt().smoothedNanos(), c.sender.rtt().deviationNanos(), c.sender.rtt().minNanos(),
        c.sender.rtt().rtoNanos(), c.sender.mss(), c.size.advertised(), c.size.peerMss(), c.size.pathMtu(),
        c.sender.window(), c.receiver.window(), c.receiver.tunedSpace(), c.sender.unsent(), c.sender.buffered(),
        agreement != null && agreement.timestamps(), agreement != null && agreement.sack(), c.ecn.isOn(),
        c.ecn.isSeen(),
        c.fastOpen.isTaken(), agreement == null ? -1 : agreement.sendScale(),
        agreement == null ? -1 : agreement.receiveScale(), c.keepalive.sent());
  }
}
