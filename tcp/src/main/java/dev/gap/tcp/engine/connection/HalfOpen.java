package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.Habit;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.receive.Receiver;
import dev.gap.tcp.engine.wire.Flags;
import dev.gap.tcp.engine.wire.Options;
import dev.gap.tcp.engine.wire.Segment;
import dev.gap.tcp.engine.wire.SegmentWriter;
import dev.gap.tcp.engine.wire.SegmentWriter.Frame;
import dev.gap.transport.PacketEngine;
import dev.gap.transport.Seq32;

/**
 * A handshake under way at a listener, SYN-RECEIVED, in as little memory as it takes: it becomes a connection when its
 * third segment comes.
 */
public final class HalfOpen extends Flow {
  private static final TcpConfig.Features NO_OPTIONS = new TcpConfig.Features(false, false, false, false,
      TcpConfig.Ecn.ACCEPT, false, 1, 0, false, false, false, false, false, true);

  private static final long LONGEST_HOLD = 63_000_000_000L;

  private final TcpConfig config;
  private final SocketSettings settings;
  private final int iss;
  private final int stampOffset;
  private final Agreement agreement;
  private final int advertisedMss;
  private final int offeredWindow;
  private final long irs;
  private final int window;
  private final int peerStamp;
  private final byte[] cookie;
  private final boolean cookieExperimental;
  private final Handshake handshake;
  private final long heardNanos;
  /** The bits of ECN that the SYN came in with. */
  private int mark;
  /** The SYN came again and did not ask for ECN any more. */
  private boolean uncertain;
  private final int userTimeout;
  private boolean held;
  private long heldUntil = PacketEngine.NEVER;
  private boolean acked;
  private long ackedUntil;

  /**
   * Takes in a SYN.
   *
   * @param cookie a Fast Open cookie to grant, empty for none
   * @param pathMtu known of the path
   */
  public HalfOpen(TcpConfig config, SocketSettings settings, Frame frame, Segment syn, int iss, int stampOffset,
      int pathMtu,
      byte[] cookie, long now) {
    super(frame);
    this.config = config;
    this.settings = settings;
    this.iss = iss;
    this.stampOffset = stampOffset;
    this.cookie = cookie;
    cookieExperimental = syn.fastOpenExperimental();
    irs = TcpConnection.ORIGIN + (syn.sequence() & 0xffff_ffffL);
    window = syn.window();
    peerStamp = syn.timestamp();
    heardNanos = now;
    mark = syn.ip().trafficClass() & 3;
    userTimeout = syn.userTimeout();
    TcpConfig.Sizes sizes = config.sizes();
    TcpConfig.EcnKind ecn = EcnFeedback.ofSyn(syn.flags(), config.features().ecn().accepts());
    agreement = Agreement.of(syn, settings.withoutOptions ? NO_OPTIONS : Agreement.offered(config, frame),
        receiveScale(config, settings), ecn,
        frame.local().isV4() ? sizes.defaultMss() : sizes.defaultMss6(), sizes.minMss());
    advertisedMss = advertisedMss(config, settings, frame, toldMtu(config, pathMtu));
    offeredWindow = offeredWindow();
    handshake = new Handshake(config, settings, config.opening().synAckRetries(), 0);
    handshake.setDue();
  }

  /** What a third segment with a cookie lets be known: a handshake that is done. */
  private HalfOpen(TcpConfig config, SocketSettings settings, Frame frame, Segment ack, Agreement agreement,
      int stampOffset, int pathMtu, long now) {
    super(frame);
    this.config = config;
    this.settings = settings;
    this.agreement = agreement;
    this.stampOffset = stampOffset;
    iss = ack.ack() - 1;
    cookie = new byte[0];
    cookieExperimental = false;
    irs = TcpConnection.ORIGIN + (ack.sequence() - 1 & 0xffff_ffffL);
    window = ack.window();
    peerStamp = ack.timestamp();
    heardNanos = now;
    mark = 0;
    userTimeout = ack.userTimeout();
    advertisedMss = advertisedMss(config, settings, frame, pathMtu);
    offeredWindow = offeredWindow();
    handshake = new Handshake(config, settings, 0, 0);
  }

  /** {@return the connection that a third segment makes which brings its cookie back} */
  public static TcpConnection fromCookie(TcpConfig config, SocketSettings settings, Frame frame, Segment ack,
      Agreement agreement, int stampOffset, int pathMtu, long now) {
    return new HalfOpen(config, settings, frame, ack, agreement, stampOffset, pathMtu, now).establish(pathMtu, now);
  }

  private static int toldMtu(TcpConfig config, int pathMtu) {
    return config.has(Habit.TELLS_MSS_OF_PATH) ? pathMtu : config.sizes().mtu();
  }

  private static int advertisedMss(TcpConfig config, SocketSettings settings, Frame frame, int pathMtu) {
    SegmentSize size = new SegmentSize(config.sizes(), frame.ipHeader(), pathMtu);
    size.setUserMss(settings.maxSegment);
    return size.advertised();
  }

  /** {@return how far the windows of this side will be shifted} */
  public static int receiveScale(TcpConfig config, SocketSettings settings) {
    boolean fixed = settings.receiveBuffer > 0;
    return Receiver.scaleFor(fixed ? settings.receiveBuffer / 2 : config.buffers().receiveMax());
  }

  private int offeredWindow() {
    boolean fixed = settings.receiveBuffer > 0;
    Receiver receiver = new Receiver(config, fixed ? settings.receiveBuffer : config.buffers().receive());
    // not by the path's MTU, which a cookie does not remember
    int mss = advertisedMss(config, settings, frame, config.sizes().mtu());
    receiver.begin(mss - agreement.optionBytes(), settings.initialReceiveWindow, agreement.sendScale() >= 0,
        agreement.receiveScale());
    return receiver.announcedUnscaled();
  }

  /** {@return the peer's option of that name} */
  int userTimeout() {
    return userTimeout;
  }

  /** Hands down the cookie that is to be given. */
  void giveCookie(FastOpenOffer offer) {
    offer.give(cookie, cookieExperimental);
  }

  int mark() {
    return mark;
  }

  /** {@return the window of the SYN-ACK} */
  public int offered() {
    return offeredWindow;
  }

  /** {@return the window for a segment that is no SYN} */
  public int scaledOffer() {
    return agreement.sendScale() < 0 ? offeredWindow : offeredWindow >> agreement.receiveScale();
  }

  /** {@return {@code options} with what a segment that is no SYN has} */
  public Options stamp(Options options, long now) {
    options.clear();
    return agreement.timestamps() ? options.timestamps(new Timestamps(stampOffset).at(now), peerStamp) : options;
  }

  /** Makes the options of a SYN-ACK with a cookie: without timestamps the others could not be remembered. */
  public void answerWithCookie(Options options, int stamp) {
    if (agreement.timestamps()) {
      answer(options, stamp);
      return;
    }
    options.clear().mss(advertisedMss);
  }

  public long irs() {
    return irs;
  }

  public int iss() {
    return iss;
  }

  public int stampOffset() {
    return stampOffset;
  }

  public Agreement agreement() {
    return agreement;
  }

  public SocketSettings settings() {
    return settings;
  }

  public int window() {
    return window;
  }

  public int peerStamp() {
    return peerStamp;
  }

  public long heardNanos() {
    return heardNanos;
  }

  public long firstSentNanos() {
    return handshake.firstSentNanos();
  }

  public int sent() {
    return handshake.sent();
  }

  /** The application decides before the SYN is answered, within the time that a handshake may take. */
  public void hold(long now) {
    held = true;
    heldUntil = now + LONGEST_HOLD;
  }

  public void release() {
    held = false;
  }

  /** A third segment has come, but the connection is to wait for data: until then. */
  public void deferUntil(long until) {
    acked = true;
    ackedUntil = until;
  }

  public boolean isDeferred(long now) {
    return acked && now < ackedUntil;
  }

  /** {@return whether a SYN is this one again} */
  public boolean isRepeated(Segment syn) {
    return syn.sequence() == (int) irs;
  }

  /** The SYN came again: so does the answer, which says how it came this time (RFC 9768 section 3.1.5). */
  public void repeat(Segment syn) {
    handshake.setDue();
    if (!careful()) return;
    mark = syn.ip().trafficClass() & 3;
    uncertain |= !syn.has(Flags.AE) && !syn.has(Flags.ECE) && !syn.has(Flags.CWR);
  }

  /** {@return whether Accurate ECN is agreed upon, and things on the way that cannot bear it are reckoned with} */
  private boolean careful() {
    return agreement.ecn() == TcpConfig.EcnKind.ACCURATE && !config.has(Habit.PLAIN_ACCURATE_ECN);
  }

  /** {@return whether a SYN did not ask for what the first one asked for} */
  boolean isUncertain() { return uncertain; }

  /** {@return whether the last SYN-ACK has not agreed to Accurate ECN any more: RFC 9768 section 3.1.4.2} */
  boolean isWithdrawn() {
    return withdrawn(handshake.sent() - 1);
  }

  private boolean withdrawn(int before) {
    return before > 1 && careful() && config.features().ecnFallback();
  }

  /** {@return whether the sequence number is within the window that was offered} */
  public boolean isAcceptable(Segment segment) {
    return Seq32.inWindow(segment.sequence(), (int) irs + 1, Math.max(offeredWindow, 1));
  }

  /** {@return whether the segment acknowledges the SYN-ACK} */
  public boolean isAcknowledged(Segment segment) {
    return segment.ack() == iss + 1;
  }

  /** {@return whether timestamps say that a segment is older than the SYN, RFC 7323 section 5} */
  public boolean isOld(Segment segment) {
    return agreement.timestamps() && segment.hasTimestamps() && segment.timestamp() - peerStamp < -1;
  }

  /** Puts the SYN-ACK into {@code slot} if it is due. {@return whether it was} */
  public boolean poll(PacketSlot slot, SegmentWriter writer, Options options, long now) {
    if (held || !handshake.isDue()) return false;
    answer(options, new Timestamps(stampOffset).at(now));
    int before = handshake.sent();
    boolean counts = before == 0 && careful() && config.features().accurateOption() && cookie.length == 0
        && frame.key() == null;
    if (counts && !settings.withoutOptions) options.accurateEcn(3, 1, 0, 1);
    int flags = Flags.SYN | Flags.ACK | (withdrawn(before) ? 0 : EcnFeedback.answer(agreement.ecn(), mark));
    boolean marks = agreement.ecn() != TcpConfig.EcnKind.NONE && config.features().ecnPlusPlus() >= 1;
    int ecn = marks ? 2 : 0;
    writer.begin(slot.bytes(), slot.offset(), frame, ecn, iss, (int) irs + 1, flags, offeredWindow, 0, options);
    slot.finish(writer, 0, 0);
    handshake.onSent(now);
    return true;
  }

  private void answer(Options options, int stamp) {
    options.clear();
    if (settings.withoutOptions) return;
    options.mss(advertisedMss);
    if (agreement.sack()) options.sackPermitted();
    if (agreement.timestamps()) options.timestamps(stamp, peerStamp);
    if (agreement.sendScale() >= 0) options.windowScale(agreement.receiveScale());
    // there is not room for both beside the others
    if (cookie.length > 0) options.fastOpen(cookie, cookieExperimental);
    else options.userTimeout(UserTimeout.offer(config.timing().userTimeouts(), settings));
  }

  @Override
  public long deadline(long now) {
    return held ? heldUntil : handshake.deadline();
  }

  /** {@return whether there is no hope any more} */
  public boolean onTimeout(long now) {
    return held ? heldUntil <= now : handshake.onTimeout(now);
  }

  /** {@return the connection, established} */
  public TcpConnection establish(int pathMtu, long now) {
    TcpConnection connection = new TcpConnection(config, settings.copy(), frame, iss, stampOffset, pathMtu);
    connection.accept(this, true, now);
    return connection;
  }

  /** {@return the connection, which takes data before the handshake is done: RFC 7413 section 4.2.2} */
  public TcpConnection openFast(int pathMtu, long now) {
    TcpConnection connection = new TcpConnection(config, settings.copy(), frame, iss, stampOffset, pathMtu);
    connection.accept(this, false, now);
    return connection;
  }
}
