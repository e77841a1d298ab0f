package dev.gap.tcp.engine.stack;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.Habit;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.connection.Agreement;
import dev.gap.tcp.engine.connection.Flow;
import dev.gap.tcp.engine.connection.HalfOpen;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.Flags;
import dev.gap.tcp.engine.wire.Md5Key;
import dev.gap.tcp.engine.wire.Options;
import dev.gap.tcp.engine.wire.Segment;
import dev.gap.tcp.engine.wire.SegmentWriter;
import dev.gap.tcp.engine.wire.SegmentWriter.Frame;

/** Passive opens: which SYNs are taken, and how; with cookies where too many wait. */
final class Passive {
  /** What a segment for a handshake under way leads to. */
  enum Third {
    NOTHING, DROP, RESET, RESET_AND_DROP, CHALLENGE, ESTABLISH
  }

  private final SynCookies cookies;
  private final FastOpenCookies fastOpen;
  private final EngineStats stats;
  private final StrayReplies strays;
  private final Options options = new Options();
  private long cookiesUntil = Long.MIN_VALUE;
  private boolean silently;

  Passive(SynCookies cookies, FastOpenCookies fastOpen, EngineStats stats, StrayReplies strays) {
    this.cookies = cookies;
    this.fastOpen = fastOpen;
    this.stats = stats;
    this.strays = strays;
  }

  void forget() {
    cookiesUntil = Long.MIN_VALUE;
  }

  /**
   * {@return what became of a SYN: a handshake, a connection that has its data already, or null}
   *
   * @param key what it was signed with if the listener wants that, else null
   */
  @Nullable
  Flow onSyn(TcpConfig config, SegmentWriter writer, TcpListener listener, Segment syn, @Nullable Md5Key key, int iss,
      int stampOffset, int pathMtu, long now) {
    boolean full = listener.halfOpen >= Math.min(listener.backlog, config.opening().synBacklog());
    boolean always = config.opening().cookies() == TcpConfig.Cookies.ALWAYS;
    boolean withCookie = always || (full && config.opening().cookies() == TcpConfig.Cookies.WHEN_FULL);
    // a SYN that somebody is to decide on has to be remembered
    withCookie &= !listener.screens;
    if (listener.isFull() || (full && !withCookie)) {
      stats.synsDropped++;
      if (listener.isFull()) stats.acceptOverflows++;
      return null;
    }
    SocketSettings settings = listener.settings;
    Frame frame = Frame.answering(syn, settings.trafficClass & ~3, settings.hopLimit, settings.dontFragment)
        .withKey(key);
    if (withCookie) {
      HalfOpen half = new HalfOpen(config, settings, frame, syn, 0, stampOffset, pathMtu, new byte[0], now);
      sendCookie(writer, half, syn, stampOffset, now);
      return null;
    }
    byte[] grant = new byte[0];
    // a signature leaves no room for a cookie
    boolean open = listener.fastOpenMost > 0 && key == null && config.features().fastOpenServer();
    if (open) {
      boolean bare = listener.fastOpenWithoutCookie || config.features().fastOpenTakesBare();
      Address client = syn.ip().source();
      Address bound = config.has(Habit.FAST_OPEN_COOKIE_OF_CLIENT) ? null : syn.ip().destination();
      byte[] given = syn.hasFastOpen() ? syn.fastOpenCookie() : new byte[0];
      int age = given.length > 0 ? fastOpen.check(given, client, bound) : -1;
      boolean valid = age >= 0 || bare;
      boolean again = config.has(Habit.FAST_OPEN_ANSWERS_WITH_DATA);
      if (syn.hasFastOpen() && (age != 0 || again) && !bare) grant = fastOpen.issue(client, bound);
      if (given.length > 0 && age < 0) stats.fastOpenRejected++;
      boolean takes = valid && syn.payloadLength() > 0 && listener.fastOpenPending < listener.fastOpenMost;
      if (valid && age >= 0 && syn.payloadLength() == 0) takes = listener.fastOpenPending < listener.fastOpenMost;
      if (takes) return openFast(config, listener, frame, syn, iss, stampOffset, pathMtu, grant, now);
    }
    HalfOpen half = new HalfOpen(config, settings, frame, syn, iss, stampOffset, pathMtu, grant, now);
    if (listener.screens) {
      half.hold(now);
      listener.undecided.addLast(half);
    }
    return half;
  }

  private TcpConnection openFast(TcpConfig config, TcpListener listener, Frame frame, Segment syn, int iss,
      int stampOffset, int pathMtu, byte[] grant, long now) {
    stats.fastOpenAccepted++;
    listener.fastOpenPending++;
    HalfOpen half = new HalfOpen(config, listener.settings, frame, syn, iss, stampOffset, pathMtu, grant, now);
    TcpConnection connection = half.openFast(pathMtu, now);
    connection.receiver().onData(half.irs() + 1, syn.ip().bytes(), syn.payload(), syn.payloadLength(),
        false, true, 0, now);
    if (syn.payloadLength() > 0) connection.fastOpen().onTaken();
    return connection;
  }

  private void sendCookie(SegmentWriter writer, HalfOpen half, Segment syn, int stampOffset,
      long now) {
    stats.cookiesSent++;
    cookiesUntil = now + 130_000_000_000L;
    Agreement agreement = half.agreement();
    int cookie = cookies.issue(half.local(), half.localPort(), half.remote(), half.remotePort(), syn.sequence(),
        agreement.peerMss(), now);
    half.answerWithCookie(options, SynCookies.stamp((int) (now / 1_000_000) + stampOffset, agreement));
    // a cookie has no room for the mark that an accurate answer would tell
    boolean ecn = agreement.ecn() == TcpConfig.EcnKind.CLASSIC && agreement.timestamps();
    strays.segment(half.frame(), writer, cookie, syn.sequence() + 1,
        Flags.SYN | Flags.ACK | (ecn ? Flags.ECE : 0), half.offered(), options);
  }

  /** {@return whether the last segment that was no cookie is not to be answered} */
  boolean droppedSilently() {
    return silently;
  }

  /** {@return the connection that a third segment with a cookie makes, null if there is none in it} */
  @Nullable
  TcpConnection fromCookie(TcpConfig config, TcpListener listener, Segment ack, @Nullable Md5Key key, int pathMtu,
      int stampOffset, long now) {
    silently = false;
    boolean possible = config.opening().cookies() != TcpConfig.Cookies.NEVER && now < cookiesUntil
        && !ack.has(Flags.SYN | Flags.RST);
    if (!possible) return null;
    int mss = cookies.check(ack.ip().destination(), ack.destinationPort(), ack.ip().source(), ack.sourcePort(),
        ack.sequence() - 1, ack.ack() - 1, now);
    if (mss == 0) {
      stats.cookiesFailed++;
      return null;
    }
    if (listener.isFull()) {
      stats.acceptOverflows++;
      silently = true;
      return null;
    }
    stats.cookiesReceived++;
    SocketSettings settings = listener.settings;
    Frame frame = Frame.answering(ack, settings.trafficClass & ~3, settings.hopLimit, settings.dontFragment)
        .withKey(key);
    int scale = HalfOpen.receiveScale(config, settings);
    Agreement agreement = SynCookies.recall(ack, mss, scale);
    return HalfOpen.fromCookie(config, settings, frame, ack, agreement, stampOffset, pathMtu, now);
  }

  /** RFC 9293 section 3.10.7.4 in SYN-RECEIVED. */
  Third onThirdSegment(TcpConfig config, TcpListener listener, HalfOpen half, Segment segment, long now) {
    boolean again = segment.has(Flags.SYN) && !segment.has(Flags.ACK | Flags.RST) && half.isRepeated(segment);
    if (again && !half.isOld(segment)) {
      half.repeat(segment);
      return Third.NOTHING;
    }
    if (segment.has(Flags.ACK) && !segment.has(Flags.RST) && !half.isAcknowledged(segment)) return Third.RESET;
    if (half.isOld(segment) || !half.isAcceptable(segment)) {
      return segment.has(Flags.RST) ? Third.NOTHING : Third.CHALLENGE;
    }
    if (segment.has(Flags.RST)) {
      boolean exact = segment.sequence() == (int) half.irs() + 1 || !config.abuse().strictReset();
      return exact ? Third.DROP : Third.CHALLENGE;
    }
    if (segment.has(Flags.SYN)) return Third.RESET_AND_DROP;
    if (!segment.has(Flags.ACK)) return Third.NOTHING;
    boolean bare = segment.length() == 0;
    if (listener.deferNanos > 0 && bare && now - half.firstSentNanos() < listener.deferNanos) {
      half.deferUntil(half.firstSentNanos() + listener.deferNanos);
      return Third.NOTHING;
    }
    if (listener.isFull()) {
      stats.acceptOverflows++;
      return config.opening().abortOnOverflow() ? Third.RESET_AND_DROP : Third.NOTHING;
    }
    return Third.ESTABLISH;
  }
}
