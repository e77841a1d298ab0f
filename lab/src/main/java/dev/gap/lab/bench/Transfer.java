package dev.gap.lab.bench;

import dev.gap.lab.Lateness;
import dev.gap.lab.LinkStats;

/**
 * What is known of one download.
 *
 * @param goodput in Mbit/s, from the first byte on
 * @param sentPerDelivered bytes of IP packets that far sent, for each byte that near's program was given
 * @param queueMeanMillis how long far's packets waited in the link's queue
 * @param queueMaxMillis the longest of that
 * @param firstByteMillis until the first byte, connecting included
 * @param verified whether every byte was right
 * @param lateMillis what 99 of 100 packets did not exceed in coming later than the link wanted: above a millisecond or
 *   so this machine was too busy, and the measurement says little
 */
record Transfer(double goodput, double sentPerDelivered, double queueMeanMillis, double queueMaxMillis,
    double firstByteMillis, boolean verified, double lateMillis) {
  static Transfer of(Download download, boolean verified, LinkStats down, Lateness.Summary lateness) {
    return new Transfer(download.megabitsPerSecond(), (double) down.bytesIn() / Math.max(1, download.bytes()),
        down.meanQueueDelayNanos() / 1e6, down.maxQueueDelayNanos() / 1e6, download.firstByteNanos() / 1e6, verified,
        lateness.p99Nanos() / 1e6);
  }
}
