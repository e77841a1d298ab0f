package dev.gap.tcp.engine.connection;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.ChunkPool;
import dev.gap.tcp.engine.Habit;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.congestion.CongestionControl;
import dev.gap.tcp.engine.receive.Receiver;
import dev.gap.tcp.engine.send.Sender;
import dev.gap.tcp.engine.wire.Icmp;
import dev.gap.tcp.engine.wire.Segment;
import dev.gap.tcp.engine.wire.SegmentWriter;
import dev.gap.tcp.engine.wire.SegmentWriter.Frame;
import dev.gap.transport.PacketEngine;

/**
 * One connection: the transmission control block of RFC 9293 and what can be done with it. What arrives is worked through
 * by {@link SegmentArrival}, what is to go out is made by {@link Transmission}; sending and receiving halves have their
 * own rooms. It asks nobody: what it wants is polled.
 */
public final class TcpConnection extends Flow {
  /** Sequence numbers are unwrapped inside; this keeps them positive, also before the first. */
  static final long ORIGIN = 1L << 33;
  static final byte[] NONE = {};

  final TcpConfig config;
  final SocketSettings settings;
  final long iss;
  final Sender sender;
  final Receiver receiver;
  final Timestamps stamps;
  final Urgent urgent;
  final Keepalive keepalive;
  final SegmentSize size;
  final SizeProbes probes = new SizeProbes(this);
  final Handshake handshake;
  final FastOpenOffer fastOpen;
  final SendSpace space;
  final UserTimeout userTimeout;
  private final IcmpArrival icmp = new IcmpArrival(this);
  private final ConnectionTimers timers = new ConnectionTimers(this);
  private final InputStreamView input = new InputStreamView(this);
  private final Establishment opening = new Establishment(this);
  private final LiveOptions options = new LiveOptions(this);
  private final Closing closing = new Closing(this);
  private final SegmentArrival arrival;
  private final Transmission transmission;

  TcpState state = TcpState.CLOSED;
  @Nullable
  TcpError error;
  @Nullable
  TcpError softError;
  @Nullable
  Agreement agreement;
  final EcnFeedback ecn;
  int synMark;
  long irs;
  long lastHeard;
  long openedNanos;
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
  boolean active;
  boolean orphan;
  boolean inputShut;
  long finWaitDeadline = PacketEngine.NEVER;
  long probingSince = Long.MIN_VALUE;
  private boolean ready;
  boolean wasAccepted;
  boolean openedFast;
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
    CongestionControl control = CongestionControl.of(settings.algorithm, congestion.slowStart(),
        congestion.byteCountingLimit());
    sender = new Sender(config, control, this.iss);
    int buffer = settings.receiveBuffer > 0 ? settings.receiveBuffer : config.buffers().receive();
    receiver = new Receiver(config, buffer);
    if (settings.receiveBuffer > 0) receiver.setBuffer(buffer);
    receiver.setAlwaysQuick(settings.alwaysQuick);
    space = new SendSpace(this);
    userTimeout = new UserTimeout(config, settings);
    stamps = new Timestamps(stampOffset);
    urgent = new Urgent(false);
    keepalive = new Keepalive(config.timing());
    size = new SegmentSize(config.sizes(), frame.ipHeader(), pathMtu);
    size.setUserMss(settings.maxSegment);
    if (frame.key() != null) size.setSigned();
    handshake = new Handshake(config, settings, config.opening().synRetries(), config.opening().synLinear());
    fastOpen = new FastOpenOffer();
    ecn = new EcnFeedback(config.has(Habit.MARKS_COUNT_ANYWHERE), config.has(Habit.PLAIN_ACCURATE_ECN),
        config.features().accurateOption());
    arrival = new SegmentArrival(this);
    transmission = new Transmission(this);
    sender.setNoDelay(settings.noDelay);
    sender.setCorked(settings.cork);
    if (settings.initialWindow > 0) sender.setInitialWindow(settings.initialWindow);
    options.setMaxPacingRate(settings.maxPacingRate);
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
    opening.open(now);
  }

  /**
   * Begins in SYN-RECEIVED, or with {@code acked} in ESTABLISHED: a passive open whose first segments were dealt with
   * elsewhere.
   */
  public void accept(HalfOpen half, boolean acked, long now) {
    opening.accept(half, acked, now);
  }

  void apply(Agreement settled) {
    opening.apply(settled);
  }

  void resize(boolean pathShrank) {
    sender.setMss(size.mss(sender.largestWindow()), pathShrank);
  }

  void established(long now) {
    opening.established(now);
  }

  /** Somebody waits to write as soon as the connection is open. */
  public void setWriterWaits() {
    writerWaits = true;
  }

  /** {@return how many bytes the SYN can carry: as fit beside all options, by the MSS that the peer once told} */
  public int synRoom() {
    return opening.synRoom();
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
    if (sender.isStarved()) space.makeRoom(now);
    return answer;
  }

  /** Takes in an ICMP error about a segment of this connection, RFC 5927 section 4. */
  public void onIcmp(Icmp.Report report, int pathMtu, long now) {
    icmp.onIcmp(report, pathMtu, now);
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
    return space.writable();
  }

  /** {@return whether a writer that had found no room is to come back: when a third is free} */
  public boolean isWritable() {
    return space.isWritable();
  }

  /** Queues as much as there is room for. {@return how many bytes} */
  public int write(byte[] from, int offset, int length, boolean more, long now) {
    return space.write(from, offset, length, more, now);
  }

  /** The last byte written is urgent. */
  public void markUrgent() {
    urgentSent = sender.end();
  }

  /** The last byte written ends a record: no segment holds it and what comes after. */
  public void endRecord() {
    sender.endRecord();
  }

  /** {@return bytes that can be read; 0 also at the end} */
  public int readable() {
    return input.readable();
  }

  /** {@return whether nothing more will come} */
  public boolean isInputEnded() {
    return receiver.finReached() || inputShut || state == TcpState.CLOSED;
  }

  /** Reads at most {@code length} bytes, and not over an urgent one. {@return how many} */
  public int read(byte[] to, int offset, int length, boolean peek, long now) {
    return input.read(to, offset, length, peek, now);
  }

  public Urgent urgent() {
    return urgent;
  }

  /** {@return the urgent byte, -1 if none has arrived that is not in line} */
  public int urgentByte(boolean peek) {
    return input.urgentByte(peek);
  }

  /** {@return whether the next byte is the one after urgent data} */
  public boolean isAtMark() {
    return input.isAtMark();
  }

  public boolean hasUrgent() {
    return urgent.isReadable();
  }

  public boolean expectsUrgent() {
    return urgent.isAnnounced();
  }

  /** Ends the stream after what was written, RFC 9293 section 3.10.4. */
  public void shutdownOutput(long now) {
    closing.shutdownOutput();
  }

  public void shutdownInput() {
    inputShut = true;
    receiver.shutdown();
  }

  /** Closes: nobody will read or write any more. Data that nobody read makes it a reset (RFC 2525 section 2.17). */
  public void close(long now) {
    closing.close(now);
  }

  /** Resets the connection. */
  public void abort() {
    closing.abort();
  }

  /** All is said: what is left is to be remembered by {@link TimeWait}. */
  void enterTimeWait() {
    state = TcpState.TIME_WAIT;
    keepalive.stop();
    finWaitDeadline = PacketEngine.NEVER;
  }

  void startFinWait(long now) {
    closing.startFinWait(now);
  }

  // what goes out

  /** Puts a packet into {@code slot}. {@return whether there was one to send} */
  public boolean poll(PacketSlot slot, SegmentWriter writer, long now) {
    return transmission.poll(slot, writer, now);
  }

  // time

  @Override
  public long deadline(long now) {
    return timers.deadline(now);
  }

  /** Does what is due. */
  public void onTimeout(long now) {
    timers.onTimeout(now);
  }

  /** {@return what can be changed while it is open} */
  public LiveOptions options() {
    return options;
  }

  // asked by others

  public TcpState state() {
    return state;
  }

  /** {@return why it ended, null if it has not or ended well} */
  public @Nullable TcpError error() {
    return error;
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
    return space.bytes();
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
