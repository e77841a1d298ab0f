package dev.gap.tcp.engine.connection;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.Habit;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.send.Outgoing;
import dev.gap.tcp.engine.wire.Flags;
import dev.gap.tcp.engine.wire.Options;
import dev.gap.tcp.engine.wire.SegmentWriter;

/** Makes the segments of a connection: what the state wants first, then data, then bare acknowledgments. */
final class Transmission {
  private static final int ECT_0 = 2;
  private static final int STAMPS_BYTES = 12;
  private static final int USER_TIMEOUT_BYTES = 4;

  private final TcpConnection c;
  private final Options options = new Options();
  private int sackBlocks;
  private int ecnFields;

  Transmission(TcpConnection connection) {
    c = connection;
  }

  boolean poll(PacketSlot slot, SegmentWriter writer, long now) {
    if (c.resetDue) return reset(slot, writer, now);
    switch (c.state) {
      case CLOSED, LISTEN -> {
        return false;
      }
      case SYN_SENT -> {
        return c.handshake.isDue() && syn(slot, writer, now);
      }
      case SYN_RECEIVED -> {
        if (c.handshake.isDue()) return synAck(slot, writer, now);
        if (c.handshake.sent() == 0) return false;
        if (c.simultaneous) return acknowledgments(slot, writer, now);
      }
      case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> {
      }
    }
    return data(slot, writer, now) || acknowledgments(slot, writer, now);
  }

  // opening

  private boolean syn(PacketSlot slot, SegmentWriter writer, long now) {
    int sent = c.handshake.sent();
    TcpConfig.Features features = c.config.features();
    boolean again = sent > 0;
    // RFC 9768 section 3.1.4.1: with three flags once more
    int asking = c.ecn.asked() == TcpConfig.EcnKind.ACCURATE ? Math.max(2, features.ecnSyns()) : features.ecnSyns();
    if (sent >= asking && features.ecnFallback()) c.ecn.askNoMore();
    boolean bare = c.config.opening().dropOptions() && sent > 2;
    offer(now, bare);
    byte[] cookie = c.fastOpen.cookie();
    boolean carries = c.fastOpen.carriesData() && !again;
    if (again && (c.fastOpen.carriesData() || c.fastOpen.asks())) c.fastOpen.onFailed();
    // there is not room for both beside the others
    if (cookie == null && !bare && !c.settings.withoutOptions) options.userTimeout(c.userTimeout.offer());
    if (!again && cookie != null) options.fastOpen(cookie, c.fastOpen.isExperimental());
    else if (!again && c.fastOpen.asks()) options.fastOpen(new byte[0], c.fastOpen.isExperimental());
    int flags = Flags.SYN | c.ecn.askingFlags();
    int ecn = c.ecn.isAsking() && c.config.features().ecnPlusPlus() >= 2 ? ECT_0 : 0;
    int at = writer.begin(slot.bytes(), slot.offset(), c.frame(), ecn, (int) c.iss, 0, flags,
        c.receiver.announcedUnscaled(), 0,
        options);
    int length = carries ? Math.min(c.sender.buffered(), c.synRoom()) : 0;
    if (length > 0) c.sender.copy(c.iss + 1, slot.bytes(), at, length);
    if (!again) c.fastOpen.onSent(length);
    slot.finish(writer, length, length);
    c.handshake.onSent(now);
    return true;
  }

  private void offer(long now, boolean bare) {
    TcpConfig.Features features = c.config.features();
    options.clear();
    if (c.settings.withoutOptions) return;
    options.mss(c.size.advertised());
    if (bare) return;
    if (features.sack()) options.sackPermitted();
    if (Agreement.offersStamps(c.config, c.frame)) options.timestamps(c.stamps.at(now), 0);
    if (features.windowScaling()) options.windowScale(c.offeredScale());
  }

  private boolean synAck(PacketSlot slot, SegmentWriter writer, long now) {
    Agreement agreement = c.agreement;
    if (agreement == null) return false;
    options.clear();
    if (!c.settings.withoutOptions) options.mss(c.size.advertised());
    if (agreement.sack()) options.sackPermitted();
    if (agreement.timestamps()) options.timestamps(c.stamps.at(now), c.stamps.recent);
    if (agreement.sendScale() >= 0) options.windowScale(agreement.receiveScale());
    // as HalfOpen has it
    if (c.fastOpen.given().length > 0) options.fastOpen(c.fastOpen.given(), c.fastOpen.isExperimental());
    else if (!c.settings.withoutOptions) options.userTimeout(c.userTimeout.offer());
    int flags = Flags.SYN | Flags.ACK | EcnFeedback.answer(agreement.ecn(), c.synMark);
    c.stamps.lastAck = c.receiver.next();
    Outgoing data = firstData(now);
    int at = writer.begin(slot.bytes(), slot.offset(), c.frame(), 0, (int) c.iss, (int) c.receiver.next(), flags,
        c.receiver.announceUnscaled(), 0, options);
    int length = data == null ? 0 : data.length();
    if (data != null) c.sender.copy(data.sequence(), slot.bytes(), at, length);
    slot.finish(writer, length, length);
    if (data != null) c.sender.onSent(data, now);
    c.handshake.onSent(now);
    return true;
  }

  /** {@return what goes with the first SYN-ACK, RFC 7413 section 4.2.2; null for nothing} */
  private @Nullable Outgoing firstData(long now) {
    boolean carries = c.openedFast && c.handshake.sent() == 0 && c.config.has(Habit.FAST_OPEN_ANSWERS_WITH_DATA);
    // a FIN goes by itself
    if (!carries || c.sender.unsent() == 0 || c.sender.isFinishing()) return null;
    int others = Options.MAX_BYTES - c.size.optionBytes();
    c.sender.setMss(Math.max(1, c.size.mss(c.sender.largestWindow()) - others), false);
    return c.sender.poll(0, now);
  }

  // data

  private boolean data(PacketSlot slot, SegmentWriter writer, long now) {
    boolean fastOpen = c.state == TcpState.SYN_RECEIVED;
    plan();
    int blocks = Options.sackBytes(sackBlocks);
    int others = Options.accurateBytes(ecnFields) + (tellsUserTimeout() ? USER_TIMEOUT_BYTES : 0);
    c.size.onSending(now);
    c.probes.settle(now);
    c.sender.setMss(Math.max(1, c.size.mss(c.sender.largestWindow()) - blocks - others), false);
    c.probes.want(blocks, others, now);
    boolean urgent = c.urgentSent > c.sender.una();
    // who cuts segments for us knows CWR of RFC 3168 only, and would clear a bit of the counter; nor could he sign them
    boolean cuts = slot.offload() && !urgent && !c.ecn.isAccurate() && c.frame().key() == null;
    int most = cuts ? slot.room() : 0;
    if (fastOpen && c.sender.hasInFlight() && c.sender.unsent() == 0) return false;
    Outgoing out = c.sender.poll(most, now);
    if (out != null) {
      c.probes.onSent(out, others);
      send(out, slot, writer, now);
      return true;
    }
    if (!c.sender.takeWindowProbe()) return false;
    bare(slot, writer, c.sender.una() - 1, Flags.ACK, now);
    return true;
  }

  private void send(Outgoing out, PacketSlot slot, SegmentWriter writer, long now) {
    stampAndSacks(now);
    int flags = Flags.ACK | out.flags() | c.ecn.takeFlags(c.state);
    if (out.announcesReduction()) flags |= Flags.CWR;
    int pointer = 0;
    if (c.urgentSent > out.sequence()) {
      flags |= Flags.URG;
      pointer = (int) Math.min(0xffff, c.urgentSent - out.sequence());
    }
    int ecn = marks(!out.isRetransmission() && out.length() > 0);
    int window = announce();
    int at = writer.begin(slot.bytes(), slot.offset(), c.frame(), ecn, (int) out.sequence(), (int) c.receiver.next(),
        flags,
        window, pointer, options);
    c.sender.copy(out.sequence(), slot.bytes(), at, out.length());
    slot.finish(writer, out.length(), out.segmentBytes());
    c.sender.onSent(out, now);
    c.probingSince = Long.MIN_VALUE;
    c.receiver.onDataSent(now);
  }

  /** {@return the mark of a segment: with RFC 3168 only new data has one} */
  private int marks(boolean newData) {
    boolean all = c.config.features().ecnPlusPlus() >= 2 || c.ecn.marksAll();
    return c.ecn.mayMark() && (all || newData) ? ECT_0 : 0;
  }

  private int sackRoom() {
    return Options.sackRoom(c.stamps.on, c.frame().key() != null);
  }

  private int announce() {
    c.stamps.lastAck = c.receiver.next();
    return c.receiver.announce();
  }

  private void stampAndSacks(long now) {
    options.clear();
    if (c.stamps.on) options.timestamps(c.stamps.at(now), c.stamps.recent);
    plan();
    if (tellsUserTimeout()) options.userTimeout(c.userTimeout.take());
    if (c.frame().key() != null) options.signed();
    options.sacksAtMost(sackBlocks);
    if (ecnFields > 0) c.ecn.counters().tell(options, ecnFields, c.receiver.tellsDuplicate());
    c.receiver.tellSacks(options);
  }

  /** SACK and Accurate ECN share the room that there is; what was marked counts more than one block of many. */
  private void plan() {
    sackBlocks = c.receiver.sackBlocks(sackRoom());
    ecnFields = 0;
    // a signature leaves too little room
    if (!c.ecn.isAccurate() || c.frame().key() != null) return;
    EcnCounters counters = c.ecn.counters();
    int room = Options.MAX_BYTES - (c.stamps.on ? STAMPS_BYTES : 0) - (tellsUserTimeout() ? USER_TIMEOUT_BYTES : 0)
        - Options.sackBytes(sackBlocks);
    ecnFields = counters.fieldsWithin(room);
    if (ecnFields > 0 || sackBlocks < 2 || !counters.isPressing()) return;
    ecnFields = counters.fieldsWithin(room + 8);
    if (ecnFields > 0) sackBlocks--;
  }

  /** It is due, and there is room for it. */
  private boolean tellsUserTimeout() {
    if (!c.userTimeout.isDue() || c.frame().key() != null) return false;
    int others = (c.stamps.on ? STAMPS_BYTES : 0) + Options.sackBytes(c.receiver.sackBlocks(sackRoom()));
    return others + USER_TIMEOUT_BYTES <= Options.MAX_BYTES;
  }

  // acknowledgments

  private boolean acknowledgments(PacketSlot slot, SegmentWriter writer, long now) {
    if (c.receiver.acksDue() > 0) {
      c.challengeDue = false;
      boolean repeats = c.config.has(Habit.FIN_WITH_ACKNOWLEDGMENTS) && c.sender.finSent()
          && !c.sender.finAcked();
      if (repeats) bare(slot, writer, c.sender.next() - 1, Flags.ACK | Flags.FIN, now);
      else bare(slot, writer, acceptableSequence(), Flags.ACK, now);
      return true;
    }
    if (c.challengeDue) {
      c.challengeDue = false;
      bare(slot, writer, acceptableSequence(), Flags.ACK, now);
      return true;
    }
    if (!c.keepaliveDue) return false;
    c.keepaliveDue = false;
    bare(slot, writer, c.sender.una() - 1, Flags.ACK, now);
    return true;
  }

  /** SND.NXT, unless the window has shrunk below it. */
  private long acceptableSequence() {
    if (!c.state.isSynchronized()) return c.iss + 1;
    return Math.min(c.sender.next(), Math.max(c.sender.una(), c.sender.una() + c.sender.window()));
  }

  private void bare(PacketSlot slot, SegmentWriter writer, long sequence, int flags, long now) {
    stampAndSacks(now);
    int pointer = 0;
    int all = flags | c.ecn.takeFlags(c.state);
    if (c.urgentSent > sequence) {
      all |= Flags.URG;
      pointer = (int) Math.min(0xffff, c.urgentSent - sequence);
    }
    int window = announce();
    writer.begin(slot.bytes(), slot.offset(), c.frame(), marks(false), (int) sequence, (int) c.receiver.next(), all,
        window,
        pointer,
        options);
    slot.finish(writer, 0, 0);
  }

  private boolean reset(PacketSlot slot, SegmentWriter writer, long now) {
    c.resetDue = false;
    options.clear();
    if (c.stamps.on) options.timestamps(c.stamps.at(now), c.stamps.recent);
    writer.begin(slot.bytes(), slot.offset(), c.frame(), 0, (int) c.resetSequence, (int) c.receiver.next(),
        Flags.RST | Flags.ACK, c.config.has(Habit.RESETS_WITHOUT_WINDOW) ? 0 : c.receiver.announced(), 0,
        options);
    slot.finish(writer, 0, 0);
    return true;
  }
}
