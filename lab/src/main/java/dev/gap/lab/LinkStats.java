package dev.gap.lab;

/**
 * What a link has done so far. Every datagram let in is lost, overflowed, dropped by a blackout, or comes out; each
 * duplicate comes out once more.
 *
 * @param packetsIn datagrams admitted, whatever became of them
 * @param packetsOut datagrams that came out at the other end, duplicates included
 * @param lost datagrams lost at random
 * @param overflowed datagrams dropped because the queue was full
 * @param blackoutDropped datagrams dropped because of a blackout
 * @param duplicated datagrams sent on twice
 * @param corrupted datagrams of which one bit was flipped
 * @param bytesIn payload bytes of {@code packetsIn}
 * @param bytesOut payload bytes of {@code packetsOut}
 * @param maxQueueDelayNanos the longest that a datagram waited in the queue, its own transmission not counted, as
 *   foreseen when it went in
 * @param meanQueueDelayNanos the average of that over all datagrams that the queue took
 */
public record LinkStats(long packetsIn, long packetsOut, long lost, long overflowed, long blackoutDropped,
    long duplicated, long corrupted, long bytesIn, long bytesOut, long maxQueueDelayNanos, long meanQueueDelayNanos) {}
