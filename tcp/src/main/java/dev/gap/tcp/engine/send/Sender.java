package dev.gap.tcp.engine.send;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.ChunkPool;
import dev.gap.tcp.engine.Habit;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.TcpConfig.EcnKind;
import dev.gap.tcp.engine.congestion.CongestionControl;
import dev.gap.tcp.engine.wire.Segment;
import dev.gap.transport.PacketEngine;

/**
 * The sending half of a connection once it is open: what was written and not acknowledged, when it may go out, and when
 * it goes out again. FIN takes a sequence number after the last byte.
 */
public final class Sender {
  private static final int MOST_AT_ONCE = 65_000;

  private final SendState s;
  private final LossRecovery recovery;
  private final RetransmissionTimer timer;
  private final WindowUse use;
  private final SendStream stream;
  private final NewData newData;
  private final WindowProbes windowProbes;
  private final AckIntake intake;
  private final Departures departures;

  /** @param iss the initial send sequence number; the first byte is the one after it */
  public Sender(TcpConfig config, CongestionControl control, long iss) {
    s = new SendState(config, control, iss + 1);
    Rack rack = new Rack(s);
    Reduction reduction = new Reduction(s);
    recovery = new LossRecovery(s, rack, reduction);
    timer = new RetransmissionTimer(s);
    use = new WindowUse(s);
    stream = new SendStream(s);
    Outgoing out = new Outgoing();
    newData = new NewData(s, stream, use, out);
    windowProbes = new WindowProbes(s, stream, timer, newData);
    departures = new Departures(s, stream, newData, new Retransmissions(s, stream, recovery, newData, out),
        windowProbes, timer, use);
    intake = new AckIntake(s, stream, rack, reduction, recovery, timer, use, newData, windowProbes);
    s.mss = config.sizes().defaultMss();
  }

  /** Takes memory from {@code chunks}. */
  public void use(ChunkPool chunks) {
    stream.use(chunks);
  }

  // what was agreed upon

  public void setSack(boolean on) { s.sack = on; }

  public void setEcn(EcnKind kind) {
    s.ecn = kind != EcnKind.NONE;
    s.tellsReduction = kind == EcnKind.CLASSIC;
  }

  public void setNoDelay(boolean on) {
    newData.setNoDelay(on);
  }

  public void setCorked(boolean on) {
    newData.setCorked(on);
  }

  /** Sends no faster, in bytes a second; {@link CongestionControl#UNLIMITED} for no bound. */
  public void setMaxRate(long rate) {
    s.maxRate = rate;
  }

  public void setControl(CongestionControl control) { s.control = control; }

  public CongestionControl control() {
    return s.control;
  }

  public RttMeter rtt() {
    return s.rtt;
  }

  /** Takes the window of the segment that opened the connection, and its numbers. */
  public void open(long sequence, long ack, long window) {
    s.windowSequence = sequence;
    s.windowAck = ack;
    s.window = window;
    s.largestWindow = Math.max(s.largestWindow, window);
  }

  /** The SYN has arrived, and counts as delivered. */
  public void onOpened() {
    s.delivered++;
  }

  public void setInitialWindow(int segments) {
    s.cwnd.set(segments);
  }

  /** The first {@code length} bytes went out in the SYN and were taken. */
  public void takenWithSyn(int length) {
    stream.skip(length);
    s.una += length;
    s.next = s.una;
  }

  /** The next {@code length} bytes went out in the SYN and were not taken: they are lost, but not to congestion. */
  public void lostWithSyn(int length, long sentNanos) {
    recovery.onLostWithSyn(length, sentNanos);
  }

  // what the application wants

  /** {@return how many bytes wait or are not acknowledged} */
  public int buffered() {
    return stream.buffered();
  }

  /** {@return how many segments an acknowledgment of that number is the first to tell of, those told selectively aside} */
  public int segmentsBefore(long ack) {
    return s.flight.newBefore(ack);
  }

  /** {@return how many bytes were not sent yet} */
  public int unsent() {
    return stream.unsent();
  }

  /** {@return as much is taken whole once there is room at all, see {@link Blocks}} */
  public int blockBytes() {
    return Blocks.bytes(s.mss, s.largestWindow, MOST_AT_ONCE);
  }

  /** What was written so far is to be pushed. */
  public void push() {
    stream.push();
  }

  /**
   * Queues bytes.
   *
   * @param moreComes holds back what does not fill a segment
   * @param isPart whether more comes at once if there is room
   */
  public void write(byte[] from, int offset, int length, boolean moreComes, boolean isPart, long now) {
    if (s.flight.isEmpty()) use.checkIdle(now, s.lastSentNanos);
    stream.add(from, offset, length);
    if (!s.config.has(Habit.PLAIN_SEND_BUFFERS) && stream.unsent() % blockBytes() == 0) {
      stream.endBlock(s.largestWindow / 2);
    }
    if (!moreComes && !isPart) stream.push();
    s.times.begin(BusyTimes.Cause.DATA, now);
    newData.setMore(moreComes);
    use.checkApplicationLimit(unsent());
  }

  /** The last byte written ends a record: what comes after it does not share a segment with it. */
  public void endRecord() {
    stream.endRecord();
  }

  /** The last byte written is urgent: RFC 6093. {@return the sequence number after it} */
  public long end() {
    return stream.end();
  }

  /** Ends the stream after what is queued. */
  public void finish() {
    stream.finish();
  }

  public boolean isFinishing() { return stream.isFinishing(); }

  /** {@return whether the FIN was sent and acknowledged} */
  public boolean finAcked() {
    return stream.isFinishing() && s.una > end();
  }

  public boolean finSent() {
    return stream.isFinishing() && s.next > end();
  }

  // what is asked about it

  public long una() {
    return s.una;
  }

  public long next() {
    return s.next;
  }

  public long window() {
    return s.window;
  }

  public long largestWindow() {
    return s.largestWindow;
  }

  public int mss() {
    return s.mss;
  }

  /** Sets how many bytes of payload a segment may have. The path is smaller than before: what is in flight and larger is lost. */
  public void setMss(int mss, boolean pathShrank) {
    if (mss != s.mss) {
      s.mss = mss;
      newData.endBurst();
    }
    if (pathShrank) recovery.onSmallerPath();
  }

  /** Asks for a segment of so many bytes of payload, more than others have, to find out whether it gets through; 0 for none. */
  public void wantProbe(int bytes) {
    s.sizeProbe.want(bytes);
  }

  /** {@return what became of it, once} */
  public ProbeFate takeProbeFate() {
    return s.sizeProbe.take();
  }

  /** Segments are larger from now on: the windows, which count them, stay what they are in bytes. */
  public void keepWindow(int before, int after) {
    s.cwnd.rescale(before, after);
  }

  /** {@return the congestion window in segments} */
  public int congestionWindow() {
    return s.cwnd.window();
  }

  public SenderInfo info() {
    return new SenderInfo(s.state, s.cwnd.window(), s.cwnd.threshold(), s.flight.size(), s.sacked(), s.flight.lost(),
        s.flight.retransmitted(), s.retransmits, s.reordering, s.rtt.backoffs(), s.retransmittedTotal, s.delivered,
        windowProbes.sent(), s.bytesSent, s.bytesSentAgain, s.segmentsDoubled, s.reorderings,
        PacingRate.estimate(s));
  }

  public BusyTimes times() {
    return s.times;
  }

  /** The application has found no room, or there is room again. */
  public void setStarved(boolean on, long now) {
    if (s.starved && !on) s.times.end(BusyTimes.Cause.BUFFER, now);
    s.starved = on;
    if (on) departures.noteHunger(now);
  }

  public boolean isStarved() { return s.starved; }

  /** {@return when something went out last, 0 if nothing has} */
  public long lastSentNanos() {
    return s.lastSentNanos;
  }

  public int retransmits() {
    return s.retransmits;
  }

  public int windowProbes() {
    return windowProbes.sent();
  }

  public boolean hasInFlight() {
    return !s.flight.isEmpty();
  }

  /** {@return when the retransmissions under way began, or {@link Long#MIN_VALUE} if none is} */
  public long retransmittingSince() {
    return s.hasRetransmitStamp ? s.retransmitStamp : Long.MIN_VALUE;
  }

  /** {@return when something was acknowledged last} */
  public long advancedNanos() {
    return intake.advancedNanos();
  }

  /** {@return when the first segment in flight went out last} */
  public long headSentNanos() {
    return s.flight.isEmpty() ? Long.MIN_VALUE : s.flight.get(0).sentNanos;
  }

  // what the peer says

  /** Takes in an acknowledgment number that is not above SND.NXT. */
  public void onAck(Segment segment, long sequence, long ack, long window, boolean echoIsOlder, long echoRtt,
      boolean congestionEcho, long now) {
    intake.onAck(segment, sequence, ack, window, echoIsOlder, echoRtt, congestionEcho, now);
  }

  // what goes out

  /** {@return whether there is data or a FIN that was not sent yet} */
  public boolean hasUnsent() {
    return stream.hasUnsent();
  }

  /**
   * {@return what is to go out now, or null} The caller sends it, and tells by {@link #onSent}.
   *
   * @param most bytes of payload that can go at once; less than two segments without offload
   */
  public @Nullable Outgoing poll(int most, long now) {
    return departures.poll(most, now);
  }

  /** Copies {@code length} bytes from {@code sequence} on. */
  public void copy(long sequence, byte[] to, int offset, int length) {
    stream.copy(sequence, to, offset, length);
  }

  /** What {@link #poll} gave has gone out. */
  public void onSent(Outgoing sent, long now) {
    departures.onSent(sent, now);
  }

  // time

  /** {@return when {@link #onTimeout} is due} */
  public long deadline() {
    return timer.deadline();
  }

  /** {@return until when pacing holds back what could go out, or {@link PacketEngine#NEVER} if nothing does} */
  public long pacedUntil(long now) {
    return departures.pacedUntil(now);
  }

  /** What a timer asks for. */
  public enum Due {
    NOTHING,
    /** A retransmission timeout: the caller sees whether it is the last, and calls {@link #retransmit}. */
    RETRANSMISSION,
    /** The window is closed: the caller sees whether the peer is still there, and calls {@link #probeWindow}. */
    WINDOW_PROBE
  }

  /** {@return what is due} */
  public Due onTimeout(long now) {
    if (timer.deadline() > now) return Due.NOTHING;
    RetransmissionTimer.Kind kind = timer.kind();
    switch (kind) {
      case NONE -> timer.stop();
      case TAIL_PROBE -> {
        timer.stop();
        if (s.probeHigh < 0) departures.probeTail();
        else timer.rearm(now);
      }
      case REORDERING -> intake.onReorderingTimeout(now);
      case RETRANSMIT -> {
        if (!s.flight.isEmpty()) return Due.RETRANSMISSION;
        timer.stop();
      }
      case PERSIST -> {
        timer.stop();
        return Due.WINDOW_PROBE;
      }
    }
    return Due.NOTHING;
  }

  /** The first segment goes out again, and the timeout doubles, RFC 6298 section 5.4 to 5.6. */
  public void retransmit(long limit, long now) {
    s.probeHigh = -1;
    s.sizeProbe.onTimeout(s.una);
    recovery.onTimeout(now);
    s.retransmits++;
    s.rtt.backOff();
    newData.endBurst();
    timer.set(RetransmissionTimer.Kind.RETRANSMIT, Math.min(limit, now + s.rtt.rtoNanos()));
  }

  /** Probes a window that is closed or too small, and waits longer for the next, RFC 9293 section 3.8.6.1. */
  public void probeWindow(long limit, long now) {
    windowProbes.probe(limit, now);
  }

  /** {@return whether an empty segment below the window is to go out, once} */
  public boolean takeWindowProbe() {
    return windowProbes.take();
  }

  /** Drops all that waits: the connection is gone. */
  public void clear() {
    stream.clear();
    s.flight.clear();
    s.renoSacked = 0;
    s.next = s.una;
    s.times.stop();
    timer.stop();
    s.sizeProbe.clear();
    departures.clear();
  }
}
