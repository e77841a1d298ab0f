package dev.gap.tcp.engine.send;

import dev.gap.tcp.engine.congestion.AckSample;

/** Samples of the rate the path delivers at: draft-cheng-iccrg-delivery-rate-estimation. Counted in segments. */
final class DeliveryRate {
  private DeliveryRate() {}

  /** Something is about to go out; with nothing in flight, time begins anew. */
  static void beforeSending(SendState s, long now) {
    if (s.inFlight() > 0) return;
    s.firstSentNanos = now;
    s.deliveredNanos = now;
  }

  static void onSent(SendState s, SentSegment sent) {
    sent.firstSentNanos = s.firstSentNanos;
    sent.deliveredNanos = s.deliveredNanos;
    sent.delivered = s.delivered;
    sent.applicationLimited = s.limitedUntil > s.delivered;
  }

  static void onDelivered(SendState s, SentSegment sent, AckNews news, long now) {
    s.delivered++;
    s.deliveredNanos = now;
    if (news.hasSample && sent.delivered < news.sampleDelivered) return;
    news.hasSample = true;
    news.sampleDelivered = sent.delivered;
    news.sampleDeliveredNanos = sent.deliveredNanos;
    news.sampleFirstSent = sent.firstSentNanos;
    news.sampleSent = sent.sentNanos;
    news.sampleLimited = sent.applicationLimited;
    s.firstSentNanos = sent.sentNanos;
  }

  static void sample(SendState s, AckNews news, AckSample out, long now) {
    out.deliveryRate = 0;
    out.totalDelivered = s.delivered;
    out.priorDelivered = news.hasSample ? news.sampleDelivered : -1;
    out.applicationLimited = news.hasSample && news.sampleLimited;
    if (!news.hasSample) return;
    long sendTime = news.sampleSent - news.sampleFirstSent;
    long ackTime = now - news.sampleDeliveredNanos;
    long interval = Math.max(sendTime, ackTime);
    // a shorter interval than a round trip measures a burst, not the path
    if (interval <= 0 || interval < s.rtt.minNanos()) return;
    out.deliveryRate = (long) ((s.delivered - news.sampleDelivered) * (double) s.mss * 1e9 / interval);
  }
}
