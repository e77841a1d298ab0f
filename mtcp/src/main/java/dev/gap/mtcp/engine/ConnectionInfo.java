package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;

/**
 * What can be seen of a connection at one moment.
 *
 * @param id its ID
 * @param peer the address that segments are sent to
 * @param gapPeer whether the peer is known to be gap and not the original
 * @param smoothedRttNanos SRTT of the path, 0 before the first sample
 * @param minRttNanos the path's least round-trip time of late
 * @param pacingRate bytes a second
 * @param windowLimit segments that may wait for the application
 * @param window segments advertised now
 * @param unreadBytes received in order and not read
 * @param bufferedBytes written and not acknowledged
 * @param acknowledgedSegments acknowledged by the peer since the connection began
 * @param retransmissions segments sent again since then
 * @param receivedAgain segments received that were here already
 */
public record ConnectionInfo(long id, InetSocketAddress peer, boolean gapPeer, long smoothedRttNanos, long minRttNanos,
    long pacingRate, int windowLimit, int window, long unreadBytes, long bufferedBytes, long acknowledgedSegments,
    long retransmissions, long receivedAgain) {}
