package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.Habit;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.wire.Options;

/** How a connection begins, actively or passively, and what the SYNs settle: RFC 9293 section 3.5. */
final class Establishment {
  private final TcpConnection c;

  Establishment(TcpConnection connection) {
    c = connection;
  }

  /** Opens actively: the SYN goes out next. */
  void open(long now) {
    c.state = TcpState.SYN_SENT;
    c.active = true;
    c.ecn.ask(c.config.features().ecn().asks());
    c.firstStamp = c.stamps.at(now);
    c.lastHeard = now;
    c.handshake.setDue();
    if (c.config.opening().limit().isPositive()) c.handshake.setLimit(now + c.config.opening().limit().toNanos());
    if (c.settings.openLimitNanos > 0) c.handshake.setLimit(now + c.settings.openLimitNanos);
  }

  /**
   * Begins in SYN-RECEIVED, or with {@code acked} in ESTABLISHED: a passive open whose first segments were dealt with
   * elsewhere.
   */
  void accept(HalfOpen half, boolean acked, long now) {
    c.irs = half.irs();
    c.userTimeout.onReceived(half.userTimeout());
    c.synMark = half.mark();
    c.ecn.agreeWithSyn(half.agreement().ecn(), c.synMark, half.isUncertain(), half.isWithdrawn());
    apply(half.agreement());
    // what the SYN-ACK has offered stands
    c.receiver.begin(c.size.advertised() - half.agreement().optionBytes(), c.settings.initialReceiveWindow,
        half.agreement().sendScale() >= 0, half.agreement().receiveScale());
    c.receiver.offered(half.offered());
    if (half.agreement().timestamps()) c.stamps.set(half.peerStamp(), half.heardNanos());
    c.receiver.synchronize(c.irs);
    c.stamps.lastAck = c.receiver.next();
    c.sender.open(c.irs, c.iss, half.window());
    c.lastHeard = now;
    c.firstStamp = c.stamps.at(half.firstSentNanos());
    if (acked) {
      if (half.sent() == 1) c.sender.rtt().sample(now - half.firstSentNanos(), c.sender.una(), c.sender.next(), now);
      established(now);
    } else {
      c.state = TcpState.SYN_RECEIVED;
      c.openedFast = true;
      half.giveCookie(c.fastOpen);
      c.handshake.setRetries(c.config.opening().synAckRetries());
      TcpConfig.Timing timing = c.config.timing();
      boolean waits = c.config.has(Habit.FAST_OPEN_ANSWERS_WITH_DATA) && timing.delayedAck();
      if (waits) c.handshake.setDueAt(now + timing.delayedAckTime().toNanos());
      else c.handshake.setDue();
    }
  }

  /** Takes what the SYNs have settled. */
  void apply(Agreement settled) {
    c.agreement = settled;
    c.size.agree(settled);
    c.stamps.on = settled.timestamps();
    c.sender.setSack(settled.sack());
    c.sender.setEcn(settled.ecn());
    c.receiver.setSack(settled.sack());
    c.receiver.setScale(settled.receiveScale());
    c.receiver.roundTo(Math.min(settled.peerMss(), c.size.advertised()));
    c.receiver.setFullSegment(c.size.advertised() - c.size.optionBytes());
    c.resize(false);
  }

  void established(long now) {
    // whoever has shut down meanwhile has ended the stream already
    c.state = c.sender.isFinishing() ? TcpState.FIN_WAIT_1 : TcpState.ESTABLISHED;
    c.handshake.stop();
    c.openedNanos = now;
    c.sender.onOpened();
    if (c.handshake.sent() > 2) c.sender.setInitialWindow(1);
    if (c.settings.keepIdleNanos > 0) c.keepalive.setIdle(c.settings.keepIdleNanos, now, now);
    if (c.settings.keepIntervalNanos > 0) c.keepalive.setInterval(c.settings.keepIntervalNanos);
    if (c.settings.keepProbes > 0) c.keepalive.setMost(c.settings.keepProbes);
    if (c.settings.keepalive) c.keepalive.set(true, now);
    c.keepalive.start(now);
    c.userTimeout.setDue();
    c.resize(false);
    c.space.tune();
    byte[] early = c.synData;
    c.synData = TcpConnection.NONE;
    if (early.length > 0)
      c.receiver.onData(c.irs + 1, early, 0, early.length, false, true, c.sender.rtt().rtoNanos(), now);
  }

  /**
   * {@return how many bytes the SYN can carry: as fit beside all options, by the MSS that the peer once told; else by the
   * 536 bytes of RFC 7413 section 4.2.2, but in a network that is trusted so far that cookies are done without, by what
   * goes through the interface}
   */
  int synRoom() {
    int untold = c.fastOpen.isWithoutCookie() ? c.size.advertised() : c.config.sizes().defaultMss();
    int known = c.fastOpen.mss() > 0 ? c.fastOpen.mss() : untold;
    int mss = c.settings.maxSegment > 0 ? c.settings.maxSegment : known;
    return Math.max(0, Math.min(mss, c.size.advertised()) - Options.MAX_BYTES);
  }
}
