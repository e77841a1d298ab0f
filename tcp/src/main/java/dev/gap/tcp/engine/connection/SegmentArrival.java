package dev.gap.tcp.engine.connection;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.Habit;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.connection.TcpConnection.Answer;
import dev.gap.tcp.engine.wire.Flags;
import dev.gap.tcp.engine.wire.Segment;
import dev.gap.transport.Seq32;

/** What a segment does to a connection: RFC 9293 section 3.10.7, in its order, with the checks of RFC 5961 and 7323. */
final class SegmentArrival {
  private final TcpConnection c;

  SegmentArrival(TcpConnection connection) {
    c = connection;
  }

  Answer onSegment(Segment segment, long now) {
    return switch (c.state) {
      case CLOSED, LISTEN, TIME_WAIT -> Answer.RESET;
      case SYN_SENT -> inSynSent(segment, now);
      case SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK ->
        synchronizedOrNearly(segment,
            now);
    };
  }

  // section 3.10.7.3

  private Answer inSynSent(Segment segment, long now) {
    boolean acks = segment.has(Flags.ACK);
    long ack = Seq32.unwrap(segment.ack(), c.iss + 1);
    if (acks) {
      boolean right = ack > c.iss && ack <= c.iss + 1 + c.fastOpen.sent();
      boolean echoes = !segment.hasTimestamps() || segment.timestampEcho() == 0
          || (Seq32.atOrBefore(c.firstStamp, segment.timestampEcho())
              && Seq32.atOrBefore(segment.timestampEcho(), c.stamps.at(now)));
      if (!right || !echoes) return segment.has(Flags.RST) ? Answer.NOTHING : Answer.RESET;
    }
    if (segment.has(Flags.RST)) {
      if (acks) c.fail(TcpError.REFUSED);
      return Answer.NOTHING;
    }
    if (!segment.has(Flags.SYN)) return Answer.NOTHING;
    if (acks) onSynAck(segment, ack, now);
    else onCrossingSyn(segment, now);
    return Answer.NOTHING;
  }

  private void onSynAck(Segment segment, long ack, long now) {
    takeSyn(segment, c.ecn.agreeWithSynAck(segment), now);
    boolean again = c.handshake.sent() > 1;
    if (!again) c.sender.rtt().sample(now - c.handshake.firstSentNanos(), ack, ack, now);
    else if (segment.hasTimestamps() && c.stamps.on) {
      long rtt = c.stamps.roundTrip(segment.timestampEcho(), now);
      if (rtt > 0) c.sender.rtt().sample(rtt, ack, ack, now);
    }
    int taken = (int) (ack - c.iss - 1);
    int left = c.fastOpen.sent() - taken;
    if (taken > 0) {
      c.sender.takenWithSyn(taken);
      if (left == 0) c.fastOpen.onTaken();
    }
    c.sender.open(c.irs, ack, segment.window());
    c.established(now);
    if (left > 0 && !c.config.has(Habit.RESENDS_SYN_DATA_AS_NEW))
      c.sender.lostWithSyn(left, c.handshake.firstSentNanos());
    // a writer that waits will send the acknowledgment with its data
    if (c.writerWaits) c.receiver.acknowledgeWithData(now);
    else c.receiver.acknowledgeAtOnce();
    // data may come with it, RFC 9293 section 3.10.7.3
    if (segment.payloadLength() > 0 || segment.has(Flags.FIN)) takeData(segment, c.irs + 1, now);
  }

  /** Simultaneous open, RFC 9293 figure 7. */
  private void onCrossingSyn(Segment segment, long now) {
    TcpConfig.EcnKind ecn = EcnFeedback.ofSyn(segment.flags(), c.config.features().ecn().accepts());
    c.synMark = segment.ip().trafficClass() & 3;
    c.ecn.agreeWithSyn(ecn, c.synMark, false, false);
    takeSyn(segment, ecn, now);
    c.sender.open(c.irs, c.iss, segment.window());
    if (c.config.has(Habit.KEEPS_CROSSING_DATA)) {
      c.synData = Arrays.copyOfRange(segment.ip().bytes(), segment.payload(),
          segment.payload() + segment.payloadLength());
    }
    c.state = TcpState.SYN_RECEIVED;
    c.simultaneous = true;
    c.handshake.setDue();
  }

  private void takeSyn(Segment segment, TcpConfig.EcnKind ecn, long now) {
    c.irs = TcpConnection.ORIGIN + (segment.sequence() & 0xffff_ffffL);
    c.receiver.synchronize(c.irs);
    c.lastHeard = now;
    int otherwise = c.frame().local().isV4() ? c.config.sizes().defaultMss() : c.config.sizes().defaultMss6();
    Agreement agreement = Agreement.of(segment, Agreement.offered(c.config, c.frame()), c.offeredScale(), ecn,
        otherwise,
        c.config.sizes().minMss());
    if (segment.hasTimestamps()) c.stamps.set(segment.timestamp(), now);
    c.apply(agreement);
    c.userTimeout.onReceived(segment.userTimeout());
    c.stamps.lastAck = c.receiver.next();
    if (segment.hasFastOpen() && segment.fastOpenCookie().length > 0) {
      c.fastOpen.onGranted(segment.fastOpenCookie(), segment.fastOpenExperimental());
    }
  }

  // section 3.10.7.4

  private Answer synchronizedOrNearly(Segment segment, long now) {
    long sequence = Seq32.unwrap(segment.sequence(), c.receiver.next());
    int length = segment.length();
    boolean crossing = c.state == TcpState.SYN_RECEIVED && segment.has(Flags.SYN) && segment.has(Flags.ACK)
        && sequence + 1 == c.receiver.next();
    if (crossing) sequence++;
    if (!crossing) {
      Answer early = refuse(segment, sequence, length, now);
      if (early != null) return early;
    }
    if (!segment.has(Flags.ACK)) return Answer.NOTHING;
    c.userTimeout.onReceived(segment.userTimeout());
    return acknowledged(segment, sequence, now);
  }

  /** The first four checks. {@return null if the segment passes} */
  private @Nullable Answer refuse(Segment segment, long sequence, int length, long now) {
    boolean stamps = c.stamps.on && segment.hasTimestamps();
    if (stamps && !segment.has(Flags.RST) && !c.stamps.isAcceptable(segment.timestamp(), now)) {
      if (segment.has(Flags.SYN)) challenge(now);
      else unacceptable(segment, sequence, length, now);
      return Answer.NOTHING;
    }
    if (c.stamps.on && !segment.hasTimestamps() && !segment.has(Flags.RST)
        && !c.config.features().tolerateMissingTimestamps())
      return Answer.NOTHING;
    if (!isAcceptable(sequence, length)) {
      if (segment.has(Flags.RST)) {
        // a peer may reset after a FIN that arrived, with the number before it
        boolean afterFin = sequence == c.receiver.next() - 1 && c.receiver.finReached();
        if (afterFin && !c.config.has(Habit.NO_RESET_BEFORE_FIN)) reset();
      } else if (segment.has(Flags.SYN)) {
        onSynInConnection(segment, sequence, now);
      } else {
        unacceptable(segment, sequence, length, now);
      }
      return Answer.NOTHING;
    }
    if (segment.has(Flags.RST)) {
      // RFC 5961 section 3.2: outside the window a reset is nothing, below what is known as above
      if (!isWithinWindow(sequence) && sequence != c.receiver.next()) return Answer.NOTHING;
      boolean exact = sequence == c.receiver.next() || !c.config.abuse().strictReset();
      if (exact) reset();
      else challenge(now);
      return Answer.NOTHING;
    }
    if (segment.has(Flags.SYN)) {
      onSynInConnection(segment, sequence, now);
      return Answer.NOTHING;
    }
    return null;
  }

  /** As section 3.10.7.4 has it; and segments that reach what is known already count for their acknowledgment. */
  private boolean isAcceptable(long sequence, int length) {
    long next = c.receiver.next();
    long edge = next + c.receiver.acceptance();
    return sequence + length >= c.stamps.lastAck && sequence <= edge;
  }

  private boolean isWithinWindow(long sequence) {
    return sequence >= c.receiver.next() && sequence < c.receiver.next() + c.receiver.acceptance();
  }

  private void onSynInConnection(Segment segment, long sequence, long now) {
    boolean repeats = c.state == TcpState.SYN_RECEIVED && sequence == c.irs && !segment.has(Flags.ACK);
    if (c.active && segment.has(Flags.ACK) && sequence == c.irs) c.ecn.onSynAckAgain(segment);
    if (repeats) c.handshake.setDue();
    else if (c.config.abuse().strictSyn() || !isWithinWindow(sequence)) challenge(now);
    else {
      c.abort();
      c.error = TcpError.RESET;
    }
  }

  /**
   * RFC 5961 sections 3, 4, 5: who really is the peer will answer so that it can be told. Few for each connection, as on
   * Linux, so that one cannot use up those of all others (section 7).
   */
  private void challenge(long now) {
    boolean few = c.config.has(Habit.CHALLENGES_OF_HOST_ONLY) || mayAnswerInvalid(now);
    if (few && c.challenges.take(now)) c.challengeDue = true;
  }

  private void unacceptable(Segment segment, long sequence, int length, long now) {
    boolean pure = (segment.payloadLength() == 0 && !segment.has(Flags.FIN)) || segment.has(Flags.SYN);
    if (pure && !mayAnswerInvalid(now)) return;
    c.receiver.onUnacceptable(sequence, length);
  }

  private boolean mayAnswerInvalid(long now) {
    long interval = c.config.abuse().invalidInterval().toNanos();
    if (c.invalidAnswered != Long.MIN_VALUE && now - c.invalidAnswered < interval) return false;
    c.invalidAnswered = now;
    return true;
  }

  private void reset() {
    c.fail(switch (c.state) {
      case SYN_RECEIVED -> c.simultaneous ? TcpError.REFUSED : TcpError.RESET;
      case CLOSE_WAIT -> c.config.has(Habit.RESET_AFTER_FIN_IS_RESET) ? TcpError.RESET : TcpError.BROKEN_PIPE;
      case SYN_SENT -> TcpError.REFUSED;
      case CLOSED, LISTEN, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT -> TcpError.RESET;
    });
  }

  // the acknowledgment, and what follows from it

  private Answer acknowledged(Segment segment, long sequence, long now) {
    long ack = Seq32.unwrap(segment.ack(), c.sender.una());
    if (c.state == TcpState.SYN_RECEIVED) {
      int early = (int) (ack - c.iss - 1);
      if (c.simultaneous && early > 0 && early <= c.fastOpen.sent()) {
        c.sender.takenWithSyn(early);
        c.fastOpen.onTaken();
      }
      if (ack <= c.iss || ack > c.sender.next()) return Answer.RESET;
      if (ack < c.sender.una()) return Answer.NOTHING;
      onHandshakeDone(segment, sequence, ack, now);
      if (segment.has(Flags.SYN)) c.receiver.acknowledgeAtOnce();
    } else if (ack > c.sender.next()) {
      if (mayAnswerInvalid(now)) c.receiver.acknowledgeAtOnce();
      return Answer.NOTHING;
    } else if (ack < c.sender.una() - Math.max(c.sender.largestWindow(), 1) && c.config.abuse().strictAck()) {
      challenge(now);
      return Answer.NOTHING;
    }
    if (!wants(segment, sequence)) {
      c.gone();
      return Answer.RESET;
    }
    boolean newer = c.stamps.on && segment.hasTimestamps() && Seq32.before(c.stamps.recent, segment.timestamp());
    if (c.stamps.on && segment.hasTimestamps()) c.stamps.update(segment.timestamp(), sequence, now);
    c.lastHeard = now;
    c.keepalive.onHeard();
    takeAck(segment, sequence, ack, newer, now);
    if (afterAck(now)) return Answer.NOTHING;
    if (segment.has(Flags.URG) && c.state.mayReceive()) {
      long readFrom = c.receiver.next() - c.receiver.readable();
      c.urgent.announce(sequence, segment.urgentPointer(), readFrom, c.receiver.next());
    }
    takeData(segment, sequence, now);
    return Answer.NOTHING;
  }

  private void onHandshakeDone(Segment segment, long sequence, long ack, long now) {
    if (c.handshake.sent() == 1) {
      c.sender.rtt().sample(Math.max(1, now - c.handshake.firstSentNanos()), ack, ack, now);
    }
    int shift = segment.has(Flags.SYN) ? 0 : shift();
    c.sender.open(sequence, ack, (long) segment.window() << shift);
    c.established(now);
  }

  private int shift() {
    Agreement agreement = c.agreement;
    return agreement == null || agreement.sendScale() < 0 ? 0 : agreement.sendScale();
  }

  /** New data for a connection that nobody reads any more: RFC 1122 section 4.2.2.13 wants a reset. */
  private boolean wants(Segment segment, long sequence) {
    boolean fresh = sequence + segment.payloadLength() > c.receiver.next() && segment.payloadLength() > 0;
    return !(c.isOrphan() && fresh && !c.receiver.finReached());
  }

  private void takeAck(Segment segment, long sequence, long ack, boolean newer, long now) {
    if (c.ecn.onArrival(segment)) c.receiver.acknowledgeAtOnce();
    boolean fresh = ack > c.sender.una() || segment.sackCount() > 0 || newer;
    int acked = c.ecn.isAccurate() ? c.sender.segmentsBefore(ack) : 0;
    boolean congested = c.ecn.tellsCongestion(segment, fresh, acked, c.sender.mss());
    boolean stamps = c.stamps.on && segment.hasTimestamps() && segment.timestampEcho() != 0;
    long since = c.sender.retransmittingSince();
    boolean older = stamps && since != Long.MIN_VALUE
        && Seq32.before(segment.timestampEcho(), c.stamps.at(since));
    long rtt = stamps ? c.stamps.roundTrip(segment.timestampEcho(), now) : -1;
    long largest = c.sender.largestWindow();
    c.sender.onAck(segment, sequence, ack, (long) segment.window() << (segment.has(Flags.SYN) ? 0 : shift()), older,
        rtt, congested, now);
    if (c.sender.largestWindow() > largest) c.resize(false);
  }

  /** What an acknowledgment of the FIN leads to. {@return whether the segment is done with} */
  private boolean afterAck(long now) {
    if (!c.sender.finAcked()) return false;
    switch (c.state) {
      case FIN_WAIT_1 -> {
        c.state = TcpState.FIN_WAIT_2;
        c.startFinWait(now);
        return c.state == TcpState.CLOSED;
      }
      case CLOSING -> c.enterTimeWait();
      case LAST_ACK -> {
        c.gone();
        return true;
      }
      case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_2, CLOSE_WAIT, TIME_WAIT -> {
      }
    }
    return false;
  }

  private void takeData(Segment segment, long sequence, long now) {
    int length = segment.payloadLength();
    boolean fin = segment.has(Flags.FIN);
    if (length > 0 || fin) {
      boolean had = c.receiver.finReached();
      byte[] bytes = segment.ip().bytes();
      boolean known = length > 0 && sequence + length <= c.receiver.next();
      if (known && c.ecn.isAccurate()) c.ecn.counters().onDuplicate();
      if (length > 0) c.urgent.onData(sequence, bytes, segment.payload(), length);
      c.receiver.onData(sequence, bytes, segment.payload(), length, fin, segment.has(Flags.PSH),
          c.sender.rtt().rtoNanos(), now);
      if (!had && c.receiver.finReached()) onFin();
    }
    c.receiver.decide(c.sender.rtt().smoothedNanos(), now);
  }

  private void onFin() {
    switch (c.state) {
      case SYN_RECEIVED, ESTABLISHED -> c.state = TcpState.CLOSE_WAIT;
      case FIN_WAIT_1 -> {
        if (c.sender.finAcked()) c.enterTimeWait();
        else c.state = TcpState.CLOSING;
      }
      case FIN_WAIT_2 -> c.enterTimeWait();
      case CLOSED, LISTEN, SYN_SENT, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> {
      }
    }
  }
}
