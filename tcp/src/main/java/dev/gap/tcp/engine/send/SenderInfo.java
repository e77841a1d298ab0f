package dev.gap.tcp.engine.send;

/**
 * How a sender is doing. Windows and counts are in segments.
 *
 * @param unacked in flight or lost
 * @param retransmissions copies under way
 * @param timeouts in a row
 * @param segmentsDoubled that the peer has told to have got twice (D-SACK)
 * @param reorderings how often a segment arrived after later ones
 * @param pacingRate bytes a second, whether it is paced or not; {@link Long#MAX_VALUE} before the round trip is known
 * @param bytesSent of data, those sent again included
 */
public record SenderInfo(CaState state, int cwnd, int ssthresh, int unacked, int sacked, int lost, int retransmissions,
    int timeouts, int reordering, int backoff, int totalRetransmissions, long delivered, int windowProbes,
    long bytesSent, long bytesSentAgain,
    long segmentsDoubled, int reorderings, long pacingRate) {}
