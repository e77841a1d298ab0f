package dev.gap.tcp.engine.send;

import dev.gap.tcp.engine.wire.Segment;
import dev.gap.transport.Seq32;

/** Takes in SACK blocks (RFC 2018 section 5) and D-SACKs (RFC 2883 section 5). Blocks that cannot be true are ignored. */
final class SackTagger {
  private static final long[] NONE = {};

  private final SendState s;
  private final Rack rack;
  /** Made when the first blocks come. */
  private long[] starts = NONE;
  private long[] ends = NONE;

  SackTagger(SendState state, Rack rack) {
    s = state;
    this.rack = rack;
  }

  /** Marks what {@code segment} acknowledges selectively. {@code ack} is its acknowledgment number. */
  void tag(Segment segment, long ack, AckNews news, long now) {
    if (starts.length == 0) {
      starts = new long[Segment.MAX_SACKS];
      ends = new long[Segment.MAX_SACKS];
    }
    int count = 0;
    long highestBefore = s.flight.sacked() == 0 ? ack : Math.max(s.highestSack, ack);
    if (s.flight.sacked() == 0) s.highestSack = s.una;
    boolean duplicate = isDuplicate(segment, ack);
    for (int i = 0; i < segment.sackCount(); i++) {
      long start = Seq32.unwrap(segment.sackStart(i), s.una);
      long end = Seq32.unwrap(segment.sackEnd(i), s.una);
      if (end <= start || end > s.next) continue;
      if (i == 0 && duplicate) onDuplicate(start, end, news);
      if (start < s.una || (i > 0 && start < ack && end <= ack)) continue;
      starts[count] = start;
      ends[count++] = end;
    }
    long reordered = Long.MAX_VALUE;
    for (int i = 0; i < count; i++)
      reordered = Math.min(reordered, tagBlock(starts[i], ends[i], highestBefore, i == 0 && duplicate, news, now));
    if (reordered != Long.MAX_VALUE) onReordering(reordered);
  }

  private boolean isDuplicate(Segment segment, long ack) {
    if (segment.sackCount() == 0) return false;
    long start = Seq32.unwrap(segment.sackStart(0), s.una);
    long end = Seq32.unwrap(segment.sackEnd(0), s.una);
    if (start < ack) return true;
    if (segment.sackCount() < 2) return false;
    return end <= Seq32.unwrap(segment.sackEnd(1), s.una) && start >= Seq32.unwrap(segment.sackStart(1), s.una);
  }

  private void onDuplicate(long start, long end, AckNews news) {
    news.duplicateSack = true;
    if (s.probeHigh >= 0 && s.probeIsRetransmission && end == s.probeHigh) news.duplicateOfProbe = true;
    rack.onDuplicate();
    int segments = (int) Math.max(1, (end - start + s.mss - 1) / Math.max(1, s.mss));
    s.segmentsDoubled += segments;
    boolean counted = s.undoMarker >= 0 && s.undoRetransmits > 0 && start <= news.before && end > s.undoMarker;
    if (counted && start < s.una) s.undoRetransmits = Math.max(0, s.undoRetransmits - segments);
  }

  /** {@return the lowest sequence number that overtakers had passed, or {@link Long#MAX_VALUE}} */
  private long tagBlock(long start, long end, long highestBefore, boolean duplicate, AckNews news, long now) {
    long reordered = Long.MAX_VALUE;
    for (int i = s.flight.indexOf(start); i < s.flight.size(); i++) {
      SentSegment sent = s.flight.get(i);
      if (sent.start >= end) break;
      // a receiver may hold a part of a segment: that part is not worth knowing
      if (sent.start < start || sent.end > end) continue;
      if (duplicate && sent.everRetransmitted && s.undoMarker >= 0 && s.undoRetransmits > 0
          && sent.end > s.undoMarker)
        s.undoRetransmits--;
      if (sent.sacked) continue;
      rack.onDelivered(sent.sentNanos, sent.end, sent.everRetransmitted, now);
      if (!sent.retransmitted && !sent.everRetransmitted) {
        if (sent.start < highestBefore) reordered = Math.min(reordered, sent.start);
        if (sent.end <= s.high) news.originalAcked = true;
        news.sackRttNanos = now - sent.sentNanos;
      }
      DeliveryRate.onDelivered(s, sent, news, now);
      s.flight.markSacked(sent);
      s.highestSack = Math.max(s.highestSack, sent.end);
      news.sacked = true;
      news.delivered = true;
      news.newlySacked++;
    }
    return reordered;
  }

  /** What arrived late was not lost: the threshold of duplicate acknowledgments grows, RFC 4653's idea. */
  void onReordering(long lowest) {
    long distance = Math.max(s.highestSack, s.una) - lowest;
    if (distance > (long) s.reordering * s.mss) {
      int segments = (int) ((distance + s.mss - 1) / s.mss);
      s.reordering = Math.min(segments, s.config.loss().reorderingMax());
    }
    s.reorderingSeen = true;
    s.reorderings++;
  }
}
