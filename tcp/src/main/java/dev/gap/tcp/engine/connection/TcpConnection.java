package dev.gap.tcp.engine.connection;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.ChunkPool;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.congestion.CongestionControl;
import dev.gap.tcp.engine.receive.Receiver;
import dev.gap.tcp.engine.send.Sender;
import dev.gap.tcp.engine.wire.Icmp;
import dev.gap.tcp.engine.wire.Options;
import dev.gap.tcp.engine.wire.Segment;
import dev.gap.tcp.engine.wire.SegmentWriter;
import dev.gap.tcp.engine.wire.SegmentWriter.Frame;
import dev.gap.transport.PacketEngine;
import dev.gap.transport.Seq32;

/**
 * One connection: the transmission control block of RFC 9293 and what can be done with it. What arrives is worked through
 * by {@link SegmentArrival}, what is to go out is made by {@link Transmission}; sending and receiving halves have their
 * own rooms. It asks nobody: what it wants is polled.
 */
public final class TcpConnection extends Flow {
  /** Sequence numbers are unwrapped inside; this keeps them positive, also before the first. */
  static final long ORIGIN = 1L << 33;
  private static final byte[] NONE = {};
  private static final int MOST_AT_ONCE = 65_000;
  private static final int SEGMENT_COST = 640;
  private static final int SEGMENT_HEAD = 256;

  final TcpConfig config;
  final SocketSettings settings;
  final long iss;
  final Sender sender;
  final Receiver receiver;
  final Timestamps stamps;
  final Urgent urgent;
  final Keepalive keepalive;
  final SegmentSize size;
  final Handshake handshake;
  final FastOpenOffer fastOpen;
  private final SegmentArrival arrival;
  private final Transmission transmission;

  TcpState state = TcpState.CLOSED;
  @Nullable
  TcpError error;
  @Nullable
  TcpError softError;
  @Nullable
  Agreement agreement;
  final EcnFeedback ecn = new EcnFeedback();
  int synMark;
  long irs;
  long lastHeard;
  long urgentSent = -1;
  long invalidAnswered = Long.MIN_VALUE;
  boolean challengeDue;
  ChallengeLimit challenges = new ChallengeLimit(1);
  boolean keepaliveDue;
  boolean writerWaits;
  boolean resetDue;
  long resetSequence;
  boolean simultaneous;
  /** Which echoes can be those of our SYNs. */
  int firstStamp;
  private boolean orphan;
  private boolean inputShut;
  private long finWaitDeadline = PacketEngine.NEVER;
  long probingSince = Long.MIN_VALUE;
  private int sendBuffer;
  private boolean ready;
  private boolean wasAccepted;
  private boolean openedFast;
  /** What came with a SYN before the connection is open, and can be read only then. */
  byte[] synData = NONE;

  /**
   * @param iss the initial send sequence number, RFC 6528
   * @param stampOffset a random origin of timestamps
   * @param pathMtu known of the path
   */
  public TcpConnection(TcpConfig config, SocketSettings settings, Frame frame, int iss, int stampOffset, int pathMtu) {
    super(frame);
    this.config = config;
    this.settings = settings;
    this.iss = ORIGIN + (iss & 0xffff_ffffL);
    TcpConfig.Congestion congestion = config.congestion();
    CongestionControl control = CongestionControl.of(settings.algorithm, congestion.hyStart(),
        congestion.byteCountingLimit());
    sender = new Sender(config, control, this.iss);
    int buffer = settings.receiveBuffer > 0 ? settings.receiveBuffer : config.buffers().receive();
    receiver = new Receiver(config, buffer);
    if (settings.receiveBuffer > 0) receiver.setBuffer(buffer);
    receiver.setAlwaysQuick(settings.alwaysQuick);
    sendBuffer = settings.sendBuffer > 0 ? settings.sendBuffer : config.buffers().send();
    stamps = new Timestamps(stampOffset);
    urgent = new Urgent(false);
    keepalive = new Keepalive(config.timing());
    size = new SegmentSize(config.sizes(), frame.ipHeader(), pathMtu);
    size.setUserMss(settings.maxSegment);
    handshake = new Handshake(config, config.opening().synRetries(), config.opening().synLinear());
    if (settings.synRetries > 0) handshake.setRetries(settings.synRetries);
    fastOpen = new FastOpenOffer();
    arrival = new SegmentArrival(this);
    transmission = new Transmission(this);
    sender.setNoDelay(settings.noDelay);
    sender.setCorked(settings.cork);
    if (settings.initialWindow > 0) sender.setInitialWindow(settings.initialWindow);
    receiver.begin(size.advertised(), settings.initialReceiveWindow, config.features().windowScaling(), offeredScale());
  }

  /** {@return the window scale that this side offers} */
  int offeredScale() {
    boolean fixed = settings.receiveBuffer > 0;
    return Receiver.scaleFor(fixed ? settings.receiveBuffer / 2 : config.buffers().receiveMax());
  }

  /** Takes memory for data from {@code chunks}, and asks {@code limit} before it challenges. */
  public void use(ChunkPool chunks, ChallengeLimit limit) {
    sender.use(chunks);
    receiver.use(chunks);
    challenges = limit;
  }

  // opening

  /** Opens actively: the SYN goes out next. */
  public void open(long now) {
    state = TcpState.SYN_SENT;
    ecn.ask(config.features().ecn().asks());
    firstStamp = stamps.at(now);
    lastHeard = now;
    handshake.setDue();
    if (config.opening().limit().isPositive()) handshake.setLimit(now + config.opening().limit().toNanos());
    if (settings.openLimitNanos > 0) handshake.setLimit(now + settings.openLimitNanos);
  }

  /**
   * Begins in SYN-RECEIVED, or with {@code acked} in ESTABLISHED: a passive open whose first segments were dealt with
   * elsewhere.
   */
  public void accept(HalfOpen half, boolean acked, long now) {
    irs = half.irs();
    synMark = half.mark();
    ecn.agreeWithSyn(half.agreement().ecn(), synMark);
    apply(half.agreement(), now);
    // what the SYN-ACK has offered stands
    receiver.begin(size.advertised() - half.agreement().optionBytes(), settings.initialReceiveWindow,
        half.agreement().sendScale() >= 0, half.agreement().receiveScale());
    receiver.offered(half.offered());
    if (half.agreement().timestamps()) stamps.set(half.peerStamp(), half.heardNanos());
    receiver.synchronize(irs);
    stamps.lastAck = receiver.next();
    sender.open(irs, iss, half.window());
    lastHeard = now;
    firstStamp = stamps.at(half.firstSentNanos());
    if (acked) {
      if (half.sent() == 1) sender.rtt().sample(now - half.firstSentNanos(), sender.una(), sender.next(), now);
      established(now);
    } else {
      state = TcpState.SYN_RECEIVED;
      openedFast = true;
      handshake.setRetries(config.opening().synAckRetries());
      handshake.setDue();
    }
  }

  /** Takes what the SYNs have settled. */
  void apply(Agreement settled, long now) {
    agreement = settled;
    size.agree(settled);
    stamps.on = settled.timestamps();
    sender.setSack(settled.sack());
    sender.setEcn(settled.ecn());
    receiver.setSack(settled.sack());
    receiver.setScale(settled.receiveScale());
    receiver.roundTo(Math.min(settled.peerMss(), size.advertised()));
    receiver.setFullSegment(size.advertised() - settled.optionBytes());
    resize(false);
  }

  void resize(boolean pathShrank) {
    sender.setMss(size.mss(sender.largestWindow()), pathShrank);
  }

  void established(long now) {
    // whoever has shut down meanwhile has ended the stream already
    state = sender.isFinishing() ? TcpState.FIN_WAIT_1 : TcpState.ESTABLISHED;
    handshake.stop();
    sender.onOpened();
    if (handshake.sent() > 2) sender.setInitialWindow(1);
    if (settings.keepIdleNanos > 0) keepalive.setIdle(settings.keepIdleNanos, now, now);
    if (settings.keepIntervalNanos > 0) keepalive.setInterval(settings.keepIntervalNanos);
    if (settings.keepProbes > 0) keepalive.setMost(settings.keepProbes);
    if (settings.keepalive) keepalive.set(true, now);
    keepalive.start(now);
    resize(false);
    tuneSendBuffer();
    byte[] early = synData;
    synData = NONE;
    if (early.length > 0) receiver.onData(irs + 1, early, 0, early.length, false, true, sender.rtt().rtoNanos(), now);
  }

  /** Somebody waits to write as soon as the connection is open. */
  public void setWriterWaits() {
    writerWaits = true;
  }

  /** {@return how many bytes the SYN can carry: as fit beside all options, by the MSS that the peer once told} */
  public int synRoom() {
    int known = fastOpen.mss() > 0 ? fastOpen.mss() : config.sizes().defaultMss();
    int mss = settings.maxSegment > 0 ? settings.maxSegment : known;
    return Math.max(0, Math.min(mss, size.advertised()) - Options.MAX_BYTES);
  }

  // what comes in

  /** What the stack is to do with a segment that this connection has seen. */
  public enum Answer {
    NOTHING,
    /** Answer it with a RST as RFC 9293 section 3.10.7.1 says. */
    RESET
  }

  /** Takes in a segment. */
  public Answer onSegment(Segment segment, long now) {
    Answer answer = arrival.onSegment(segment, now);
    tuneSendBuffer();
    return answer;
  }

  /** Takes in an ICMP error about a segment of this connection, RFC 5927 section 4. */
  public void onIcmp(Icmp.Report icmp, int pathMtu, long now) {
    long sequence = Seq32.unwrap(icmp.sequence(), sender.una());
    boolean opening = state == TcpState.SYN_SENT || state == TcpState.SYN_RECEIVED;
    boolean known = opening ? sequence == iss : sequence >= sender.una() && sequence <= sender.next();
    if (!known || state == TcpState.CLOSED) return;
    switch (icmp.kind()) {
      case TOO_BIG -> {
        if (settings.discovery && pathMtu < size.pathMtu() && size.onTooBig(pathMtu)) onSmallerPath();
      }
      case PORT_UNREACHABLE -> hardError(TcpError.REFUSED);
      case PROTOCOL_UNREACHABLE -> hardError(
          config.habits().freeBsd() ? TcpError.REFUSED : TcpError.PROTOCOL_UNAVAILABLE);
      case HOST_UNREACHABLE, PARAMETER_PROBLEM -> unreachable(TcpError.HOST_UNREACHABLE, true);
      case TIME_EXCEEDED -> unreachable(TcpError.HOST_UNREACHABLE, false);
      case PROHIBITED -> unreachable(config.habits().freeBsd() ? TcpError.REFUSED : TcpError.HOST_UNREACHABLE, false);
      case NET_UNREACHABLE -> unreachable(TcpError.NET_UNREACHABLE, true);
    }
  }

  /** A SYN with data goes out again without; of what is in flight what was too big does. */
  private void onSmallerPath() {
    if (state == TcpState.SYN_SENT && fastOpen.sent() > 0) handshake.setDue();
    else resize(true);
  }

  /** Only a connection that is not open yet ends for ICMP: RFC 5927 section 5.2. */
  private void hardError(TcpError why) {
    boolean opening = state == TcpState.SYN_SENT || (state == TcpState.SYN_RECEIVED && !wasAccepted);
    if (opening && config.abuse().icmpEndsOpening()) fail(why);
    else softError = why;
  }

  /** What may pass ends an attempt to connect on Linux, and counts when all else has failed on FreeBSD. */
  private void unreachable(TcpError why, boolean passes) {
    if (config.habits().freeBsd() && passes) softError = why;
    else hardError(why);
  }

  /** It is over. */
  void fail(TcpError why) {
    error = why;
    gone();
  }

  void gone() {
    state = TcpState.CLOSED;
    sender.clear();
    handshake.stop();
    keepalive.stop();
    finWaitDeadline = PacketEngine.NEVER;
  }

  // what the application does

  /** {@return how many bytes can be written now} */
  public int writable() {
    if (!state.maySend() && state != TcpState.SYN_SENT && state != TcpState.SYN_RECEIVED) return 0;
    if (sender.isFinishing() || sender.unsent() >= config.buffers().notSentLowWater()) return 0;
    if (config.habits().freeBsd()) return Math.max(0, sendBuffer - sender.buffered());
    if (sender.buffered() >= sendBuffer) return 0;
    int block = block();
    return block - sender.unsent() % block;
  }

  /** {@return whether a writer that had found no room is to come back: when a third is free} */
  public boolean isWritable() {
    return writable() > 0 && sendBuffer - sender.buffered() >= sender.buffered() / 2;
  }

  /** What goes out at once at most: as much is taken whole once there is room at all. */
  private int block() {
    int mss = sender.mss();
    long half = sender.largestWindow() / 2;
    long most = half > 0 ? Math.min(half, MOST_AT_ONCE) : MOST_AT_ONCE;
    return (int) Math.max(mss, most / mss * mss);
  }

  /** Queues as much as there is room for. {@return how many bytes} */
  public int write(byte[] from, int offset, int length, boolean more, long now) {
    int part = Math.min(length, writable());
    if (part > 0) sender.write(from, offset, part, more && part == length, now);
    return part;
  }

  /** The last byte written is urgent. */
  public void markUrgent() {
    urgentSent = sender.end();
  }

  /** {@return bytes that can be read; 0 also at the end} */
  public int readable() {
    int there = receiver.readable();
    long mark = urgent.position();
    if (mark < 0 || settings.inlineUrgent) return there;
    boolean inside = mark >= receiver.next() - endOffset() - there && mark < receiver.next() - endOffset();
    return inside ? there - 1 : there;
  }

  private int endOffset() {
    return receiver.finReached() ? 1 : 0;
  }

  /** {@return whether nothing more will come} */
  public boolean isInputEnded() {
    return receiver.finReached() || inputShut || state == TcpState.CLOSED;
  }

  /** Reads at most {@code length} bytes, and not over an urgent one. {@return how many} */
  public int read(byte[] to, int offset, int length, boolean peek, long now) {
    long position = receiver.next() - endOffset() - receiver.readable();
    long mark = urgent.position();
    int skip = 0;
    int most = length;
    if (mark >= 0) {
      if (mark == position && !settings.inlineUrgent) skip = 1;
      else if (mark > position) most = (int) Math.min(most, mark - position);
    }
    int part = receiver.read(to, offset, Math.max(0, Math.min(most, receiver.readable() - skip)), peek, skip);
    if (peek) return part;
    urgent.passed(position + part + skip);
    if (part + skip > 0) receiver.onRead(part + skip, sender.rtt().smoothedNanos(), now);
    return part;
  }

  public Urgent urgent() {
    return urgent;
  }

  /** {@return the urgent byte, -1 if none has arrived that is not in line} */
  public int urgentByte(boolean peek) {
    if (settings.inlineUrgent || !urgent.isReadable()) return -1;
    int value = urgent.value() & 0xff;
    if (!peek) urgent.onRead();
    return value;
  }

  /** {@return whether the next byte is the one after urgent data} */
  public boolean isAtMark() {
    long position = receiver.next() - endOffset() - receiver.readable();
    return urgent.position() == position;
  }

  public boolean hasUrgent() {
    return urgent.isReadable();
  }

  public boolean expectsUrgent() {
    return urgent.isAnnounced();
  }

  /** Ends the stream after what was written, RFC 9293 section 3.10.4. */
  public void shutdownOutput(long now) {
    switch (state) {
      case SYN_RECEIVED -> sender.finish();
      case ESTABLISHED -> {
        state = TcpState.FIN_WAIT_1;
        sender.finish();
      }
      case CLOSE_WAIT -> {
        state = TcpState.LAST_ACK;
        sender.finish();
      }
      case SYN_SENT -> fail(TcpError.ABORTED);
      case CLOSED, LISTEN, FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT -> {
      }
    }
  }

  public void shutdownInput() {
    inputShut = true;
    receiver.shutdown();
  }

  public boolean isInputShut() { return inputShut; }

  /** Closes: nobody will read or write any more. Data that nobody read makes it a reset (RFC 2525 section 2.17). */
  public void close(long now) {
    if (orphan) return;
    orphan = true;
    if (state == TcpState.SYN_SENT) {
      gone();
      return;
    }
    boolean unread = receiver.readable() > 0 && !config.habits().freeBsd();
    boolean aborts = settings.linger && settings.lingerSeconds == 0;
    if ((unread || aborts) && state != TcpState.CLOSED && state != TcpState.TIME_WAIT) {
      abort();
      return;
    }
    receiver.clear();
    inputShut = true;
    shutdownOutput(now);
    if (state == TcpState.FIN_WAIT_2) startFinWait(now);
  }

  /** Resets the connection. */
  public void abort() {
    boolean tells = state.isSynchronized() || state == TcpState.SYN_RECEIVED;
    if (tells && state != TcpState.TIME_WAIT) {
      resetDue = true;
      resetSequence = Math.min(sender.next(), Math.max(sender.una(), sender.una() + sender.window()));
    }
    if (error == null) error = TcpError.ABORTED;
    gone();
  }

  /** All is said: what is left is to be remembered by {@link TimeWait}. */
  void enterTimeWait() {
    state = TcpState.TIME_WAIT;
    keepalive.stop();
    finWaitDeadline = PacketEngine.NEVER;
  }

  void startFinWait(long now) {
    if (settings.finWait2Nanos < 0) {
      gone();
      return;
    }
    long wait = settings.finWait2Nanos > 0 ? settings.finWait2Nanos : config.timing().finWait2().toNanos();
    if (orphan) finWaitDeadline = now + wait;
  }

  // what goes out

  /** Puts a packet into {@code slot}. {@return whether there was one to send} */
  public boolean poll(PacketSlot slot, SegmentWriter writer, long now) {
    return transmission.poll(slot, writer, now);
  }

  // time

  @Override
  public long deadline(long now) {
    if (state == TcpState.CLOSED || state == TcpState.TIME_WAIT) return PacketEngine.NEVER;
    long first = Math.min(handshake.deadline(), finWaitDeadline);
    if (state != TcpState.SYN_SENT) {
      first = Math.min(first, Math.min(sender.deadline(), receiver.deadline()));
      first = Math.min(first, Math.min(keepalive.deadline(), sender.pacedUntil(now)));
    }
    return first;
  }

  /** Does what is due. */
  public void onTimeout(long now) {
    if (handshake.onTimeout(now)) {
      fail(softError != null ? softError : TcpError.TIMED_OUT);
      return;
    }
    if (finWaitDeadline <= now) {
      gone();
      return;
    }
    receiver.onTimeout(now);
    switch (sender.onTimeout(now)) {
      case NOTHING -> {
      }
      case RETRANSMISSION -> onRetransmissionTimeout(now);
      case WINDOW_PROBE -> onWindowProbe(now);
    }
    if (state == TcpState.CLOSED) return;
    boolean busy = sender.hasInFlight() || sender.hasUnsent();
    switch (keepalive.onTimeout(lastHeard, busy, settings.userTimeoutNanos, now)) {
      case NOTHING -> {
      }
      case PROBE -> keepaliveDue = true;
      case GIVE_UP -> {
        abort();
        error = softError != null ? softError : TcpError.TIMED_OUT;
      }
    }
  }

  private void onRetransmissionTimeout(long now) {
    if (GiveUp.afterRetransmissions(this, now)) {
      fail(softError != null ? softError : TcpError.TIMED_OUT);
      return;
    }
    if (config.sizes().probing() && GiveUp.looksLikeBlackHole(this, now)) {
      size.onBlackHole();
      resize(false);
    }
    long limit = Long.MAX_VALUE;
    if (settings.userTimeoutNanos > 0) {
      long since = sender.retransmittingSince() == Long.MIN_VALUE ? now : sender.retransmittingSince();
      limit = Math.max(now + 1, since + settings.userTimeoutNanos);
    }
    sender.retransmit(limit, now);
  }

  private void onWindowProbe(long now) {
    if (probingSince == Long.MIN_VALUE) probingSince = now;
    if (GiveUp.afterWindowProbes(this, probingSince, now)) {
      fail(softError != null ? softError : TcpError.TIMED_OUT);
      return;
    }
    long limit = Long.MAX_VALUE;
    if (settings.userTimeoutNanos > 0) limit = Math.max(now + 1, probingSince + settings.userTimeoutNanos);
    sender.probeWindow(limit, now);
  }

  // options in mid-life

  public void setNoDelay(boolean on) {
    settings.noDelay = on;
    sender.setNoDelay(on);
  }

  public void setCork(boolean on) {
    settings.cork = on;
    sender.setCorked(on);
  }

  public void setKeepalive(boolean on, long now) {
    settings.keepalive = on;
    keepalive.set(on, now);
  }

  public void setKeepaliveTimes(long idleNanos, long intervalNanos, int probes, long now) {
    if (idleNanos > 0) keepalive.setIdle(idleNanos, lastHeard, now);
    if (intervalNanos > 0) keepalive.setInterval(intervalNanos);
    if (probes > 0) keepalive.setMost(probes);
  }

  public void setQuick(boolean on) {
    receiver.setQuick(on);
  }

  public void setBuffers(int receive, int send) {
    if (receive > 0) {
      settings.receiveBuffer = receive;
      receiver.setBuffer(receive);
    }
    if (send > 0) {
      settings.sendBuffer = send;
      sendBuffer = send;
    }
  }

  public void setMaxSegment(int bytes) {
    settings.maxSegment = bytes;
    size.setUserMss(bytes);
    resize(false);
  }

  public void setTrafficClass(int trafficClass, int hopLimit) {
    settings.trafficClass = trafficClass;
    frame = new Frame(frame.local(), frame.remote(), frame.localPort(), frame.remotePort(),
        trafficClass & ~3, hopLimit, frame.dontFragment());
  }

  public void setAlgorithm(TcpConfig.Algorithm algorithm) {
    settings.algorithm = algorithm;
    sender.setControl(CongestionControl.of(algorithm, config.congestion().hyStart(),
        config.congestion().byteCountingLimit()));
  }

  private void tuneSendBuffer() {
    if (settings.sendBuffer > 0 || state != TcpState.ESTABLISHED) return;
    // what a segment costs, and twice a window of them
    long cost = 2L * Integer.highestOneBit(size.peerMss() + SEGMENT_COST - 1) + SEGMENT_HEAD;
    long wanted = 2L * Math.max(config.congestion().initialWindow(), sender.info().cwnd()) * cost;
    sendBuffer = (int) Math.max(sendBuffer, Math.min(wanted, config.buffers().sendMax()));
  }

  // asked by others

  public TcpState state() {
    return state;
  }

  /** {@return why it ended, null if it has not or ended well} */
  public @Nullable TcpError error() {
    return error;
  }

  public @Nullable TcpError softError() {
    return softError;
  }

  public SocketSettings settings() {
    return settings;
  }

  public Sender sender() {
    return sender;
  }

  public Receiver receiver() {
    return receiver;
  }

  public boolean isOrphan() { return orphan; }

  public FastOpenOffer fastOpen() {
    return fastOpen;
  }

  public int sendBufferBytes() {
    return sendBuffer;
  }

  /** {@return whether it is closed or only TIME-WAIT is left: what arrives now is not for it} */
  public boolean isOver() {
    return state == TcpState.CLOSED || state == TcpState.TIME_WAIT;
  }

  /** Marks that it stands in a queue of those with something to do. {@return whether it did not} */
  public boolean enqueue() {
    boolean was = ready;
    ready = true;
    return !was;
  }

  public void dequeued() {
    ready = false;
  }

  /** Marks that an application has it. */
  public void accepted() {
    wasAccepted = true;
  }

  public boolean isAccepted() { return wasAccepted; }

  /** {@return true once, when the handshake of a connection is over that took data before} */
  public boolean takeFastOpenDone() {
    if (!openedFast || state == TcpState.SYN_RECEIVED) return false;
    openedFast = false;
    return true;
  }

  /** {@return what TIME-WAIT has to remember} */
  public TimeWait toTimeWait(long now) {
    return new TimeWait(config, frame, sender.next(), receiver.next(), receiver.upcoming(), stamps, now);
  }

  public TcpInfo info(long now) {
    return TcpInfo.of(this, now);
  }
}
