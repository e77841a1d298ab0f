package dev.gap.mtcp.engine;

import java.time.Duration;
import java.util.Locale;

import dev.gap.lab.LinkSpec;
import dev.gap.lab.LinkStats;
import dev.gap.mtcp.engine.wire.SegmentHeader;

/** What passes the link from far to near, one stretch of time after the other, in parts of what its bottleneck lets through. */
final class LinkWatch {
  private final Rig rig;

  LinkWatch(Rig rig) {
    this.rig = rig;
  }

  private LinkStats stats() {
    return rig.network.link(Rig.FAR, Rig.NEAR).stats();
  }

  /** Lets time pass. {@return what was seen in it} */
  Seen watch(Rig.Download download, Duration time) {
    LinkStats before = stats();
    long again = download.dialed.info().receivedAgain();
    rig.network.runFor(time);
    LinkStats last = stats();
    again = download.dialed.info().receivedAgain() - again;
    LinkSpec spec = rig.network.link(Rig.FAR, Rig.NEAR).spec();
    double capacity = spec.rate() / 8e9 * time.toNanos();
    int overhead = spec.overheadBytes();
    double sent = last.bytesIn() - before.bytesIn() + (double) overhead * (last.packetsIn() - before.packetsIn());
    double out = last.bytesOut() - before.bytesOut() + (double) overhead * (last.packetsOut() - before.packetsOut());
    double useless = again * (double) (SegmentHeader.MAX_DATAGRAM + overhead);
    double waited = waited(last) - waited(before);
    long queued = queued(last) - queued(before);
    return new Seen(sent / capacity, (out - useless) / capacity / (1 - spec.loss()), waited / Math.max(1, queued) / 1e6,
        last.overflowed() - before.overflowed());
  }

  private static double waited(LinkStats stats) {
    return (double) stats.meanQueueDelayNanos() * queued(stats);
  }

  private static long queued(LinkStats stats) {
    return stats.packetsIn() - stats.overflowed() - stats.blackoutDropped();
  }

  /**
   * @param sent what went into the link over what its bottleneck takes
   * @param delivered what came out of it, but for segments that were there already, over what random loss leaves of that
   * @param queueMillis how long a datagram waited on average
   * @param overflowed datagrams that the full queue dropped
   */
  record Seen(double sent, double delivered, double queueMillis, long overflowed) {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.2f/%.2f/%.0f/%d", sent, delivered, queueMillis, overflowed);
    }
  }
}
